"""A Bot API server on the loopback interface that plays Telegram for an unchanged bot."""
