"""Papers from arXiv: the day's announcements (RSS), and queries by id or author (Atom)."""

import itertools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from urllib.parse import quote

import httpx

from bot.markup import plurals
from bot.sources import fields, syndication, web
from bot.sources.errors import NotFound, Rejected, SourceDown
from bot.sources.records import PARSE_ERRORS, RecordFilter
from bot.sources.syndication import FeedEntry
from bot.sources.withdrawals import is_withdrawn
from recommender.papers import Paper, arxiv_id, author_key, one_line, title_key

SOURCE = "arxiv"

# The announce types of papers that are new to a category. The others announce a new
# version of a paper.
CROSS = "cross"
NEW_TYPES = {"new", CROSS}

# What stands before the abstract in an announcement.
ANNOUNCEMENT = re.compile(
    r"\s*arXiv:\S+\s+Announce Type:\s*(\S+)(?:\s+Abstract:)?"
)
TOTAL_RESULTS = re.compile(rb"totalResults[^>]*>\s*(\d{1,6})\s*<")

# How many ids one query may name.
IDS_PER_QUERY = 100

# How many categories one request names, of which the feed has at most so many items.
CATEGORIES_PER_REQUEST = 20
FULL = 2_000

# How many refused requests are split: one of twenty categories that arXiv does not have
# costs six, and an address where nothing is should not cost hundreds.
MOST_REFUSALS = 40

# How many of the newest submissions to ask for.
NEWEST = 200

# How many papers of an author to ask for, and the seconds to wait for them.
PAPERS_OF_AUTHOR = 3
AUTHOR_SECONDS = 5


def fetch_announced(
    client: httpx.Client,
    *,
    rss_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> Iterator[list[Paper]]:
    """Yield the papers that arXiv announced today in some categories, once each.

    One request asks for several categories. Those of a request whose feed is full, or of
    which one is refused, are asked for again by halves. At weekends there are no papers.

    Raises SourceDown: a failure at once, and categories that are refused at the end.
    """
    record_filter = record_filter or RecordFilter(today)
    batches = deque(_batches(categories))
    refused_categories: list[str] = []
    seen_keys: set[str] = set()
    refusals = 0

    while batches:
        batch = batches.popleft()
        feed = _announcement(client, rss_url, batch, throttle)

        refusals += feed is None
        if feed is None and (len(batch) == 1 or refusals > MOST_REFUSALS):
            refused_categories += batch
        elif len(batch) > 1 and (feed is None or _is_full(feed)):
            batches.extendleft(_halves(batch))

        papers = _papers(feed, today, record_filter) if feed else []
        yield [paper for paper in papers if _key(paper) not in seen_keys]
        seen_keys.update(map(_key, papers))

    if refused_categories:
        raise _categories_refused(refused_categories)


def fetch_newest(
    client: httpx.Client,
    *,
    api_url: str,
    categories: Sequence[str],
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> list[Paper]:
    """Return the newest submissions to some categories, for when the RSS feed is down."""
    if not categories:
        return []

    params: dict[str, str | int] = {
        "search_query": " OR ".join(
            f"cat:{category}" for category in categories
        ),
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "max_results": NEWEST,
    }
    with throttle:
        payload = web.get(client, api_url, source=SOURCE, params=params)

    if b"/api/errors" in payload:
        raise _categories_refused(categories)

    return parse_feed(payload, today, record_filter)


def fetch_by_ids(
    client: httpx.Client,
    *,
    api_url: str,
    ids: Sequence[str],
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> Iterator[Paper]:
    """Yield the papers with some ids, query by query; unknown ids yield nothing."""
    valid_ids = filter(None, map(arxiv_id, ids))

    while batch := list(itertools.islice(valid_ids, IDS_PER_QUERY)):
        params: dict[str, str | int] = {
            "id_list": ",".join(batch),
            # Without this arXiv answers with ten.
            "max_results": len(batch),
        }
        with throttle:
            payload = web.get(client, api_url, source=SOURCE, params=params)

        yield from parse_feed(payload, today, record_filter)


def fetch_by_author(
    client: httpx.Client,
    *,
    api_url: str,
    name: str,
    today: date,
    throttle: web.Throttle,
    record_filter: RecordFilter | None = None,
) -> tuple[int, list[Paper]]:
    """Return the number of papers under an author's name, and the newest three."""
    words = one_line(re.sub(r"[^\w\s'-]", " ", name))
    params: dict[str, str | int] = {
        "search_query": f'au:"{words}"',
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "max_results": PAPERS_OF_AUTHOR,
    }
    with throttle:
        payload = web.get(
            client,
            api_url,
            source=SOURCE,
            params=params,
            most_seconds=AUTHOR_SECONDS,
        )

    key = author_key(name)
    papers = [
        paper
        for paper in parse_feed(payload, today, record_filter)
        if key in map(author_key, paper.authors)
    ]
    if not papers:
        return 0, []

    total = TOTAL_RESULTS.search(payload)
    return max(int(total[1]) if total else 0, len(papers)), papers


def parse_feed(
    payload: bytes, today: date, record_filter: RecordFilter | None = None
) -> list[Paper]:
    """Return the papers of an RSS or Atom feed; raise SourceDown for anything else.

    `today` dates the entries if neither they nor the feed have a date.
    """
    return _papers(_feed(payload), today, record_filter or RecordFilter(today))


def _feed(payload: bytes) -> FeedEntry:
    feed = syndication.parse(payload, SOURCE)
    _check_complete(feed)

    return feed


def _papers(
    feed: FeedEntry, today: date, record_filter: RecordFilter
) -> list[Paper]:
    feed_day = _feed_day(feed["feed"]) or today

    return record_filter.accept(
        feed["entries"], lambda entry: _parse_entry(entry, feed_day)
    )


def _announcement(
    client: httpx.Client,
    rss_url: str,
    categories: Sequence[str],
    throttle: web.Throttle,
) -> FeedEntry | None:
    """Return the feed of some categories, or None if arXiv refuses one of them."""
    path = "+".join(quote(category, safe="") for category in categories)
    url = f"{rss_url.rstrip('/')}/{path}"

    try:
        with throttle:
            payload = web.get(client, url, source=SOURCE)
        return _feed(payload)
    except (NotFound, Rejected):
        return None


def _is_full(feed: FeedEntry) -> bool:
    """Tell whether a feed may lack papers, since it has as many items as feeds can."""
    return len(feed["entries"]) >= FULL


def _batches(categories: Sequence[str]) -> Iterator[list[str]]:
    """Yield the categories, each once, as many together as one request names."""
    names = iter(dict.fromkeys(categories))

    while batch := list(itertools.islice(names, CATEGORIES_PER_REQUEST)):
        yield batch


def _halves(batch: list[str]) -> tuple[list[str], list[str]]:
    """Return the two halves of a batch, the first one last."""
    middle = len(batch) // 2

    return batch[middle:], batch[:middle]


def _key(paper: Paper) -> str:
    return paper.arxiv_id or title_key(paper.title)


def _categories_refused(categories: Sequence[str]) -> SourceDown:
    message = (
        f"refuses {','.join(categories)}; "
        "is each of ARXIV_CATEGORIES one of arXiv's?"
    )
    return SourceDown(SOURCE, message, passing=False)


def _check_complete(feed: FeedEntry) -> None:
    """Raise SourceDown for an error message, or a feed that lacks the papers it counts."""
    title = fields.text(feed["feed"].get("title"))
    if title.startswith("Feed error"):
        raise Rejected(
            SOURCE, f"refuses what it was asked: {title[:200]}", passing=False
        )

    total = fields.text(feed["feed"].get("opensearch_totalresults"))
    if not feed["entries"] and total.isdecimal() and int(total[:9]):
        papers = plurals.of(int(total[:9]), "paper")
        raise SourceDown(SOURCE, f"counts {papers} and brings none")


def _parse_entry(entry: FeedEntry, feed_day: date) -> Paper | None:
    """Return an entry as a paper; None for an error, a withdrawal, or a new version."""
    title = fields.prose(entry.get("title"))
    entry_id = entry.get("id", "")

    # The query API answers with an error entry for an id that does not exist.
    if not title or "/api/errors" in entry_id:
        return None

    summary = entry.get("summary", "")
    abstract = fields.prose(ANNOUNCEMENT.sub("", summary, count=1))
    comment = fields.text(entry.get("arxiv_comment"))
    if is_withdrawn(title, abstract, comment):
        return None

    announce_type = _announce_type(entry)
    if announce_type and announce_type not in NEW_TYPES:
        return None

    paper_id = arxiv_id(entry_id) or arxiv_id(entry.get("link", ""))
    listed = _entry_day(entry) or feed_day
    if announce_type == CROSS:
        # An old paper that is put into one more category is not new.
        listed = fields.listed(paper_id, None, listed)
    identifiers = fields.identifiers(entry.get("arxiv_doi"))

    return Paper(
        title=title,
        listed=listed,
        source=SOURCE,
        abstract=abstract,
        arxiv_id=paper_id,
        authors=_authors(entry, one_field=bool(announce_type)),
        categories=_categories(entry),
        # The date of an announcement is its own. Only the query API gives the date of
        # the first version.
        published=None if announce_type else syndication.moment(entry),
        doi=identifiers.doi,
        preprint_doi=identifiers.preprint_doi,
        venue=_venue(entry),
    )


def _categories(entry: FeedEntry) -> tuple[str, ...]:
    """Return the categories of an entry, the primary one first, as announcements have it."""
    primary = entry.get("arxiv_primary_category")
    terms = [primary.get("term")] if isinstance(primary, dict) else []
    terms += [tag.get("term") for tag in entry.get("tags", [])]

    return tuple(dict.fromkeys(fields.texts(terms)))


def _venue(entry: FeedEntry) -> str:
    """Return where a paper was published: queries and announcements name it apart."""
    return fields.prose(entry.get("arxiv_journal_ref")) or fields.prose(
        entry.get("arxiv_journal_reference")
    )


def _announce_type(entry: FeedEntry) -> str:
    """Return the announce type of an entry, or "" if it answers a query."""
    announcement = ANNOUNCEMENT.match(entry.get("summary", ""))
    announce_type = entry.get("arxiv_announce_type") or (
        announcement and announcement[1]
    )
    return fields.text(announce_type).lower()


def _authors(entry: FeedEntry, *, one_field: bool) -> tuple[str, ...]:
    """Return the authors of an entry; announcements name all in one dc:creator field."""
    names = [author.get("name", "") for author in entry.get("authors", [])]

    return fields.names(", ".join(names) if one_field else names)


def _entry_day(entry: FeedEntry) -> date | None:
    published = syndication.moment(entry)

    return published.date() if published else None


def _feed_day(feed: FeedEntry) -> date | None:
    # A malformed date of the feed does no harm, since entries have their own.
    with suppress(*PARSE_ERRORS):
        return _entry_day(feed)

    return None
