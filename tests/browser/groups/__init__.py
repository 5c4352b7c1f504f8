"""Groups, channels and inline mode on the chat page, in Chromium."""
