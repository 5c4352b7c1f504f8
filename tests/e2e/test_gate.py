"""Who comes in, how fast, and what everybody else is told."""

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
    assert readers.count(talk.runtime.database) == 0


@pytest.mark.parametrize("written", ["/Start", "/START now", "/start\nplease"])
async def test_a_start_is_one_however_it_is_written(
    talk: Talk, written: str
) -> None:
    ada = talk.person("Ada")

    answer = await says(ada, written, 20)

    assert "Hi Ada" in answer.text


async def test_with_admins_an_invitation_lets_exactly_one_person_in(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    runtime.access = "invite"
    async with talking(runtime, server, address) as talk:
        admin, ada, bo = (
            talk.person("Admin"),
            talk.person("Ada"),
            talk.person("Bo"),
        )
        runtime.admins = frozenset({admin.id})
        admin.start()
        await admin.wait_for(
            lambda message: "What are you into" in message.text, 20
        )
        shut = await says(ada, "/start")
        link = await says(admin, "/invite")
        payload = link.text.rpartition("start=")[2].strip()

        ada.start(payload)
        greeted = await ada.wait_for(
            lambda message: "What are you into" in message.text
        )
        bo.start(payload)
        refused = await bo.wait_for(lambda message: True)

    assert "by invitation" in shut.text
    assert "Hi Ada" in greeted.text
    assert "used already" in refused.text
    assert readers.count(runtime.database) == 2


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/invite", "I don't know /invite. /help shows what I can do."),
        ("/status", "I don't know /status. Did you mean /stats?"),
    ],
)
async def test_nobody_else_can_tell_that_there_is_such_a_command(
    talk: Talk, command: str, answer: str
) -> None:
    ada = await talk.started("Ada")

    assert (await says(ada, command)).text == answer


async def test_an_admin_sees_how_the_bot_is(
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

        told = await says(admin, "/status")

    lines = told.text.splitlines()
    assert lines[0] == "Readers: 1 active of 1"
    assert lines[1] == "Papers: 120, the newest of 2026-11-23"
    assert (
        "arxiv: failed 1 second ago (HTTP <503>); last answered never" in lines
    )
    assert "Deliveries in 24 hours: 0" in lines
    assert any(
        line.startswith("Errors since the start: 1, the last") for line in lines
    )
    assert "secret" not in told.text
    assert "PaperPicks 0.1.0" in lines[-1]


async def test_the_menu_of_an_admin_has_more_in_it(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    admin = server.person("Admin")
    runtime.admins = frozenset({admin.id, 999})

    async with talking(runtime, server, address) as talk:
        bot = next(iter(talk.server.bots.values()))

    menus = {
        json.loads(s or "{}").get("chat_id"): names(c)
        for (s, _), c in bot.commands.items()
    }
    assert menus[admin.id] == [*menus[None], "status", "invite"]
    assert bot.descriptions["description", ""].startswith(
        "I read the new machine-learning"
    )
    assert len(bot.descriptions["short_description", ""]) <= 120


def names(menu: list[dict[str, str]]) -> list[str]:
    return [command["command"] for command in menu]


async def test_admins_only_means_admins_only(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> None:
    runtime.access = "admins"
    async with talking(runtime, server, address) as talk:
        ada = talk.person("Ada")

        ada.start("inv_whatever")
        answer = await ada.wait_for(lambda message: True)

    assert "by invitation" in answer.text
    assert readers.count(runtime.database) == 0


async def test_a_full_house_says_so(
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
    monkeypatch.setattr("bot.runtime.PER_MINUTE", 6)
    ada, bo = await talk.started("Ada"), await talk.started("Bo")

    for _ in range(16):
        ada.write("/help")
    line = await ada.wait_for(
        lambda message: "Give me a minute" in message.text
    )
    answered = await says(bo, "/help")
    talk.clock.forward(minutes=1)
    again = await says(ada, "/help")

    lines = [m for m in ada.messages if m.by_bot and m.text == line.text]
    assert len(lines) == 1
    assert "I read the new machine-learning papers" in answered.text
    assert "I read the new machine-learning papers" in again.text


async def test_every_press_is_answered_even_when_there_are_too_many(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    presses = [ada.press(digest, "👍 1") for _ in range(40)]

    for press in presses:
        await ada.answer_to(press)


async def test_a_reader_who_blocks_is_left_alone_until_they_are_back(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    ada.block()
    await eventually(lambda: not active(talk, ada.id))
    ada.unblock()
    await eventually(lambda: active(talk, ada.id))


def active(talk: Talk, chat_id: int) -> bool:
    found = readers.find(talk.runtime.database, chat_id)
    assert found is not None
    return found.active
