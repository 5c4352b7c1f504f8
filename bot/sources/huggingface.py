"""Papers from the Hugging Face Daily Papers list, by day or one by its id."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import quote

import httpx

from bot.sources import fields, web
from bot.sources.errors import NotThere, SourceDown
from bot.sources.records import Sieve
from bot.sources.withdrawn import left
from recommender.papers import Paper, title_key

SOURCE = "huggingface"
PAGE_SIZE = 100
MOST_PAGES = 10  # of one day; the fullest day so far had two


def fetch(
    client: httpx.Client,
    *,
    endpoint: str,
    days: Iterable[date],
    sieve: Sieve | None = None,
) -> Iterator[tuple[date, list[Paper]]]:
    """Yield the papers of each day, page by page, so that a failure takes nothing back.

    Every day is yielded at least once, with an empty list when it has no papers (any more); so
    is the newest day when it is refused, for that is how Hugging Face says "not yet" (400).
    Raises SourceDown: at once when it is passing; the refusal of an older day only after the
    other days were asked for.
    """
    wanted = list(days)
    refusal: SourceDown | None = None
    for day in wanted:
        try:
            for papers in _pages(
                client, endpoint, day, sieve or Sieve(max(wanted))
            ):
                yield day, papers
        except SourceDown as down:
            if down.passing:
                raise
            if day == max(wanted):
                yield day, []
            else:
                refusal = refusal or down
    if refusal:
        raise refusal


def newest(
    client: httpx.Client, *, endpoint: str, today: date, sieve: Sieve
) -> list[Paper]:
    """Return a paper of the newest day of the list, where there is any."""
    url = f"{endpoint.rstrip('/')}/api/daily_papers"
    answer = web.get(
        client, url, source=SOURCE, params={"limit": 1}, most_seconds=3
    )
    return parse(answer, today, sieve)


def look_up(
    client: httpx.Client,
    *,
    endpoint: str,
    arxiv_id: str,
    today: date,
    sieve: Sieve | None = None,
) -> Paper | None:
    """Return one paper by its id, None when Hugging Face does not know it."""
    url = f"{endpoint.rstrip('/')}/api/papers/{quote(arxiv_id, safe='')}"
    try:
        entry = _decode(web.get(client, url, source=SOURCE))
    except NotThere:
        return None
    if not isinstance(entry, dict):
        raise SourceDown(SOURCE, "sent something other than a paper")
    # A paper that was never on the daily list is as new as it was when it was published.
    day = fields.day(entry.get("publishedAt")) or today
    papers = (sieve or Sieve(today)).papers(
        [entry], lambda entry: _needed(entry, day)
    )
    return next(left(papers), None)


def parse(payload: bytes, day: date, sieve: Sieve | None = None) -> list[Paper]:
    """Return the papers of one page of the list of `day`; raise SourceDown when it is not one."""
    entries = _decode(payload)
    if not isinstance(entries, list):
        raise SourceDown(SOURCE, "sent something other than a list of papers")
    papers = (sieve or Sieve(day)).papers(
        entries, lambda entry: _needed(entry, day)
    )
    return list(left(papers))


def paper_from(entry: object, day: date) -> Paper | None:
    """Return one entry as a paper, None where it lacks an id or a title.

    It is dated by when it was put on the list (else `day`), never by when it was published:
    the list lags behind by days.
    """
    if not isinstance(entry, dict):
        return None
    told = entry["paper"] if isinstance(entry.get("paper"), dict) else entry
    title = fields.prose(told.get("title")) or fields.prose(entry.get("title"))
    if not title or not isinstance(told.get("id"), str):
        return None
    return Paper(
        title=title,
        listed=fields.day(told.get("submittedOnDailyAt")) or day,
        source=SOURCE,
        abstract=fields.prose(told.get("summary"))
        or fields.prose(entry.get("summary")),
        arxiv_id=fields.arxiv(told["id"]),
        authors=fields.names(told.get("authors")),
        keywords=fields.keywords(told.get("ai_keywords")),
        published=fields.moment(told.get("publishedAt")),
        upvotes=fields.count(told.get("upvotes")),
        links=fields.links(
            {"code": told.get("githubRepo"), "project": told.get("projectPage")}
        ),
    )


def _needed(entry: object, day: date) -> Paper:
    paper = paper_from(entry, day)
    if paper is None:
        raise ValueError("it has no id or no title")
    return paper


def _pages(
    client: httpx.Client, endpoint: str, day: date, sieve: Sieve
) -> Iterator[list[Paper]]:
    """Ask until a page brings nothing new.

    A short page is no end (pages may hold fewer than asked for), and neither is a full one more
    than the beginning: some servers ignore `p` and send the same page again.
    """
    seen: set[str] = set()
    url = f"{endpoint.rstrip('/')}/api/daily_papers"
    for page in range(MOST_PAGES):
        params: dict[str, str | int] = {
            "date": day.isoformat(),
            "p": page,
            "limit": PAGE_SIZE,
        }
        papers = parse(
            web.get(client, url, source=SOURCE, params=params), day, sieve
        )
        named = {
            paper.arxiv_id or title_key(paper.title): paper for paper in papers
        }
        new = [paper for name, paper in named.items() if name not in seen]
        yield new
        if not new:
            return
        seen |= named.keys()


def _decode(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        page = payload.lstrip()[:1] == b"<"
        why = (
            "sent a web page instead of JSON"
            if page
            else "sent JSON that is broken or breaks off"
        )
        raise SourceDown(SOURCE, why) from None
