"""Whatever is sent to the local chat is answered, never with a 500; what is kept always reads."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.localchat import strict
from bot.localchat.page import Page
from bot.localchat.server import ChatServer
from bot.localchat.stored import Stored
from tests.localchat.conftest import TOKEN, Clock

HALF = "\ud83d"
HALVES = st.sampled_from(
    [HALF, f"a{HALF}b", "\udcff", "\0", "a\0b", "\u202e", "/start", "👍", "x"]
)
NUMBERS = st.integers(-3, 1010) | st.sampled_from(
    [2**31, 2**53, 2**64, -(2**64), 10**400]
)
NUMBERS |= st.floats()  # type: ignore[operator] # NaN and infinities among them
JSON = {"content-type": "application/json"}
LEAVES = (
    st.none()
    | st.booleans()
    | NUMBERS
    | HALVES
    | st.text(st.characters(), max_size=5)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(HALVES, inner, max_size=3)
    ),
    max_leaves=6,
)
BUTTON = {"text": "👍", "callback_data": "r1:1:+", "style": "danger"}
LINK = {"text": "arXiv", "url": "https://arxiv.org"}
COPY = {"text": "copy", "copy_text": {"text": "@misc"}}
KEYBOARD = {"inline_keyboard": [[BUTTON, LINK], [COPY]]}
STRETCH = {
    "type": "text_link",
    "offset": 0,
    "length": 2,
    "url": "https://arxiv.org",
}
TEXT = {"chat_id": 1001, "text": "hi there", "reply_markup": KEYBOARD}
HTML = {
    **TEXT,
    "text": '<a href="https://arxiv.org">hi</a>',
    "parse_mode": "HTML",
}
MARKED = {
    **TEXT,
    "entities": [STRETCH],
    "link_preview_options": {"is_disabled": True},
}
REPLY = {
    **TEXT,
    "reply_parameters": {"message_id": 1, "allow_sending_without_reply": True},
}
COMMANDS = [{"command": "picks", "description": "Today's papers"}]
THUMB = [{"type": "emoji", "emoji": "👍"}]
MAX_ATTEMPTS: list[tuple[str, dict[str, Any]]] = [
    *(("sendMessage", body) for body in (TEXT, HTML, MARKED, REPLY)),
    ("editMessageText", {**TEXT, "message_id": 2}),
    ("editMessageReplyMarkup", {**TEXT, "message_id": 2}),
    ("deleteMessage", {"chat_id": 1001, "message_id": 900}),
    (
        "setMessageReaction",
        {"chat_id": 1001, "message_id": 1, "reaction": THUMB},
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "noted"}),
    ("setMyCommands", {"commands": COMMANDS, "language_code": "en"}),
    (
        "setWebhook",
        {"url": "", "allowed_updates": ["message"], "secret_token": "s"},
    ),
    ("getUpdates", {"timeout": 0, "offset": 1, "allowed_updates": ["message"]}),
    ("sendDocument", {"chat_id": 1001, "document": "file-1", "caption": "c"}),
    *(
        (method, {"chat_id": 1001})
        for method in ("getMe", "getFile", "sendPhoto")
    ),
]
WISHES: list[dict[str, Any]] = [
    {"person": 1001, "do": "write", "text": "hi", "reply_to": 1},
    {"person": 1001, "do": "edit", "message": 1, "text": "hello"},
    {"person": 1001, "do": "press", "message": 2, "data": "r1:1:+"},
    {"person": 1001, "do": "react", "message": 2, "emoji": "👍"},
    {"person": 1001, "do": "forward", "from": 1001, "message": 2},
    {"person": 1001, "do": "block"},
]
MANY = settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck)
)


# Who asks for what is right most of the time: else nothing would get far.
ADDRESS = {"person", "chat_id", "do"}


@st.composite
def spoiled(draw: st.DrawFn, value: Any) -> Any:
    """Return something that is right but for one value somewhere in it."""
    if isinstance(value, dict) and value:
        names = sorted(value.keys() - ADDRESS) * 5 + sorted(value)
        name = draw(st.sampled_from(names))
        return {**value, name: draw(spoiled(value[name]))}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        return [draw(spoiled(value[0])), *value[1:]]
    return draw(
        HALVES
        if isinstance(value, str) and draw(st.integers(0, 3))
        else ANYTHING
    )


class Chat:
    """A running page and those who ask it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "local.db"
        self.clock = Clock()
        self.server = ChatServer(TOKEN, clock=self.clock, limits=None)
        self.ada = self.server.person("Ada")
        self.stored = Stored(self.path)
        self.page = Page(self.server, self.stored, "secret", self.tomorrow)
        self.client = httpx.Client(timeout=20)

    async def tomorrow(self, person_id: int) -> str:
        return f"a day for {person_id}"

    def post(self, where: str, body: bytes, **headers: str) -> int:
        """Post something; return the code of the answer."""
        at = (
            self.page.address + where
            if not where.startswith("/")
            else self.server.origin + where
        )
        code = self.client.post(at, content=body, headers=headers).status_code
        assert code < 500, (where, body)
        return code

    def reads(self) -> Any:
        """Return all that a new page is shown, of this run and of one after a restart."""
        answer = self.client.get(f"{self.page.address}live?epoch=x&number=0")
        assert answer.status_code == 200
        return answer.json()


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    chat = Chat(tmp_path_factory.mktemp("chat"))
    with chat.server:
        chat.ada.start()
        yield chat
    chat.client.close()
    chat.stored.close()
    again = ChatServer(TOKEN, clock=chat.clock)
    ada, stored = again.person("Ada"), Stored(chat.path)
    stored.restore(again.bots[TOKEN])
    stored.close()
    assert [m.id for m in ada.messages] == [m.id for m in chat.ada.messages]


def spelled(value: object) -> bytes:
    return json.dumps(value).encode()


@given(st.sampled_from(WISHES).flatmap(spoiled))
@MANY
def test_wishes_of_a_page_with_one_odd_value(chat: Chat, wish: object) -> None:
    chat.ada.unblock()
    chat.post("do", spelled(wish))
    chat.reads()


@given(st.sampled_from(["do", "tomorrow", "/again/"]), ANYTHING)
@MANY
def test_wishes_that_are_anything(chat: Chat, where: str, wish: object) -> None:
    chat.post(where, spelled(wish))
    chat.reads()


@given(
    st.sampled_from(["do", "tomorrow", "/again/", "file?person=1001"]),
    st.binary(max_size=40),
)
@MANY
def test_bodies_that_are_no_json(chat: Chat, where: str, body: bytes) -> None:
    chat.post(where, body)


@given(st.sampled_from(MAX_ATTEMPTS), st.data())
@MANY
def test_calls_of_a_bot_with_one_odd_value(
    chat: Chat, call: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    chat.ada.unblock()
    method, body = call[0], data.draw(spoiled(call[1]))
    if isinstance(body, dict):  # none that waits, or leads updates elsewhere
        body |= {"timeout": 0} | (
            {"url": ""} if str(body.get("url")).startswith("http") else {}
        )

    chat.post(f"/bot{TOKEN}/{method}", spelled(body), **JSON)

    chat.reads()


@given(
    st.sampled_from(["sendDocument", "sendPhoto", "sendMessage"]),
    st.binary(max_size=60),
    st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=b",
            "application/json",
        ]
    ),
)
@MANY
def test_bodies_of_a_bot_in_every_form(
    chat: Chat, method: str, body: bytes, kind: str
) -> None:
    name = b'--b\r\nContent-Disposition: form-data; name="'
    form = (
        name
        + b'chat_id"\r\n\r\n1001\r\n'
        + name
        + b'document"; filename="'
        + body
    )
    for content in (body, form + b'"\r\n\r\nx\r\n--b--'):
        chat.post(f"/bot{TOKEN}/{method}", content, **{"content-type": kind})
    chat.reads()


@pytest.mark.parametrize(
    "query",
    [
        "live?number=" + "9" * 5000,
        "live?number=²&epoch=%ED%A0%BD",
        "file/%00",
        "static/..%2f",
    ],
)
def test_odd_addresses(chat: Chat, query: str) -> None:
    assert chat.client.get(chat.page.address + query).status_code < 500


@pytest.mark.parametrize(
    "deep", [b"[" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000]
)
@pytest.mark.parametrize(
    "where", ["do", "tomorrow", "/again/", f"/bot{TOKEN}/sendMessage"]
)
def test_an_abyss_of_brackets(chat: Chat, where: str, deep: bytes) -> None:
    code = chat.post(where, deep, **JSON)

    assert 400 <= code < 500


def test_half_an_emoji_is_refused_kindly_and_the_chat_goes_on(
    chat: Chat,
) -> None:
    chat.ada.unblock()
    before = chat.reads()["number"]
    answers = [
        chat.client.post(f"{chat.page.address}do", content=spelled(wish)).json()
        for wish in (
            {"person": 1001, "do": "write", "text": f"hello {HALF}"},
            {"person": 1001, "do": "edit", "message": 1, "text": HALF},
            {"person": 1001, "do": "press", "message": 1, "data": HALF},
        )
    ]

    assert {answer["error"] for answer in answers} == {
        "That text holds half an emoji, which can't be sent. Write it anew, please."
    }
    assert chat.reads()["number"] == before


@pytest.mark.parametrize(
    "text", [f"&#xd83d;{'&'}amp;", '<a href="http://a.bc/&#xd83d;">x</a>']
)
def test_half_an_emoji_from_a_bot_is_refused(chat: Chat, text: str) -> None:
    chat.ada.unblock()
    body = {"chat_id": 1001, "text": text, "parse_mode": "HTML"}

    code = chat.post(f"/bot{TOKEN}/sendMessage", spelled(body), **JSON)

    assert code == 400
    chat.reads()


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\Ada\likes.bib", "likes.bib"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\0b\r\n.bib", "ab.bib"),
        ("gpj.\u202ebib", "gpj.bib"),
        (f"{HALF}.bib", "bib"),
        ("x" * 300 + ".bib", "x" * 251 + ".bib"),
        ("líkes 図.bib", "líkes 図.bib"),
    ],
)
def test_a_file_s_name_has_no_folders(sent: str, name: str) -> None:
    assert strict.file_name(sent) == name


def test_a_file_comes_back_by_its_name_alone(chat: Chat) -> None:
    chat.ada.unblock()
    chat.post(f"file?person=1001&name={quote('../../etc/passwd')}", b"x")

    file = chat.ada.messages[-1].file
    assert file is not None
    back = chat.client.get(f"{chat.page.address}file/{file.id}")
    assert file.name == "passwd"
    assert (
        back.headers["content-disposition"]
        == "attachment; filename*=UTF-8''passwd"
    )


def test_what_an_earlier_version_kept_is_read_and_what_can_not_be_is_left_out(
    tmp_path: Path, clock: Clock
) -> None:
    first = ChatServer(TOKEN, clock=clock)
    ada, stored = first.person("Ada"), Stored(tmp_path / "local.db")
    sent = [
        ada.write(text)
        for text in ("before", f"half {HALF} an emoji", "odd", "after")
    ]
    for message in sent:
        stored.keep(ada.id, message)
    stored._ask("UPDATE messages SET body = '{\"id\": 3}' WHERE id = 3")
    stored._ask("INSERT INTO facts VALUES ('chat 1001', 'no JSON')")
    stored.close()

    second = ChatServer(TOKEN, clock=clock)
    again, reopened = second.person("Ada"), Stored(tmp_path / "local.db")
    reopened.restore(second.bots[TOKEN])
    reopened.close()

    assert [m.text for m in again.messages] == [
        "before",
        "half ? an emoji",
        "after",
    ]
