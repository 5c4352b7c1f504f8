"""/follow: names as people write them, confirmed by their papers, listed, let go."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote_plus

import pytest

from bot.runtime import Runtime
from bot.sandbox.localchat.people import Person
from bot.storage import follows, papers
from recommender import authors
from recommender.papers import Paper
from tests.e2e.talk import BOTH_WAYS, MONDAY, Talk, buttons, says, taps

pytestmark = BOTH_WAYS

FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
<title>query</title><o:totalResults>2</o:totalResults>
<entry><id>http://arxiv.org/abs/2611.00001v1</id><published>2026-11-01T00:00:00Z</published>
<title>An arm</title><summary>x</summary><author><name>Zora Zeže</name></author></entry>
<entry><id>http://arxiv.org/abs/2611.00002v1</id><published>2026-11-01T00:00:00Z</published>
<title>Another Zora's</title><summary>x</summary><author><name>Zora Zee</name></author></entry>
</feed>""".encode()
NONE = (
    b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>query</title></feed>"""
)


def followed(talk: Talk, person: Person) -> list[str]:
    reader = talk.reader(person)
    return list(follows.of_reader(talk.runtime.database, reader.id))


@pytest.mark.parametrize("written", ["Gina Graph", "graph, gína", "G. Graph"])
async def test_three_papers_are_shown_before_a_name_is_followed(
    talk: Talk, written: str
) -> None:
    ada = await talk.started("Ada")

    asked = await says(ada, f"/follow {written}")
    before = followed(talk, ada)
    listed = await taps(ada, asked, "Follow Gina Graph")
    digest = await says(ada, "/picks")

    assert asked.text.startswith(
        "I have 20 papers by Gina Graph; the newest:\n· "
    )
    assert asked.text.count("\n· ") == 3
    assert before == []
    assert listed.text.startswith(
        "You follow Gina Graph now.\n\nYou follow 1 author."
    )
    assert digest.text.count("By Gina Graph, whom you follow") == 3


async def test_a_crowded_name_offers_what_fits_and_the_list_says_so(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "CROWDED_CIRCLES", 1)
    ada = await talk.started("Ada")
    await says(ada, "/topics add robot learning")

    asked = await says(ada, "/follow Gina Graph")
    listed = await taps(ada, asked, "Only what also fits me")
    digest = await says(ada, "/picks")
    again = await taps(ada, listed, "Gina Graph, if it fits ✕")
    every = await taps(
        ada, await says(ada, "/follow Gina Graph"), "All their papers"
    )

    assert "Several people seem to write under this name." in asked.text
    assert asked.text.count("\n· ") == 3
    assert listed.text.startswith(
        "You follow Gina Graph now, where it fits you."
    )
    assert digest.text.count("By Gina Graph") < 3
    assert buttons(again) == []
    assert buttons(every) == ["Gina Graph ✕"]


async def test_the_list_has_a_button_to_let_each_go(talk: Talk) -> None:
    ada = await talk.started("Ada")
    for name in ("Gina Graph", "Max Scan"):
        await taps(ada, await says(ada, f"/follow {name}"), f"Follow {name}")

    listed = await says(ada, "/follow")
    left = await taps(ada, listed, "Gina Graph ✕")
    again = await says(ada, "/follow Max Scan")
    nobody = await taps(ada, left, "Max Scan ✕")

    assert buttons(listed) == ["Gina Graph ✕", "Max Scan ✕"]
    assert buttons(left) == ["Max Scan ✕"]
    assert again.text.startswith("You follow Max Scan already.")
    assert nobody.text.startswith("You follow nobody yet.")
    assert followed(talk, ada) == []


async def test_a_name_that_is_not_quite_one_is_answered_with_those_that_come_close(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    close = await says(ada, "/follow Tina Graph")
    asked = await taps(ada, close, "Gina Graph")
    await taps(ada, asked, "Follow Gina Graph")

    assert (
        close.text
        == "I'm not sure who “Tina Graph” is. Did you mean one of these?"
    )
    assert "by Gina Graph" in asked.text
    assert followed(talk, ada) == ["Gina Graph"]


@pytest.mark.parametrize(
    "written", ["Ursula <b>Le Guin", "'; DROP TABLE follows", "🙂", "x" * 4000]
)
async def test_a_name_that_nobody_has_is_answered_kindly(
    talk: Talk, written: str
) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, f"/follow {written}")

    assert answer.text.startswith(f"No paper I have is by “{written[:20]}")
    assert followed(talk, ada) == []


class Archive:
    """An arXiv that knows two papers by one name."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        archive = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                archive.asked.append(unquote_plus(self.path))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(FEED if "Zora" in archive.asked[-1] else NONE)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def archive(runtime: Runtime) -> Iterator[Archive]:
    archive = Archive()
    address = f"http://127.0.0.1:{archive.server.server_port}/api/query"
    runtime.endpoints = replace(runtime.endpoints, arxiv_api_url=address)
    yield archive
    archive.server.shutdown()
    archive.server.server_close()


async def test_somebody_who_wrote_nothing_here_yet_is_watched_for(
    archive: Archive, talk: Talk
) -> None:
    ada = await talk.started("Ada")

    told = await says(ada, r"/follow Zora Ze\v{z}e")
    again = await says(ada, "/follow zeže, zora")
    nobody = await says(ada, "/follow Quill Quux")
    new = Paper(
        title="A hurdy-gurdy",
        listed=MONDAY.date(),
        source="arxiv",
        authors=("Zora Zeže",),
    )
    papers.store(talk.runtime.database, [new])
    await talk.runtime.learn()
    digest = await says(ada, "/picks")

    assert told.text.startswith(
        "You follow Zora Zeže now. Nobody here has that name yet; I'll watch for it.\n"
        "arXiv has 2 papers by that name; the newest:\n· An arm\n\nYou follow 1 author."
    )
    assert 'au:"Zora Zeže"' in archive.asked[0]
    assert again.text.startswith("You follow Zora Zeže already.")
    assert "arXiv knows nobody of that name either. Is it whole?" in nobody.text
    assert followed(talk, ada) == ["Zora Zeže", "Quill Quux"]
    assert "By Zora Zeže, whom you follow" in digest.text


async def test_a_new_name_is_followed_when_arxiv_is_away_too(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    told = await says(ada, "/follow Quill Quux")
    left = await taps(ada, told, "Quill Quux ✕")

    assert told.text == (
        "You follow Quill Quux now. Nobody here has that name yet; I'll watch for it.\n\n"
        "You follow 1 author. Their new papers come first in your picks."
    )
    assert buttons(left) == []


async def test_who_is_not_one_of_those_that_come_close_is_followed_by_a_button(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    close = await says(ada, "/follow Tina Graph")
    told = await taps(ada, close, "No, follow “Tina Graph”")

    assert told.text.startswith("You follow Tina Graph now.")
    assert followed(talk, ada) == ["Tina Graph"]


@pytest.mark.parametrize("data", ["f1:!:🙂", "f1:!:<b>", "f1:!:" + "x" * 59])
async def test_a_forged_name_is_nobodys(talk: Talk, data: str) -> None:
    ada = await talk.started("Ada")
    asked = await says(ada, "/follow Gina Graph")

    toast = await ada.answer_to(ada.press_data(asked.id, data))

    assert toast.text == "This button has no paper behind it any more."
    assert followed(talk, ada) == []


@pytest.mark.parametrize(
    "data", ["f1:+:{n}:0123456789ab", "f1:?:0:{sum}", "f1:x:0:{sum}"]
)
async def test_a_button_that_fits_nobody_is_answered_and_follows_nobody(
    talk: Talk, data: str
) -> None:
    ada, mallory = await talk.started("Ada"), await talk.started("Mallory")
    asked = await says(ada, "/follow Gina Graph")
    _, _, number, checksum = (
        asked.button("Follow Gina Graph").data or ""
    ).split(":")
    await taps(ada, asked, "Follow Gina Graph")

    forged = mallory.press_data(asked.id, data.format(n=number, sum=checksum))
    toast = await mallory.answer_to(forged)

    assert toast.text == "This button has no paper behind it any more."
    assert (followed(talk, ada), followed(talk, mallory)) == (
        ["Gina Graph"],
        [],
    )
