"""The categories that fit a topic are those of the papers that say it, and those named so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.picks import source_offers, source_rates, topic_offers
from bot.picks.catalogue import Catalogue, empty_vectors, load
from bot.picks.source_offers import SourceOffer
from bot.storage import papers
from bot.storage.database import Database
from recommender.papers import Paper, StoredPaper
from tests.corpus import field_of, library

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()

# Which categories the papers of each field of the library are in; all are in cs.LG too.
CATEGORIES = {
    "diffusion models": "cs.CV",
    "speech recognition": "eess.AS",
    "robot learning": "cs.RO",
    "language models": "cs.CL",
    "medical imaging": "eess.IV",
    "graph networks": "cs.SI",
}
NO_LISTS: dict[str, list[str]] = {"chosen": [], "common": []}


def categorized(paper: Paper) -> Paper:
    return replace(paper, categories=(CATEGORIES[field_of(paper)], "cs.LG"))


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    papers.store(database, map(categorized, library(TODAY)))
    return load(database)


def keys(offers: list[SourceOffer]) -> list[str]:
    return [offer.key for offer in offers]


@pytest.mark.parametrize(("topic", "code"), CATEGORIES.items())
def test_the_category_of_the_papers_on_a_topic_is_offered_first(
    catalogue: Catalogue, topic: str, code: str
) -> None:
    offers = source_offers.offers(catalogue, [topic], today=TODAY, **NO_LISTS)

    assert offers[0] == SourceOffer(
        f"arxiv:{code}", is_chosen=False, papers_a_day=None
    )


def test_a_category_that_all_papers_are_in_fits_no_topic_better(
    catalogue: Catalogue,
) -> None:
    for topic in ("speech recognition", "medical imaging"):
        assert "cs.LG" not in source_offers.fitting_codes(catalogue, topic)


def test_without_papers_the_names_of_categories_decide() -> None:
    codes = source_offers.fitting_codes(empty_catalogue(), "robotics")

    assert codes[0] == "cs.RO"


def empty_catalogue() -> Catalogue:
    return Catalogue([], empty_vectors(0))


def test_every_topic_has_its_turn_and_three_are_offered_at_most(
    catalogue: Catalogue,
) -> None:
    topics = list(CATEGORIES)
    offers = source_offers.offers(catalogue, topics, today=TODAY, **NO_LISTS)

    assert keys(offers) == [f"arxiv:{CATEGORIES[t]}" for t in topics[:3]]


def test_what_a_reader_has_is_marked_and_what_everybody_has_left_out(
    catalogue: Catalogue,
) -> None:
    topics = ["robot learning", "speech recognition"]
    offers = source_offers.offers(
        catalogue,
        topics,
        chosen=["arxiv:eess.AS"],
        common=["arxiv:cs.RO"],
        today=TODAY,
    )

    chosen = {offer.key: offer.is_chosen for offer in offers}
    assert chosen["arxiv:eess.AS"]
    assert "arxiv:cs.RO" not in chosen


def test_nothing_is_offered_without_a_topic(catalogue: Catalogue) -> None:
    assert source_offers.offers(catalogue, [], today=TODAY, **NO_LISTS) == []


def test_who_has_a_fitting_category_gets_no_suggestion(
    catalogue: Catalogue,
) -> None:
    def suggestion(chosen: list[str]) -> SourceOffer | None:
        return source_offers.suggestion(
            catalogue,
            "robot learning",
            chosen=chosen,
            common=[],
            today=TODAY,
        )

    offer = suggestion([])
    assert offer is not None
    assert offer.key == "arxiv:cs.RO"
    assert suggestion(["arxiv:cs.RO"]) is None


def listed(key: str, days: list[date]) -> list[Paper]:
    return [
        Paper(
            title=f"Paper {n} of {key}",
            listed=day,
            source="arxiv",
            lists={key: day},
        )
        for n, day in enumerate(days)
    ]


def test_a_rate_counts_weekdays_from_the_first_day_that_a_list_is_read(
    database: Database,
) -> None:
    # A Friday and the Monday after it, with six papers each.
    days = [date(2026, 11, 13)] * 6 + [date(2026, 11, 16)] * 6
    papers.store(database, listed("arxiv:cs.RO", days))

    rates = source_rates.papers_a_day(load(database), {"arxiv:cs.RO"}, TODAY)

    assert rates == {"arxiv:cs.RO": 6.0}


@pytest.mark.parametrize(
    "days",
    [
        [TODAY] * (source_rates.MIN_PAPERS - 1),
        [TODAY - source_rates.SPAN] * 20,
        [TODAY + timedelta(1)] * 20,
    ],
    ids=["too few", "too old", "of the future"],
)
def test_what_says_nothing_of_the_rate_has_none(
    database: Database, days: list[date]
) -> None:
    papers.store(database, listed("arxiv:cs.RO", days))

    catalogue = load(database)
    rates = source_rates.papers_a_day(catalogue, {"arxiv:cs.RO"}, TODAY)

    assert rates == {}


def test_of_a_topic_only_the_papers_in_ones_lists_are_counted(
    catalogue: Catalogue,
) -> None:
    daily = topic_offers.papers_a_week(
        catalogue, "medical imaging", {"huggingface"}
    )
    robotics = topic_offers.papers_a_week(
        catalogue, "medical imaging", {"arxiv:cs.RO"}
    )

    assert (daily, robotics) == (14, 0)


class Indexed(list[StoredPaper]):
    """Papers of which some may be read, but not all in a row."""

    def __iter__(self) -> Iterator[StoredPaper]:
        raise AssertionError


def test_no_screen_reads_the_whole_catalogue(catalogue: Catalogue) -> None:
    source_offers.offers(catalogue, ["robot learning"], today=TODAY, **NO_LISTS)
    catalogue.papers = Indexed(catalogue.papers)

    offers = source_offers.offers(
        catalogue, ["robot learning"], today=TODAY, **NO_LISTS
    )

    assert keys(offers)[0] == "arxiv:cs.RO"
    assert source_rates.papers_a_day(catalogue, ["huggingface"], TODAY)
