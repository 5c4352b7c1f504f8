"""Edits the counts on cards: few times a minute in each chat, the most pressed card first."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.transport.buckets import Bucket

# At most ten edits in any minute: these at once, then one every `SECONDS`.
BURST = 4
SECONDS = 10.0

# Chats that are remembered before those at rest are dropped.
REMEMBERED = 10_000

log = logging.getLogger(__name__)

# Shows the counts in a card, as they are when it is called.
Edit = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class ChatEdits:
    """The cards of one chat that show old counts."""

    bucket: Bucket = field(default_factory=lambda: Bucket(BURST, SECONDS))
    # How often each card was pressed since its last edit.
    presses: dict[str, int] = field(default_factory=dict)
    edits: dict[str, Edit] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    def take(self) -> Edit:
        """Return the edit of the card with the most presses, which is not due any more."""
        card = max(self.presses, key=self.presses.__getitem__)
        del self.presses[card]
        return self.edits.pop(card)


class CardEdits:
    """Collects presses, and edits each pressed card once for many of them."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chats: dict[Hashable, ChatEdits] = {}
        self._ending = False

    def note(self, chat: Hashable, card: str, edit: Edit) -> None:
        """Note that a card was pressed; `edit` is called when its chat may be edited."""
        self._drop_at_rest()
        edits = self._chats.setdefault(chat, ChatEdits())
        edits.presses[card] = edits.presses.get(card, 0) + 1
        edits.edits[card] = edit
        if edits.task is None:
            edits.task = asyncio.create_task(self._work(edits))

    async def finish(self) -> None:
        """Make the edits that are due without a wait, and end."""
        self._ending = True
        tasks = [e.task for e in self._chats.values() if e.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for edits in self._chats.values():
            while edits.presses and edits.bucket.wait(self._clock()) <= 0:
                await self._edit(edits)

    async def _work(self, edits: ChatEdits) -> None:
        try:
            while edits.presses:
                wait = edits.bucket.wait(self._clock())
                if wait > 0:
                    await self._sleep(wait)
                    continue
                await self._edit(edits)
        finally:
            edits.task = None

    async def _edit(self, edits: ChatEdits) -> None:
        edits.bucket.take(self._clock())
        edit = edits.take()
        try:
            await edit()
        except TelegramError as error:
            log.info("The counts of a card stay as they are: %s", error)
        except Exception:
            log.exception("The counts of a card stay as they are")

    def _drop_at_rest(self) -> None:
        if len(self._chats) <= REMEMBERED:
            return
        now = self._clock()
        for chat, edits in list(self._chats.items()):
            if edits.task is None and edits.bucket.full_at < now:
                del self._chats[chat]
