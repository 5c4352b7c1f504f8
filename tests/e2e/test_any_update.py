"""Updates of any kind are answered if they wait for it, and change nothing of other readers."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.handlers import files
from bot.messages import replies as sentences
from bot.messages import translation
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.people import Person
from tests.bot_api.people import forward_from
from tests.e2e.talk import TOKEN, Talk, logged_errors, rows, says, taps
from tests.e2e.test_forged_buttons import SHAPES, STRANGE

Act = Callable[[Talk, Person], None]

# Commands that take seconds, as another process draws their picture.
SLOW = {"stats"}
COMMANDS = [
    name
    for name, _ in sentences.commands(translation.of("en"))
    if name not in SLOW
]
ARGUMENTS = [
    "",
    "add",
    "mute",
    "remove",
    "data",
    "bib",
    "inv_",
    "-1",
    "0",
    "\n",
    "@somebody",
]
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
TEXTS = st.one_of(st.sampled_from(ODD_TEXTS), st.text(min_size=1, max_size=200))
MISNAMED_FILES = [
    ("paper.bib", b"%PDF-1.7 \xff\xfe"),
    ("mine.bib", b"@article{a, title={\xf0\x28\x8c\x28}}"),
    ("taste.json", b'{"format": "paperpicks", "version": 1}'),
    ("taste.json", b'{"paperpicks": [[[[' + b"[" * 500),
    ("photo.jpg", b"MZ\x90\x00"),
    ("", b""),
    ("\u202ebib.exe", b"PK\x03\x04"),
]
COMMAND_LINES = st.builds(
    lambda name, verb, text: f"/{name} {verb} {text}",
    st.sampled_from(COMMANDS),
    st.sampled_from(ARGUMENTS),
    TEXTS,
)
NUMBERS = st.one_of(
    st.integers(0, 30), st.sampled_from([99, 2**31, 2**63 - 1, 10**18 - 1])
)
PRESS_DATA = st.one_of(
    st.text(min_size=1, max_size=64),
    st.builds(
        lambda shape, n, sign, text: shape.format(n=n, sign=sign, text=text),
        st.sampled_from(
            [
                *SHAPES,
                "s1:at:{text}",
                "s1:picks:{text}",
                "b1:{n}:{text}",
                "e1:{text}",
            ]
        ),
        NUMBERS,
        st.sampled_from("+-0x"),
        st.one_of(
            st.sampled_from([*STRANGE, "²", "٣", "+\n"]), st.text(max_size=20)
        ),
    ),
).map(
    lambda data: (
        data.encode(errors="ignore")[:64].decode(errors="ignore") or "?"
    )
)
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
UPDATE_KINDS = [
    "channel_post",
    "business_message",
    "inline_query",
    "chosen_inline_result",
    "unheard_of",
]


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


def edit_last(person: Person, text: str) -> None:
    person.edit(
        next(m for m in reversed(person.messages) if not m.by_bot), text
    )


def last_message_id(person: Person) -> int:
    """Return the id of the bot's newest message: only its messages have buttons."""
    return next(m.id for m in reversed(person.messages) if m.by_bot)


ROOM = {"id": -100123, "type": "supergroup", "title": "a room"}
OTHER: dict[str, Json] = {
    "inline_query": {"id": "1", "query": "x", "offset": ""},
    "chosen_inline_result": {"result_id": "1", "query": "x"},
}
ACTS: st.SearchStrategy[Act] = st.one_of(
    TEXTS.map(lambda text: lambda _, p: p.write(text)),
    COMMAND_LINES.map(lambda text: lambda _, p: p.write(text[:4096])),
    TEXTS.map(lambda text: lambda _, p: edit_last(p, text)),
    st.sampled_from(ODD_TEXTS).map(
        lambda text: (
            lambda _, p: forward_from(p, "<i>x</i> 2610.00001", text[:64])
        )
    ),
    st.builds(
        lambda file, text: (
            lambda _, p: p.send_document(*file, caption=text[:1024])
        ),
        st.sampled_from(MISNAMED_FILES),
        TEXTS,
    ),
    st.sampled_from("👍👎💩").map(
        lambda e: lambda _, p: p.react(p.messages[-1], e)
    ),
    st.just(lambda _, p: p.react(p.messages[-1], None)),
    st.sampled_from(CONTENTS).map(
        lambda i: lambda t, p: bring(t, "message", raw_message(p, i))
    ),
    st.sampled_from(CONTENTS).map(
        lambda i: lambda t, p: bring(t, "message", raw_message(p, i, ROOM))
    ),
    st.sampled_from(UPDATE_KINDS).map(
        lambda kind: (
            lambda t, p: bring(
                t, kind, raw_message(p, OTHER.get(kind, {"text": "/start"}))
            )
        )
    ),
    PRESS_DATA.map(
        lambda data: lambda _, p: p.press_data(last_message_id(p), data)
    ),
    PRESS_DATA.map(lambda data: lambda _, p: p.press_data(10**6, data)),
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
