"""Lets days pass, each with new papers and with picks, and reads what came in them."""

from collections.abc import Sequence

from bot.picks import fitting
from bot.sandbox.localchat.messages import Message
from bot.storage import papers
from tests.corpus import library
from tests.e2e.talk import Talk, buttons


def titles(messages: Sequence[Message]) -> list[str]:
    """Return the titles of all picks in some messages, as often as they stand there."""
    return [
        line.partition(" · ")[2]
        for message in messages
        for line in message.text.splitlines()
        if line[:1].isdigit() and " · " in line and "👍 1" in buttons(message)
    ]


async def pass_days(talk: Talk, days: int) -> None:
    """Let days pass, each with new papers and with picks for whoever wants some."""
    for _ in range(days):
        talk.clock.forward(days=1)
        day = talk.clock().date()
        papers.store(
            talk.database,
            library(day, per_field=2, days=1, seed=day.toordinal() % 1000 + 9),
        )
        fitting.refresh(talk.database, talk.clock())
        await talk.runtime.reload()
        talk.clock.forward(hours=2)
        await talk.deliver()
        talk.clock.forward(hours=-2)
