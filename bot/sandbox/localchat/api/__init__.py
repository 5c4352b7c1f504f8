"""The Bot API over HTTP, as strict as Telegram about what a bot may send."""
