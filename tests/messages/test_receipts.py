"""Receipts in words, those of older versions too."""

from typing import Any

import pytest

from bot.messages import translation
from bot.messages.receipt import lesson, toast
from bot.storage.receipts import Receipt, receipt_of, to_row

ENGLISH = translation.of("en")
SAME = "Your next picks stay the same, among the papers I have now"


ROW = {
    "value": 1,
    "previous": 0,
    "words": ["robotics"],
    "changed": 0,
    "of": 5,
    "learned": True,
}


def receipt(**changes: Any) -> Receipt:
    return receipt_of(ROW | changes)


@pytest.mark.parametrize(
    ("stored", "lines"),
    [
        (
            receipt(changed=1),
            [
                "+ robotics",
                "1 of your next 5 picks changed, among the papers I have now",
            ],
        ),
        (receipt(), ["+ robotics", SAME]),
        (receipt(value=-1, words=["OCR", "speech"]), ["− OCR, − speech", SAME]),
        (receipt(words=[]), ["more papers like it", SAME]),
        (receipt(words=[], value=-1), ["fewer papers like it", SAME]),
        (
            receipt(lead="robotics"),
            ["+ robotics", "Already your strongest interest: robotics"],
        ),
        (
            receipt(missing=3),
            [
                "+ robotics",
                "Your next picks still go by your topics; 3 more 👍 would weigh as much",
            ],
        ),
        (
            receipt(missing=1),
            [
                "+ robotics",
                "Your next picks still go by your topics; 1 more 👍 would weigh as much",
            ],
        ),
    ],
)
def test_a_receipt_says_what_moved_and_what_it_did(
    stored: Receipt, lines: list[str]
) -> None:
    text = lesson(ENGLISH, stored, "👍 1")

    assert text.splitlines() == [f"Learned from 👍 1: {lines[0]}", lines[1]]


def test_a_paper_that_teaches_nothing_is_only_noted() -> None:
    text = lesson(ENGLISH, receipt(words=[], learned=False), "👍 1")

    assert text.splitlines() == ["Noted: 👍 1", SAME]


def test_a_rating_taken_back_says_so() -> None:
    text = lesson(ENGLISH, receipt(value=0, previous=1, changed=2), "👍 1")

    assert text.startswith("Undone: 👍 1\n2 of your next 5 picks changed")


@pytest.mark.parametrize(
    ("words", "first"), [(["OCR"], "Learned from 👎 1: − OCR"), ([], "Noted")]
)
def test_receipts_of_earlier_versions_can_still_be_read(
    words: list[str], first: str
) -> None:
    stored = receipt_of(
        {"value": -1, "previous": 0, "words": words, "changed": 0, "of": 5}
    )

    assert lesson(ENGLISH, stored, "👎 1").startswith(first)
    assert toast(ENGLISH, -1, stored) == f"👎 noted · {SAME}"


def test_the_blink_says_the_same_in_short() -> None:
    assert (
        toast(ENGLISH, 1, receipt(changed=2))
        == "👍 noted · 2 of your next 5 changed"
    )
    assert toast(ENGLISH, 1, receipt(lead="speech")) == (
        "👍 noted · Already your strongest interest: speech"
    )


def test_a_receipt_is_read_back_as_it_was_stored() -> None:
    for stored in (Receipt(), receipt(), receipt(lead="speech", doubted="x")):
        assert receipt_of(to_row(stored)) == stored
