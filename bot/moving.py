"""A reader's own document, taken in: what they said elsewhere holds here at once."""

from bot import fitting, schedule, takeout
from bot.errors import Failure
from bot.messages import moving as screens
from bot.messages import translation
from bot.messages.screen import Screen
from bot.storage import bundles, deliveries, feedback, papers
from bot.storage.readers import Reader
from bot.storage.takein import take_in
from bot.world import World


def move_in(world: World, reader: Reader, content: bytes, *, replace: bool) -> Screen:
    """Take a document in, beside what this reader said here or in its place; say what came of it.

    It counts as one of the day's files.
    """
    t, now = translation.of(reader.language), world.clock()
    bundles.like(world.database, reader.id, [], "file", now)
    try:
        taken = takeout.read(content)
    except Failure as failure:
        return screens.refused(t, str(failure))
    counts = take_in(world.database, reader.id, taken, replace=replace)
    deliveries.reckon(world.database, reader.id, now)
    _cover(world, reader)
    return screens.moved_in(t, counts, replace=replace)


def _cover(world: World, reader: Reader) -> None:
    """Give the papers that are rated now their vectors: the next picks are to know them."""
    if world.papers.version is None or world.papers.model is None:
        return
    today = schedule.local_date(world.clock(), reader.zone)
    said = feedback.of_reader(world.database, reader.id, reader.zone, today)
    rated = papers.by_ids(world.database, [rating.paper_id for rating in said.ratings], reader.id)
    fitting.cover(world.database, world.papers.version, world.papers.model, list(rated.values()))
