"""A new reader gets tailored picks within few taps; the seconds go into the test report."""

import time
from collections.abc import Callable

import pytest

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from tests.corpus import field_of, pick_fields
from tests.e2e.talk import Talk, buttons, says

Record = Callable[[str, object], None]

# Seconds.
PATIENCE = 30


class TapCounter:
    """Taps for a person, and counts the taps."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.taps = 0
        self.started_at = time.perf_counter()

    async def start(self) -> Message:
        self.taps += 1
        self.person.start()
        return await self.person.wait_for(
            lambda m: "What are you into" in m.text, PATIENCE
        )

    async def tap(self, message: Message, button: str) -> Message:
        """Tap a button; return the message that changed or is new."""
        self.taps += 1
        edits = {m.id: m.edits for m in self.person.messages}
        self.person.press(message, button)
        return await self.person.wait_for(
            lambda m: m.edits > edits.get(m.id, -1), PATIENCE
        )


async def test_three_taps_lead_to_tailored_picks(
    talk: Talk, record_testsuite_property: Record
) -> None:
    ada = TapCounter(talk.person("Ada"))
    greeting = await ada.start()
    chip = buttons(greeting)[0]

    greeting = await ada.tap(greeting, chip)
    picks = await ada.tap(greeting, "Show my picks →")
    record_testsuite_property(
        "seconds of three taps", time.perf_counter() - ada.started_at
    )

    assert ada.taps == 3
    assert f"Your topic: {chip}" in picks.text


async def test_nine_taps_lead_through_six_papers_to_tailored_picks(
    talk: Talk, record_testsuite_property: Record
) -> None:
    ada = TapCounter(talk.person("Ada"))
    message = await ada.tap(await ada.start(), "Rate six to begin")
    field = field_of(message.text)

    while "Would you read this?" in message.text:
        message = await ada.tap(
            message, "👍 Yes" if field_of(message.text) == field else "👎 No"
        )
    record_testsuite_property(
        "seconds of nine taps", time.perf_counter() - ada.started_at
    )

    assert ada.taps <= 9
    assert pick_fields(message.text).count(field) >= 3


@pytest.mark.parametrize("way", ["words", "link", "file"])
async def test_one_message_and_one_tap_are_enough_too(
    talk: Talk, way: str
) -> None:
    ada = TapCounter(talk.person("Ada"))
    await ada.start()
    robots = [
        p
        for p in talk.runtime.catalogue.papers
        if field_of(p) == "robot learning"
    ]

    if way == "words":
        await says(ada.person, "robot learning")
    elif way == "link":
        await says(ada.person, f"https://arxiv.org/abs/{robots[0].arxiv_id}")
    else:
        title, abstract = robots[0].title, robots[0].abstract
        entry = (
            f"@misc{{a, title={{More of {title}}}, abstract={{{abstract}}}}}"
        )
        ada.person.send_document("mine.bib", entry.encode())
        await ada.person.wait_for(
            lambda m: "paper from your file" in m.text, PATIENCE
        )
    greeting = next(
        m for m in ada.person.messages if "What are you into" in m.text
    )
    picks = await ada.tap(greeting, "Show my picks →")

    assert ada.taps == 2
    assert pick_fields(picks.text).count("robot learning") >= 3
