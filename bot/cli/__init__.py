"""What an operator types: the commands, and what they work with."""
