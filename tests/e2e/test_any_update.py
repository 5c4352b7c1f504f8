"""Updates of any kind are answered if they wait for it, and change nothing of other readers."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.handlers import files
from bot.messages import replies, translation
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.people import Person
from tests.bot_api.people import forward_from
from tests.e2e.talk import TOKEN, Talk, logged_errors, rows, says, taps
from tests.e2e.test_forged_buttons import SHAPES, STRANGE
from tests.e2e.test_inline_votes import share

# Characters.
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024

# Something that a person does, or that Telegram sends of them.
Act = Callable[[Talk, Person], object]

# Commands that take seconds, as another process draws their picture.
SLOW = {"stats"}
COMMANDS = [
    name
    for name, _ in replies.commands(translation.of("en"))
    if name not in SLOW
]
ARGUMENTS = ["", "add", "mute", "remove", "data", "bib", "inv_", "-1", "0"]
ARGUMENTS += ["\n", "@somebody"]

ODD_TEXTS = [
    *STRANGE[1:],
    "x" * 4096,
    "\N{FAMILY}" * 500,
    "שלום עולם",
    "\u202eevil\u202c",
    "<b><i>open",
    "&lt;&amp;&#0;",
    "1" * 400,
    "a, b; c\n- d\n-",
    "https://arxiv.org/abs/9999.99999",
    "https://arxiv.org/abs/../../etc/passwd",
    "http://[::1",
    "//\n/\n",
]
MISNAMED_FILES = [
    ("paper.bib", b"%PDF-1.7 \xff\xfe"),
    ("mine.bib", b"@article{a, title={\xf0\x28\x8c\x28}}"),
    ("taste.json", b'{"format": "paperpicks", "version": 1}'),
    ("taste.json", b'{"paperpicks": [[[[' + b"[" * 500),
    ("photo.jpg", b"MZ\x90\x00"),
    ("", b""),
    ("\u202ebib.exe", b"PK\x03\x04"),
]

# What messages may contain beside or in place of a text.
CONTENTS: list[Json] = [
    {"location": {"latitude": 91.0, "longitude": -181.0}},
    {"contact": {"phone_number": "+1", "first_name": "<b>"}},
    {"dice": {"emoji": "🎲", "value": 6}},
    {"photo": [], "caption": "/picks"},
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
    {"new_chat_title": "ours now"},
    {
        "pinned_message": {
            "message_id": 1,
            "date": 0,
            "chat": {"id": 1, "type": "private"},
        }
    },
    {"nothing_known_yet": {"a": [1, None]}},
    {},
]
GROUP = {"id": -100123, "type": "supergroup", "title": "a room"}

# Kinds of updates that are no message, with their content.
OTHER_UPDATES: dict[str, Json] = {
    "channel_post": {"text": "/start"},
    "business_message": {"text": "/start"},
    "inline_query": {"id": "1", "query": "x", "offset": ""},
    "chosen_inline_result": {"result_id": "1", "query": "x"},
    "unheard_of": {"text": "/start"},
}


def bring(talk: Talk, kind: str, body: Json) -> None:
    """Send the bot an update of any kind, also of one that it did not ask for."""
    bot = talk.server.bots[TOKEN]
    with bot.lock:
        allowed, bot.updates.allowed = bot.updates.allowed, ()
        bot.updates.add(kind, body)
        bot.updates.allowed = allowed
    bot.notifier.notify()


def raw_message(
    person: Person, content: Json, chat: Json | None = None
) -> Json:
    """Return a message of a person with any content, as the Bot API spells it."""
    body = {
        "message_id": 7,
        "date": 0,
        "chat": chat or person.user.as_chat(),
    }
    return body | {"from": person.user.as_json()} | content


def write(text: str) -> Act:
    return lambda _, person: person.write(text[:LONGEST_TEXT])


def edit_last(text: str) -> Act:
    def edit(_talk: Talk, person: Person) -> None:
        own = [message for message in person.messages if not message.by_bot]
        person.edit(own[-1], text)

    return edit


def forward(sender: str) -> Act:
    html = "<i>x</i> 2610.00001"
    return lambda _, person: forward_from(person, html, sender[:64])


def send_file(file: tuple[str, bytes], caption: str) -> Act:
    return lambda _, person: person.send_document(
        *file, caption=caption[:LONGEST_CAPTION]
    )


def react(emoji: str | None) -> Act:
    return lambda _, person: person.react(person.messages[-1], emoji)


def press_last(data: str) -> Act:
    def press(_talk: Talk, person: Person) -> None:
        # Only messages of the bot have buttons.
        by_bot = [message for message in person.messages if message.by_bot]
        person.press_data(by_bot[-1].id, data)

    return press


def ask_inline(text: str, offset: str) -> Act:
    return lambda _, person: person.inline_query(text, offset)


def press_shared(data: str) -> Act:
    def press(talk: Talk, person: Person) -> None:
        [card_id, *_] = talk.server.bots[TOKEN].inline_places
        person.press_inline(card_id, data)

    return press


def press_unknown_message(data: str) -> Act:
    return lambda _, person: person.press_data(10**6, data)


def bring_message(content: Json, chat: Json | None) -> Act:
    return lambda talk, person: bring(
        talk, "message", raw_message(person, content, chat)
    )


def bring_other_update(kind: str) -> Act:
    content = OTHER_UPDATES[kind]
    return lambda talk, person: bring(talk, kind, raw_message(person, content))


def command_line(name: str, argument: str, text: str) -> str:
    return f"/{name} {argument} {text}"


def fill_shape(shape: str, n: int, sign: str, text: str) -> str:
    """Return button data of a shape, with any values in it."""
    return shape.format(n=n, sign=sign, text=text)


def clip_data(data: str) -> str:
    """Return as much of button data as Telegram allows, and something in any case."""
    return data.encode(errors="ignore")[:64].decode(errors="ignore") or "?"


TEXTS = st.one_of(st.sampled_from(ODD_TEXTS), st.text(min_size=1, max_size=200))
COMMAND_LINES = st.builds(
    command_line, st.sampled_from(COMMANDS), st.sampled_from(ARGUMENTS), TEXTS
)
SETTING_SHAPES = [
    "s1:at:{text}",
    "s1:picks:{text}",
    "b1:{n}:{text}",
    "e1:{text}",
]
NUMBERS = st.one_of(
    st.integers(0, 30), st.sampled_from([99, 2**31, 2**63 - 1, 10**18 - 1])
)
FIELD_TEXTS = st.one_of(
    st.sampled_from([*STRANGE, "²", "٣", "+\n"]), st.text(max_size=20)
)
FORGED_DATA = st.builds(
    fill_shape,
    shape=st.sampled_from([*SHAPES, *SETTING_SHAPES]),
    n=NUMBERS,
    sign=st.sampled_from("+-0x"),
    text=FIELD_TEXTS,
)
PRESS_DATA = st.one_of(st.text(min_size=1, max_size=64), FORGED_DATA).map(
    clip_data
)

ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(write, TEXTS),
    st.builds(write, COMMAND_LINES),
    st.builds(edit_last, TEXTS),
    st.builds(forward, st.sampled_from(ODD_TEXTS)),
    st.builds(send_file, st.sampled_from(MISNAMED_FILES), TEXTS),
    st.builds(react, st.sampled_from("👍👎💩")),
    st.builds(react, st.none()),
    st.builds(bring_message, st.sampled_from(CONTENTS), st.none()),
    st.builds(bring_message, st.sampled_from(CONTENTS), st.just(GROUP)),
    st.builds(bring_other_update, st.sampled_from([*OTHER_UPDATES])),
    st.builds(press_last, PRESS_DATA),
    st.builds(press_unknown_message, PRESS_DATA),
    st.builds(press_shared, PRESS_DATA),
    st.builds(ask_inline, TEXTS, st.sampled_from(["", "10", "-1", "²"])),
)


async def act_at_once(talk: Talk, mallory: Person, acts: list[Act]) -> None:
    """Do several things at once, and wait until each press is answered.

    The bot answers in order, so after the last press everything is done.
    """
    # Nobody may send more in a minute.
    talk.clock.forward(minutes=2)
    before = set(talk.server.bots[TOKEN].presses)
    for act in acts:
        act(talk, mallory)
    mallory.press_data(1, "the last one")
    presses = [
        press
        for press_id, press in talk.server.bots[TOKEN].presses.items()
        if press_id not in before
    ]
    for press in presses:
        await mallory.answer_to(press, 10)


async def test_updates_of_every_kind_log_no_error_and_change_nobody_else(
    talk: Talk,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Every file is read by a process of its own, which takes time.
    monkeypatch.setattr(files, "A_DAY", 3)
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    await says(bo, "/topics add graph networks")
    await taps(bo, await says(bo, "/picks"), "👍 1")
    await says(mallory, "/picks")
    await share(talk, bo)
    before = rows(talk.runtime, talk.reader(bo).id)
    loop = asyncio.get_running_loop()
    caplog.clear()

    @settings(
        max_examples=200,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(ACTS, min_size=1, max_size=4))
    def check(acts: list[Act]) -> None:
        asyncio.run_coroutine_threadsafe(
            act_at_once(talk, mallory, acts), loop
        ).result(60)
        errors = logged_errors(caplog)
        caplog.clear()
        assert errors == []
        assert rows(talk.runtime, talk.reader(bo).id) == before

    await asyncio.to_thread(check)
