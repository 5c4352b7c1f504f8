"""The bot asks once about a topic whose papers are all disliked, and may remove it."""

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from tests.e2e.talk import Talk, buttons, says, taps

TOPIC = "diffusion models"
QUESTION = f"near your topic “{TOPIC}”, so it counts for little now. Keep it?"


def topics(talk: Talk, person: Person) -> list[str]:
    return [text for text, _ in talk.topics(person)]


def questions(person: Person) -> list[Message]:
    return [message for message in person.messages if QUESTION in message.text]


async def dislike_five(talk: Talk) -> Person:
    """Let Ada type a topic, and dislike five picks that are all about it."""
    ada = await talk.started("Ada")
    await says(ada, f"/topics add {TOPIC}")
    digest = await says(ada, "/picks")
    for number in range(1, 6):
        assert len(questions(ada)) == (number > 4)
        digest = await taps(ada, digest, f"👎 {number}")
        if number == 4:
            await ada.wait_until(lambda: questions(ada) or None)
    return ada


async def test_a_doubted_topic_is_asked_about_once_and_removed_on_a_tap(
    talk: Talk,
) -> None:
    ada = await dislike_five(talk)
    (question,) = questions(ada)

    screen = await taps(ada, question, "Remove")

    assert buttons(question) == ["Keep", "Remove"]
    assert TOPIC not in topics(talk, ada)
    assert "Your topics" in screen.text or "topic" in screen.text


async def test_a_topic_that_is_kept_stays_and_the_question_goes(
    talk: Talk,
) -> None:
    ada = await dislike_five(talk)
    (question,) = questions(ada)

    ada.press(question, "Keep")
    await ada.wait_until(lambda: not questions(ada) or None)

    assert topics(talk, ada) == [TOPIC]
