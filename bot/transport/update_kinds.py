"""The kinds of updates, as the metrics count them: what somebody did, not who or what."""

from telegram import Message, MessageEntity, Update

# The kinds of updates beside messages, by the attribute that holds one.
KINDS = {
    "callback_query": "button",
    "inline_query": "inline_query",
    "chosen_inline_result": "inline_choice",
    "message_reaction": "reaction",
    "my_chat_member": "membership",
    "edited_message": "edit",
}
OTHER = "other"


def of(update: Update) -> str:
    """Return the kind of an update."""
    if update.message is not None:
        return _of_message(update.message)

    kinds = (
        kind for name, kind in KINDS.items() if getattr(update, name, None)
    )
    return next(kinds, OTHER)


def _of_message(message: Message) -> str:
    if message.document is not None:
        return "file"

    if message.text is None:
        return "message"

    first = message.entities[0] if message.entities else None
    is_command = (
        first is not None
        and first.type == MessageEntity.BOT_COMMAND
        and first.offset == 0
    )
    return "command" if is_command else "text"
