"""Where papers come from, one module per source, all the same shape."""
