"""Everything of one reader as a document: exported, and restored."""
