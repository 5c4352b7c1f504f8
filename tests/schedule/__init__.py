"""Readers' clocks."""
