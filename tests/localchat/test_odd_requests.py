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

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from tests.bot_api.server import FaultyServer
from tests.localchat.conftest import TOKEN, Clock
from tests.localchat.valid_requests import ACTIONS, MAX_ATTEMPTS

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
MANY = settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck)
)


# Who asks for what is right most of the time: else nothing would get far.
ADDRESS = {"person", "chat_id", "action"}


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
    """A running page, and a client that sends it requests."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "local.db"
        self.clock = Clock()
        self.server = FaultyServer(TOKEN, clock=self.clock, limits=None)
        self.ada = self.server.person("Ada")
        self.lab = self.server.group("Lab")
        self.lab.add(self.ada, "creator")
        self.lab.add_bot(by=self.ada)
        self.ada.inline_query("papers")
        self.store = ChatStore(self.path)
        self.page = Page(self.server, self.store, "secret", self.tomorrow)
        self.client = httpx.Client(timeout=20)

    async def tomorrow(self, person_id: int) -> str:
        return f"a day for {person_id}"

    def post(self, path: str, body: bytes, **headers: str) -> int:
        """Post to a path of the page, or of the server; return the status code."""
        is_absolute = path.startswith("/")
        base = self.server.origin if is_absolute else self.page.address
        response = self.client.post(
            f"{base}{path}", content=body, headers=headers
        )
        assert response.status_code < 500, (path, body)
        return response.status_code

    def read_all(self) -> Any:
        """Return what a new page gets."""
        response = self.client.get(f"{self.page.address}live?epoch=x&number=0")
        assert response.status_code == 200
        return response.json()


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    chat = Chat(tmp_path_factory.mktemp("chat"))
    with chat.server:
        chat.ada.start()
        yield chat
    chat.client.close()
    chat.store.close()

    next_server = FaultyServer(TOKEN, clock=chat.clock)
    ada = next_server.person("Ada")
    store = ChatStore(chat.path)
    store.restore(next_server.bots[TOKEN])
    store.close()
    message_ids = [message.id for message in ada.messages]
    assert message_ids == [message.id for message in chat.ada.messages]


def to_json(value: object) -> bytes:
    return json.dumps(value).encode()


@given(st.sampled_from(ACTIONS).flatmap(spoiled))
@MANY
def test_actions_of_a_page_with_one_odd_value(
    chat: Chat, fields: object
) -> None:
    chat.ada.unblock()
    chat.post("do", to_json(fields))
    chat.read_all()


@given(st.sampled_from(["do", "tomorrow", "/again/"]), ANYTHING)
@MANY
def test_actions_that_are_anything(
    chat: Chat, path: str, fields: object
) -> None:
    chat.post(path, to_json(fields))
    chat.read_all()


@given(
    st.sampled_from(["do", "tomorrow", "/again/", "file?person=1001"]),
    st.binary(max_size=40),
)
@MANY
def test_bodies_that_are_no_json(chat: Chat, path: str, body: bytes) -> None:
    chat.post(path, body)


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

    chat.post(f"/bot{TOKEN}/{method}", to_json(body), **JSON)

    chat.read_all()


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
    chat.read_all()


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
    "path", ["do", "tomorrow", "/again/", f"/bot{TOKEN}/sendMessage"]
)
def test_an_abyss_of_brackets(chat: Chat, path: str, deep: bytes) -> None:
    # The server may drop a connection whose body it did not read to the end.
    code = chat.post(path, deep, connection="close", **JSON)

    assert 400 <= code < 500


def test_half_an_emoji_is_refused_kindly_and_the_chat_goes_on(
    chat: Chat,
) -> None:
    chat.ada.unblock()
    before = chat.read_all()["number"]
    answers = [
        chat.client.post(
            f"{chat.page.address}do", content=to_json(fields)
        ).json()
        for fields in (
            {"person": 1001, "action": "write", "text": f"hello {HALF}"},
            {"person": 1001, "action": "edit", "message": 1, "text": HALF},
            {"person": 1001, "action": "press", "message": 1, "data": HALF},
        )
    ]

    assert {answer["error"] for answer in answers} == {
        "That text holds half an emoji, which can't be sent. Write it anew, please."
    }
    assert chat.read_all()["number"] == before


@pytest.mark.parametrize(
    "text", [f"&#xd83d;{'&'}amp;", '<a href="http://a.bc/&#xd83d;">x</a>']
)
def test_half_an_emoji_from_a_bot_is_refused(chat: Chat, text: str) -> None:
    chat.ada.unblock()
    body = {"chat_id": 1001, "text": text, "parse_mode": "HTML"}

    code = chat.post(f"/bot{TOKEN}/sendMessage", to_json(body), **JSON)

    assert code == 400
    chat.read_all()


@pytest.mark.parametrize(
    ("path", "name"),
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
def test_a_file_s_name_has_no_folders(path: str, name: str) -> None:
    assert sanitize.file_name(path) == name


def test_a_file_comes_back_by_its_name_alone(chat: Chat) -> None:
    chat.ada.unblock()
    chat.post(f"file?person=1001&name={quote('../../etc/passwd')}", b"x")

    file = chat.ada.messages[-1].file
    assert file is not None
    download = chat.client.get(f"{chat.page.address}file/{file.id}")
    assert file.name == "passwd"
    disposition = download.headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''passwd"


def test_what_an_earlier_version_kept_is_read_and_what_can_not_be_is_left_out(
    tmp_path: Path, clock: Clock
) -> None:
    ada = FaultyServer(TOKEN, clock=clock).person("Ada")
    store = ChatStore(tmp_path / "local.db")
    for text in ("before", f"half {HALF} an emoji", "odd", "after"):
        store.save_message(ada.id, ada.write(text))
    store._execute("UPDATE messages SET body = '{\"id\": 3}' WHERE id = 3")
    store._execute("INSERT INTO facts VALUES ('chat 1001', 'no JSON')")
    store.close()

    next_server = FaultyServer(TOKEN, clock=clock)
    restored_ada = next_server.person("Ada")
    reopened_store = ChatStore(tmp_path / "local.db")
    reopened_store.restore(next_server.bots[TOKEN])
    reopened_store.close()

    assert [message.text for message in restored_ada.messages] == [
        "before",
        "half ? an emoji",
        "after",
    ]
