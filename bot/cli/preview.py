"""What would be sent, to whom, and why: chosen as for a digest, but neither recorded nor sent."""

import html

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.markup import plurals
from bot.messages import translation
from bot.messages.reasons import reason
from bot.picks import selection
from bot.runtime import World
from bot.schedule import due as schedule
from bot.storage import deliveries, feedback
from bot.storage.readers import Reader


def reader(out: Console, world: World, of: Reader) -> None:
    """Print the papers a reader would get now, each with its score and its reason."""
    today = schedule.local_date(world.clock(), of.zone)
    said = feedback.of_reader(world.database, of.id, of.zone, today)
    day = selection.day_of(of, said, today)
    ranked = selection.rank(
        world.database, world.papers, said, today, of.picks, day=day, bar=of.bar
    )
    table = Table("#", "paper", "listed", "score", "policy", "why", box=None)
    t = translation.of(of.language)
    for rank, pick in enumerate(ranked.picks, start=1):
        paper = world.papers.papers[pick.row]
        why = selection.reason(world.database, world.papers, said, ranked, pick)
        table.add_row(
            str(rank),
            Text(paper.title),
            str(paper.listed),
            f"{pick.score:.3f}",
            pick.policy,
            Text(html.unescape(reason(t, why))),
        )
    out.print(
        f"{of.name or of.chat_id}: {len(ranked.picks)} of "
        f"{plurals.of(ranked.new_papers, 'new paper')}, "
        f"{plurals.of(len(said.ratings), 'rating')}, bar {of.bar}, "
        f"wants {', '.join(said.wanted) or 'no topic yet'}",
        markup=False,
        emoji=False,
        highlight=False,
    )
    out.print(table)


def due(out: Console, world: World) -> None:
    """Print who would be sent a digest now, and what they would get."""
    waiting = deliveries.waiting(world.database, world.clock())
    out.print(
        f"{plurals.of(len(waiting), 'reader is', 'readers are')} due.",
        highlight=False,
    )
    for each in waiting:
        reader(out, world, each)
