"""ArXiv's lists: what it announced today, and the newest papers of its query API."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.sources import announcements, arxiv
from bot.sources.endpoints import Endpoints, query
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer

# Categories that one query names: of the newest papers, each should have its part.
CATEGORIES_PER_QUERY = 3

log = logging.getLogger(__name__)


def announced(
    endpoints: Endpoints, categories: Sequence[str], now: datetime
) -> Iterator[Answer]:
    """Yield what arXiv announced; if its feed is down, the newest papers of its query API."""
    ask = query(endpoints, arxiv.SOURCE, "announced", now)
    count = 0
    try:
        with endpoints.throttle:
            for answer in ask(
                rss_url=endpoints.arxiv_rss_url,
                categories=categories,
                today=announcements.current_day(now),
            ):
                count += len(answer.papers)
                yield answer
    except SourceDown as down:
        if count or down.retry_after is not None:
            # Both doors lead to the same house: it asked to be left alone.
            raise
        log.warning("%s; asking its query API instead", down)
        yield from newest(endpoints, categories, now)
        if not down.passing:
            # An operator can mend this, so they should read of it.
            raise


def newest(
    endpoints: Endpoints, categories: Sequence[str], now: datetime
) -> Iterator[Answer]:
    """Yield the newest papers of some categories, by arXiv's query API."""
    for start in range(0, len(categories), CATEGORIES_PER_QUERY):
        ask = query(endpoints, arxiv.SOURCE, "newest", now)
        with endpoints.throttle:
            yield from ask(
                api_url=endpoints.arxiv_api_url,
                categories=categories[start : start + CATEGORIES_PER_QUERY],
                today=announcements.current_day(now),
            )
