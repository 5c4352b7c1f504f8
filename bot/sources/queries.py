"""Queries to sources, each run in a child process with limits of memory and time.

`ask` starts the child and yields its answers. The child reads the query from its
standard input, and writes each answer as a line of JSON.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx

from bot import concurrency
from bot.sources import arxiv, huggingface, records, web
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

    `total` is the number of papers that the source has, if the query asks for it.
    """

    papers: list[Paper]
    refused: int = 0
    total: int = 0
    feed: FeedState | None = None
    journals: tuple[Journal, ...] = ()


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
    child processes leave no room for `waits` seconds.
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
        ):
            yield _answer_of(source, json.loads(line))
    except concurrency.Cut as cut:
        raise SourceDown(source, f"could not be read: it {cut}") from None


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

    papers = [records.paper_of(paper) for paper in row["papers"]]
    return Answer(papers, row["refused"], row["total"])


def _list_days(
    client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    pages = huggingface.fetch_days(
        client,
        endpoint=params["endpoint"],
        days=[date.fromisoformat(day) for day in params["days"]],
        record_filter=record_filter,
    )
    for _, papers in pages:
        yield Answer(papers)


def _list_newest(
    client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    papers = huggingface.fetch_newest(
        client,
        endpoint=params["endpoint"],
        today=date.fromisoformat(params["today"]),
        record_filter=record_filter,
    )
    yield Answer(papers)


def _look_up_on_huggingface(
    client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    paper = huggingface.fetch_by_id(
        client,
        endpoint=params["endpoint"],
        arxiv_id=params["arxiv_id"],
        today=date.fromisoformat(params["today"]),
        record_filter=record_filter,
    )
    yield Answer([paper] if paper else [])


def _arxiv_query(
    fetch: Callable[..., list[Paper] | Iterator[Paper]],
) -> Query:
    """Return a function of the arxiv module as a query."""

    def query(
        client: httpx.Client,
        record_filter: RecordFilter,
        params: dict[str, Any],
    ) -> Iterator[Answer]:
        papers = fetch(
            client,
            **_arxiv_params(params),
            throttle=web.Throttle(),
            record_filter=record_filter,
        )
        yield Answer(list(papers))

    return query


def _find_author_on_arxiv(
    client: httpx.Client, record_filter: RecordFilter, params: dict[str, Any]
) -> Iterator[Answer]:
    total, papers = arxiv.fetch_by_author(
        client,
        **_arxiv_params(params),
        throttle=web.Throttle(),
        record_filter=record_filter,
    )
    yield Answer(papers, total=total)


def _arxiv_params(params: dict[str, Any]) -> dict[str, Any]:
    return {**params, "today": date.fromisoformat(params["today"])}


QUERIES: dict[tuple[str, str], Query] = {
    (huggingface.SOURCE, "listed"): _list_days,
    (huggingface.SOURCE, "front"): _list_newest,
    (huggingface.SOURCE, "look up"): _look_up_on_huggingface,
    (arxiv.SOURCE, "announced"): _arxiv_query(arxiv.fetch_announced),
    (arxiv.SOURCE, "newest"): _arxiv_query(arxiv.fetch_newest),
    (arxiv.SOURCE, "look up"): _arxiv_query(arxiv.fetch_by_ids),
    (arxiv.SOURCE, "written by"): _find_author_on_arxiv,
}


def run(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the answers to a query as JSON rows, the last one with the error if any."""
    query = QUERIES[message["source"], message["name"]]
    record_filter = RecordFilter(date.fromisoformat(message["today"]))

    try:
        with web.client(_timeout(message["patience"])) as client:
            reported = 0
            for answer in query(client, record_filter, message["params"]):
                yield {
                    "papers": [
                        records.row_of(paper) for paper in answer.papers
                    ],
                    "refused": record_filter.refused - reported,
                    "total": answer.total,
                }
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
