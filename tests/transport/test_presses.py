"""Of a pressed message only what handlers read is read; all other updates stay as they are."""

from typing import Any

import pytest
from telegram import Message, Update

from bot.transport.presses import lighten, without_buttons
from bot.transport.readable_updates import ReadableUpdates
from tests.transport.update_factories import ADA, CHAT, MESSAGE, pressed

LINK = {"type": "text_link", "offset": 0, "length": 5, "url": "https://a.org"}
BUTTONS = [
    [{"text": "👍 1", "callback_data": "r:1"}, {"text": "x", "url": "tg://a"}],
    [{"text": "Stop", "callback_data": "s", "style": "danger"}],
]


def press(**message: Any) -> dict[str, Any]:
    """Return a press of a button in a message of some form."""
    update = pressed(5)
    update["callback_query"]["message"] = {**MESSAGE, **message}
    return update


def pressed_message(update: dict[str, Any]) -> Message:
    query = Update.de_json(update, None).callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    return query.message


def test_place_time_thread_and_buttons_of_a_pressed_message_are_kept() -> None:
    whole = press(
        text="A paper",
        entities=[LINK] * 20,
        message_thread_id=7,
        reply_markup={"inline_keyboard": BUTTONS},
    )

    before, after = pressed_message(whole), pressed_message(lighten(whole))

    assert (after.message_id, after.chat, after.date) == (
        before.message_id,
        before.chat,
        before.date,
    )
    assert after.message_thread_id == 7
    assert after.reply_markup == before.reply_markup
    assert after.text is None
    assert after.entities == ()


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {**MESSAGE, "text": "hi"}},
        {"update_id": 1, "callback_query": {"id": "1", "from": ADA}},
        {"update_id": 1, "callback_query": []},
        {"update_id": 1},
    ],
)
def test_what_is_no_press_in_a_message_stays_as_it_is(
    update: dict[str, Any],
) -> None:
    assert lighten(update) == without_buttons(update) == update


def test_a_message_too_old_to_be_read_still_tells_where_it_is() -> None:
    old = {"message_id": 3, "chat": CHAT, "date": 0}
    update = pressed(5)
    update["callback_query"]["message"] = old

    assert lighten(update)["callback_query"]["message"] == old


@pytest.mark.parametrize(
    "markup",
    [
        3,
        {},
        {"inline_keyboard": 3},
        {"inline_keyboard": [3]},
        {"inline_keyboard": [[3]]},
        {"inline_keyboard": [[{"callback_data": "no text"}]]},
    ],
)
def test_odd_buttons_cost_themselves_and_not_the_press(markup: object) -> None:
    update = press(reply_markup=markup)

    [light] = ReadableUpdates().read([update])

    assert pressed_message(light).reply_markup is None


def test_an_update_that_comes_again_is_passed_on_once() -> None:
    updates = ReadableUpdates()

    first, second = updates.read([pressed(5)]), updates.read([pressed(5)])

    assert "callback_query" in first[0]
    assert second == [{"update_id": 5}]
