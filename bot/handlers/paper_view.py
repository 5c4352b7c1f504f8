"""Opens papers: a pick of a reader or any paper they may see, with their rating of it."""

from dataclasses import replace

from bot.handlers.context import Context
from bot.messages import paper as screens
from bot.messages.paper import OpenedPaper
from bot.storage import digests, feedback, impressions, papers, saves
from bot.storage.digests import Digest
from bot.transport.screen import Screen


def open_paper(context: Context, ref: str) -> OpenedPaper | None:
    """Return the paper that a button names; None if it is nothing of this reader's."""
    if ref.startswith("p"):
        return _any_paper(context, ref)

    digest = digest_of(context, ref)
    return None if digest is None else of_pick(digest, ref)


def digest_of(context: Context, ref: str) -> Digest | None:
    """Return the digest of the pick that a button names; None if it names none of theirs."""
    if ref.startswith("p"):
        return None
    database, reader_id = context.runtime.database, context.reader.id
    return digests.by_pick(database, reader_id, int(ref))


def of_pick(digest: Digest, ref: str) -> OpenedPaper:
    """Return a pick of a digest as an opened paper."""
    pick = digest.pick(int(ref))
    return OpenedPaper(
        ref, pick.paper, pick.reason, value=pick.value, saved=pick.saved
    )


def screen(context: Context, opened: OpenedPaper) -> Screen:
    """Render an opened paper."""
    rated_ids = [
        ref for _, ref, _ in opened.reason.evidence if isinstance(ref, int)
    ]
    rated = papers.by_ids(
        context.runtime.database, rated_ids, context.reader.id
    )
    titles = {paper_id: paper.title for paper_id, paper in rated.items()}
    return screens.paper(context.t, opened, titles, context.reader.language)


def _any_paper(context: Context, ref: str) -> OpenedPaper | None:
    database, reader_id = context.runtime.database, context.reader.id
    paper_id = int(ref.removeprefix("p"))
    paper = papers.by_ids(database, [paper_id], reader_id).get(paper_id)
    if paper is None:
        return None

    opened = OpenedPaper(
        ref, paper, impressions.reason(database, reader_id, paper_id)
    )
    return replace(
        opened,
        value=feedback.rating(database, reader_id, paper_id),
        saved=saves.is_saved(database, reader_id, paper_id),
    )
