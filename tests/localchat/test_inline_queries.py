"""Inline mode asks, answers, sends and presses as Telegram does."""

from typing import Any

import pytest

from bot.sandbox.localchat.inline import InlineAnswer
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.people import Person
from tests.localchat.conftest import TOKEN, Caller, Clock

KEYBOARD = {"inline_keyboard": [[{"text": "👍 0", "callback_data": "up"}]]}


def article(result_id: str = "1", **changes: object) -> Json:
    content = {"message_text": "<b>A paper</b>", "parse_mode": "HTML"}
    return {
        "type": "article",
        "id": result_id,
        "title": "A paper",
        "description": "by Bo",
        "input_message_content": content,
        "reply_markup": KEYBOARD,
        **changes,
    }


async def answered(
    call: Caller, person: Person, *results: Json, **options: object
) -> InlineAnswer:
    """Let a person ask and the bot answer."""
    query_id = person.inline_query("papers")
    answer = await call(
        "answerInlineQuery",
        inline_query_id=query_id,
        results=results or [article()],
        **options,
    )
    assert answer["result"] is True, answer
    return await person.answer_to_query(query_id)


async def last_update(call: Caller) -> Any:
    return (await call("getUpdates"))["result"][-1]


async def test_a_query_reaches_the_bot_and_its_answer_the_person(
    call, server, ada
):
    query_id = ada.inline_query("x" * 300, "20", chat_type="sender")
    update = await last_update(call)
    answer = await answered(
        call,
        ada,
        next_offset="10",
        is_personal=True,
        cache_time=10,
        button={"text": "Start", "start_parameter": "inline"},
    )

    assert update["inline_query"] == {
        "id": query_id,
        "from": ada.user.as_json(),
        "query": "x" * 256,
        "offset": "20",
        "chat_type": "sender",
    }
    (result,) = answer.results
    assert (result.title, result.description) == ("A paper", "by Bo")
    assert (result.text, result.entities[0].type) == ("A paper", "bold")
    assert (answer.next_offset, answer.cache_time) == ("10", 10)
    assert answer.is_personal
    assert answer.button == {"text": "Start", "start_parameter": "inline"}
    assert server.bots[TOKEN].inline_answers[answer.query.id] == answer


async def test_a_query_waits_for_half_a_minute_only(call, ada, clock: Clock):
    query_id = ada.inline_query("papers")
    clock.advance(seconds=31)

    description = await call.refusal(
        "answerInlineQuery", inline_query_id=query_id, results=[]
    )
    pending = (await call("getUpdates"))["result"]

    assert description == (
        "Bad Request: query is too old and response timeout expired or "
        "query ID is invalid"
    )
    assert not any("inline_query" in update for update in pending)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        (
            {"results": [article(str(number)) for number in range(51)]},
            "RESULTS_TOO_MUCH",
        ),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("é" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article(type="photo")]}, "RESULT_TYPE_INVALID"),
        ({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
        (
            {"results": [article(input_message_content={})]},
            "message text is empty",
        ),
        (
            {
                "results": [
                    article(input_message_content={"message_text": "x" * 4097})
                ]
            },
            "MESSAGE_TOO_LONG",
        ),
        (
            {
                "results": [
                    article(
                        reply_markup={
                            "inline_keyboard": [
                                [{"text": "x", "callback_data": "x" * 65}]
                            ]
                        }
                    )
                ]
            },
            "BUTTON_DATA_INVALID",
        ),
        ({"results": [], "next_offset": "é" * 33}, "NEXT_OFFSET_INVALID"),
        (
            {
                "results": [],
                "button": {"text": "x", "start_parameter": "a b"},
            },
            "START_PARAM_INVALID",
        ),
        (
            {"results": [], "button": {"text": "", "start_parameter": "a"}},
            "SWITCH_PM_TEXT_EMPTY",
        ),
        ({"results": 3}, "can't parse results JSON object"),
    ],
)
async def test_an_answer_that_telegram_would_not_show_is_refused(
    call, ada, parameters, error
):
    query_id = ada.inline_query("papers")

    description = await call.refusal(
        "answerInlineQuery", inline_query_id=query_id, **parameters
    )

    assert description == f"Bad Request: {error}"


async def test_a_chosen_result_is_sent_in_the_persons_name_and_told_to_the_bot(
    call, ada, bo
):
    answer = await answered(call, ada)
    message = ada.choose(answer, "1", bo)

    chosen = (await last_update(call))["chosen_inline_result"]

    assert ada.messages_with(bo) == bo.messages_with(ada) == (message,)
    assert message.sender == ada.user
    assert message.via_bot is not None
    assert chosen == {
        "result_id": "1",
        "from": ada.user.as_json(),
        "query": "papers",
        "inline_message_id": message.inline_id,
    }
    with pytest.raises(LookupError, match="no result '2' among"):
        ada.choose(answer, "2", bo)


async def test_without_feedback_nobody_tells_what_was_chosen(
    call, server, ada, bo
):
    server.bots[TOKEN].inline_feedback = False
    answer = await answered(call, ada)
    ada.choose(answer, "1", bo)

    assert "chosen_inline_result" not in await last_update(call)


async def test_a_result_without_buttons_can_not_be_edited(call, ada, bo):
    answer = await answered(call, ada, article(reply_markup=None))

    assert ada.choose(answer, "1", bo).inline_id == ""


async def test_presses_and_edits_go_by_the_inline_id_wherever_it_stands(
    call, server, ada, bo
):
    group = server.group("Others")
    group.add(ada, "creator")
    group.add(bo)
    answer = await answered(call, ada)
    message = ada.choose(answer, "1", group)
    press = bo.press_in(group, message, "👍 0")
    query = (await last_update(call))["callback_query"]
    await call("answerCallbackQuery", callback_query_id=press.id, text="👍 1")
    edit = await call(
        "editMessageReplyMarkup",
        inline_message_id=message.inline_id,
        reply_markup={
            "inline_keyboard": [[{"text": "👍 1", "callback_data": "up"}]]
        },
    )
    text = await call(
        "editMessageText", inline_message_id=message.inline_id, text="y"
    )

    assert query["inline_message_id"] == message.inline_id
    assert query["from"]["id"] == bo.id
    assert "message" not in query
    assert bo.toasts[-1].text == "👍 1"
    assert edit["result"] is True
    assert text["result"] is True
    assert group.messages[-1].text == "y"
    same = await call.refusal(
        "editMessageText", inline_message_id=message.inline_id, text="y"
    )
    unknown = await call.refusal(
        "editMessageText", inline_message_id="inline-9", text="y"
    )
    assert "message is not modified" in same
    assert unknown == "Bad Request: MESSAGE_ID_INVALID"


async def test_each_message_sent_inline_has_a_limit_of_its_own(call, ada, bo):
    answer = await answered(call, ada)
    busy, quiet = [ada.choose(answer, "1", bo).inline_id for _ in range(2)]

    edits = [
        await call("editMessageText", inline_message_id=busy, text=str(number))
        for number in range(22)
    ]
    other = await call("editMessageText", inline_message_id=quiet, text="first")

    assert edits[-1]["error_code"] == 429
    assert other["ok"]


async def test_a_bot_in_the_chat_sees_what_was_sent_via_it(call, server, ada):
    group = server.group("Lab")
    group.add(ada, "creator")
    group.add_bot(by=ada)
    answer = await answered(call, ada)
    ada.choose(answer, "1", group)
    ada.choose(answer, "1", ada)

    updates = (await call("getUpdates"))["result"]

    chat_ids = [
        update["message"]["chat"]["id"]
        for update in updates
        if update.get("message", {}).get("via_bot")
    ]
    assert chat_ids == [group.id, ada.id]
    assert ada.messages[-1].via_bot is not None
