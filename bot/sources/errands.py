"""Asks a source, and reads what it says, in a process that ends and has limits."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx

from bot import concurrency
from bot.sources import arxiv, huggingface, records, web
from bot.sources.errors import SourceDown
from bot.sources.records import Sieve
from recommender.papers import Paper

MEMORY = 1_000_000_000
# Seconds that one answer may be computed on; real ones take two.
COMPUTING = 30
# Seconds beyond those of a request: for the process to begin and to read the answer.
READING = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought, how many records were refused, and how many there are in all."""

    papers: list[Paper]
    refused: int = 0
    total: int = 0


def ask(
    source: str,
    errand: str,
    real_day: date,
    /,
    *,
    patience: float = web.MOST_SECONDS,
    waits: float | None = None,
    **told: object,
) -> Iterator[Answer]:
    """Yield the answers to the errand of this name as they come.

    No list is ahead of the `real_day`, also where the clock of `told` is moved. Each request has
    `patience` seconds, from its first byte to its last.
    Raises SourceDown where the source is down, where its answer is too much for the limits, and
    where other children take more than `waits` seconds.
    """
    known = {
        "name": errand,
        "source": source,
        "today": real_day,
        "patience": patience,
    }
    message = json.dumps(known | {"told": told}, default=str).encode()
    try:
        for line in concurrency.lines(
            __name__, told=message, patience=patience + READING, waits=waits
        ):
            yield _answer(source, json.loads(line))
    except concurrency.Cut as cut:
        raise SourceDown(source, f"could not be read: it {cut}") from None


def _answer(source: str, row: dict[str, Any]) -> Answer:
    if "why" in row:
        wait = row["retry_after"]
        raise SourceDown(
            source,
            row["why"],
            retry_after=None if wait is None else timedelta(seconds=wait),
            passing=row["passing"],
        )
    papers = [records.paper_of(paper) for paper in row["papers"]]
    return Answer(papers, row["refused"], row["total"])


def _listed(
    client: httpx.Client, sieve: Sieve, told: dict[str, Any]
) -> Iterator[Answer]:
    days = [date.fromisoformat(day) for day in told["days"]]
    for _, papers in huggingface.fetch(
        client, endpoint=told["endpoint"], days=days, sieve=sieve
    ):
        yield Answer(papers)


def _front(
    client: httpx.Client, sieve: Sieve, told: dict[str, Any]
) -> Iterator[Answer]:
    today = date.fromisoformat(told.pop("today"))
    yield Answer(huggingface.newest(client, today=today, sieve=sieve, **told))


def _known(
    client: httpx.Client, sieve: Sieve, told: dict[str, Any]
) -> Iterator[Answer]:
    today = date.fromisoformat(told.pop("today"))
    paper = huggingface.look_up(client, today=today, sieve=sieve, **told)
    yield Answer([paper] if paper else [])


def _of_arxiv(
    call: Callable[..., list[Paper] | Iterator[Paper]],
) -> Callable[[httpx.Client, Sieve, dict[str, Any]], Iterator[Answer]]:
    def answers(
        client: httpx.Client, sieve: Sieve, told: dict[str, Any]
    ) -> Iterator[Answer]:
        today = date.fromisoformat(told.pop("today"))
        papers = call(
            client, today=today, throttle=web.Throttle(), sieve=sieve, **told
        )
        yield Answer(list(papers))

    return answers


def _written_by(
    client: httpx.Client, sieve: Sieve, told: dict[str, Any]
) -> Iterator[Answer]:
    today = date.fromisoformat(told.pop("today"))
    total, papers = arxiv.written_by(
        client, today=today, throttle=web.Throttle(), sieve=sieve, **told
    )
    yield Answer(papers, total=total)


ERRANDS: dict[
    tuple[str, str],
    Callable[[httpx.Client, Sieve, dict[str, Any]], Iterator[Answer]],
]
ERRANDS = {
    (huggingface.SOURCE, "listed"): _listed,
    (huggingface.SOURCE, "front"): _front,
    (huggingface.SOURCE, "look up"): _known,
    (arxiv.SOURCE, "announced"): _of_arxiv(arxiv.fetch),
    (arxiv.SOURCE, "newest"): _of_arxiv(arxiv.fetch_newest),
    (arxiv.SOURCE, "look up"): _of_arxiv(arxiv.look_up),
    (arxiv.SOURCE, "written by"): _written_by,
}


def run(errand: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what an errand brings, as JSON can tell it: answers, or at last why there is none."""
    sieve = Sieve(date.fromisoformat(errand["today"]))
    try:
        with web.client(_timeout(errand["patience"])) as client:
            before = 0
            for answer in ERRANDS[errand["source"], errand["name"]](
                client, sieve, errand["told"]
            ):
                papers = [records.row(paper) for paper in answer.papers]
                yield {
                    "papers": papers,
                    "refused": sieve.refused - before,
                    "total": answer.total,
                }
                before = sieve.refused
    except SourceDown as down:
        wait = (
            down.retry_after.total_seconds()
            if down.retry_after is not None
            else None
        )
        yield {"why": down.why, "retry_after": wait, "passing": down.passing}


def _timeout(patience: float) -> httpx.Timeout:
    return httpx.Timeout(min(patience, 30), connect=min(patience, 10))


def main() -> None:
    """Run the errand on the standard input; write each answer as a line."""
    concurrency.end_with_parent()
    concurrency.bounded(MEMORY, COMPUTING)
    for row in run(json.load(sys.stdin)):
        json.dump(row, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()
        concurrency.bounded(MEMORY, COMPUTING)


if __name__ == "__main__":
    main()
