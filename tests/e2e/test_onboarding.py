"""The onboarding asks about six papers in one message, which then shows the first picks."""

import pytest

from bot.picks import onboarding, selection
from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import counts, digests
from bot.storage.digests import Digest
from tests.bot_api.people import press_twice
from tests.bot_api.server import FaultyServer
from tests.corpus import field_of, pick_fields
from tests.e2e.talk import Talk, buttons, daily, says, talking, taps

ANSWERS = ["👍 Yes", "👎 No", "Don't know", "Enough, show my picks →"]


async def begin(person: Person) -> Message:
    """Press the button of the greeting; return the first question."""
    person.press(greeting(person), "Rate six to begin")
    return await person.wait_for(
        lambda m: "1 of 6 · Would you read this?" in m.text, 20
    )


def greeting(person: Person) -> Message:
    return next(m for m in person.messages if "What are you into" in m.text)


def unfinished_questions(talk: Talk, person: Person) -> Digest:
    digest = digests.unasked(talk.database, talk.reader(person).id)
    assert digest is not None
    return digest


async def test_six_answers_in_one_message_end_as_the_first_picks(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    question = await begin(ada)
    titles = []
    likes = 0
    field = ""
    while "Would you read this?" in question.text:
        titles.append(question.text.splitlines()[2])
        # She likes what the first paper is about.
        field = field or field_of(question.text)
        likes += field_of(question.text) == field
        answer = "👍 Yes" if field_of(question.text) == field else "👎 No"
        question = await taps(ada, question, answer)

    assert len(set(titles)) == 6
    assert 0 < likes < 6
    assert pick_fields(question.text).count(field) >= 3
    assert not any(f" · {title}\n" in question.text for title in titles)
    assert counts.count(talk.database).likes == likes
    assert len(daily(ada)) == 1


async def test_the_next_picks_are_not_used_up_by_asking_about_them(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    database = talk.database
    catalogue = talk.runtime.catalogue
    today = talk.clock().date()
    past = talk.feedback(ada)
    next_picks = {
        pick.paper_id
        for pick in selection.rank(database, catalogue, past, today, 5).picks
    }

    await begin(ada)

    questions = unfinished_questions(talk, ada)
    assert len(next_picks) == 5
    assert not next_picks & {pick.paper.id for pick in questions.picks}


async def test_a_question_shows_its_paper_and_how_many_are_left(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    first = await begin(ada)
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
    second = await taps(ada, await begin(ada), "👎 No")

    undone = await taps(ada, second, "↩ Undo 👎 1")

    assert undone.text == second.text
    assert buttons(undone) == ANSWERS
    assert counts.count(talk.database).dislikes == 0


async def test_ending_the_questions_early_shows_picks_and_may_pick_the_papers_not_asked_about(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    question = await begin(ada)

    picks = await taps(ada, question, "Enough, show my picks →")
    reader = talk.reader(ada)

    past = talk.feedback(ada)
    assert "👍 1" in buttons(picks)
    # One question and five picks.
    assert len(past.shown) == 1 + 5
    assert digests.unasked(talk.database, reader.id) is None
    assert counts.count(talk.database).picks_sent == 5


async def test_pressing_twice_is_pressing_once(talk: Talk) -> None:
    ada = await talk.started("Ada")
    press_twice(ada, greeting(ada), "Rate six to begin")
    question = await ada.wait_for(lambda m: "1 of 6" in m.text, 20)

    for press in press_twice(ada, question, "👍 Yes"):
        await ada.answer_to(press, 20)
    second = await ada.wait_for(lambda m: "2 of 6" in m.text)
    for press in press_twice(ada, second, "Enough, show my picks →"):
        toast = await ada.answer_to(press, 20)

    assert toast.text == "The paper behind this button is gone."
    assert len([m for m in ada.messages if "Would you read" in m.text]) == 0
    assert len(daily(ada)) == 1


async def test_an_old_button_changes_its_answer_and_does_not_move_the_questions_on(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    first = await begin(ada)
    second = await taps(ada, first, "👍 Yes")
    data = first.button("👎 No").data
    assert data is not None

    await ada.answer_to(ada.press_data(second.id, data), 20)
    toast = await bo.answer_to(bo.press_data(bo.messages[-1].id, data), 20)

    values = [pick.value for pick in unfinished_questions(talk, ada).picks]
    assert values[:2] == [-1, 0]
    assert (
        next(m for m in ada.messages if m.id == second.id).text == second.text
    )
    assert toast.text == "The paper behind this button is gone."


async def test_questions_go_on_after_a_restart(
    runtime: Runtime, server: FaultyServer
) -> None:
    async with talking(runtime, server) as talk:
        ada = await talk.started("Ada")
        second = await taps(ada, await begin(ada), "👍 Yes")
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
    question = await begin(ada)
    await says(ada, "/picks")

    next_message = await taps(ada, question, "Don't know")

    assert next_message.text.splitlines()[0] != question.text.splitlines()[0]
    assert "Would you read" not in next_message.text


async def test_a_library_too_small_to_ask_from_shows_its_picks(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onboarding, "N_QUESTIONS", len(talk.runtime.catalogue))
    ada = await talk.started("Ada")

    ada.press(greeting(ada), "Rate six to begin")
    picks = await ada.wait_for(lambda m: "👍 1" in buttons(m), 20)

    assert "Would you read" not in picks.text
