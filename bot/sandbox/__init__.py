"""Runs the bot without Telegram: on this machine, and through simulated weeks."""
