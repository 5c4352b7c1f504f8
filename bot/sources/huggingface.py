"""Papers from the Hugging Face Daily Papers list, by day or by id."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from urllib.parse import quote

import httpx

from bot.sources import card_fields, fields, json_answers, web
from bot.sources.errors import NotFound, SourceDown
from bot.sources.records import RecordFilter
from bot.sources.withdrawals import without_withdrawn
from recommender.papers import Paper, title_key

SOURCE = "huggingface"
PAGE_SIZE = 100

# How many pages of one day or of one month to ask for; the fullest so far had two and nine.
MOST_PAGES = 10
MOST_PAGES_OF_MONTH = 20

# Seconds for a request that somebody waits for.
NEWEST_SECONDS = 3


def fetch_days(
    client: httpx.Client,
    *,
    endpoint: str,
    days: Iterable[date],
    record_filter: RecordFilter | None = None,
) -> Iterator[tuple[date, list[Paper]]]:
    """Yield the papers of each day, page by page, so that a failure loses no page before.

    Every day is yielded at least once, with an empty list if it has no papers. So is the
    newest day if it is refused (400), since Hugging Face answers so for a day that has
    no list yet.

    Raises SourceDown: a passing failure at once, and the refusal of an older day after
    all other days.
    """
    days = list(days)
    newest_day = max(days, default=None)
    refusal: SourceDown | None = None

    for day in days:
        try:
            for papers in _fetch_pages(
                client,
                endpoint,
                {"date": day.isoformat()},
                day,
                record_filter or RecordFilter(max(days)),
            ):
                yield day, papers
        except SourceDown as down:
            if down.passing:
                raise
            if day == newest_day:
                yield day, []
            else:
                refusal = refusal or down

    if refusal:
        raise refusal


def fetch_months(
    client: httpx.Client,
    *,
    endpoint: str,
    months: Iterable[date],
    record_filter: RecordFilter,
) -> Iterator[list[Paper]]:
    """Yield the papers of whole months, page by page, each month given by its first day.

    A paper that does not say when it was put on the list counts as the first day's.
    """
    for month in months:
        period = {"month": f"{month:%Y-%m}"}
        yield from _fetch_pages(
            client,
            endpoint,
            period,
            month,
            record_filter,
            most_pages=MOST_PAGES_OF_MONTH,
        )


def fetch_newest(
    client: httpx.Client,
    *,
    endpoint: str,
    today: date,
    record_filter: RecordFilter,
) -> list[Paper]:
    """Return one paper of the newest day of the list, if there is any."""
    url = f"{endpoint.rstrip('/')}/api/daily_papers"
    payload = web.get(
        client,
        url,
        source=SOURCE,
        params={"limit": 1},
        most_seconds=NEWEST_SECONDS,
    )
    return parse_list(payload, today, record_filter)


def fetch_by_id(
    client: httpx.Client,
    *,
    endpoint: str,
    arxiv_id: str,
    today: date,
    record_filter: RecordFilter | None = None,
) -> Paper | None:
    """Return the paper with an arXiv id, or None if Hugging Face does not have it."""
    url = f"{endpoint.rstrip('/')}/api/papers/{quote(arxiv_id, safe='')}"
    try:
        entry = json_answers.get(client, url, source=SOURCE)
    except NotFound:
        return None

    if not isinstance(entry, dict):
        raise SourceDown(SOURCE, "sent something other than a paper")

    # A paper that was never on the daily list is dated by its publication.
    day = fields.day(entry.get("publishedAt")) or today
    papers = _accept([entry], day, record_filter or RecordFilter(today))

    return next(without_withdrawn(papers), None)


def parse_list(
    payload: bytes, day: date, record_filter: RecordFilter | None = None
) -> list[Paper]:
    """Return the papers of one page of a day's list; raise SourceDown if it is none."""
    entries = json_answers.decode(payload, SOURCE)
    if not isinstance(entries, list):
        raise SourceDown(SOURCE, "sent something other than a list of papers")

    papers = _accept(entries, day, record_filter or RecordFilter(day))

    return list(without_withdrawn(papers))


def paper_from(entry: object, day: date) -> Paper | None:
    """Return an entry of the list as a paper, or None if it has no id or no title.

    Its date is when it was put on the list, else `day`, and never when it was published:
    the list is days behind.
    """
    if not isinstance(entry, dict):
        return None

    paper = entry["paper"] if isinstance(entry.get("paper"), dict) else entry
    title = fields.prose(paper.get("title")) or fields.prose(entry.get("title"))
    abstract = fields.prose(paper.get("summary")) or fields.prose(
        entry.get("summary")
    )
    if not title or not isinstance(paper.get("id"), str):
        return None

    gist = card_fields.gist(paper.get("ai_summary"))
    return Paper(
        title=title,
        listed=fields.day(paper.get("submittedOnDailyAt")) or day,
        source=SOURCE,
        abstract=abstract,
        arxiv_id=fields.arxiv(paper["id"]),
        authors=fields.names(paper.get("authors")),
        keywords=fields.keywords(paper.get("ai_keywords")),
        published=fields.moment(paper.get("publishedAt")),
        upvotes=fields.count(paper.get("upvotes")),
        links=fields.links(
            {
                "code": card_fields.code(paper.get("githubRepo")),
                "project": paper.get("projectPage"),
            }
        ),
        gist=gist,
        gist_source=SOURCE if gist else "",
        organization=card_fields.organization(
            paper.get("organization"), entry.get("organization")
        ),
        stars=fields.count(paper.get("githubStars")),
        thumbnail=card_fields.picture(entry.get("thumbnail")),
    )


def _accept(
    entries: list[object], day: date, record_filter: RecordFilter
) -> list[Paper]:
    """Return the papers of entries; one without id or title counts as refused."""

    def parse(entry: object) -> Paper:
        paper = paper_from(entry, day)
        if paper is None:
            raise ValueError("it has no id or no title")
        return paper

    return record_filter.accept(entries, parse)


def _fetch_pages(
    client: httpx.Client,
    endpoint: str,
    period: Mapping[str, str],
    day: date,
    record_filter: RecordFilter,
    *,
    most_pages: int = MOST_PAGES,
) -> Iterator[list[Paper]]:
    """Yield the new papers of each page of a day or a month, until a page has none.

    A short page is not always the last, since a page may have fewer papers than asked
    for. Nor does a full page mean that there is another: some servers ignore `p` and
    send the same page again.
    """
    url = f"{endpoint.rstrip('/')}/api/daily_papers"
    seen_keys: set[str] = set()

    for page in range(most_pages):
        params: dict[str, str | int] = {
            **period,
            "p": page,
            "limit": PAGE_SIZE,
        }
        payload = web.get(client, url, source=SOURCE, params=params)
        papers = {
            paper.arxiv_id or title_key(paper.title): paper
            for paper in parse_list(payload, day, record_filter)
        }

        new_papers = [
            paper for key, paper in papers.items() if key not in seen_keys
        ]
        yield new_papers
        if not new_papers:
            return

        seen_keys |= papers.keys()
