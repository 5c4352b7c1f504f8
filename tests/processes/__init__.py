"""The bot as several processes, which may die at any time."""
