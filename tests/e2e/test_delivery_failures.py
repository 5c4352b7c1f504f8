"""Each kind of failure while a digest is sent, over real HTTP, and what its reader gets."""

import pytest

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.refusals import Refusal, migrated
from bot.storage import deliveries, readers
from bot.transport import sender
from tests.bot_api.faults import Break
from tests.e2e.talk import Talk, buttons, daily, says

BAD_ENTITIES = Refusal(
    400, "Bad Request: can't parse entities: Unsupported start tag"
)
UNCERTAIN = [
    Break.RESET,
    Break.CLOSED,
    Break.SILENCE,
    Break.BAD_GATEWAY,
    Refusal(500, "Internal"),
]


def count_sends(talk: Talk) -> int:
    return sum(call.method == "sendMessage" for call in talk.server.calls)


@pytest.fixture
async def ada(talk: Talk) -> Person:
    """Ada, whose picks are due."""
    ada = await talk.started("Ada")
    talk.clock.forward(hours=2)
    return ada


async def test_after_too_many_requests_a_digest_waits_as_long_as_telegram_says(
    talk: Talk, ada: Person
) -> None:
    talk.server.fail_next("sendMessage", refusals.too_many_requests(30))

    at_once = await talk.deliver()
    too_soon = await talk.deliver()
    talk.clock.forward(seconds=31)
    sent = await talk.deliver()

    assert (at_once, too_soon, sent) == (0, 0, 1)
    assert len(daily(ada)) == 1
    assert talk.states() == {"sent": 1}


async def test_a_digest_that_never_left_is_tried_again_at_growing_intervals(
    talk: Talk, ada: Person
) -> None:
    waits = []
    with talk.server.away():
        for seconds in (5, 10, 20):
            assert await talk.deliver() == 0
            talk.clock.forward(seconds=seconds - 1)
            waits.append(
                deliveries.waiting_readers(talk.database, talk.clock())
            )
            talk.clock.forward(seconds=1)

    sent = await talk.deliver()

    assert waits == [[], [], []]
    assert sent == 1
    assert len(daily(ada)) == 1


@pytest.mark.parametrize("took_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("outcome", UNCERTAIN, ids=str)
async def test_a_digest_that_may_have_arrived_is_sent_once_more_after_a_minute(
    talk: Talk,
    ada: Person,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Break | Refusal,
    took_effect: bool,
) -> None:
    monkeypatch.setattr(sender, "READ_TIMEOUT", 0.5)
    talk.server.fail_next("sendMessage", outcome, took_effect=took_effect)
    before = count_sends(talk)

    await talk.deliver()
    talk.clock.forward(seconds=59)
    too_soon = await talk.deliver()
    talk.clock.forward(seconds=1)
    sent = await talk.deliver()

    assert (too_soon, sent) == (0, 1)
    assert count_sends(talk) - before == 2
    assert len(daily(ada)) == (2 if took_effect else 1)
    assert len(set(daily(ada))) == 1
    assert talk.states() == {"sent": 1}


async def test_a_digest_that_may_have_arrived_twice_is_not_sent_a_third_time(
    talk: Talk, ada: Person
) -> None:
    talk.server.fail_next("sendMessage", Break.CLOSED, times=9)
    before = count_sends(talk)

    for _ in range(5):
        await talk.deliver()
        talk.clock.forward(seconds=61)

    assert count_sends(talk) - before == 2
    assert talk.states() == {"uncertain": 1}


@pytest.mark.parametrize(
    "refusal", [refusals.BLOCKED, refusals.DEACTIVATED, refusals.CHAT_NOT_FOUND]
)
async def test_a_reader_who_can_not_be_reached_gets_nothing_until_they_write(
    talk: Talk, ada: Person, refusal: Refusal
) -> None:
    talk.server.fail_next("sendMessage", refusal)

    first_day = await talk.deliver()
    is_active = talk.reader(ada).active
    talk.clock.forward(days=1)
    second_day = await talk.deliver()
    digest = await says(ada, "/picks")
    talk.clock.forward(days=1)
    third_day = await talk.deliver()

    assert (first_day, is_active, second_day, third_day) == (0, False, 0, 1)
    # Papers that were chosen and never sent are free again.
    assert "5 papers for you" in digest.text
    assert talk.states() == {"cancelled": 1, "sent": 1}


async def test_the_reader_of_a_moved_chat_gets_its_new_id(
    talk: Talk, ada: Person
) -> None:
    before = talk.reader(ada)
    talk.server.fail_next("sendMessage", migrated(-100))

    await talk.deliver()

    reader = readers.by_id(talk.database, before.id)
    assert reader is not None
    assert reader.chat_id == -100


async def test_a_chat_that_moved_to_another_reader_s_is_not_served_twice(
    talk: Talk, ada: Person
) -> None:
    bo = await talk.started("Bo")
    before = talk.reader(ada)
    talk.server.fail_next("sendMessage", migrated(bo.id))

    await talk.deliver()

    after = readers.by_id(talk.database, before.id)
    assert after is not None
    assert (after.active, after.chat_id) == (False, ada.id)
    assert daily(bo) == []


async def test_a_message_with_refused_entities_is_sent_as_plain_text_once(
    talk: Talk, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    talk.server.fail_next("sendMessage", BAD_ENTITIES)

    sent = await talk.deliver()

    plain = ada.messages[-1]
    assert sent == 1
    assert "your 5 of " in plain.text
    assert "👍 1" in buttons(plain)
    assert not {e.type for e in plain.entities} & {
        "bold",
        "expandable_blockquote",
    }
    assert "sent as plain text" in caplog.text


async def test_buttons_that_telegram_refuses_are_left_out(
    talk: Talk, ada: Person
) -> None:
    talk.server.fail_next("sendMessage", refusals.BUTTON_DATA_INVALID)

    sent = await talk.deliver()

    assert sent == 1
    assert buttons(ada.messages[-1]) == []


async def test_a_message_that_can_not_be_sent_at_all_is_given_up_until_tomorrow(
    talk: Talk, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    talk.server.fail_next("sendMessage", BAD_ENTITIES, times=2)

    sent = await talk.deliver()
    talk.clock.forward(days=1)
    tomorrow = await talk.deliver()

    assert (sent, tomorrow) == (0, 1)
    assert "failed as plain text too" in caplog.text
    assert talk.states() == {"cancelled": 1, "sent": 1}


async def test_a_missing_method_is_given_up_for_one_call_alone(
    talk: Talk, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    talk.server.fail_next("sendMessage", refusals.NOT_FOUND)

    await talk.deliver()
    talk.clock.forward(days=1)
    tomorrow = await talk.deliver()

    assert "no such method" in caplog.text
    assert tomorrow == 1
    assert talk.states() == {"cancelled": 1, "sent": 1}


async def test_a_refused_token_stops_all_deliveries_and_is_logged(
    talk: Talk, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.started("Bo")
    talk.clock.forward(days=1)
    for method in ("sendMessage", "getMe"):
        talk.server.fail_next(method, refusals.UNAUTHORIZED, times=40)

    sent = await talk.deliver()

    assert sent == 0
    assert "Telegram does not accept the token any more" in caplog.text
    assert talk.states() == {"pending": 2}


async def test_a_digest_that_is_six_hours_late_is_cancelled_until_the_next_day(
    talk: Talk, ada: Person
) -> None:
    with talk.server.away():
        await talk.deliver()
        talk.clock.forward(hours=6)
    late = await talk.deliver()
    talk.clock.forward(hours=18)

    tomorrow = await talk.deliver()

    assert (late, tomorrow) == (0, 1)
    assert talk.states() == {"cancelled": 1, "sent": 1}


async def test_cards_arrive_in_order_and_wait_for_one_that_may_have_arrived(
    talk: Talk, ada: Person
) -> None:
    readers.change(talk.database, talk.reader(ada).id, style="cards", picks=3)
    talk.server.fail_next("sendMessage", Break.CLOSED, took_effect=True)

    await talk.deliver()
    first_cards = [m for m in ada.messages if buttons(m)[:1] == ["👍"]]
    talk.clock.forward(seconds=61)
    sent = await talk.deliver()

    cards = [
        m.text.splitlines()[0] for m in ada.messages if buttons(m)[:1] == ["👍"]
    ]
    assert (len(first_cards), sent) == (1, 1)
    assert len(cards) == 4
    assert cards[0] == cards[1]
    assert len(set(cards)) == 3


async def test_a_card_is_rated_and_undone_in_its_own_message(
    talk: Talk, ada: Person
) -> None:
    readers.change(talk.database, talk.reader(ada).id, style="cards", picks=3)
    await talk.deliver()
    _, second, third = [m for m in ada.messages if buttons(m)[:1] == ["👍"]]

    ada.press(second, "👍")
    rated = await ada.wait_for(lambda m: m.id == second.id and m.edits > 0)
    ada.press(rated, "↩ Undo 👍")
    undone = await ada.wait_for(lambda m: m.id == second.id and m.edits > 1)
    ada.react(third, "👎")
    reacted = await ada.wait_for(lambda m: m.id == third.id and m.edits > 0)

    assert buttons(rated) == ["👍 ✓", "👎", "🔖", "⋯", "↩ Undo 👍"]
    assert "Learned from 👍" in rated.text
    assert buttons(undone) == ["👍", "👎", "🔖", "⋯"]
    # After these the last card offers topics, since it is Monday.
    assert buttons(reacted)[:5] == ["👍", "👎 ✓", "🔖", "⋯", "↩ Undo 👎"]
