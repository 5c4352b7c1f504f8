"""Takes out of a press what no handler reads: most of the message that the button stands in."""

from typing import Any

# What is left of the message. To make an object of each of its links takes longer than the rest.
KEPT = frozenset({"message_id", "date", "chat", "message_thread_id"})
KEPT_OF_BUTTON = ("text", "callback_data", "url", "style")

Json = dict[str, Any]


def lighten(update: Json) -> Json:
    """Return an update without the text of a pressed message; any other one as it is."""
    message = _pressed(update)
    if message is None:
        return update

    light = {key: message[key] for key in KEPT & message.keys()}
    rows = _rows(message.get("reply_markup"))
    if rows is not None:
        light["reply_markup"] = {"inline_keyboard": rows}
    return _with_pressed(update, light)


def without_buttons(update: Json) -> Json:
    """Return a lightened update without the buttons, of which every form is read."""
    message = _pressed(update)
    if message is None:
        return update

    rest = {key: message[key] for key in message if key != "reply_markup"}
    return _with_pressed(update, rest)


def _pressed(update: Json) -> Json | None:
    """Return the message of a press; None if there is none."""
    query = update.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    return message if isinstance(message, dict) else None


def _with_pressed(update: Json, message: Json) -> Json:
    """Return a press with another message."""
    query = {**update["callback_query"], "message": message}
    return {**update, "callback_query": query}


def _rows(markup: object) -> list[list[Json]] | None:
    """Return the buttons of a message in plain form; None if there are none, or odd ones."""
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    try:
        return [
            [
                {
                    key: str(button[key])
                    for key in KEPT_OF_BUTTON
                    if key == "text" or key in button
                }
                for button in row
            ]
            for row in rows or ()
        ] or None
    except (TypeError, KeyError, AttributeError):
        return None
