"""What a card shows of a paper is taken from its sources one by one: a bad value costs itself."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import card_fields, huggingface, jsonlines

TODAY = date(2026, 5, 4)
DAILY = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)
SUMMARY = "A memory of fixed size keeps what a long text said."
PICTURE = (
    "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2605.1.png"
)
CODE = "https://github.com/ada/memory"
ENTRY = {
    "paper": {
        "id": "2605.00001",
        "title": "A Memory",
        "summary": "Texts are long. We keep them.",
        "ai_summary": SUMMARY,
        "githubRepo": CODE,
        "githubStars": 12,
    },
    "organization": {"name": "lab", "fullname": "The Lab"},
    "thumbnail": PICTURE,
}
ROW = {
    "id": "2605.00001",
    "title": "A Memory",
    "abstract": "Texts are long. We keep them.",
    "upvotes": 3,
    "ai_summary": SUMMARY,
    "github": CODE,
    "stars": 12,
    "org": "The Lab",
    "thumbnail": PICTURE,
}


@pytest.mark.parametrize("row", [ENTRY, ROW], ids=["answer", "line"])
def test_a_record_becomes_a_paper_with_its_card(row: object) -> None:
    paper = jsonlines.paper_from(row, TODAY)

    assert paper is not None
    assert (paper.gist, paper.gist_source) == (SUMMARY, "huggingface")
    assert (paper.organization, paper.stars) == ("The Lab", 12)
    assert (paper.links, paper.thumbnail) == ({"code": CODE}, PICTURE)


@pytest.mark.parametrize(
    "summary",
    [None, "", 7, ["a"], {"a": "b"}, "short", "long " * 300, "\0" * 30],
)
def test_a_bad_summary_costs_itself_only(summary: object) -> None:
    paper = jsonlines.paper_from(ROW | {"ai_summary": summary}, TODAY)

    assert paper is not None
    assert (paper.gist, paper.gist_source) == ("", "")
    assert (paper.title, paper.stars) == ("A Memory", 12)


def test_a_summary_is_read_without_its_markup() -> None:
    text = "<b>It</b> needs $\\mathcal{O}(n)$ memory\nfor long texts."

    assert card_fields.gist(text) == "It needs O(n) memory for long texts."


@pytest.mark.parametrize(
    ("organization", "name"),
    [
        ({"name": "lab", "fullname": "The Lab"}, "The Lab"),
        ({"name": "lab", "fullname": None}, "lab"),
        ("google", "google"),
        ({"name": "l" * 81}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_an_organization_is_known_by_its_full_name(
    organization: object, name: str
) -> None:
    assert card_fields.organization(organization) == name


@pytest.mark.parametrize(
    "address",
    [
        "http://github.com/ada/memory",
        "https://ada:secret@github.com/ada/memory",
        "https://127.0.0.1/memory",
        "https://[::1]/memory",
        "https://github.com:8080/ada",
        "https://localhost/ada",
        "https://gıthub.com/ada",
        "javascript:alert(1)",
        "ftp://github.com/ada",
        "github.com/ada",
        7,
        None,
    ],
)
def test_code_is_followed_to_https_addresses_of_plain_hosts_alone(
    address: object,
) -> None:
    assert card_fields.code(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/2605.png",
        "https://cdn-thumbnails.huggingface.co.evil.example/1.png",
        "https://evil.example/cdn-thumbnails.huggingface.co/1.png",
        "http://cdn-thumbnails.huggingface.co/1.png",
        "https://huggingface.co/1.png",
    ],
)
def test_pictures_come_from_hugging_face_alone(address: str) -> None:
    assert card_fields.picture(address) == ""


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["name", "fullname"]), inner)
        ),
        max_leaves=6,
    )
)
def test_nothing_a_source_sends_breaks_the_reader(value: object) -> None:
    names = ("ai_summary", "githubRepo", "githubStars", "organization")
    entry = {"paper": ENTRY["paper"] | dict.fromkeys(names, value)}  # type: ignore[operator]  # a dict
    entry["thumbnail"] = entry["organization"] = value

    [paper] = huggingface.parse_list(
        json.dumps([entry], default=str).encode("utf-8", "replace"), TODAY
    )

    assert paper.title == "A Memory"
    assert len(paper.gist) <= card_fields.LONGEST_GIST
    assert len(paper.organization) <= card_fields.LONGEST_NAME


@pytest.mark.skipif(not DAILY.exists(), reason="needs ../shared/data")
def test_as_many_papers_have_a_gist_as_the_source_has_summaries() -> None:
    with gzip.open(DAILY, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    of_2026 = [row for row in rows if row["day"] >= "2026"]

    papers = [jsonlines.paper_from(row, TODAY) for row in of_2026]
    gists = [paper for paper in papers if paper is not None and paper.gist]

    assert len(gists) == sum(bool(row["ai_summary"]) for row in of_2026)
    assert len(gists) / len(papers) > 0.95
