"""Papers from a reader's own file are shown to nobody else until a source lists them."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from bot.cli import doctor
from bot.messages import callback_data as pressing
from bot.picks import fitting
from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources.endpoints import Endpoints
from bot.sources.web import Throttle
from bot.storage import features, papers
from bot.storage.database import Database
from recommender.concepts import Concepts
from tests.corpus import library, pick_fields
from tests.e2e.talk import MONDAY, NOBODY, Clock, Talk, says
from tests.e2e.test_files import send_file
from tests.e2e.test_links import Hub, hub
from tests.storage.factories import existing

__all__ = ["hub"]

*IDS, NEW_ID = (f"2609.0000{n}" for n in range(1, 5))

# Words in no other paper: of the title, the abstract, an author, the keywords.
BIB = ("Qabbala", "Zyxomma", "Wumpus", "Vexillum")
ADDED = ("Quokkas", "Zamboni", "Wapiti", "Vajrayana")
REPLACED = ("Quixotry", "Zugzwang", "Wyandotte", "Vulpecula")
IMPORTED = (BIB, ADDED, REPLACED)
SECRETS = {word.casefold() for words in IMPORTED for word in words}


@pytest.fixture
def runtime(database: Database) -> Runtime:
    """A bot with a small library, on each database."""
    papers.store(database, library(MONDAY.date(), per_field=6))
    assert fitting.fit(database, MONDAY)
    return Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY, throttle=Throttle(0)),
        clock=Clock(),
    )


@pytest.fixture(autouse=True)
def no_limit_per_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.gate.UPDATES_PER_MINUTE", 10_000)


def title(words: tuple[str, ...]) -> str:
    return f"{words[0]} of a robot arm with manipulation policy"


def bibtex(words: tuple[str, ...], arxiv_id: str, **other_fields: str) -> str:
    fields = {
        "title": title(words),
        "abstract": f"{words[1]} robot arms and {words[1]} policies by imitation learning.",
        "author": f"Ada {words[2]}",
        "keywords": words[3],
        "eprint": arxiv_id,
        "year": "2026",
    }
    body = ", ".join(
        f"{name} = {{{value}}}"
        for name, value in (fields | other_fields).items()
    )
    return f"@article{{{words[0]}, {body}}}\n"


def record(words: tuple[str, ...], arxiv_id: str) -> dict[str, Any]:
    return {
        "title": title(words),
        "listed": str(MONDAY.date()),
        "arxiv_id": arxiv_id,
        "abstract": f"{words[1]} robot arms and {words[1]} policies by imitation learning.",
        "authors": [f"Ada {words[2]}"],
        "keywords": [words[3]],
    }


async def document(person: Person, *records: dict[str, Any]) -> bytes:
    """Return exported data to which likes and saves of more papers are added."""
    exported = (await says(person, "/export data")).file
    takeout = json.loads(existing(exported).content)
    first, time = len(takeout["papers"]), takeout["taken_at"]
    takeout["papers"] += records
    places = range(first, first + len(records))
    takeout["ratings"] += [
        {"paper": place, "value": 1, "rated_at": time, "origin": "link"}
        for place in places
    ]
    takeout["saved"] += [{"paper": place, "saved_at": time} for place in places]
    return json.dumps(takeout).encode()


async def import_all(ada: Person) -> None:
    await send_file(ada, bibtex(BIB, IDS[0]))
    await send_file(
        ada, await document(ada, record(ADDED, IDS[1])), "more.json"
    )
    replacement = await document(ada, record(REPLACED, IDS[2]))
    await send_file(ada, replacement, "all.json", "replace")


def content_of(message: Message) -> str:
    """Return the content of a message, with its buttons and its file, in lower case."""
    content = (
        message.file.content.decode("utf-8", "replace") if message.file else ""
    )
    return f"{message.text} {message.markup} {message.link_preview} {content}".casefold()


def leaked_words(text: str, known_text: str = "") -> set[str]:
    """Return the words of private papers that a text contains and `known_text` does not."""
    return {
        word
        for word in SECRETS
        if word in text.casefold() and word not in known_text.casefold()
    }


async def leaks_by_line(
    bo: Person, lines: Sequence[str]
) -> dict[str, set[str]]:
    """Write lines; return what each answer leaks that no line so far contains."""
    leaks: dict[str, set[str]] = {}
    known_text = ""
    for line in lines:
        known_text += line
        if line.startswith("@"):
            answer = await send_file(bo, line)
        else:
            answer = await says(bo, line)
        words = leaked_words(content_of(answer), known_text)
        if words:
            leaks[line] = words
    return leaks


def texts_to_try(words: tuple[str, ...], arxiv_id: str) -> list[str]:
    """Return what a reader could write to find somebody else's paper."""
    return [
        f"https://arxiv.org/abs/{arxiv_id}",
        f"/search {title(words)}",
        f"/follow Ada {words[2]}",
        f"/topics add {words[3]}",
        bibtex((f"Bo's {words[0]}", "mine", "Bo", "bo"), arxiv_id),
        f"@article{{x, title = {{{title(words)}}}}}",
        *("/taste", "/picks", "/follow", "/export data"),
    ]


async def press_everything(bo: Person, database: Database) -> str:
    """Press every button that could be forged; return all that the reader ever saw."""
    message = await says(bo, "/picks")
    checksums = [pressing.checksum(f"Ada {words[2]}") for words in IMPORTED]
    for number in range(1, papers.stamp(database)[1] + 12):
        for data in [f"d1:p{number}:{what}" for what in "ob"]:
            bo.press_data(message.id, data)
        for checksum in checksums:
            bo.press_data(message.id, f"f1:?:{number}:{checksum}")
        bo.press_data(message.id, f"k1:r0:{number}:+")
        bo.press_data(message.id, f"h1:1:0:v{number}:+")
        bo.press_data(message.id, f"b1:{number}x0")
    await says(bo, "/saved")
    return " ".join(map(content_of, bo.messages)) + str(bo.toasts).casefold()


async def test_papers_of_a_file_reach_no_other_reader(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ada, *others = [
        await talk.started(name) for name in ("Ada", "Bo", "Cy", "Di", "Ed")
    ]
    database = talk.database
    await import_all(ada)
    assert fitting.fit(database, talk.clock())
    await talk.runtime.reload()
    lines = [
        texts_to_try(words, arxiv_id)
        for words, arxiv_id in zip(IMPORTED, IDS, strict=True)
    ]
    lines.append(
        [
            "/search robot arm",
            "/picks",
            *(f"/search {words[1]}" for words in IMPORTED),
        ]
    )

    exported = content_of(await says(ada, "/export data"))
    leaks_of_others = await asyncio.gather(*map(leaks_by_line, others, lines))

    assert leaked_words(exported) == SECRETS
    assert leaks_of_others == [{}, {}, {}, {}]
    version = existing(features.newest(database)).id
    assert (
        leaked_words(
            " ".join(existing(features.model(database, version)).terms_)
        )
        == set()
    )
    assert (
        leaked_words(str(vars(Concepts(talk.runtime.catalogue.papers))))
        == set()
    )
    assert leaked_words(str(talk.runtime.catalogue.authors)) == set()
    findings = doctor.examine(
        database, talk.runtime.endpoints, None, talk.clock()
    )
    assert (
        leaked_words(
            str([asdict(finding) for finding in findings]) + caplog.text
        )
        == set()
    )


async def test_forged_buttons_show_no_paper_of_another_reader(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await import_all(ada)

    everything = await press_everything(bo, talk.database)

    assert leaked_words(everything) == set()


async def test_the_source_s_record_of_a_paper_replaces_a_forged_one(
    talk: Talk, hub: Hub
) -> None:
    mallory, bo = await talk.started("Mallory"), await talk.started("Bo")
    planted = ("BUYPILLS", "CHEAPPILLS", "PILLSELLER", "pillskeyword")
    await send_file(mallory, bibtex(planted, NEW_ID))
    file_answer = await send_file(
        bo, bibtex(("Bo's", "mine", "Bo", "bo"), NEW_ID)
    )
    export_before = await says(bo, "/export data")
    hub.add(NEW_ID, "What arXiv calls it", "What arXiv says of it.")

    link_answer = await says(bo, f"https://arxiv.org/abs/{NEW_ID}")
    export_after = await says(bo, "/export data")
    export_of_mallory = await says(mallory, "/export data")

    for message in (file_answer, export_before, link_answer, export_after):
        assert "pills" not in content_of(message)
    assert "bo's of a robot arm" in content_of(export_before)
    assert "What arXiv calls it" in link_answer.text
    for export in (export_after, export_of_mallory):
        takeout = json.loads(existing(export.file).content)
        assert [paper["title"] for paper in takeout["papers"]] == [
            "What arXiv calls it"
        ]
        assert [rating["value"] for rating in takeout["ratings"]] == [1]
    assert "pills" not in content_of(export_of_mallory)


async def test_papers_of_a_file_teach_only_their_own_reader_s_taste(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    file = await send_file(ada, bibtex(BIB, IDS[0]))

    digest_of_ada = await says(ada, "/picks")
    digest_of_bo = await says(bo, "/picks")

    assert "next 5 picks changed" in file.text or "next picks" in file.text
    fields_of_ada, fields_of_bo = (
        pick_fields(digest.text) for digest in (digest_of_ada, digest_of_bo)
    )
    assert fields_of_ada.count("robot learning") > fields_of_bo.count(
        "robot learning"
    )
