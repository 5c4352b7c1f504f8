"""One server that plays every source, and a database of SQLite alone."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.sources import web
from bot.sources.endpoints import Endpoints
from tests.sources.conftest import Answer, Query, Source, source
from tests.sources.test_arxiv import rss
from tests.sources.test_biorxiv import NOTHING

__all__ = ["source"]

# A Wednesday, in New York as well.
NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
NO_PAPERS = Answer(b"[]")
NO_WORKS = {"status": "ok", "message": {"items": [], "total-results": 0}}


@dataclass
class Sources:
    """What each source answers by the beginning of its path; the longest that fits is taken."""

    source: Source
    answers: dict[str, Answer] = field(
        default_factory=lambda: {
            "/api/daily_papers": NO_PAPERS,
            "/rss": Answer(rss()),
            "/details": NOTHING,
            "/journals": Answer(json.dumps(NO_WORKS).encode()),
        }
    )

    def __post_init__(self) -> None:
        self.source.answer = self._answer

    @property
    def endpoints(self) -> Endpoints:
        """The addresses at which the bot finds them."""
        url = self.source.url
        return Endpoints(
            hf_endpoint=url,
            arxiv_rss_url=f"{url}/rss",
            arxiv_api_url=f"{url}/query",
            biorxiv_api_url=url,
            crossref_api_url=url,
            throttle=web.Throttle(0.0),
            clock=lambda: NOW,
            allow_private_feeds=True,
        )

    def asked(self, path: str) -> list[Query]:
        """Return the queries of all requests whose path begins so."""
        return [
            query
            for asked_path, query in self.source.asked
            if asked_path.startswith(path)
        ]

    def paths(self, path: str) -> list[str]:
        """Return the paths of all requests that begin so."""
        return [p for p, _ in self.source.asked if p.startswith(path)]

    def _answer(self, path: str, _query: Query) -> Answer:
        fitting = filter(path.startswith, self.answers)
        longest = max(fitting, key=len, default="")
        return self.answers.get(longest, Answer(status=404))


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def sources(source: Source) -> Sources:
    return Sources(source)
