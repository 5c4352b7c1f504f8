"""What would be sent, to whom, and why: chosen as for a digest, but neither recorded nor sent."""

from rich.console import Console
from rich.table import Table

from bot import digest, schedule
from bot.messages import translation
from bot.messages.reasons import reason
from bot.storage import feedback, readers
from bot.storage.readers import Reader
from bot.world import World


def reader(out: Console, world: World, of: Reader) -> None:
    """Print the papers a reader would get now, each with its score and its reason."""
    today = schedule.local_date(world.clock(), of.zone)
    said = feedback.of_reader(world.database, of.id, of.zone, today)
    ranked = digest.rank(world.database, world.papers, said, today, of.picks)
    table = Table("#", "paper", "listed", "score", "policy", "why", box=None)
    t = translation.of(of.language)
    for rank, pick in enumerate(ranked.picks, start=1):
        paper = world.papers.papers[pick.row]
        why = digest.reason(world.database, world.papers, said, ranked.taste, pick)
        table.add_row(
            str(rank),
            paper.title,
            str(paper.listed),
            f"{pick.score:.3f}",
            pick.policy,
            reason(t, why),
        )
    out.print(
        f"{of.name or of.chat_id}: {len(ranked.picks)} of {ranked.new_papers} new papers, "
        f"{len(said.ratings)} ratings, wants {', '.join(said.wanted) or 'no topic yet'}",
        highlight=False,
    )
    out.print(table)


def due(out: Console, world: World) -> None:
    """Print who is due now, and what they would get."""
    now = world.clock()
    waiting = [
        each
        for each in readers.everyone(world.database)
        if each.next_due_at is not None and each.next_due_at <= now
    ]
    out.print(f"{len(waiting)} readers are due.", highlight=False)
    for each in waiting:
        reader(out, world, each)
