"""New papers of standing searches: those below a digest that have no line, and ✕ in `/topics`."""

import asyncio

from bot.handlers import search_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import replies
from bot.messages import standing as screens
from bot.messages.standing_buttons import MoreMatches
from bot.storage import digests, searches
from bot.transport.screen import Screen


async def more(press: Press[MoreMatches], context: Context) -> None:
    """Show the new papers that have no line in the digest, in pages as a search does."""
    screen = await asyncio.to_thread(_rest, context, press.button)
    await press.answer(None if screen else replies.stale(context.t))
    if screen is not None:
        await context.send(screen)


def _rest(context: Context, button: MoreMatches) -> Screen | None:
    database, reader_id = context.runtime.database, context.reader.id
    digest = digests.of_reader(database, reader_id, button.digest_id)
    rest = screens.in_turn(digest.matches)[button.shown :] if digest else []
    if not rest:
        return None

    words = dict.fromkeys(match.words for match in rest)
    results = searches.record(
        database,
        reader_id,
        [match.paper.id for match in rest],
        context.runtime.clock(),
        words=" · ".join(words),
    )
    return search_view.page(context, results, 0)
