"""Which papers a message means, however its links are written."""

from datetime import UTC, datetime

import pytest
from telegram import (
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
)

from bot.handlers import links

WHEN = datetime(2026, 3, 2, tzinfo=UTC)
CHAT = Chat(1, Chat.PRIVATE)


def message(text: str = "", *, caption: str = "", target: str = "") -> Message:
    entities = (
        [MessageEntity(MessageEntity.TEXT_LINK, 0, 4, url=target)]
        if target
        else []
    )
    return Message(
        1,
        WHEN,
        Chat(1, Chat.PRIVATE),
        text=text or None,
        caption=caption or None,
        entities=[] if caption else entities,
        caption_entities=entities if caption else [],
    )


def ids(sent: Message) -> list[str]:
    return [reference.text for reference in links.references(sent)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://arxiv.org/abs/2401.00001", ["2401.00001"]),
        ("http://www.arxiv.org/pdf/2401.00001v12.pdf", ["2401.00001"]),
        ("https://arxiv.org/html/2401.00001v2#S3.p2,", ["2401.00001"]),
        ("https://export.arxiv.org/abs/cs/0112017v1", ["cs/0112017"]),
        ("(see https://huggingface.co/papers/2401.00001).", ["2401.00001"]),
        (
            "hf.co/papers/2401.00001?tab=1 arxiv.org/abs/2401.00002!",
            ["2401.00001", "2401.00002"],
        ),
        ("[this](https://arxiv.org/abs/2401.00001)", ["2401.00001"]),
        ("https://doi.org/10.48550/arXiv.2401.00001", ["2401.00001"]),
        ("arXiv:2401.00001v3 and ARXIV: 2401.00001", ["2401.00001"]),
        ("2401.00001", ["2401.00001"]),
        (
            " 2401.00001v2,\n2401.00002 ; cs/0112017",
            ["2401.00001", "2401.00002", "cs/0112017"],
        ),
        ("we met on 2401.00001 once", []),
        ("https://arxiv.org/abs/math.GT/0309999", ["math/0309999"]),
        ("arXiv:cs.CL/0112999 or ARXIV:CS/0112999v2", ["cs/0112999"]),
        (
            "\uff12\uff14\uff10\uff11\uff0e\uff10\uff10\uff10\uff10\uff11",
            ["2401.00001"],
        ),
        (
            "https://t.me/iv?url=https%3A%2F%2Farxiv.org%2Fabs%2F2401.00001&rhash=0",
            ["2401.00001"],
        ),
        ("arXiv 2401.00001", ["2401.00001"]),
        ("arXiv preprint no. 2401.00001v2 [cs.LG]", ["2401.00001"]),
        ("https://dblp.org/rec/journals/corr/abs-2401-00001", ["2401.00001"]),
        ("[2401.00001]", ["2401.00001"]),
        ("https://github.com/ada/1234567 and example.org/x/2401.00001", []),
        ("https://doi.org/10.1145/3292500", ["doi:10.1145/3292500"]),
        ("https://example.org/abs/2401.00001", []),
        ("https://huggingface.co/papers/month/2025-06", []),
        ("", []),
    ],
)
def test_every_spelling_of_a_link_names_its_paper(
    text: str, expected: list[str]
) -> None:
    assert ids(message(text)) == expected
    assert ids(message(caption=text)) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://www.alphaxiv.org/abs/2401.00001v2",
        "alphaxiv.org/overview/2401.00001",
        "https://ar5iv.org/abs/2401.00001",
        "https://ar5iv.labs.arxiv.org/html/2401.00001",
        "https://arxiv.org/format/2401.00001",
        "https://arxiv.org/src/2401.00001",
        "https://arxiv.org/e-print/2401.00001",
        "https://arxiv.org/ps/2401.00001",
        "https://cn.arxiv.org/abs/2401.00001",
        "https://www.arxiv-vanity.com/papers/2401.00001/",
        "https://scirate.com/arxiv/2401.00001",
        "https://www.semanticscholar.org/arxiv/2401.00001",
        "https://api.semanticscholar.org/arXiv:2401.00001",
        "https://papers.cool/arxiv/2401.00001",
        "https://hf-mirror.com/papers/2401.00001",
        "https://www.emergentmind.com/papers/2401.00001",
        "https://ui.adsabs.harvard.edu/abs/arXiv:2401.00001",
        "https://web.archive.org/web/2024/https://arxiv.org/abs/2401.00001",
        "https://arxiv-org.translate.goog/abs/2401.00001?_x_tr_sl=en",
        "https://www.google.com/url?q=https%253A%252F%252Farxiv.org%252Fpdf%252F2401.00001",
    ],
)
def test_other_addresses_of_a_paper_name_it_too(address: str) -> None:
    assert ids(message(f"see {address} now")) == ["2401.00001"]


def test_a_link_in_a_button_counts_and_one_in_an_answered_message_does_not() -> (
    None
):
    row = [InlineKeyboardButton("Read", url="https://arxiv.org/abs/2401.00009")]
    forwarded = Message(
        1, WHEN, CHAT, text="New!", reply_markup=InlineKeyboardMarkup([row])
    )
    answered = Message(2, WHEN, CHAT, text="Nice", reply_to_message=forwarded)

    assert ids(forwarded) == ["2401.00009"]
    assert links.has_link(forwarded)
    assert ids(answered) == []


def test_a_link_in_a_form_of_message_yet_to_come_counts() -> None:
    rich = {
        "blocks": [
            {
                "paragraph": [
                    {"run": "this", "href": "https://arxiv.org/abs/2401.00008"}
                ]
            }
        ]
    }
    sent = Message(1, WHEN, CHAT, api_kwargs={"rich_message": rich})

    assert ids(sent) == ["2401.00008"]


def test_a_link_behind_words_counts_in_texts_and_captions() -> None:
    target = "https://arxiv.org/abs/2401.00007v2"

    assert ids(message("this paper", target=target)) == ["2401.00007"]
    assert ids(message(caption="this paper", target=target)) == ["2401.00007"]
