"""Text as Telegram reads, marks and counts it."""
