"""A process that updates are brought to: it loses none when it is killed, and keeps its secrets."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.sandbox.localchat import refusals
from bot.storage import counts
from bot.storage.database import Database
from tests.bot_api import webhooks
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer
from tests.cli.process import TOKEN, running
from tests.e2e.talk import buttons, eventually, free_address, says

SECRET = "a-webhook-secret_of-ours"


@pytest.fixture
def settings() -> dict[str, str]:
    """What makes a process listen on this machine."""
    address = free_address()
    return {
        "WEBHOOK_URL": address.url,
        "WEBHOOK_SECRET": SECRET,
        "HOST": address.host,
        "PORT": str(address.port),
    }


@pytest.fixture
def taken_port(settings: dict[str, str]) -> Iterator[str]:
    """A port on which something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


def output_of(process: subprocess.Popen[str]) -> str:
    """Return everything that a process prints until its end."""
    output, _ = process.communicate(timeout=30)
    return output


async def test_a_kill_in_the_middle_of_an_update_loses_it_not(
    data: Path, settings: dict[str, str]
) -> None:
    with FaultyServer(TOKEN) as server:
        ada, bo = server.person("Ada"), server.person("Bo")
        with running(server.base_url, data, **settings) as process:
            for person in (ada, bo):
                person.start()
                await person.wait_for(lambda message: "Hi " in message.text, 30)
            digest = await says(ada, "/picks")
            server.fail_next("answerCallbackQuery", Break.SILENCE)
            server.fail_next("sendMessage", Break.SILENCE)
            ada.press(digest, "👍 1")
            question = bo.write("/help")
            await eventually(lambda: sum(server.faults.values()) == 2)
            process.send_signal(signal.SIGKILL)
            process.wait()
        with running(server.base_url, data, **settings):
            await bo.wait_for(lambda message: message.id > question.id, 60)
            edited = await ada.wait_for(
                lambda message: "👍 1 ✓" in buttons(message), 60
            )

    assert edited.id == digest.id
    with closing(Database(f"sqlite:///{data / 'paperpicks.db'}")) as database:
        assert counts.count(database).likes == 1


async def test_it_ends_cleanly_the_address_stays_and_no_secret_was_logged(
    data: Path, settings: dict[str, str]
) -> None:
    with (
        FaultyServer(TOKEN) as server,
        running(server.base_url, data, **settings) as process,
    ):
        ada = server.person("Ada")
        ada.start()
        await ada.wait_for(lambda message: "Hi Ada" in message.text, 30)
        async with httpx.AsyncClient() as client:
            forged = await client.post(
                settings["WEBHOOK_URL"], json={"update_id": 1}
            )
            ready = await client.get(
                f"http://127.0.0.1:{settings['PORT']}/readyz"
            )
        process.send_signal(signal.SIGTERM)
        output = output_of(process)
        webhook = server.courier(TOKEN).webhook

    assert (forged.status_code, ready.status_code) == (401, 200)
    assert process.returncode == 0
    assert "Stopped" in output
    assert "Traceback" not in output
    assert "secret" not in output.replace("secret_token", "")
    assert webhook is not None
    assert webhook.url == settings["WEBHOOK_URL"]


async def test_the_secret_is_derived_from_the_token_unless_it_is_set(
    data: Path, settings: dict[str, str]
) -> None:
    del settings["WEBHOOK_SECRET"]
    with (
        FaultyServer(TOKEN) as server,
        running(server.base_url, data, **settings) as process,
    ):
        ada = server.person("Ada")
        ada.start()
        await ada.wait_for(lambda message: "Hi Ada" in message.text, 30)
        webhook = server.courier(TOKEN).webhook
        process.send_signal(signal.SIGTERM)
        output = output_of(process)

    assert webhook is not None
    assert len(webhook.secret) == 64
    assert webhook.secret not in output
    assert TOKEN.partition(":")[2] not in webhook.secret


def test_a_taken_port_is_one_clear_line_and_telegram_is_told_nothing(
    data: Path, settings: dict[str, str], taken_port: str
) -> None:
    with (
        FaultyServer(TOKEN) as server,
        running(
            server.base_url,
            data,
            **{**settings, "PORT": taken_port},
            LOG_LEVEL="ERROR",
        ) as process,
    ):
        output = output_of(process)
        webhook = server.courier(TOKEN).webhook

    assert process.returncode == 1
    assert output.startswith(
        f"paperpicks: Port {taken_port} of 127.0.0.1 can't be used ("
    )
    assert output.count("\n") == 1
    assert webhook is None


def test_a_host_that_is_none_of_ours_is_one_clear_line(
    data: Path, settings: dict[str, str]
) -> None:
    changed = {**settings, "HOST": "192.0.2.1", "LOG_LEVEL": "ERROR"}
    with (
        FaultyServer(TOKEN) as server,
        running(server.base_url, data, **changed) as process,
    ):
        output = output_of(process)

    assert process.returncode == 1
    assert output.startswith("paperpicks: Port ")
    assert "of 192.0.2.1 can't be used" in output
    assert output.count("\n") == 1


@pytest.mark.parametrize(
    ("refusal", "line"),
    [
        (
            webhooks.URL_INVALID,
            "paperpicks: Telegram does not accept WEBHOOK_URL (Invalid webhook url specified).",
        ),
        (
            refusals.NOT_FOUND,
            "paperpicks: This Bot API server knows no webhooks.",
        ),
    ],
    ids=["refused", "unknown"],
)
def test_an_address_that_telegram_refuses_is_one_clear_line(
    data: Path, settings: dict[str, str], refusal: refusals.Refusal, line: str
) -> None:
    with FaultyServer(TOKEN) as server:
        server.fail_next("setWebhook", refusal)
        with running(
            server.base_url, data, **settings, LOG_LEVEL="ERROR"
        ) as process:
            output = output_of(process)

    assert process.returncode == 1
    assert output.startswith(line)
    assert output.count("\n") == 1


async def test_it_waits_for_a_telegram_that_is_too_busy_and_then_listens(
    data: Path, settings: dict[str, str]
) -> None:
    with FaultyServer(TOKEN) as server:
        server.fail_next("setWebhook", refusals.too_many_requests(1))
        server.fail_next("setWebhook", Break.BAD_GATEWAY)
        with running(server.base_url, data, **settings):
            ada = server.person("Ada")
            ada.start()
            greeting = await ada.wait_for(lambda message: True, 30)

    assert "Hi Ada" in greeting.text
