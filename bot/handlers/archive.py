"""A reader's own document, taken in: what they said elsewhere holds here at once."""

import asyncio

from bot.errors import Failure
from bot.messages import takeout as screens
from bot.messages import translation
from bot.picks import intake
from bot.runtime import World
from bot.storage import imports
from bot.storage.readers import Reader
from bot.transport.screen import Screen


async def move_in(
    world: World, reader: Reader, content: bytes, *, replace: bool
) -> Screen:
    """Take a document in, beside what this reader said here or in its place; say what came of it.

    It counts as one of the day's files.
    """
    t, database, now = (
        translation.of(reader.language),
        world.database,
        world.clock(),
    )
    await asyncio.to_thread(imports.like, database, reader.id, [], "file", now)
    try:
        counts = await intake.document(
            database, reader.id, content, now, replace=replace
        )
    except Failure as failure:
        if failure.passing:
            raise
        return screens.refused(t, str(failure))
    return screens.moved_in(t, counts, replace=replace)
