"""Each part does its own, and any of its processes may die at any time."""

import asyncio
import json
from collections.abc import Awaitable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import pytest

from bot.handlers.gate import UPDATES_PER_MINUTE
from bot.picks import fitting
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.people import Person
from bot.storage import features, feedback, signals
from bot.transport.webhook import SECRET_HEADER
from tests.e2e.talk import buttons
from tests.processes.fleet import SECRET, Fleet, digests, free_port, until

pytestmark = pytest.mark.timeout(180)

# Numbers of updates, beyond those of the server.
NUMBERS = count(10_000_000)


async def test_web_talks_and_worker_sends_what_the_clock_says_is_due(
    fleet: Fleet,
):
    ada, bo = fleet.readers(2)
    await asyncio.gather(*map(fleet.started, ("web", "worker", "clock")))

    fleet.make_due([bo])
    digest = await bo.wait_for(lambda m: bool(m.keyboard), 60)
    ada.write("/picks")
    await ada.wait_for(lambda m: bool(m.keyboard), 30)
    up = next(text for text in buttons(digest) if text.startswith("👍"))
    bo.press(digest, up)
    await bo.wait_for(lambda m: m.id == digest.id and m.edits > 0, 30)

    assert len(digests(bo)) == 1
    assert [process.end() for process in fleet.processes] == [0, 0, 0]


async def test_of_two_clocks_one_leads_and_the_other_takes_over(fleet: Fleet):
    first = await fleet.started("clock")
    await until(lambda: first.says("This clock leads"))
    second = await fleet.started("clock")
    assert not second.says("This clock leads")

    first.kill()

    await until(lambda: second.says("This clock leads"), 10)


async def test_every_process_takes_what_a_worker_learned(fleet: Fleet):
    webs = await asyncio.gather(fleet.started("web"), fleet.started("web"))
    before = features.newest(fleet.database)
    assert before is not None

    await asyncio.to_thread(fitting.fit, fleet.database, before.created_at)
    signals.send(fleet.database, signals.FEATURES)

    newest = features.newest(fleet.database)
    assert newest is not None
    assert newest.id != before.id
    line = f"Features of version {newest.id} are in use"
    await until(lambda: all(web.says(line) for web in webs), 10)


async def test_papers_that_a_command_fetched_are_learned_and_picked_at_once(
    fleet: Fleet, tmp_path: Path
):
    [web, _] = await asyncio.gather(
        fleet.started("web"), fleet.started("worker")
    )
    [ada] = fleet.readers(1)
    lines = tmp_path / "papers.jsonl"
    lines.write_text(
        json.dumps({"title": "Zebrafish Connectomes", "abstract": "We map."})
    )

    await asyncio.to_thread(fleet.run, "fetch", "--file", str(lines))
    await until(lambda: web.says("are in use"), 30)
    ada.write("/search zebrafish")
    answer = await ada.wait_for(lambda m: "Zebrafish" in m.text, 30)

    assert "Zebrafish Connectomes" in answer.text


async def test_taps_of_one_person_stay_in_order_in_whatever_process(
    fleet: Fleet,
):
    ports = [fleet.port, free_port()]
    await asyncio.gather(
        *(fleet.started("web", "--port", str(port)) for port in ports)
    )
    [ada] = fleet.readers(1)
    ada.write("/picks")
    digest = await ada.wait_for(lambda m: bool(m.keyboard), 30)
    thumbs = [thumb(digest, "👍"), thumb(digest, "👎")]
    ends = []

    async with httpx.AsyncClient() as client:
        for first in (0, 1) * 5:
            presses = [
                press(client, port, ada, digest, thumbs[value])
                for port, value in zip(ports, (first, 1 - first), strict=True)
            ]
            # So that they arrive in this order on a busy machine too.
            await asyncio.gather(*map(after, presses, (0, 0.1)))
            ends.append(rating(fleet, ada))

    assert ends == [-1, 1] * 5


async def test_whoever_sends_too_much_is_slowed_down_whichever_process_has_it(
    fleet: Fleet,
):
    ports = [fleet.port, free_port()]
    await asyncio.gather(
        *(fleet.started("web", "--port", str(port)) for port in ports)
    )
    [ada] = fleet.readers(1)

    async with httpx.AsyncClient() as client:
        for number in range(UPDATES_PER_MINUTE + 6):
            await write(client, ports[number % 2], ada, "/help")

    texts = [message.text for message in ada.messages if message.by_bot]
    assert len(texts) == UPDATES_PER_MINUTE + 1
    assert "minute" in texts[-1]


async def after(work: Awaitable[None], seconds: float) -> None:
    await asyncio.sleep(seconds)
    await work


def thumb(digest: Message, sign: str) -> str:
    """Return what the first button with a sign in its text says to the bot."""
    datas = [
        str(button.data)
        for row in digest.keyboard or ()
        for button in row
        if button.text.startswith(sign)
    ]
    return datas[0]


def rating(fleet: Fleet, person: Person) -> int:
    reader = fleet.reader(person)
    stored = feedback.of_reader(
        fleet.database, reader.id, reader.zone, datetime.now(UTC).date()
    )
    [last] = stored.ratings
    return last.value


async def write(
    client: httpx.AsyncClient, port: int, person: Person, text: str
) -> None:
    """Bring a message to one of the processes, as Telegram does."""
    number = next(NUMBERS)
    entity = {"type": "bot_command", "offset": 0, "length": len(text)}
    message = {
        "message_id": number,
        "date": 1,
        "chat": chat(person),
        "from": user(person),
        "text": text,
        "entities": [entity],
    }
    await post(client, port, {"update_id": number, "message": message})


async def press(
    client: httpx.AsyncClient,
    port: int,
    person: Person,
    digest: Message,
    data: str,
) -> None:
    """Bring a press to one of the processes, as Telegram does."""
    number = next(NUMBERS)
    message = {"message_id": digest.id, "date": 1, "chat": chat(person)}
    query = {
        "id": str(number),
        "from": user(person),
        "chat_instance": "1",
        "data": data,
        "message": message,
    }
    await post(client, port, {"update_id": number, "callback_query": query})


def user(person: Person) -> Json:
    return {"id": person.id, "is_bot": False, "first_name": "Ada"}


def chat(person: Person) -> Json:
    return {"id": person.id, "type": "private", "first_name": "Ada"}


async def post(client: httpx.AsyncClient, port: int, update: Json) -> None:
    response = await client.post(
        f"http://127.0.0.1:{port}/hook",
        json=update,
        headers={SECRET_HEADER: SECRET},
        timeout=30,
    )
    assert response.status_code == 200
