"""The bot without Telegram: a local run on a chat page, and simulated weeks of use."""
