"""Tests of time zones by place names."""
