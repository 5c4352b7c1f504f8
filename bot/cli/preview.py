"""Prints what readers would be sent now, and why; nothing is recorded or sent."""

import html

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.markup import plurals
from bot.messages import translation
from bot.messages.reasons import sentence
from bot.picks import group_selection, selection
from bot.picks.ranking import Ranking, reasons_of
from bot.runtime import Runtime
from bot.storage import deliveries, own, papers
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from recommender.papers import Paper


def print_due_readers(console: Console, runtime: Runtime) -> None:
    """Print which readers would be sent a digest now, and the picks of each."""
    readers = deliveries.waiting_readers(runtime.database, runtime.clock())
    count = plurals.of(len(readers), "reader is", "readers are")
    console.print(f"{count} due.", highlight=False)

    for reader in readers:
        print_picks(console, runtime, reader)


def print_picks(console: Console, runtime: Runtime, reader: Reader) -> None:
    """Print the papers that a reader would get now, with scores and reasons."""
    now = runtime.clock()
    if not reader.is_person:
        _print_group_picks(console, runtime, reader)
        return
    today = reader.local_date(now)
    feedback = selection.read_feedback(runtime.database, reader, now)

    ranking = selection.rank(
        runtime.database,
        runtime.catalogue,
        feedback,
        today,
        reader.picks,
        day=selection.draw_day(reader, feedback, today),
        bar=reader.bar,
        looks_back=True,
    )

    # Names and titles may hold what rich takes for markup.
    console.print(
        _summary(reader, feedback, ranking),
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(_table(runtime, reader, feedback, ranking))


def _print_group_picks(
    console: Console, runtime: Runtime, reader: Reader
) -> None:
    """Print the papers that a group would get now, with the topics that they are for."""
    choices = group_selection.propose(
        runtime.database, runtime.catalogue, reader, runtime.clock()
    )
    stored = papers.by_ids(
        runtime.database, [choice.paper_id for choice in choices]
    )
    t = translation.of(reader.language)
    table = Table("#", "paper", "listed", "score", "policy", "why", box=None)
    for rank, choice in enumerate(choices, start=1):
        paper = stored[choice.paper_id]
        table.add_row(
            str(rank),
            Text(paper.title),
            str(paper.listed),
            f"{choice.score:.3f}",
            choice.policy,
            Text(html.unescape(sentence(t, choice.reason))),
        )

    name = reader.name or str(reader.chat_id)
    console.print(
        f"{name}: {plurals.of(len(choices), 'paper')} for a {reader.kind}",
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(table)


def _summary(reader: Reader, feedback: Feedback, ranking: Ranking) -> str:
    """Return what the picks were selected from, in one line."""
    name = reader.name or reader.chat_id
    new_papers = plurals.of(ranking.new_papers, "new paper")
    ratings = plurals.of(len(feedback.ratings), "rating")
    topics = ", ".join(feedback.wanted) or "no topic yet"
    return (
        f"{name}: {len(ranking.picks)} of {new_papers}, "
        f"{ratings}, bar {reader.bar}, wants {topics}"
    )


def _table(
    runtime: Runtime, reader: Reader, feedback: Feedback, ranking: Ranking
) -> Table:
    """Return a row for each pick, best first."""
    t = translation.of(reader.language)
    table = Table("#", "paper", "listed", "score", "policy", "why", box=None)

    reasons = reasons_of(runtime.database, runtime.catalogue, feedback, ranking)
    papers = ranking.shelf.papers(pick.row for pick in ranking.picks)
    rows = zip(ranking.picks, papers, reasons, strict=True)
    for rank, (pick, paper, reason) in enumerate(rows, start=1):
        table.add_row(
            str(rank),
            Text(_title(paper)),
            str(paper.listed),
            f"{pick.score:.3f}",
            pick.policy,
            Text(html.unescape(sentence(t, reason))),
        )

    return table


def _title(paper: Paper) -> str:
    """Return the title of a public paper; a reader's own ones are nobody else's business."""
    return (
        "a paper of their own" if paper.source in own.SOURCES else paper.title
    )
