"""Six papers to learn from: asked in one message, skippable, and over when the picks are there."""

import pytest

from bot.picks import onboarding, selection
from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import counts, digests, feedback
from bot.storage.digests import Digest
from tests.bot_api.people import press_twice
from tests.bot_api.server import FaultyServer
from tests.corpus import field_of
from tests.e2e.talk import Talk, buttons, daily, says, talking, taps

ANSWERS = ["👍 Yes", "👎 No", "Don't know", "Enough, show my picks →"]


async def begins(person: Person) -> Message:
    """Press the button of the greeting; return the first question."""
    person.press(greeting(person), "Rate six to begin")
    return await person.wait_for(
        lambda m: "1 of 6 · Would you read this?" in m.text, 20
    )


def greeting(person: Person) -> Message:
    return next(m for m in person.messages if "What are you into" in m.text)


def under_way(talk: Talk, person: Person) -> Digest:
    found = digests.unasked(talk.runtime.database, talk.reader(person).id)
    assert found is not None
    return found


async def test_six_answers_in_one_message_end_as_the_first_picks(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    question = await begins(ada)
    asked, liked, field = [], 0, ""
    while "Would you read this?" in question.text:
        asked.append(question.text.splitlines()[2])
        field = field or field_of(
            question.text
        )  # she likes what the first one is about
        liked += field_of(question.text) == field
        answer = "👍 Yes" if field_of(question.text) == field else "👎 No"
        question = await taps(ada, question, answer)

    assert len(set(asked)) == 6
    assert 0 < liked < 6
    assert question.text.count(f"It helps {field}") >= 3
    assert not any(f" · {title}\n" in question.text for title in asked)
    assert counts.count(talk.runtime.database).likes == liked
    assert len(daily(ada)) == 1


async def test_the_next_picks_are_not_used_up_by_asking_about_them(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    database, papers, reader = (
        talk.runtime.database,
        talk.runtime.catalogue,
        talk.reader(ada),
    )
    today = talk.clock().date()
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    best = {
        pick.paper_id
        for pick in selection.rank(database, papers, said, today, 5).picks
    }

    await begins(ada)

    assert len(best) == 5
    assert not best & {pick.paper.id for pick in under_way(talk, ada).picks}


async def test_a_question_shows_its_paper_and_how_many_are_left(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    first = await begins(ada)
    second = await taps(ada, first, "👍 Yes")
    third = await taps(ada, second, "Don't know")

    assert buttons(first) == ANSWERS
    assert "We study" in first.text
    assert second.text.startswith("2 of 6 · Would you read this?")
    assert buttons(second) == [*ANSWERS, "↩ Undo 👍 1"]
    assert buttons(third) == ANSWERS
    assert any("👍 noted" in (toast.text or "") for toast in ada.toasts)


async def test_an_answer_is_taken_back_without_losing_the_question(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    second = await taps(ada, await begins(ada), "👎 No")

    undone = await taps(ada, second, "↩ Undo 👎 1")

    assert undone.text == second.text
    assert buttons(undone) == ANSWERS
    assert counts.count(talk.runtime.database).dislikes == 0


async def test_enough_is_enough_and_what_was_not_asked_may_be_picked(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    question = await begins(ada)

    picks = await taps(ada, question, "Enough, show my picks →")
    reader = talk.reader(ada)

    shown = feedback.of_reader(
        talk.runtime.database, reader.id, "UTC", talk.clock().date()
    ).shown
    assert "👍 1" in buttons(picks)
    assert len(shown) == 1 + 5
    assert digests.unasked(talk.runtime.database, reader.id) is None
    assert counts.count(talk.runtime.database).picks_sent == 5


async def test_pressing_twice_is_pressing_once(talk: Talk) -> None:
    ada = await talk.started("Ada")
    press_twice(ada, greeting(ada), "Rate six to begin")
    question = await ada.wait_for(lambda m: "1 of 6" in m.text, 20)

    for press in press_twice(ada, question, "👍 Yes"):
        await ada.answer_to(press, 20)
    second = await ada.wait_for(lambda m: "2 of 6" in m.text)
    for press in press_twice(ada, second, "Enough, show my picks →"):
        toast = await ada.answer_to(press, 20)

    assert toast.text == "This button has no paper behind it any more."
    assert len([m for m in ada.messages if "Would you read" in m.text]) == 0
    assert len(daily(ada)) == 1


async def test_old_buttons_of_a_question_are_answered_and_move_nothing(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    first = await begins(ada)
    second = await taps(ada, first, "👍 Yes")
    data = first.button("👎 No").data
    assert data is not None

    await ada.answer_to(ada.press_data(second.id, data), 20)
    others = await bo.answer_to(bo.press_data(bo.messages[-1].id, data), 20)

    assert [pick.value for pick in under_way(talk, ada).picks][:2] == [-1, 0]
    assert (
        next(m for m in ada.messages if m.id == second.id).text == second.text
    )
    assert others.text == "This button has no paper behind it any more."


async def test_questions_go_on_after_a_restart(
    runtime: Runtime, server: FaultyServer
) -> None:
    async with talking(runtime, server) as talk:
        ada = await talk.started("Ada")
        second = await taps(ada, await begins(ada), "👍 Yes")
        talk.clock.forward(minutes=1)

    async with talking(runtime, server):
        third = await taps(ada, second, "👎 No")
        ada.press(greeting(ada), "Rate six to begin")
        again = await ada.wait_for(
            lambda m: m.id > third.id and "3 of 6" in m.text, 20
        )

    assert third.text.startswith("3 of 6")
    assert again.text == third.text


async def test_picks_in_between_end_the_questions(talk: Talk) -> None:
    ada = await talk.started("Ada")
    question = await begins(ada)
    await says(ada, "/picks")

    more = await taps(ada, question, "Don't know")

    assert more.text.splitlines()[0] != question.text.splitlines()[0]
    assert "Would you read" not in more.text


async def test_a_library_too_small_to_ask_from_shows_its_picks(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onboarding, "N_QUESTIONS", len(talk.runtime.catalogue))
    ada = await talk.started("Ada")

    ada.press(greeting(ada), "Rate six to begin")
    picks = await ada.wait_for(lambda m: "👍 1" in buttons(m), 20)

    assert "Would you read" not in picks.text
