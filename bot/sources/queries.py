"""Queries to sources, each run in a child process with limits of memory and time.

`ask` starts the child and yields its answers. The child reads the query from its
standard input, and writes each answer as a line of JSON.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import httpx

from bot import concurrency
from bot.errors import Failure
from bot.sources import (
    acl,
    arxiv,
    biorxiv,
    crossref,
    feeds,
    huggingface,
    openreview,
    records,
    semantic_scholar,
    web,
)
from bot.sources.crossref import Journal
from bot.sources.errors import SourceDown
from bot.sources.feeds import FeedState
from bot.sources.records import RecordFilter
from recommender.papers import Paper

# The memory of the child process, in bytes.
MEMORY = 1_000_000_000

# Seconds of computing for one answer; real ones take two.
COMPUTING = 30

# Seconds beyond those of a request, for the child to start and to read the answer.
READING = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The papers of one answer, with the number of refused records.

    `total` is the number of papers that the source has, if the query asks for it; `feed`
    and `journals` are what a feed says beside its papers, and the journals of a search.
    """

    papers: list[Paper]
    refused: int = 0
    total: int = 0
    feed: FeedState | None = None
    journals: tuple[Journal, ...] = ()


# ArXiv asks for three seconds between two requests.
ARXIV_PACE = web.Throttle()

# The parameters of queries that are dates.
DATES = {"today", "since"}

# A query: it gets the client, the filter and the query's parameters.
Query = Callable[[httpx.Client, RecordFilter, dict[str, Any]], Iterator[Answer]]


def ask(
    source: str,
    query: str,
    real_day: date,
    /,
    *,
    patience: float = web.MOST_SECONDS,
    waits: float | None = None,
    **params: object,
) -> Iterator[Answer]:
    """Yield the answers of a source to one of its `QUERIES`, as they come.

    No list is ahead of the `real_day`, even if the bot's own clock, from which `params`
    come, is. Each request has `patience` seconds in all.

    Raises SourceDown if the source is down, if an answer exceeds the limits, and if other
    child processes leave no room for `waits` seconds. Raises Failure if this process ends
    before the clock's query does: that says nothing of the source.
    """
    message = {
        "source": source,
        "name": query,
        "today": real_day,
        "patience": patience,
        "params": params,
    }
    try:
        # Not in a variable, which the traceback of an error would keep alive, and with it
        # the child's place among those that may run.
        for line in concurrency.lines(
            __name__,
            message=json.dumps(message, default=str).encode(),
            patience=patience + READING,
            waits=waits,
            queue=_queue(source, waits),
        ):
            yield _answer_of(source, json.loads(line))
    except concurrency.Cut as cut:
        if waits is None and isinstance(cut, concurrency.GivenUp):
            raise Failure(f"{source} is not asked any more") from None
        raise SourceDown(source, f"could not be read: it {cut}") from None


def _queue(source: str, waits: float | None) -> concurrency.Queue:
    """Return where a query waits for its turn; nobody waits for those of the clock."""
    is_feed = source == feeds.SOURCE
    if waits is None:
        return concurrency.FEEDS if is_feed else concurrency.LISTS

    return concurrency.NEW_FEEDS if is_feed else concurrency.QUEUE


def _answer_of(source: str, row: dict[str, Any]) -> Answer:
    """Return the answer of a child's row; raise SourceDown if it has an error."""
    if "why" in row:
        seconds = row["retry_after"]
        raise SourceDown(
            source,
            row["why"],
            retry_after=None if seconds is None else timedelta(seconds=seconds),
            passing=row["passing"],
        )

    return Answer(
        [records.paper_of(paper) for paper in row["papers"]],
        row["refused"],
        row["total"],
        FeedState(**row["feed"]) if row["feed"] else None,
        tuple(Journal(**journal) for journal in row["journals"]),
    )


def _row_of(answer: Answer, refused: int) -> dict[str, Any]:
    return {
        "papers": [records.row_of(paper) for paper in answer.papers],
        "refused": refused,
        "total": answer.total,
        "feed": asdict(answer.feed) if answer.feed else None,
        "journals": [asdict(journal) for journal in answer.journals],
    }


def _pages(
    fetch: Callable[..., Iterator[list[Paper]]], **more: object
) -> Query:
    """Return a function that yields lists of papers as a query."""

    def query(
        client: httpx.Client,
        record_filter: RecordFilter,
        params: dict[str, Any],
    ) -> Iterator[Answer]:
        pages = fetch(
            client, **_typed(params), **more, record_filter=record_filter
        )
        yield from map(Answer, pages)

    return query


def _papers(fetch: Callable[..., Iterable[Paper]], **more: object) -> Query:
    """Return a function that returns or yields papers as a query with one answer."""
    return _pages(
        lambda client, **params: iter([list(fetch(client, **params))]), **more
    )


def _look_up(fetch: Callable[..., Paper | None], **more: object) -> Query:
    """Return a function that returns a paper, or None, as a query with one answer."""

    def papers(client: httpx.Client, **params: Any) -> list[Paper]:  # noqa: ANN401 - of each function its own
        paper = fetch(client, **params)
        return [paper] if paper else []

    return _papers(papers, **more)


def _list_days(
    client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    pages = huggingface.fetch_days(
        client, **_typed(params), record_filter=record_filter
    )
    for _, papers in pages:
        yield Answer(papers)


def _list_months(
    client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    months = [date.fromisoformat(month) for month in params.pop("months")]
    pages = huggingface.fetch_months(
        client, **params, months=months, record_filter=record_filter
    )
    yield from map(Answer, pages)


def _find_author_on_arxiv(
    client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    total, papers = arxiv.fetch_by_author(
        client,
        **_typed(params),
        throttle=ARXIV_PACE,
        record_filter=record_filter,
    )
    yield Answer(papers, total=total)


def _read_feed(
    _client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    # Not by the client, which would ask any address.
    state, papers = feeds.fetch_feed(
        **_typed(params), record_filter=record_filter
    )
    yield Answer(papers, feed=state)


def _find_journals(
    client: httpx.Client, _record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    journals = crossref.fetch_journals(client, **params)
    yield Answer([], journals=tuple(journals))


def _typed(params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a query with their dates as dates."""
    typed = dict(params)
    for name in DATES & params.keys():
        typed[name] = date.fromisoformat(params[name])
    if "days" in params:
        typed["days"] = [date.fromisoformat(day) for day in params["days"]]

    return typed


QUERIES: dict[tuple[str, str], Query] = {
    (huggingface.SOURCE, "listed"): _list_days,
    (huggingface.SOURCE, "months"): _list_months,
    (huggingface.SOURCE, "front"): _papers(huggingface.fetch_newest),
    (huggingface.SOURCE, "look up"): _look_up(huggingface.fetch_by_id),
    (arxiv.SOURCE, "announced"): _pages(
        arxiv.fetch_announced, throttle=ARXIV_PACE
    ),
    (arxiv.SOURCE, "newest"): _papers(arxiv.fetch_newest, throttle=ARXIV_PACE),
    (arxiv.SOURCE, "look up"): _papers(arxiv.fetch_by_ids, throttle=ARXIV_PACE),
    (arxiv.SOURCE, "written by"): _find_author_on_arxiv,
    (feeds.SOURCE, "read"): _read_feed,
    **{
        (server, "listed"): _pages(biorxiv.fetch_days, server=server)
        for server in biorxiv.SERVERS
    },
    **{
        (server, "look up"): _look_up(biorxiv.fetch_by_doi, server=server)
        for server in biorxiv.SERVERS
    },
    (crossref.SOURCE, "journals"): _find_journals,
    (crossref.SOURCE, "listed"): _pages(crossref.fetch_listed),
    (crossref.SOURCE, "look up"): _look_up(crossref.fetch_by_doi),
    (openreview.SOURCE, "look up"): _look_up(openreview.fetch_by_id),
    (acl.SOURCE, "look up"): _look_up(acl.fetch_by_id),
    (semantic_scholar.SOURCE, "look up"): _look_up(
        semantic_scholar.fetch_by_id
    ),
}


def run(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the answers to a query as JSON rows, the last one with the error if any."""
    query = QUERIES[message["source"], message["name"]]
    record_filter = RecordFilter(date.fromisoformat(message["today"]))

    try:
        with web.client(_timeout(message["patience"])) as client:
            reported = 0
            for answer in query(client, record_filter, message["params"]):
                yield _row_of(answer, record_filter.refused - reported)
                reported = record_filter.refused
    except SourceDown as down:
        wait = down.retry_after
        yield {
            "why": down.why,
            "retry_after": None if wait is None else wait.total_seconds(),
            "passing": down.passing,
        }


def _timeout(patience: float) -> httpx.Timeout:
    return httpx.Timeout(min(patience, 30), connect=min(patience, 10))


def main() -> None:
    """Run the query on the standard input; write each answer as a line."""
    concurrency.end_with_parent()
    concurrency.limit_process(MEMORY, COMPUTING)

    for row in run(json.load(sys.stdin)):
        json.dump(row, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()

        # The next answer has seconds of its own.
        concurrency.limit_process(MEMORY, COMPUTING)


if __name__ == "__main__":
    main()
