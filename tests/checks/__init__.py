"""What `make check` holds beyond lint and types."""
