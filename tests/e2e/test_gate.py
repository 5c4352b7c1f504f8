"""The gate lets readers in, limits how fast they write, and answers strangers."""

import json
import logging

import pytest

from bot.runtime import Runtime
from bot.storage import readers, sources
from bot.transport.webhook import Address
from tests.bot_api.server import FaultyServer
from tests.e2e.talk import BOTH_WAYS, Talk, eventually, says, talking

pytestmark = BOTH_WAYS


async def test_a_stranger_is_told_to_start(talk: Talk) -> None:
    ada = talk.person("Ada")

    answer = await says(ada, "/picks", 20)

    assert "We haven't met. Send /start" in answer.text
    assert readers.count(talk.database) == 0


@pytest.mark.parametrize("text", ["/Start", "/START now", "/start\nplease"])
async def test_start_is_understood_in_any_spelling(
    talk: Talk, text: str
) -> None:
    ada = talk.person("Ada")

    answer = await says(ada, text, 20)

    assert "Hi Ada" in answer.text


async def test_with_admins_an_invitation_lets_exactly_one_person_in(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    runtime.access = "invite"
    async with talking(runtime, server, address) as talk:
        admin = talk.person("Admin")
        ada = talk.person("Ada")
        bo = talk.person("Bo")
        runtime.admins = frozenset({admin.id})
        admin.start()
        await admin.wait_for(
            lambda message: "What are you into" in message.text, 20
        )
        without_invitation = await says(ada, "/start")
        invitation = await says(admin, "/invite")
        payload = invitation.text.rpartition("start=")[2].strip()

        ada.start(payload)
        greeting = await ada.wait_for(
            lambda message: "What are you into" in message.text
        )
        bo.start(payload)
        refusal = await bo.wait_for(lambda message: True)

    assert "by invitation" in without_invitation.text
    assert "Hi Ada" in greeting.text
    assert "used already" in refusal.text
    assert readers.count(runtime.database) == 2


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/invite", "I don't know /invite. /help shows what I can do."),
        ("/status", "I don't know /status. Did you mean /stats?"),
    ],
)
async def test_the_commands_of_admins_are_unknown_to_everybody_else(
    talk: Talk, command: str, answer: str
) -> None:
    ada = await talk.started("Ada")

    assert (await says(ada, command)).text == answer


async def test_an_admin_sees_the_status_of_the_bot(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    async with talking(runtime, server, address) as talk:
        admin = await talk.started("Admin")
        runtime.admins = frozenset({admin.id})
        sources.record_fetch(
            runtime.database,
            "arxiv",
            talk.clock(),
            papers=0,
            failure="HTTP <503>",
        )
        logging.getLogger("bot.somewhere").error(
            "Something broke: 123456:secret-token"
        )

        status = await says(admin, "/status")

    lines = status.text.splitlines()
    assert lines[0] == "Readers: 1 active of 1"
    assert lines[1] == "Papers: 120, the newest of 2026-11-23"
    assert (
        "arxiv: failed 1 second ago (HTTP <503>); last answered never" in lines
    )
    assert "Deliveries in 24 hours: 0" in lines
    assert any(
        line.startswith("Errors since the start: 1, the last") for line in lines
    )
    assert "secret" not in status.text
    assert "PaperPicks 0.1.0" in lines[-1]


async def test_the_menu_of_an_admin_has_the_commands_of_admins_too(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    admin = server.person("Admin")
    runtime.admins = frozenset({admin.id, 999})

    async with talking(runtime, server, address) as talk:
        bot = next(iter(talk.server.bots.values()))

    menus = {
        json.loads(s or "{}").get("chat_id"): command_names(c)
        for (s, language), c in bot.commands.items()
        if not language
    }
    assert menus[admin.id] == [*menus[None], "status", "invite"]
    assert bot.descriptions["description", ""].startswith(
        "I read the new machine-learning"
    )
    assert len(bot.descriptions["short_description", ""]) <= 120


def command_names(menu: list[dict[str, str]]) -> list[str]:
    return [command["command"] for command in menu]


async def test_with_access_for_admins_alone_no_link_lets_anybody_in(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    runtime.access = "admins"
    async with talking(runtime, server, address) as talk:
        ada = talk.person("Ada")

        ada.start("inv_whatever")
        answer = await ada.wait_for(lambda message: True)

    assert "by invitation" in answer.text
    assert readers.count(runtime.database) == 0


async def test_a_new_reader_is_told_if_there_is_no_room(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    runtime.max_readers = 1
    async with talking(runtime, server, address) as talk:
        await talk.started("Ada")
        bo = talk.person("Bo")

        answer = await says(bo, "/start")

    assert "no room" in answer.text


async def test_too_many_messages_get_one_kind_line_and_nobody_else_notices(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.gate.UPDATES_PER_MINUTE", 6)
    ada, bo = await talk.started("Ada"), await talk.started("Bo")

    for _ in range(16):
        ada.write("/help")
    warning = await ada.wait_for(
        lambda message: "Give me a minute" in message.text
    )
    help_of_bo = await says(bo, "/help")
    talk.clock.forward(minutes=1)
    help_of_ada = await says(ada, "/help")

    warnings = [m for m in ada.messages if m.by_bot and m.text == warning.text]
    assert len(warnings) == 1
    assert "I read the new machine-learning papers" in help_of_bo.text
    assert "I read the new machine-learning papers" in help_of_ada.text


async def test_every_press_is_answered_even_when_there_are_too_many(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    presses = [ada.press(digest, "👍 1") for _ in range(40)]

    for press in presses:
        await ada.answer_to(press)


async def test_a_reader_who_blocks_the_bot_is_inactive_until_they_unblock_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    ada.block()
    await eventually(lambda: not is_active(talk, ada.id))
    ada.unblock()
    await eventually(lambda: is_active(talk, ada.id))


def is_active(talk: Talk, chat_id: int) -> bool:
    reader = readers.find(talk.database, chat_id)
    assert reader is not None
    return reader.active
