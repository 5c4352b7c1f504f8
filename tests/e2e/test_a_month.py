"""A month of three readers, day by day, through every command: what each of them sees."""

import logging
from collections.abc import Awaitable, Callable

import pytest
from pybtex.database import parse_string

from bot.messages import replies as sentences
from bot.messages import translation
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage.takeout import document
from tests.e2e.month import Month
from tests.e2e.talk import Talk, buttons, says, taps

DAYS = 26  # four weeks and what is left of their last weekend: twenty mornings with picks
STRANGER = "We haven't met. Send /start, and I'll find your first papers."
VISION, LANGUAGE, MUTED = (
    "diffusion models",
    "language models",
    "medical imaging",
)


async def begins(talk: Talk) -> Month:
    """Return three people who said what they are into, and the library that is there."""
    ada, bo, cy = [await talk.started(name) for name in ("Ada", "Bo", "Cy")]
    month = Month(talk, ada, bo, cy, [ada, bo, cy])
    await month.arrive(seed=8)
    await says(ada, f"/topics add {VISION}")
    muted = await says(ada, f"/topics mute {MUTED}")
    wanted = await says(bo, f"/topics add {LANGUAGE}")
    helped = await says(cy, "/help")

    assert f"➕ {VISION}" in muted.text
    assert f"🔇 {MUTED}" in muted.text
    assert f"➕ {LANGUAGE}" in wanted.text
    assert all(f"/{name} · " in helped.text for name in menu())
    talk.clock.forward(hours=2)
    return month


def menu() -> set[str]:
    return {name for name, _ in sentences.commands(translation.of("en"))}


async def opinions(month: Month) -> None:
    """Ada and Bo like a paper of their field this morning, and not one of another."""
    for person, wanted in ((month.ada, VISION), (month.bo, LANGUAGE)):
        shown = month.latest(person)
        of = [month.fields[title] for title in month.titles(shown.text)]
        liked = await taps(person, shown, f"👍 {of.index(wanted) + 1}")
        other = next(
            (n for n, each in enumerate(of, 1) if each != wanted), None
        )
        assert "Learned from 👍" in liked.text
        if other is not None:
            assert f"👎 {other} ✓" in buttons(
                await taps(person, liked, f"👎 {other}")
            )


async def undo(month: Month) -> None:
    """Bo slips, and takes it back."""
    shown = month.latest(month.bo)

    slipped = await taps(month.bo, shown, "👎 1")
    undone = await taps(month.bo, slipped, "↩ Undo 👎 1")

    assert "👎 1 ✓" in buttons(slipped)
    assert buttons(undone) == buttons(shown)


async def save(month: Month) -> None:
    """Bo keeps two papers, finds them again, and lets one go."""
    shown = month.latest(month.bo)
    first, second = month.titles(shown.text)[:2]
    await taps(month.bo, await taps(month.bo, shown, "🔖"), "🔖")

    kept = await says(month.bo, "/saved")
    found = await says(month.bo, f"/saved {first.split()[-1]}")
    left = await taps(month.bo, kept, "1 ✕")

    assert set(month.titles(kept.text)) == {first, second}
    assert month.titles(found.text) == [first]
    assert left.text.startswith("Saved · 1 paper\n")


async def open_one(month: Month) -> None:
    """Ada opens a paper whole, takes its BibTeX, and closes it."""
    shown = month.latest(month.ada)
    month.ada.press(shown, "⋯")
    paper = await month.ada.wait_for(
        lambda m: m.id > shown.id and m.reply_to == shown.id
    )
    month.ada.press(paper, "BibTeX")
    entry = await month.ada.wait_for(lambda m: m.id > paper.id)
    month.ada.press(paper, "Close")
    await month.ada.wait_until(
        lambda: all(m.id != paper.id for m in month.ada.messages) or None
    )

    assert paper.text.startswith(month.titles(shown.text)[0])
    assert "Why: " in paper.text
    assert len(parse_string(entry.text, "bibtex").entries) == 1


async def follow(month: Month) -> None:
    """Bo follows an author of a field far from theirs."""
    asked = await says(month.bo, "/follow Gina Graph")
    listed = await taps(month.bo, asked, "Follow Gina Graph")

    assert asked.text.count("\n· ") == 3
    assert listed.text.startswith("You follow Gina Graph now.")


async def followed(month: Month) -> None:
    """What Gina wrote comes, and says why, until Bo lets her go."""
    shown = month.latest(month.bo)
    nobody = await taps(
        month.bo, await says(month.bo, "/follow"), "Gina Graph ✕"
    )

    assert shown.text.count("By Gina Graph, whom you follow") == 3
    assert "Gina Graph, whom" not in month.latest(month.ada).text
    assert nobody.text.startswith("You follow nobody yet.")


async def search(month: Month) -> None:
    """Cy looks for papers, and turns a page; Ada finds nothing of what she mutes."""
    found = await says(month.cy, "/search graph networks")
    second = await taps(month.cy, found, "→")
    hidden = await says(month.ada, f"/search {MUTED}")

    assert {
        month.fields[t] for t in month.titles(found.text + second.text)
    } == {"graph networks"}
    assert len(month.titles(found.text + second.text)) == 10
    assert hidden.text.endswith(
        "are about a topic you mute. /topics lists them."
    )


async def correct(month: Month) -> None:
    """Ada moves a word of her taste up; Cy, who rated nothing, is told that there is none."""
    shown = await says(month.ada, "/taste")
    moved = await taps(month.ada, shown, "➕")
    none = await says(month.cy, "/taste")

    assert "diffusion" in shown.text
    assert "➕ ✓" in buttons(moved)
    assert "I don't know your taste yet" in none.text


async def settle(month: Month) -> None:
    """Cy wants two papers, without a sound."""
    choices = await taps(
        month.cy, await says(month.cy, "/settings"), "🔢 5 papers"
    )
    shown = await taps(month.cy, choices, "2")
    quiet = await taps(month.cy, shown, "🔔 Sound: on")

    assert "🔢 2 papers" in buttons(shown)
    assert "🔕 Sound: off" in buttons(quiet)


async def stop(month: Month) -> None:
    """Cy got two papers in silence, and has enough for now."""
    shown = month.latest(month.cy)
    stopped = await says(month.cy, "/stop")
    month.gets.remove(month.cy)

    assert (len(month.titles(shown.text)), shown.silent) == (2, True)
    assert "Your daily picks are off" in stopped.text


async def again(month: Month) -> None:
    """Cy comes back, and is greeted as the one they were."""
    greeting = await says(month.cy, "/start")
    settings = await says(month.cy, "/settings")
    month.gets.append(month.cy)

    assert greeting.text.startswith("Hi Cy.")
    assert "🔢 2 papers" in buttons(settings)


async def more(month: Month) -> None:
    """Ada has time for more, and gets others than those of the morning."""
    shown = await says(month.ada, "/picks")

    assert len(month.titles(shown.text)) == 5
    assert not set(month.titles(shown.text)) & set(month.seen(month.ada))
    month.picks[month.ada.id].append(shown)


async def stats(month: Month) -> None:
    """Ada sees how her picks did; Cy, how many there were."""
    told, other = (
        await says(month.ada, "/stats"),
        await says(month.cy, "/stats"),
    )

    assert told.file is not None
    assert told.file.content.startswith(b"\x89PNG")
    assert f" {opinions_had()} liked" in told.text
    assert ", 0 liked" in other.text


async def export(month: Month) -> None:
    """Bo takes the saved paper along in both forms, and all that is kept."""
    asked = await says(month.bo, "/export")
    bib = await receives(month.bo, asked, "BibTeX")
    table = await receives(month.bo, asked, "CSV")
    data = await receives(month.bo, asked, "All you keep of me (JSON)")

    taken = document.read(data)
    assert len(parse_string(bib.decode(), "bibtex").entries) == 1
    assert table.decode("utf-8-sig").count("\r\n") == 2
    assert [topic.text for topic in taken.topics] == [LANGUAGE]
    assert len(taken.saved) == 1
    assert sum(rating.value == 1 for rating in taken.ratings) == opinions_had()


async def receives(person: Person, asked: Message, button: str) -> bytes:
    """Press a button; return what is in the file that comes."""
    last = person.messages[-1].id
    person.press(asked, button)
    sent = await person.wait_for(lambda m: m.id > last and m.file is not None)
    assert sent.file is not None
    return sent.file.content


async def ask_what_is_kept(month: Month) -> None:
    """Each is told of their own."""
    told, other = (
        await says(month.bo, "/privacy"),
        await says(month.cy, "/privacy"),
    )

    assert "1 topic, 0 followed authors" in told.text
    assert "1 saved paper, " in told.text
    assert "0 ratings, 0 topics" in other.text


async def forget(month: Month) -> None:
    """Bo goes, and the buttons that are left say so kindly."""
    picks = month.latest(month.bo)
    gone = await taps(
        month.bo, await says(month.bo, "/forget"), "Delete everything"
    )
    month.gets.remove(month.bo)

    pressed = [
        month.bo.press(picks, button) for button in ("👍 1", "👎 2", "🔖", "⋯")
    ]
    toasts = {(await month.bo.answer_to(each)).text for each in pressed}

    assert (
        gone.text == "Everything I kept of you is deleted. /start begins anew."
    )
    assert toasts == {STRANGER}


Part = Callable[[Month], Awaitable[None]]
# What happens after the picks of each weekday; of the days after these nothing is to tell.
PARTS: list[list[Part]] = [
    [opinions],
    [undo, opinions],
    [opinions, save],
    [opinions, open_one],
    [opinions, follow],
    [followed],
    [search],
    [opinions, correct],
    [settle],
    [stop],
    [again],
    [more],
    [stats],
    [export],
    [ask_what_is_kept],
    [forget],
]


def opinions_had() -> int:
    """Return how many papers Ada and Bo have liked each."""
    return sum(part is opinions for parts in PARTS for part in parts)


async def lives(month: Month) -> None:
    """Let the month pass, a day at a time; new papers come on Mondays."""
    parts = iter(PARTS)
    for day in range(DAYS):
        if day and day % 7 == 0:
            await month.arrive(seed=8 + day // 7)
        await month.morning()
        if month.talk.clock().weekday() < 5:
            for part in next(parts, []):
                await part(month)
        month.talk.clock.forward(days=1)


async def test_a_month_of_three_readers_through_every_command(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    month = await begins(talk)

    await lives(month)

    said = [m.text for p in month.people for m in p.messages if not m.by_bot]
    used = {
        text.split()[0].removeprefix("/")
        for text in said
        if text.startswith("/")
    }
    assert used == menu() | {"start"}
    # Ada asked once for more, Cy was away for a day, and Bo left.
    assert [len(month.picks[person.id]) for person in month.people] == [
        20 + 1,
        16,
        19,
    ]
    for person in month.people:
        assert len(month.seen(person)) == len(set(month.seen(person)))
    assert month.share(month.ada, VISION) > 2 * month.share(month.cy, VISION)
    assert month.share(month.bo, LANGUAGE) > 2 * month.share(month.cy, LANGUAGE)
    assert MUTED not in {month.fields[title] for title in month.seen(month.ada)}
    assert MUTED in {month.fields[title] for title in month.seen(month.cy)}
    assert [
        r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR
    ] == []
