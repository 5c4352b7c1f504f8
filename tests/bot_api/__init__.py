"""The local Bot API server with what tests need: faults, webhooks, a record of calls."""
