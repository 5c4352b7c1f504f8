"""Which papers a message means, however its links are written."""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, MessageEntity

from bot.handlers import links

WHEN = datetime(2026, 3, 2, tzinfo=UTC)


def message(text: str = "", *, caption: str = "", target: str = "") -> Message:
    entities = [MessageEntity(MessageEntity.TEXT_LINK, 0, 4, url=target)] if target else []
    return Message(
        1,
        WHEN,
        Chat(1, Chat.PRIVATE),
        text=text or None,
        caption=caption or None,
        entities=[] if caption else entities,
        caption_entities=entities if caption else [],
    )


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("https://arxiv.org/abs/2401.00001", ["2401.00001"]),
        ("http://www.arxiv.org/pdf/2401.00001v12.pdf", ["2401.00001"]),
        ("https://arxiv.org/html/2401.00001v2#S3.p2,", ["2401.00001"]),
        ("https://export.arxiv.org/abs/cs/0112017v1", ["cs/0112017"]),
        ("(see https://huggingface.co/papers/2401.00001).", ["2401.00001"]),
        ("hf.co/papers/2401.00001?tab=1 arxiv.org/abs/2401.00002!", ["2401.00001", "2401.00002"]),
        ("[this](https://arxiv.org/abs/2401.00001)", ["2401.00001"]),
        ("https://doi.org/10.48550/arXiv.2401.00001", ["2401.00001"]),
        ("arXiv:2401.00001v3 and ARXIV: 2401.00001", ["2401.00001"]),
        ("2401.00001", ["2401.00001"]),
        (" 2401.00001v2,\n2401.00002 ; cs/0112017", ["2401.00001", "2401.00002", "cs/0112017"]),
        ("we met on 2401.00001 once", []),
        ("https://doi.org/10.1145/3292500.3330701", []),
        ("https://example.org/abs/2401.00001", []),
        ("https://huggingface.co/papers/month/2025-06", []),
        ("", []),
    ],
)
def test_every_spelling_of_a_link_names_its_paper(written: str, ids: list[str]) -> None:
    assert links.ids(message(written)) == ids
    assert links.ids(message(caption=written)) == ids


def test_a_link_behind_words_counts_in_texts_and_captions() -> None:
    target = "https://arxiv.org/abs/2401.00007v2"

    assert links.ids(message("this paper", target=target)) == ["2401.00007"]
    assert links.ids(message(caption="this paper", target=target)) == ["2401.00007"]
