"""Replays readers with and without arXiv categories of their own, and returns the figures."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from bot.cli.evaluate import data, tables
from bot.cli.evaluate.tables import Rows
from bot.errors import Failure
from bot.markup import list_keys
from bot.picks.catalogue import popularity
from recommender.evaluation.favourites import favourite_categories
from recommender.evaluation.mornings import Corpus, first_needed
from recommender.evaluation.sources import Outcome, Store, Window
from recommender.papers import Paper

# The names of the two cases.
DAILY_ALONE = "Daily Papers"
WITH_CATEGORIES = "Daily Papers and two categories"

# How many categories a reader gets.
N_CATEGORIES = 2

# The lists that everybody gets.
COMMON = frozenset({list_keys.DAILY, list_keys.FILE})

# A paper as one list named it, with its id.
Mention = tuple[str, Paper]


def load(
    papers: Sequence[Path], readers_file: Path, window: Window
) -> list[Store]:
    """Read the papers and the readers, and return what is stored in either case.

    Categories are stored from the first day of the window on, as when readers choose them then.
    """
    mentions = [
        (paper_id, _with_lists(paper))
        for paper_id, paper in data.read_mentions(papers)
        if paper.listed <= window.last
    ]
    categories = _favourites(mentions, readers_file, window.first)
    own_lists = [
        COMMON.union(list_keys.key(list_keys.ARXIV, code) for code in codes)
        for codes in categories
    ]

    offered = [
        (paper_id, paper)
        for paper_id, paper in mentions
        if paper.listed >= window.first
        or not COMMON.isdisjoint(paper.lists or ())
    ]
    n_readers = len(categories)
    cases = {
        DAILY_ALONE: [COMMON] * n_readers,
        WITH_CATEGORIES: own_lists,
    }
    return [
        _store(name, offered, lists, readers_file, window)
        for name, lists in cases.items()
    ]


def result_rows(outcomes: Sequence[Outcome]) -> Rows:
    """Return each outcome as a row for programs, with lists for its weeks and readers."""
    return [
        {
            "protocol": "sources",
            **tables.rounded(asdict(outcome)),
            "by_week": [round(share, 4) for share in outcome.by_week],
            "by_reader": [round(share, 4) for share in outcome.by_reader],
            "readers": len(outcome.by_reader),
        }
        for outcome in outcomes
    ]


def summary_rows(outcomes: Sequence[Outcome]) -> Rows:
    """Return each outcome as a row for people."""
    return [
        {
            "model": outcome.model,
            "sources": outcome.sources,
            "liked share": round(outcome.liked_share, 4),
            "picks": outcome.picks,
            "from categories": outcome.own_picks,
            "of these liked": round(
                outcome.own_hits / max(outcome.own_picks, 1), 4
            ),
            "gain": f"{outcome.gain:+.3f}",
            "95 % interval": f"{outcome.gain_low:+.3f} to {outcome.gain_high:+.3f}",
        }
        for outcome in outcomes
    ]


def week_rows(outcomes: Sequence[Outcome]) -> Rows:
    """Return the liked shares by week, for a table of their own."""
    return [
        {
            "model": outcome.model,
            "sources": outcome.sources,
            "liked share by week": [
                round(share, 3) for share in outcome.by_week
            ],
        }
        for outcome in outcomes
    ]


def category_rows(stores: Sequence[Store]) -> Rows:
    """Return how many readers have each set of categories."""
    sets = Counter(
        ", ".join(sorted(map(list_keys.name, lists - COMMON)))
        for store in stores
        for lists in store.lists
        if lists != COMMON
    )
    return [
        {"categories": names, "readers": n} for names, n in sets.most_common()
    ]


def _with_lists(paper: Paper) -> Paper:
    keys = list_keys.of_paper(paper.source, paper.categories)
    return replace(paper, lists=dict.fromkeys(keys, paper.listed))


def _favourites(
    mentions: Sequence[Mention], readers_file: Path, cut: date
) -> list[tuple[str, ...]]:
    """Return the categories most frequent among each reader's likes of papers before a day."""
    papers = _joined(mentions)
    corpus = _corpus(papers)
    readers = data.read_stream_readers(readers_file, list(papers))
    end = corpus.first_row_after(cut.toordinal() - 1)
    likes = [[row for row in reader.likes if row < end] for reader in readers]
    try:
        return favourite_categories(corpus, likes, N_CATEGORIES)
    except ValueError as error:
        raise Failure(f"--papers: {error}", passing=False) from None


def _store(
    name: str,
    mentions: Sequence[Mention],
    lists: Sequence[frozenset[str]],
    readers_file: Path,
    window: Window,
) -> Store:
    """Return what is stored where readers have some lists: the papers of all of these."""
    fetched = frozenset[str]().union(*lists)
    papers = _joined(mentions, fetched)
    before, days = window.days(_corpus(papers))
    if not len(days):
        raise Failure(
            f"--cut, --until: {name} list no paper from {window.first} on",
            passing=False,
        )

    # No model sees papers that are older than those that the first of all fits can need.
    n_days = int(days[-1] - min([*before, *days])) + 1
    first_row = first_needed(list(papers.values()), n_days)
    papers = dict(list(papers.items())[first_row:])
    return Store(
        sources=name,
        corpus=_corpus(papers),
        readers=data.read_stream_readers(readers_file, list(papers)),
        lists=lists,
        common=COMMON,
    )


def _corpus(papers: dict[str, Paper]) -> Corpus:
    listed = list(papers.values())
    return Corpus(listed, popularity(listed))


def _joined(
    mentions: Sequence[Mention], lists: Collection[str] | None = None
) -> dict[str, Paper]:
    """Return the papers that some lists name, by default any, the oldest first.

    The first mention describes a paper; it has its categories all along, and its votes from the
    day on which the list that counts them names it.
    """
    papers: dict[str, Paper] = {}
    for paper_id, paper in sorted(mentions, key=lambda pair: pair[1].listed):
        named = {
            key: day
            for key, day in (paper.lists or {}).items()
            if lists is None or key in lists
        }
        if not named:
            continue
        former = papers.get(paper_id)
        papers[paper_id] = (
            replace(paper, lists=named)
            if former is None
            else _join(former, replace(paper, lists=named))
        )
    return papers


def _join(former: Paper, paper: Paper) -> Paper:
    """Return a paper with what a later mention adds: lists, categories and votes."""
    joined = replace(
        former,
        lists={**(paper.lists or {}), **(former.lists or {})},
        categories=former.categories or paper.categories,
    )
    if former.upvotes is not None or paper.upvotes is None:
        return joined
    return replace(joined, source=paper.source, upvotes=paper.upvotes)
