"""Sources that know papers by their ids, in the place of those that are asked for links."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.picks import lookup
from bot.sources.endpoints import Endpoints
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer
from recommender.papers import Paper

IDS = ("doi", "id", "arxiv_id", "ids")


@dataclass
class Sources:
    """What each source knows, who is down, and who was asked for what."""

    papers: dict[tuple[str, str], Paper] = field(default_factory=dict)
    down: dict[str, SourceDown] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def add(self, source: str, name: str, title: str, **values: object) -> None:
        """Let a source know a paper by an id."""
        values = {
            "listed": date(2026, 11, 20),
            "published": datetime(2026, 11, 20, tzinfo=UTC),
            "authors": ("Ada Lovelace",),
            "abstract": "A robot arm grasps objects with a manipulation policy.",
            **values,
        }
        self.papers[source, name] = Paper(title=title, source=source, **values)  # type: ignore[arg-type] # the values of fields

    def fail(self, source: str, retry_after: timedelta | None = None) -> None:
        """Let a source be down, or ask to be left alone for some time."""
        self.down[source] = SourceDown(
            source, "answered 503", retry_after=retry_after
        )

    def query(
        self,
        _endpoints: Endpoints,
        source: str,
        name: str,
        _now: datetime,
        *,
        patience: float,
    ) -> Callable[..., Iterator[Answer]]:
        assert name == "look up"
        assert patience > 0

        def look_up(**params: object) -> Iterator[Answer]:
            wanted = next(params[key] for key in IDS if key in params)
            paper_id = wanted[0] if isinstance(wanted, list) else str(wanted)
            assert {"today", *IDS} & params.keys()
            self.asked.append((source, paper_id))
            if source in self.down:
                raise self.down[source]
            paper = self.papers.get((source, paper_id))
            yield Answer([paper] if paper else [])

        return look_up


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Sources:
    """Replace the sources that are asked for one paper."""
    fake = Sources()
    monkeypatch.setattr(lookup, "query", fake.query)
    return fake
