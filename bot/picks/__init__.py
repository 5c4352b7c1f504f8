"""One reader's picks: chosen, explained, learned from, searched."""
