"""Papers as text and buttons, and button data back to values (pure)."""
