"""/follow finds authors by name, asks with their papers, lists them, and unfollows them."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote_plus

import pytest

from bot.handlers import follow
from bot.picks import lookup
from bot.runtime import Runtime
from bot.sandbox.localchat.people import Person
from bot.storage import follows, papers
from recommender import authors
from recommender.papers import Paper
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps

FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
<title>query</title><o:totalResults>2</o:totalResults>
<entry><id>http://arxiv.org/abs/2611.00001v1</id><published>2026-11-01T00:00:00Z</published>
<title>An arm</title><summary>x</summary><author><name>Zora Zeže</name></author></entry>
<entry><id>http://arxiv.org/abs/2611.00002v1</id><published>2026-11-01T00:00:00Z</published>
<title>Another Zora's</title><summary>x</summary><author><name>Zora Zee</name></author></entry>
</feed>""".encode()
EMPTY_FEED = (
    b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>query</title></feed>"""
)


def followed_authors(talk: Talk, person: Person) -> list[str]:
    reader = talk.reader(person)
    return list(follows.of_reader(talk.database, reader.id))


@pytest.mark.parametrize("name", ["Gina Graph", "graph, gína", "G. Graph"])
async def test_three_papers_are_shown_before_a_name_is_followed(
    talk: Talk, name: str
) -> None:
    ada = await talk.started("Ada")

    question = await says(ada, f"/follow {name}")
    before = followed_authors(talk, ada)
    follow_list = await taps(ada, question, "Follow Gina Graph")
    digest = await says(ada, "/picks")

    assert question.text.startswith(
        "I have 20 papers by Gina Graph; the newest:\n· "
    )
    assert question.text.count("\n· ") == 3
    assert before == []
    assert follow_list.text.startswith(
        "You follow Gina Graph now.\n\nYou follow 1 author."
    )
    assert digest.text.count("By Gina Graph, whom you follow") == 3


async def test_a_crowded_name_offers_what_fits_and_the_list_says_so(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "CROWDED_CIRCLES", 1)
    ada = await talk.started("Ada")
    await says(ada, "/topics add robot learning")

    question = await says(ada, "/follow Gina Graph")
    follow_list = await taps(ada, question, "Only what also fits me")
    digest = await says(ada, "/picks")
    empty_list = await taps(ada, follow_list, "Gina Graph, if it fits ✕")
    full_list = await taps(
        ada, await says(ada, "/follow Gina Graph"), "All their papers"
    )

    assert "Several people seem to publish under this name." in question.text
    assert question.text.count("\n· ") == 3
    assert follow_list.text.startswith(
        "You follow Gina Graph now, for papers that fit you."
    )
    assert digest.text.count("By Gina Graph") < 3
    assert buttons(empty_list) == []
    assert buttons(full_list) == ["Gina Graph ✕"]


async def test_the_list_has_a_button_to_unfollow_each_author(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    for author in ("Gina Graph", "Max Scan"):
        await taps(
            ada, await says(ada, f"/follow {author}"), f"Follow {author}"
        )

    both = await says(ada, "/follow")
    one = await taps(ada, both, "Gina Graph ✕")
    answer = await says(ada, "/follow Max Scan")
    none = await taps(ada, one, "Max Scan ✕")

    assert buttons(both) == ["Gina Graph ✕", "Max Scan ✕"]
    assert buttons(one) == ["Max Scan ✕"]
    assert answer.text.startswith("You follow Max Scan already.")
    assert none.text.startswith("You follow nobody yet.")
    assert followed_authors(talk, ada) == []


async def test_a_misspelt_name_is_answered_with_similar_authors(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    suggestions = await says(ada, "/follow Tina Graph")
    question = await taps(ada, suggestions, "Gina Graph")
    await taps(ada, question, "Follow Gina Graph")

    assert (
        suggestions.text
        == "I'm not sure who “Tina Graph” is. Did you mean one of these?"
    )
    assert "by Gina Graph" in question.text
    assert followed_authors(talk, ada) == ["Gina Graph"]


@pytest.mark.parametrize(
    "name", ["Ursula <b>Le Guin", "'; DROP TABLE follows", "🙂", "x" * 4000]
)
async def test_a_name_that_nobody_has_is_answered_kindly(
    talk: Talk, name: str
) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, f"/follow {name}")

    assert answer.text.startswith(f"No paper I have is by “{name[:20]}")
    assert followed_authors(talk, ada) == []


class Archive:
    """An arXiv that knows two papers by one name."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        archive = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                archive.queries.append(unquote_plus(self.path))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(
                    FEED if "Zora" in archive.queries[-1] else EMPTY_FEED
                )

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


async def test_an_author_without_a_paper_here_is_followed_for_later(
    archive: Archive, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # arXiv is asked once in three seconds; a busy machine takes longer still.
    monkeypatch.setattr(follow, "PATIENCE", 30.0)
    monkeypatch.setattr(lookup, "AUTHOR_PATIENCE", 30.0)
    ada = await talk.started("Ada")

    answer = await says(ada, r"/follow Zora Ze\v{z}e")
    second_answer = await says(ada, "/follow zeže, zora")
    unknown = await says(ada, "/follow Quill Quux")
    paper = Paper(
        title="A hurdy-gurdy",
        listed=MONDAY.date(),
        source="arxiv",
        authors=("Zora Zeže",),
    )
    papers.store(talk.database, [paper])
    await talk.runtime.learn()
    digest = await says(ada, "/picks")

    assert answer.text.startswith(
        "You follow Zora Zeže now. Nobody here has that name yet; I'll keep an eye out for it.\n"
        "arXiv has 2 papers by that name; the newest:\n· An arm\n\nYou follow 1 author."
    )
    assert 'au:"Zora Zeže"' in archive.queries[0]
    assert second_answer.text.startswith("You follow Zora Zeže already.")
    assert (
        "arXiv knows nobody by that name either. Is it the full name?"
        in unknown.text
    )
    assert followed_authors(talk, ada) == ["Zora Zeže", "Quill Quux"]
    assert "By Zora Zeže, whom you follow" in digest.text


async def test_a_new_name_is_followed_when_arxiv_is_away_too(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, "/follow Quill Quux")
    empty_list = await taps(ada, answer, "Quill Quux ✕")

    assert answer.text == (
        "You follow Quill Quux now. Nobody here has that name yet; I'll keep an eye out for it.\n\n"
        "You follow 1 author. Their new papers come first in your picks."
    )
    assert buttons(empty_list) == []


async def test_an_author_who_is_none_of_the_similar_ones_is_followed_by_a_button(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    suggestions = await says(ada, "/follow Tina Graph")
    answer = await taps(ada, suggestions, "No, follow “Tina Graph”")

    assert answer.text.startswith("You follow Tina Graph now.")
    assert followed_authors(talk, ada) == ["Tina Graph"]


@pytest.mark.parametrize("data", ["f1:!:🙂", "f1:!:<b>", "f1:!:" + "x" * 59])
async def test_a_forged_name_is_not_followed(talk: Talk, data: str) -> None:
    ada = await talk.started("Ada")
    question = await says(ada, "/follow Gina Graph")

    toast = await ada.answer_to(ada.press_data(question.id, data))

    assert toast.text == "The paper behind this button is gone."
    assert followed_authors(talk, ada) == []


@pytest.mark.parametrize(
    "data", ["f1:+:{n}:0123456789ab", "f1:?:0:{sum}", "f1:x:0:{sum}"]
)
async def test_a_button_that_fits_nobody_is_answered_and_follows_nobody(
    talk: Talk, data: str
) -> None:
    ada, mallory = await talk.started("Ada"), await talk.started("Mallory")
    question = await says(ada, "/follow Gina Graph")
    _, _, number, checksum = (
        question.button("Follow Gina Graph").data or ""
    ).split(":")
    await taps(ada, question, "Follow Gina Graph")

    press = mallory.press_data(question.id, data.format(n=number, sum=checksum))
    toast = await mallory.answer_to(press)

    assert toast.text == "The paper behind this button is gone."
    assert (followed_authors(talk, ada), followed_authors(talk, mallory)) == (
        ["Gina Graph"],
        [],
    )
