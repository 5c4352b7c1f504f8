"""After a pause, or three digests without an answer, what was missed comes by one button."""

import pytest

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import readers
from tests.bot_api.people import press_twice
from tests.e2e.passing_days import pass_days, titles
from tests.e2e.talk import Talk, buttons, daily, says, taps


def offer(message: Message) -> str:
    """Return the button that shows what was missed; empty without one."""
    return next((b for b in buttons(message) if "I missed" in b), "")


async def reader(talk: Talk, name: str) -> Person:
    """Return somebody with a topic, who had one day's picks."""
    person = await talk.started(name)
    await says(person, "graph networks")
    talk.clock.forward(hours=2)
    await talk.deliver()
    talk.clock.forward(hours=-2)
    return person


async def test_a_pause_of_14_days_has_one_catch_up_and_no_repeats(
    talk: Talk,
) -> None:
    ada = await reader(talk, "Ada")
    menu = await says(ada, "/settings")
    choices = await taps(ada, menu, "⏸ Pause…")
    [two_weeks] = [b for b in buttons(choices) if "14" in b]
    await taps(ada, choices, two_weeks)

    await pass_days(talk, 13)
    in_pause = len(daily(ada))
    await pass_days(talk, 1)
    back = ada.messages[-1]
    presses = press_twice(ada, back, offer(back))
    toasts = [await ada.answer_to(press) for press in presses]
    caught_up = await ada.wait_for(lambda m: m.id > back.id, 30)
    await pass_days(talk, 5)

    [line] = [x for x in back.text.splitlines() if x.startswith("Since ")]
    n = len(titles([caught_up]))
    assert in_pause == 1
    assert line == f"Since 24 November: 168 papers, {n} for you."
    assert offer(back) == f"Show the {n} I missed"
    assert 1 <= n <= 10
    assert "They are in a message below already." in [
        toast.text for toast in toasts
    ]
    shown = titles(ada.messages)
    assert len(shown) == len(set(shown))
    later = [m for m in ada.messages if m.id > back.id]
    assert [offer(message) for message in later if offer(message)] == []
    assert len(titles(later)) > n


async def test_three_digests_without_an_answer_bring_one_offer(
    talk: Talk,
) -> None:
    ada = await reader(talk, "Ada")

    await pass_days(talk, 1)
    await taps(ada, ada.messages[-1], "👍 1")
    await pass_days(talk, 2)
    unanswered = [offer(m) for m in ada.messages]
    await pass_days(talk, 6)

    offers = [offer(m) for m in ada.messages if offer(m)]
    assert not any(unanswered)
    assert len(offers) == 1


async def test_a_tap_in_between_means_that_nothing_was_missed(
    talk: Talk,
) -> None:
    ada = await reader(talk, "Ada")

    for _ in range(4):
        await pass_days(talk, 2)
        await says(ada, "thanks")

    assert not any(offer(message) for message in ada.messages)


@pytest.mark.parametrize("style", ["digest", "cards"])
async def test_what_was_missed_comes_in_the_readers_own_form(
    talk: Talk, style: str
) -> None:
    ada = await reader(talk, "Ada")
    await says(ada, "/stop")
    await pass_days(talk, 5)
    ada.write("/settings")
    menu = await ada.wait_for(lambda m: "▶ Resume" in buttons(m), 30)
    await taps(ada, menu, "▶ Resume")
    reader_id = talk.reader(ada).id
    readers.change(talk.database, reader_id, style=style)
    await pass_days(talk, 2)

    [offering] = [message for message in ada.messages if offer(message)]
    last_id = ada.messages[-1].id
    ada.press(offering, offer(offering))
    await ada.wait_for(lambda m: m.id > last_id, 30)
    n = int(offer(offering).split()[2])
    await ada.wait_until(
        lambda: (
            sum(like_buttons(m) for m in ada.messages if m.id > last_id) == n
            or None
        ),
        30,
    )

    last = ada.messages[-1]
    again = await ada.answer_to(ada.press(offering, offer(offering)))

    assert like_buttons(last) == (n if style == "digest" else 1)
    assert again.text == "They are in a message below already."


def like_buttons(message: Message) -> int:
    return sum(b.startswith("👍") for b in buttons(message))
