"""A document is read with care, and its faults are told."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Failure
from bot.storage.takeout import document as takeout
from tests.storage.factories import (
    NOW,
    document,
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "version: Input should be 1"),
        ({"ratings": [{"paper": 0}]}, "ratings.0.value: Field required"),
        (
            {"saved": [{"paper": 9, "saved_at": "2026-03-02T09:00:00Z"}]},
            "a paper that is not",
        ),
        ({"topics": [{"text": "a\0b"}]}, "topics.0.text"),
        (
            {"since": "2026-03-02T09:00:00"},
            "since: Input should have timezone info",
        ),
        (
            {
                "papers": [
                    {"title": "x", "listed": "2026-03-02", "arxiv_id": "../etc"}
                ]
            },
            "no arXiv id",
        ),
    ],
)
def test_what_is_wrong_with_a_document_is_told(
    change: dict[str, Any], message: str
):
    whole = json.loads(takeout.to_json(document()))

    with pytest.raises(Failure, match=message):
        takeout.read(json.dumps(whole | change).encode())


def test_a_zone_that_is_nowhere_is_told():
    whole = takeout.to_json(document())

    with pytest.raises(Failure, match=r"settings.zone: is no IANA time zone"):
        takeout.read(whole.replace(b"Asia/Tokyo", b"Mars/Olympus"))


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_a_file_of_any_other_kind_is_refused_kindly(content: bytes):
    with pytest.raises(Failure):
        takeout.read(content)


@pytest.mark.parametrize(
    ("link", "reference"),
    [
        ({"arxiv_id": "2401.00001"}, "2401.00001"),
        ({"reference": "math.GT/0309136"}, "math/0309136"),
        ({"reference": "doi:10.1101/123456"}, "doi:10.1101/123456"),
    ],
)
def test_links_of_every_version_of_the_document_are_read(
    link: dict[str, str], reference: str
):
    whole = json.loads(takeout.to_json(document()))
    whole["links"] = [{**link, "asked_at": "2026-03-02T09:00:00Z"}]

    [read] = takeout.read(json.dumps(whole).encode()).links

    assert read.reference == reference


def test_a_link_to_no_kind_of_paper_is_told():
    whole = json.loads(takeout.to_json(document()))
    whole["links"] = [
        {"reference": "ftp:somewhere", "asked_at": "2026-03-02T09:00:00Z"}
    ]

    with pytest.raises(Failure, match="is no reference to a paper"):
        takeout.read(json.dumps(whole).encode())


def test_nothing_of_a_document_lies_ahead():
    day = date(2030, 1, 1)
    paper = takeout.DocumentPaper(
        title="Ahead", listed=date(2999, 1, 1), published=NOW.replace(year=2990)
    )
    taken = document(papers=[paper])

    [now] = takeout.without_future_dates(
        taken, datetime(2030, 1, 1, tzinfo=UTC)
    ).papers

    assert now.listed == day
    assert now.published == datetime(2030, 1, 1, tzinfo=UTC)


def test_the_documented_schema_is_the_one_that_is_read():
    path = Path(__file__).parents[2] / "docs" / "takeout.schema.json"

    assert json.loads(path.read_text()) == takeout.schema()
