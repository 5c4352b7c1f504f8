"""A press of a button: what it says, and the message that it stands in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.handlers.context import Context
from bot.messages import replies
from bot.messages.button_codec import Button
from bot.transport import sender
from bot.transport.screen import Screen

Kind = TypeVar("Kind", bound=Button)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Press(Generic[Kind]):
    """A press of a button; `message_id` is None if Telegram names no message."""

    button: Kind
    context: Context
    message_id: int | None

    async def answer(self, toast: str | None = None) -> None:
        """Answer the press, with a short text if there is one."""
        await self.context.answer(toast)

    async def answer_meanwhile(
        self, toast: str, render: Callable[[], Result]
    ) -> Result:
        """Answer the press, and render what comes after it while the answer is on its way."""
        answer = asyncio.create_task(self.answer(toast))
        # So that the answer leaves first.
        await asyncio.sleep(0)
        try:
            return render()
        finally:
            await answer

    async def edit(self, screen: Screen) -> None:
        """Show a screen in the message of the button."""
        if self.message_id is not None:
            await sender.edit(
                self.context.bot,
                self.context.reader.chat_id,
                self.message_id,
                screen,
            )

    async def show(self, screen: Screen | None) -> None:
        """Answer, and show a screen in the message; without one, the button is out of date."""
        if screen is None:
            await self.answer(replies.stale(self.context.t))
        else:
            await self.answer()
            await self.edit(screen)

    async def close(self) -> None:
        """Delete the message of the button."""
        if self.message_id is not None:
            await sender.close(
                self.context.bot, self.context.reader.chat_id, self.message_id
            )
