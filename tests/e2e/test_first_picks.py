"""From Start to the first tailored picks: how many taps, and for the record how many seconds."""

import time
from collections.abc import Callable

import pytest

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from tests.corpus import field_of
from tests.e2e.talk import Talk, buttons, says

Record = Callable[[str, object], None]
PATIENCE = 30


class Thumb:
    """Taps for somebody, and counts."""

    def __init__(self, person: Person) -> None:
        self.person, self.taps = person, 0
        self.begun = time.perf_counter()

    async def start(self) -> Message:
        self.taps += 1
        self.person.start()
        return await self.person.wait_for(
            lambda m: "What are you into" in m.text, PATIENCE
        )

    async def tap(self, message: Message, button: str) -> Message:
        """Tap; return the message that changed or came."""
        self.taps += 1
        seen = {m.id: m.edits for m in self.person.messages}
        self.person.press(message, button)
        return await self.person.wait_for(
            lambda m: m.edits > seen.get(m.id, -1), PATIENCE
        )


async def test_three_taps_lead_to_tailored_picks(
    talk: Talk, record_testsuite_property: Record
) -> None:
    ada = Thumb(talk.person("Ada"))
    greeting = await ada.start()
    chip = buttons(greeting)[0]

    greeting = await ada.tap(greeting, chip)
    picks = await ada.tap(greeting, "Show my picks →")
    record_testsuite_property(
        "seconds of three taps", time.perf_counter() - ada.begun
    )

    assert ada.taps == 3
    assert f"Your topic: {chip}" in picks.text


async def test_nine_taps_lead_through_six_papers_to_tailored_picks(
    talk: Talk, record_testsuite_property: Record
) -> None:
    ada = Thumb(talk.person("Ada"))
    shown = await ada.tap(await ada.start(), "Rate six to begin")
    liked = field_of(shown.text)

    while "Would you read this?" in shown.text:
        shown = await ada.tap(
            shown, "👍 Yes" if field_of(shown.text) == liked else "👎 No"
        )
    record_testsuite_property(
        "seconds of nine taps", time.perf_counter() - ada.begun
    )

    assert ada.taps <= 9
    assert shown.text.count(f"It helps {liked}") >= 3


@pytest.mark.parametrize("brings", ["words", "link", "file"])
async def test_one_message_and_one_tap_are_enough_too(
    talk: Talk, brings: str
) -> None:
    ada = Thumb(talk.person("Ada"))
    await ada.start()
    robots = [
        p
        for p in talk.runtime.catalogue.papers
        if field_of(p) == "robot learning"
    ]

    if brings == "words":
        await says(ada.person, "robot learning")
    elif brings == "link":
        await says(ada.person, f"https://arxiv.org/abs/{robots[0].arxiv_id}")
    else:
        title, abstract = robots[0].title, robots[0].abstract
        entry = (
            f"@misc{{a, title={{More of {title}}}, abstract={{{abstract}}}}}"
        )
        ada.person.send_document("mine.bib", entry.encode())
        await ada.person.wait_for(
            lambda m: "paper of your file" in m.text, PATIENCE
        )
    greeting = next(
        m for m in ada.person.messages if "What are you into" in m.text
    )
    picks = await ada.tap(greeting, "Show my picks →")

    assert ada.taps == 2
    assert picks.text.count("It helps robot learning") >= 3
