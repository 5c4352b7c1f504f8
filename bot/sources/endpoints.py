"""Where the sources are, which of arXiv's categories to read, and when to leave a source alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.markup import list_keys
from bot.sources import arxiv, queries, web
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer
from bot.sources.summaries import Model

# ArXiv asks to be left alone for hours, not seconds.
ARXIV_PAUSE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of the sources, and what is read from them."""

    hf_endpoint: str
    arxiv_rss_url: str
    arxiv_api_url: str
    arxiv_categories: tuple[str, ...] = ()
    # False where papers come by another way, as the bundled sample does.
    lists: bool = True
    # One throttle for everything that asks arXiv.
    throttle: web.Throttle = field(default_factory=web.Throttle)
    # The real time, even where the bot's own clock is ahead: no list is.
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    biorxiv_api_url: str = "https://api.biorxiv.org"
    crossref_api_url: str = "https://api.crossref.org"
    openreview_api_url: str = "https://api2.openreview.net"
    acl_url: str = "https://aclanthology.org"
    semantic_scholar_api_url: str = "https://api.semanticscholar.org"
    # The operator's language model, which is asked for gists if there is one.
    summaries: Model | None = None
    # Whether a reader's feed may be in a private network, which only tests need.
    allow_private_feeds: bool = False

    @property
    def common_lists(self) -> list[str]:
        """The lists that every reader gets: the categories that the operator named."""
        return [
            list_keys.key(list_keys.ARXIV, category)
            for category in self.arxiv_categories
        ]


def query(
    endpoints: Endpoints,
    source: str,
    name: str,
    now: datetime,
    *,
    patience: float = web.MOST_SECONDS,
) -> Callable[..., Iterator[Answer]]:
    """Return a callable that runs a named query of a source in a child process."""
    today = max(now, endpoints.clock()).date()
    waits = patience if patience < web.MOST_SECONDS else None
    return partial(
        queries.ask, source, name, today, patience=patience, waits=waits
    )


def resumes_at(down: SourceDown, now: datetime) -> datetime | None:
    """Return when a source may be asked again, or None if it may be at once."""
    asked_to_wait = down.retry_after is not None
    if down.source == arxiv.SOURCE and (asked_to_wait or not down.passing):
        return now + max(down.retry_after or ARXIV_PAUSE, ARXIV_PAUSE)
    return None if down.retry_after is None else now + down.retry_after
