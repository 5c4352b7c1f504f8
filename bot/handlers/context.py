"""What every handler gets beside the update: the bot's world, the reader, and their language."""

from typing import Any, cast

from telegram import Chat, Message, Update, User
from telegram.ext import CallbackContext

from bot.messages import translation
from bot.messages.translation import Translation
from bot.runtime import World
from bot.storage.readers import Reader
from bot.transport.sender import Bot

Data = dict[Any, Any]


class Context(CallbackContext[Bot, Data, Data, Data]):
    """One update's surroundings; the gate sets who it is from."""

    known: Reader | None = None
    t: Translation = translation.of("en")

    @property
    def world(self) -> World:
        """What handlers and jobs share."""
        return cast("World", self.bot_data["world"])

    @property
    def reader(self) -> Reader:
        """The reader the update is from; the gate lets nobody else this far."""
        if self.known is None:
            raise LookupError(
                "the gate let an update through that is from no reader"
            )
        return self.known


def person(update: Update) -> User:
    """Return who an update is from; the gate drops those from nobody."""
    if update.effective_user is None:
        raise LookupError("an update from nobody")
    return update.effective_user


def chat(update: Update) -> Chat:
    """Return where an update happened."""
    if update.effective_chat is None:
        raise LookupError("an update from nowhere")
    return update.effective_chat


def message(update: Update) -> Message:
    """Return the message of an update."""
    if update.effective_message is None:
        raise LookupError("an update without a message")
    return update.effective_message


def data(update: Update) -> str:
    """Return the data of the button that was pressed."""
    pressed = update.callback_query
    return (pressed.data or "") if pressed else ""
