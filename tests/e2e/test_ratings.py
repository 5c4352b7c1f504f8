"""Picks are rated by buttons, and the next picks follow the ratings."""

import asyncio

from sqlalchemy import update

from bot.runtime import Runtime
from bot.sandbox.localchat import refusals
from bot.storage import counts
from bot.storage.delivery_tables import RecommendationRow
from bot.transport.webhook import Address
from tests.bot_api.people import press_twice
from tests.bot_api.server import FaultyServer
from tests.corpus import pick_fields
from tests.e2e.talk import BOTH_WAYS, Talk, buttons, says, talking, taps

pytestmark = BOTH_WAYS


def titles(text: str) -> list[str]:
    """Return the titles of the picks in a digest."""
    return [
        line
        for line in text.splitlines()
        if line[:1].isdigit() and " · " in line[:5]
    ]


async def test_typed_topics_steer_the_first_picks(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add diffusion models")

    digest = await says(ada, "/picks")

    assert pick_fields(digest.text)[:3] == ["diffusion models"] * 3
    assert "Your topic: diffusion models" in digest.text


async def test_picks_never_repeat(talk: Talk) -> None:
    ada = await talk.started("Ada")

    lines = [
        line
        for _ in range(4)
        for line in (await says(ada, "/picks")).text.splitlines()
    ]

    picks = [
        line.partition(" · ")[2]
        for line in lines
        if line[:1].isdigit() and " with " in line
    ]
    assert len(picks) == 20
    assert len(set(picks)) == 20


async def test_a_like_is_learned_at_once_and_the_next_picks_follow_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    liked = pick_fields(digest.text)[0]

    rated = await taps(ada, digest, "👍 1")
    following = await says(ada, "/picks")

    assert "Learned from 👍 1: + " in rated.text
    assert "of your next 5 picks changed" in rated.text
    assert "👍 1 ✓" in buttons(rated)
    assert "↩ Undo 👍 1" in buttons(rated)
    assert pick_fields(following.text).count(liked) >= 3
    assert "which you liked" in following.text or "Fits: " in following.text


async def test_a_dislike_says_what_there_will_be_less_of(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    rated = await taps(ada, digest, "👎 2")

    assert "Learned from 👎 2: − " in rated.text
    assert "👎 2 ✓" in buttons(rated)


async def test_a_rating_can_be_changed_and_taken_back(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    liked = await taps(ada, digest, "👍 3")
    disliked = await taps(ada, liked, "👎 3")
    liked_again = await taps(ada, disliked, "↩ Undo 👎 3")
    untouched = await taps(ada, liked_again, "↩ Undo 👍 3")

    assert "👎 3 ✓" in buttons(disliked)
    assert "👍 3 ✓" in buttons(liked_again)
    assert buttons(untouched) == buttons(digest)


async def test_undo_of_a_first_rating_leaves_no_rating(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    liked = await taps(ada, digest, "👍 1")

    undone = await taps(ada, liked, "↩ Undo 👍 1")

    assert buttons(undone) == buttons(digest)
    assert "Undone: 👍 1" in undone.text
    assert counts.count(talk.database).likes == 0


async def test_a_rating_changes_only_the_last_line_and_the_buttons(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    rated = await taps(ada, digest, "👍 1")

    assert rated.text.startswith(digest.text)


async def test_the_toast_answers_every_press_and_two_at_once_make_one_rating(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    first, second = press_twice(ada, digest, "👍 1")
    toasts = [await ada.answer_to(first), await ada.answer_to(second)]

    assert sorted(toast.text.partition(" · ")[0] for toast in toasts) == [
        "Noted already",
        "👍 noted",
    ]
    assert counts.count(talk.database).likes == 1


async def test_a_press_that_is_too_old_to_be_answered_still_counts(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    talk.server.fail_next("answerCallbackQuery", refusals.QUERY_TOO_OLD)

    rated = await taps(ada, digest, "👍 1")

    assert "👍 1 ✓" in buttons(rated)
    assert "Learned from 👍 1" in rated.text


async def test_a_like_of_a_pick_liked_by_its_link_changes_nothing(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    link = next(entity.url for entity in digest.entities if entity.url)
    await says(ada, link)

    toast = await ada.answer_to(ada.press(digest, "👍 1"))

    assert toast.text == "Noted already"


async def test_a_digest_sent_by_a_process_that_died_can_still_be_tapped(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    with talk.database.write() as session:
        session.execute(
            update(RecommendationRow).values(chat_id=None, message_id=None)
        )
    talk.clock.forward(minutes=20)

    rated = await taps(ada, digest, "👍 1")
    following = await says(ada, "/picks")

    assert "👍 1 ✓" in buttons(rated)
    assert not set(titles(digest.text)) & set(titles(following.text))


async def test_the_first_picks_button_pressed_twice_sends_one_digest(
    talk: Talk,
) -> None:
    ada = talk.person("Ada")
    ada.start()
    greeting = await ada.wait_for(lambda message: "Hi Ada" in message.text, 20)

    presses = press_twice(ada, greeting, "Show my picks →")
    for press in presses:
        await ada.answer_to(press)
    await says(ada, "/help")

    assert len([m for m in ada.messages if "👍 1" in buttons(m)]) == 1


async def test_buttons_of_an_old_message_work_after_a_restart(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
        digest = await says(ada, "/picks")
        talk.clock.forward(days=30)

    async with talking(runtime, server, address):
        toast = await ada.answer_to(ada.press(digest, "👍 2"))
        await asyncio.sleep(0)

    assert toast.text.startswith("👍 noted")
    assert counts.count(runtime.database).likes == 1


async def test_another_readers_pick_cannot_be_rated(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    digest = await says(ada, "/picks")
    digest_of_bo = await says(bo, "/picks")
    data = digest.button("👍 1").data
    assert data is not None

    toast = await bo.answer_to(bo.press_data(digest_of_bo.id, data))

    assert toast.text == "The paper behind this button is gone."
    assert counts.count(talk.database).likes == 0


async def test_forged_and_stale_data_are_answered_and_do_nothing(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    for data in (
        "r1:999999:+",
        "r1:1:2",
        "nonsense",
        "l2:1:1:+",
        "t1:x:99",
        "s1:picks:99",
        "c1:+:",
    ):
        toast = await ada.answer_to(ada.press_data(digest.id, data))
        assert toast.text in {
            "",
            "The paper behind this button is gone.",
        }

    assert counts.count(talk.database).likes == 0
