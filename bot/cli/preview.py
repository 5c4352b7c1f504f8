"""What would be sent, to whom, and why: chosen as for a digest, but neither recorded nor sent."""

import html

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.markup import plurals
from bot.messages import translation
from bot.messages.reasons import sentence
from bot.picks import selection
from bot.runtime import Runtime
from bot.schedule import due as schedule
from bot.storage import deliveries, feedback
from bot.storage.readers import Reader


def reader(out: Console, runtime: Runtime, of: Reader) -> None:
    """Print the papers a reader would get now, each with its score and its reason."""
    today = schedule.local_date(runtime.clock(), of.zone)
    said = feedback.of_reader(runtime.database, of.id, of.zone, today)
    day = selection.draw_day(of, said, today)
    ranked = selection.rank(
        runtime.database,
        runtime.catalogue,
        said,
        today,
        of.picks,
        day=day,
        bar=of.bar,
    )
    table = Table("#", "paper", "listed", "score", "policy", "why", box=None)
    t = translation.of(of.language)
    for rank, pick in enumerate(ranked.picks, start=1):
        paper = runtime.catalogue.papers[pick.row]
        why = selection.reason(
            runtime.database, runtime.catalogue, said, ranked, pick
        )
        table.add_row(
            str(rank),
            Text(paper.title),
            str(paper.listed),
            f"{pick.score:.3f}",
            pick.policy,
            Text(html.unescape(sentence(t, why))),
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


def due(out: Console, runtime: Runtime) -> None:
    """Print who would be sent a digest now, and what they would get."""
    waiting = deliveries.waiting_readers(runtime.database, runtime.clock())
    out.print(
        f"{plurals.of(len(waiting), 'reader is', 'readers are')} due.",
        highlight=False,
    )
    for each in waiting:
        reader(out, runtime, each)
