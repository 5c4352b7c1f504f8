"""What one reader brings reaches nobody else by any way, until a source tells everybody."""

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
from tests.corpus import library
from tests.e2e.talk import MONDAY, NOBODY, Clock, Talk, says
from tests.e2e.test_files import sends
from tests.e2e.test_links import Hub, hub
from tests.storage.factories import there

__all__ = ["hub"]

*IDS, NEW_ID = (f"2609.0000{n}" for n in range(1, 5))
# Words that stand in no other paper: of the title, the abstract, an author, the keywords.
BIB = ("Qabbala", "Zyxomma", "Wumpus", "Vexillum")
ADDED = ("Quokkas", "Zamboni", "Wapiti", "Vajrayana")
REPLACED = ("Quixotry", "Zugzwang", "Wyandotte", "Vulpecula")
BROUGHT = (BIB, ADDED, REPLACED)
SECRETS = {word.casefold() for words in BROUGHT for word in words}


@pytest.fixture
def runtime(database: Database) -> Runtime:
    """A small library, once in each database."""
    papers.store(database, library(MONDAY.date(), per_field=6))
    assert fitting.fit(database, MONDAY)
    return Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY, throttle=Throttle(0)),
        clock=Clock(),
    )


@pytest.fixture(autouse=True)
def nobody_is_too_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.PER_MINUTE", 10_000)


def title(words: tuple[str, ...]) -> str:
    return f"{words[0]} of a robot arm with manipulation policy"


def bib(words: tuple[str, ...], arxiv_id: str, **others: str) -> str:
    told = {
        "title": title(words),
        "abstract": f"{words[1]} robot arms and {words[1]} policies by imitation learning.",
        "author": f"Ada {words[2]}",
        "keywords": words[3],
        "eprint": arxiv_id,
        "year": "2026",
    }
    fields = ", ".join(
        f"{name} = {{{value}}}" for name, value in (told | others).items()
    )
    return f"@article{{{words[0]}, {fields}}}\n"


def known(words: tuple[str, ...], arxiv_id: str) -> dict[str, Any]:
    return {
        "title": title(words),
        "listed": str(MONDAY.date()),
        "arxiv_id": arxiv_id,
        "abstract": f"{words[1]} robot arms and {words[1]} policies by imitation learning.",
        "authors": [f"Ada {words[2]}"],
        "keywords": [words[3]],
    }


async def document(person: Person, *own: dict[str, Any]) -> bytes:
    """Return what `/export data` gives, with likes and saves of more papers in it."""
    exported = (await says(person, "/export data")).file
    taken = json.loads(there(exported).content)
    first, at = len(taken["papers"]), taken["taken_at"]
    taken["papers"] += own
    places = range(first, first + len(own))
    taken["ratings"] += [
        {"paper": place, "value": 1, "rated_at": at, "origin": "link"}
        for place in places
    ]
    taken["saved"] += [{"paper": place, "saved_at": at} for place in places]
    return json.dumps(taken).encode()


async def brings_everything(ada: Person) -> None:
    await sends(ada, bib(BIB, IDS[0]))
    await sends(ada, await document(ada, known(ADDED, IDS[1])), "more.json")
    again = await document(ada, known(REPLACED, IDS[2]))
    await sends(ada, again, "all.json", "replace")


def told(message: Message) -> str:
    """Return all that a message holds, with its buttons and its file."""
    content = (
        message.file.content.decode("utf-8", "replace") if message.file else ""
    )
    return f"{message.text} {message.markup} {message.link_preview} {content}".casefold()


def leaked(text: str, asked: str = "") -> set[str]:
    """Return the words of somebody's own papers that stand in a text and were not asked for."""
    return {
        word
        for word in SECRETS
        if word in text.casefold() and word not in asked.casefold()
    }


async def leaks_by_writing(
    bo: Person, lines: Sequence[str]
) -> dict[str, set[str]]:
    """Write lines; return what the answers hold beyond all that was written so far."""
    found, asked = dict[str, set[str]](), ""
    for line in lines:
        asked += line
        sending = sends(bo, line) if line.startswith("@") else says(bo, line)
        if words := leaked(told(await sending), asked):
            found[line] = words
    return found


def ways(words: tuple[str, ...], arxiv_id: str) -> list[str]:
    """Return what a reader could write to learn of somebody else's paper."""
    return [
        f"https://arxiv.org/abs/{arxiv_id}",
        f"/search {title(words)}",
        f"/follow Ada {words[2]}",
        f"/topics add {words[3]}",
        bib((f"Bo's {words[0]}", "mine", "Bo", "bo"), arxiv_id),
        f"@article{{x, title = {{{title(words)}}}}}",
        *("/taste", "/picks", "/follow", "/export data"),
    ]


async def presses_everything(bo: Person, database: Database) -> str:
    """Press what a forger would; return all that this reader was ever told."""
    message = await says(bo, "/picks")
    checksums = [pressing.checksum(f"Ada {words[2]}") for words in BROUGHT]
    for number in range(1, papers.stamp(database)[1] + 12):
        for data in [f"d1:p{number}:{what}" for what in "ob"]:
            bo.press_data(message.id, data)
        for checksum in checksums:
            bo.press_data(message.id, f"f1:?:{number}:{checksum}")
        bo.press_data(message.id, f"k1:r0:{number}:+")
        bo.press_data(message.id, f"h1:1:0:v{number}:+")
        bo.press_data(message.id, f"b1:{number}x0")
    await says(bo, "/saved")
    return " ".join(map(told, bo.messages)) + str(bo.toasts).casefold()


async def test_what_one_reader_brings_reaches_nobody_else(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ada, *others = [
        await talk.started(name) for name in ("Ada", "Bo", "Cy", "Di", "Ed")
    ]
    database = talk.runtime.database
    await brings_everything(ada)
    assert fitting.fit(database, talk.clock())
    await talk.runtime.reload()
    lines = [
        ways(words, arxiv_id)
        for words, arxiv_id in zip(BROUGHT, IDS, strict=True)
    ]
    lines.append(
        [
            "/search robot arm",
            "/picks",
            *(f"/search {words[1]}" for words in BROUGHT),
        ]
    )

    exported = told(await says(ada, "/export data"))
    leaks = await asyncio.gather(*map(leaks_by_writing, others, lines))

    assert leaked(exported) == SECRETS
    assert leaks == [{}, {}, {}, {}]
    version = there(features.newest(database)).id
    assert (
        leaked(" ".join(there(features.model(database, version)).terms_))
        == set()
    )
    assert leaked(str(vars(Concepts(talk.runtime.catalogue.papers)))) == set()
    assert leaked(str(talk.runtime.catalogue.authors)) == set()
    findings = doctor.examine(
        database, talk.runtime.endpoints, None, talk.clock()
    )
    assert (
        leaked(str([asdict(finding) for finding in findings]) + caplog.text)
        == set()
    )


async def test_forged_buttons_show_nothing_of_what_another_brought(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await brings_everything(ada)

    everything = await presses_everything(bo, talk.runtime.database)

    assert leaked(everything) == set()


async def test_a_link_brings_the_paper_itself_in_place_of_what_was_planted(
    talk: Talk, hub: Hub
) -> None:
    mallory, bo = await talk.started("Mallory"), await talk.started("Bo")
    planted = ("BUYPILLS", "CHEAPPILLS", "PILLSELLER", "pillskeyword")
    await sends(mallory, bib(planted, NEW_ID))
    file = await sends(bo, bib(("Bo's", "mine", "Bo", "bo"), NEW_ID))
    early = await says(bo, "/export data")
    hub.knows(NEW_ID, "What arXiv calls it", "What arXiv says of it.")

    link = await says(bo, f"https://arxiv.org/abs/{NEW_ID}")
    late = await says(bo, "/export data")
    theirs = await says(mallory, "/export data")

    assert "pills" not in told(file) + told(early) + told(link) + told(late)
    assert "bo's of a robot arm" in told(early)
    assert "What arXiv calls it" in link.text
    for export in (late, theirs):
        taken = json.loads(there(export.file).content)
        assert [paper["title"] for paper in taken["papers"]] == [
            "What arXiv calls it"
        ]
        assert [rating["value"] for rating in taken["ratings"]] == [1]
    assert "pills" not in told(theirs)


async def test_own_papers_teach_their_own_reader_s_taste(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    file = await sends(ada, bib(BIB, IDS[0]))

    mine, others = await says(ada, "/picks"), await says(bo, "/picks")

    assert "next 5 picks changed" in file.text or "next picks" in file.text
    assert mine.text.count("robot learning") > others.text.count(
        "robot learning"
    )
