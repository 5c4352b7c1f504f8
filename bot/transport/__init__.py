"""Telegram itself: receive, send, limits, errors, text units; it knows no paper."""
