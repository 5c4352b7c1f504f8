"""A paper that its reader passed comes a second time, if their taste moved towards it since."""

from itertools import pairwise

from bot.sandbox.localchat.people import Person
from bot.storage import feedback, impressions
from tests.corpus import field_of
from tests.e2e.passing_days import pass_days, titles
from tests.e2e.talk import Talk, buttons, says, taps

LOOK = "↻ Second look: your taste has moved towards"


async def passing(talk: Talk) -> Person:
    """Return a reader of speech who asked for more than there is, and passed the rest."""
    ada = await talk.started("Ada")
    await says(ada, "speech recognition")
    talk.clock.forward(hours=2)
    await talk.deliver()
    talk.clock.forward(hours=-2)
    # What comes on request may be far from the taste.
    for _ in range(12):
        await says(ada, "/picks")
    return ada


def titles_of(talk: Talk, field: str) -> set[str]:
    return {
        paper.title
        for paper in talk.runtime.catalogue.papers
        if field_of(paper) == field
    }


def turn_to(talk: Talk, person: Person, field: str) -> None:
    """Let a reader drop their topic, and like papers of a field that they never saw."""
    reader_id = talk.reader(person).id
    feedback.remove_topics(talk.database, reader_id, ["speech recognition"])
    shown = talk.feedback(person).shown
    new = [
        paper
        for paper in talk.runtime.catalogue.papers
        if paper.id not in shown and field_of(paper) == field
    ]
    for paper in new[:12]:
        feedback.rate(
            talk.database,
            feedback.RatingEvent(
                reader_id=reader_id,
                paper_id=paper.id,
                value=1,
                rated_at=talk.clock(),
                origin="list",
            ),
        )


async def test_a_passed_paper_comes_again_labelled_and_once_a_week(
    talk: Talk,
) -> None:
    ada = await passing(talk)
    passed = titles(ada.messages)
    await pass_days(talk, 14)
    before = [m for m in ada.messages if LOOK in m.text]
    turn_to(talk, ada, "graph networks")

    await pass_days(talk, 10)

    looks = [m for m in ada.messages if LOOK in m.text]
    assert before == []
    assert 1 <= len(looks) <= 2
    first = looks[0]
    last_title = titles([first])[-1]
    assert last_title in passed
    assert last_title in titles_of(talk, "graph networks")
    assert first.text.count("Second look") == 1
    assert first.text.index(LOOK) > first.text.index(last_title)
    n = len(titles([first]))
    assert f"your {n} of" in first.text or f"{n} papers for you" in first.text
    days = [m.date.date() for m in looks]
    assert all((b - a).days >= 7 for a, b in pairwise(days))


async def test_a_second_look_is_rated_like_any_pick(talk: Talk) -> None:
    ada = await passing(talk)
    await pass_days(talk, 14)
    turn_to(talk, ada, "graph networks")
    await pass_days(talk, 5)
    [look, *_] = [m for m in ada.messages if LOOK in m.text]
    n = len(titles([look]))

    liked = await taps(ada, look, f"👍 {n}")

    seen = impressions.of_reader(talk.database, talk.reader(ada).id)
    values = {i.value for i in seen if i.policy == "second-look"}
    assert f"👍 {n} ✓" in buttons(liked)
    assert LOOK in liked.text
    assert 1 in values
