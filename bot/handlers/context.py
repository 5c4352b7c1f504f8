"""What every handler gets beside the update: the runtime, the reader, their language and day."""

import asyncio
from datetime import date
from typing import Any, Self, cast

from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.ext import Application, CallbackContext

from bot.messages import translation
from bot.messages.translation import Translation
from bot.picks import selection
from bot.runtime import Runtime
from bot.storage import deliveries
from bot.storage.feedback import Feedback
from bot.storage.groups import Group
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.card_edits import CardEdits
from bot.transport.processor import OnePersonAtATime
from bot.transport.redelivery import Attempt
from bot.transport.screen import Screen
from bot.transport.sender import Bot

Data = dict[Any, Any]


class Context(CallbackContext[Bot, Data, Data, Data]):
    """The surroundings of one update; the gate fills in the reader and their language."""

    reader_or_none: Reader | None = None
    # The group in which the update happens, whose reader is then `reader`.
    group: Group | None = None
    t: Translation = translation.of("en")
    query: CallbackQuery | None = None
    # One processing of the update; only those that Telegram can send again are counted.
    attempt: Attempt

    @classmethod
    def from_update(
        cls,
        update: object,
        application: "Application[Any, Self, Any, Any, Any, Any]",
    ) -> Self:
        """Return the context of an update, with its press and its attempt."""
        context = super().from_update(update, application)
        context.attempt = Attempt()
        if isinstance(update, Update):
            processor = cast("OnePersonAtATime", application.update_processor)
            context.attempt = processor.attempts.of(update.update_id)
            context.query = update.callback_query
        return context

    @property
    def runtime(self) -> Runtime:
        """What handlers and jobs share."""
        return cast("Runtime", self.bot_data["runtime"])

    @property
    def card_edits(self) -> CardEdits:
        """What shows new counts on the cards that people vote on."""
        return cast("CardEdits", self.bot_data["card_edits"])

    @property
    def reader(self) -> Reader:
        """The reader who sent the update.

        Raises LookupError if the gate let somebody else through, which it never does.
        """
        if self.reader_or_none is None:
            raise LookupError("the update is from no reader")
        return self.reader_or_none

    @property
    def user_id(self) -> int:
        """The number of the person who sent the update, in Telegram."""
        if self._user_id is None:
            raise LookupError("the update is from nobody")
        return self._user_id

    @property
    def today(self) -> date:
        """The reader's local date."""
        return self.reader.local_date(self.runtime.clock())

    async def answer(
        self, text: str | None = None, *, url: str | None = None
    ) -> None:
        """Answer the press, so that its button stops spinning; without a press, do nothing.

        With a `url`, the person's client opens it: a link of ours that begins in private.

        A press that the processor answered stays so: Telegram shows no second answer.
        """
        if self.query is None or self.attempt.answered_late:
            return
        self.attempt.answered = True
        await sender.answer(self.query, text, url=url)

    async def send(
        self, screen: Screen, *, reply_to: int | None = None
    ) -> Message:
        """Send a screen to the reader as a new message, in a group where its papers come."""
        return await sender.send(
            self.bot,
            self.reader.chat_id,
            screen,
            reply_to=reply_to,
            thread_id=self.reader.thread_id,
        )

    async def change_reader(self, **settings: object) -> Reader:
        """Change the reader's settings, and with them when their next picks are due."""
        reader = await asyncio.to_thread(
            deliveries.change_reader,
            self.runtime.database,
            self.reader.id,
            self.runtime.clock(),
            **settings,
        )
        self.reader_or_none = reader or self.reader
        return self.reader

    def feedback(self) -> Feedback:
        """Read everything the reader said up to now; blocks, so call it in a thread."""
        return selection.read_feedback(
            self.runtime.database, self.reader, self.runtime.clock()
        )


def person(update: Update) -> User:
    """Return who sent an update; the gate drops those from nobody."""
    if update.effective_user is None:
        raise LookupError("the update is from nobody")
    return update.effective_user


def chat(update: Update) -> Chat:
    """Return the chat of an update."""
    if update.effective_chat is None:
        raise LookupError("the update is from no chat")
    return update.effective_chat


def message(update: Update) -> Message:
    """Return the message of an update."""
    if update.effective_message is None:
        raise LookupError("the update has no message")
    return update.effective_message


def command(update: Update) -> str:
    """Return the name of the command in a message, without its slash and the bot's name."""
    word, *_ = (message(update).text or "/").split()
    return word.removeprefix("/").partition("@")[0]
