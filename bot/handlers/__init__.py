"""What happens when a person writes or taps, one module per area."""
