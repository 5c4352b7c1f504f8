"""Titles, abstracts and names as their sources write them, made into text that people read."""
