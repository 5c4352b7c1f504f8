"""Readers' clocks: when picks are due, and time zones by city."""
