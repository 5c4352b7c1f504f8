"""Turns titles, abstracts and names from sources into plain text."""
