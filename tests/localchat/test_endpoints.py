"""Over HTTP the local chat knows its bots, reads every form of call and keeps account."""

from typing import Any

import httpx
import pytest

from bot.sandbox.localchat.refusals import Refusal, too_many_requests
from tests.bot_api.server import FaultyServer

TOKEN = "42:local-chat-token"


async def test_get_me_says_which_bot_the_token_belongs_to(call):
    answer = await call("getMe")

    assert answer["ok"]
    assert answer["result"]["id"] == 42
    assert answer["result"]["is_bot"]


async def test_two_tokens_are_two_bots_with_queues_of_their_own():
    with FaultyServer("42:one", "43:two") as server:
        server.person("Ada").start()
        async with httpx.AsyncClient() as client:
            me = await client.get(f"{server.base_url}43:two/getMe")
            first = await client.get(f"{server.base_url}42:one/getUpdates")
            second = await client.get(f"{server.base_url}43:two/getUpdates")

    assert me.json()["result"]["id"] == 43
    assert len(first.json()["result"]) == 1
    assert second.json()["result"] == []


async def test_a_wrong_token_is_unauthorized(server):
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{server.base_url}42:wrong/getMe")

    assert response.status_code == 401
    assert response.json() == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }


@pytest.mark.parametrize(
    "path", [f"/bot{TOKEN}/getSticker", f"/bot{TOKEN}/getme/x", "/", "/nothing"]
)
async def test_everything_else_is_not_found(server, path):
    async with httpx.AsyncClient() as client:
        response = await client.post(f"{server.origin}{path}")

    assert response.status_code == 404
    assert response.json() == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found",
    }


@pytest.mark.parametrize("form", ["query", "json", "form", "multipart"])
async def test_parameters_may_come_in_every_form(server, ada, form):
    values = {
        "chat_id": str(ada.id),
        "text": "<b>é</b> & <i>🎉</i>",
        "parse_mode": "HTML",
    }
    requests: dict[str, Any] = {
        "query": {"params": values},
        "json": {"json": {**values, "chat_id": ada.id}},
        "form": {"data": values},
        "multipart": {"data": values, "files": {"unused": b"x"}},
    }

    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{server.base_url}{TOKEN}/sendMessage", **requests[form]
        )

    message = response.json()["result"]
    assert message["text"] == "é & 🎉"
    assert message["entities"] == [
        {"type": "bold", "offset": 0, "length": 1},
        {"type": "italic", "offset": 4, "length": 2},
    ]


async def test_the_bot_reacts_types_and_describes_itself(call, ada, server):
    await call(
        "setMessageReaction",
        chat_id=ada.id,
        message_id=1,
        reaction=[{"type": "emoji", "emoji": "🎉"}],
    )
    await call("sendChatAction", chat_id=ada.id, action="typing")
    await call(
        "setMyCommands",
        commands=[{"command": "picks", "description": "Papers"}],
    )
    await call("setMyDescription", description="Papers for you")
    await call("setMyShortDescription", short_description="Papers")

    bot = server.bots[TOKEN]
    assert ada.messages[0].bot_reaction == "🎉"
    assert bot.chats[ada.id].actions == ["typing"]
    assert bot.commands["", ""] == [
        {"command": "picks", "description": "Papers"}
    ]
    assert bot.descriptions["description", ""] == "Papers for you"
    assert bot.descriptions["short_description", ""] == "Papers"


async def test_a_private_chat_shows_the_commands_of_its_kind_or_else_everybodys(
    call, server
):
    picks_commands = [{"command": "picks", "description": "Papers"}]
    help_commands = [{"command": "help", "description": "Papers"}]
    scope = {"type": "all_private_chats"}
    await call("setMyCommands", commands=picks_commands)
    general_menu = server.bots[TOKEN].menu("private")

    await call("setMyCommands", commands=help_commands, scope=scope)
    private_menu = server.bots[TOKEN].menu("private")
    await call("deleteMyCommands", scope=scope)

    assert general_menu == picks_commands
    assert private_menu == help_commands
    assert server.bots[TOKEN].menu("private") == picks_commands


@pytest.mark.parametrize(
    ("method", "parameters", "reason"),
    [
        (
            "setMessageReaction",
            {"message_id": 1, "reaction": [{"emoji": "x"}]},
            "REACTION_INVALID",
        ),
        (
            "setMessageReaction",
            {"message_id": 99},
            "message to react not found",
        ),
        ("setMessageReaction", {}, "message identifier is not specified"),
        (
            "sendChatAction",
            {"action": "sleep"},
            "wrong parameter action in request",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "Ä"}]},
            "BOT_COMMAND_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ("setMyCommands", {"commands": [{}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_other_methods_refuse_in_telegrams_words(
    call, ada, method, parameters, reason
):
    description = await call.refusal(method, chat_id=ada.id, **parameters)

    assert description == f"Bad Request: {reason}"


async def test_an_injected_refusal_fails_one_call_before_or_after_its_effect(
    call, ada, server
):
    server.fail_next("sendMessage", too_many_requests(7))
    server.fail_next(
        "sendMessage", Refusal(502, "Bad Gateway"), took_effect=True
    )

    answers = [
        await call("sendMessage", chat_id=ada.id, text=text)
        for text in ("a", "b", "c")
    ]

    assert answers[0] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert answers[1]["error_code"] == 502
    assert answers[2]["ok"]
    assert [message.text for message in ada.messages[1:]] == ["b", "c"]


async def test_every_call_is_kept_with_its_time(call, ada, server, clock):
    await call("sendMessage", chat_id=ada.id, text="x")

    record = server.calls[-1]
    assert record.bot_id == 42
    assert record.method == "sendMessage"
    assert record.at == clock.now
    assert record.parameters == {"chat_id": str(ada.id), "text": "x"}


@pytest.mark.parametrize(
    "body", [b"{", b"[]", rb'{"chat_id": 1001, "text": "\ud83d"}']
)
async def test_a_body_that_cannot_be_read_is_a_bad_request(server, ada, body):
    headers = {"content-type": "application/json"}
    async with httpx.AsyncClient() as client:
        url = f"{server.base_url}{TOKEN}/sendMessage"
        response = await client.post(url, content=body, headers=headers)

    assert response.status_code == 400
    assert response.json()["description"].startswith("Bad Request: ")


async def test_a_file_that_was_never_sent_is_not_found(call, server):
    response = await call.client.get(
        f"{server.base_file_url}{TOKEN}/documents/file-9"
    )

    assert response.status_code == 404
    assert response.json()["description"] == "Not Found"
