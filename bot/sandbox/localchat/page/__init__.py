"""The page on which a person plays the readers of the bot."""
