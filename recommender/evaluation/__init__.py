"""Replay past papers: how good picks would have been, beside those of published recipes."""
