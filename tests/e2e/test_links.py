"""Links to papers become likes: looked up, taken back, and answered later if a source is down."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot.jobs import ticks
from bot.picks import links
from bot.runtime import Runtime
from bot.storage import counts, feedback, papers, readers
from tests.bot_api.people import forward_from
from tests.corpus import pick_fields
from tests.e2e.talk import BOTH_WAYS, Talk, buttons, says, taps

pytestmark = BOTH_WAYS


class Hub:
    """A paper API that knows some papers, or is down."""

    def __init__(self) -> None:
        self.papers: dict[str, dict[str, object]] = {}
        self.paths: list[str] = []
        self.down = False
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.paths.append(self.path)
                paper = hub.papers.get(self.path.rpartition("/")[2])
                self.send_response(500 if hub.down else 200 if paper else 404)
                self.end_headers()
                self.wfile.write(
                    json.dumps(paper).encode()
                    if paper and not hub.down
                    else b""
                )

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, arxiv_id: str, title: str, abstract: str) -> None:
        self.papers[arxiv_id] = {
            "id": arxiv_id,
            "title": title,
            "summary": abstract,
            "publishedAt": "2026-11-01T00:00:00.000Z",
            "upvotes": 3,
        }


@pytest.fixture
def hub(runtime: Runtime) -> Iterator[Hub]:
    hub = Hub()
    runtime.endpoints = replace(
        runtime.endpoints,
        hf_endpoint=hub.address,
        arxiv_api_url=f"{hub.address}/api/query",
    )
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


async def test_a_link_to_a_stored_paper_is_a_like_with_undo(talk: Talk) -> None:
    ada = await talk.started("Ada")
    stored = papers.newest(talk.database, 1)[0]

    liked = await says(
        ada, f"Look at https://arxiv.org/pdf/{stored.arxiv_id}v3 please"
    )
    undone = await taps(ada, liked, "↩ Undo 👍")

    assert f"👍 noted: {stored.title}" in liked.text
    assert "next picks" in liked.text or "next 5 picks" in liked.text
    assert f"Undone: {stored.title}" in undone.text
    assert counts.count(talk.database).likes == 0


async def test_an_unknown_paper_is_looked_up_once_and_learned_from(
    hub: Hub, talk: Talk
) -> None:
    hub.add(
        "2611.99999",
        "Grasping with a robot arm",
        "A robot arm and a manipulation policy.",
    )
    ada = await talk.started("Ada")

    liked = await says(ada, "https://huggingface.co/papers/2611.99999")
    again = await says(ada, "arXiv:2611.99999v2")
    digest = await says(ada, "/picks")

    assert "👍 noted: Grasping with a robot arm" in liked.text
    assert "You liked this one already: Grasping with a robot arm" in again.text
    assert len([path for path in hub.paths if "2611.99999" in path]) == 1
    assert pick_fields(digest.text).count("robot learning") >= 2


async def test_several_links_in_a_message_count_also_those_behind_words(
    hub: Hub, talk: Talk
) -> None:
    hub.add("2611.00011", "Second", "A robot arm.")
    hub.add("2611.00012", "First", "A graph network.")
    ada = await talk.started("Ada")

    sent = forward_from(
        ada,
        'Read <a href="https://arxiv.org/abs/2611.00011">this</a> and hf.co/papers/2611.00012.',
        "Bo",
    )
    answer = await ada.wait_for(lambda message: message.id > sent.id)
    without_one = await taps(ada, answer, "↩ Undo 👍 1")
    without_both = await taps(ada, without_one, "↩ Undo 👍 2")
    again = await taps(ada, without_both, "👍 Like all 2 again")

    assert "👍 noted:\n1 · First\n2 · Second\n" in answer.text
    assert "next picks" in answer.text or "next 5 picks" in answer.text
    assert buttons(answer) == ["↩ Undo 👍 1", "↩ Undo 👍 2", "↩ Undo all 2"]
    assert "1 · First · undone\n2 · Second\n" in without_one.text
    assert buttons(without_one) == ["👍 1", "↩ Undo 👍 2"]
    assert "Undone:\n1 · First\n2 · Second" in without_both.text
    assert buttons(again) == buttons(answer)
    assert counts.count(talk.database).likes == 2


async def test_a_paper_out_of_reach_does_not_hold_up_the_others(
    hub: Hub, talk: Talk
) -> None:
    hub.add("2611.00031", "Here now", "A robot arm.")
    ada = await talk.started("Ada")
    stored = papers.newest(talk.database, 1)[0]
    await says(ada, "https://arxiv.org/abs/2611.00031")
    hub.down = True

    answer = await says(
        ada,
        "https://arxiv.org/abs/2611.00032v2, (https://huggingface.co/papers/2611.00031) and "
        f"arXiv:{stored.arxiv_id}.",
    )

    assert answer.text.startswith(
        f"👍 noted:\n1 · Here now\n2 · {stored.title}\n"
    )
    assert "I can't reach the paper 2611.00032 right now" in answer.text


async def test_a_link_to_an_unknown_paper_is_answered(
    hub: Hub, talk: Talk
) -> None:
    ada = await talk.started("Ada")
    hub.papers.clear()

    answer = await says(ada, "https://arxiv.org/abs/2611.40404", 20)

    assert "2611.40404" in answer.text
    assert buttons(answer) == []


async def test_a_link_to_anything_else_is_answered_and_never_fetched(
    hub: Hub, talk: Talk
) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, "https://example.org/abs/2611.00011")

    assert "I couldn't find a paper at that link" in answer.text
    assert not [path for path in hub.paths if "2611.00011" in path]


async def test_a_link_to_a_paper_liked_in_a_digest_can_be_taken_back_there_too(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    await taps(ada, digest, "👍 1")
    link = next(entity.url for entity in digest.entities if entity.url)

    again = await says(ada, link)
    undone = await taps(ada, again, "↩ Undo 👍")

    assert "You liked this one already" in again.text
    assert "Undone" in undone.text
    assert counts.count(talk.database).likes == 0


async def test_a_link_whose_source_is_down_is_answered_later(
    hub: Hub, talk: Talk
) -> None:
    hub.down = True
    hub.add("2611.77777", "Late but found", "A diffusion model.")
    ada = await talk.started("Ada")

    promise = await says(ada, "https://arxiv.org/abs/2611.77777", 20)
    hub.down = False
    talk.clock.forward(minutes=6)
    await ticks.look_up(talk.runtime, talk.bot)
    answer = await ada.wait_for(
        lambda message: "Late but found" in message.text
    )

    assert "I'll look it up and tell you" in promise.text
    assert "👍 noted" in answer.text


async def test_twenty_look_ups_a_day_are_enough_and_stored_papers_cost_none(
    hub: Hub, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "LOOKUPS_A_DAY", 1)
    hub.add("2611.00021", "One", "A robot arm.")
    ada = await talk.started("Ada")
    await says(ada, "https://arxiv.org/abs/2611.00021")

    refused = await says(ada, "https://arxiv.org/abs/2611.00022")
    stored = await says(ada, "https://arxiv.org/abs/2611.00021")

    assert "I look up 1 links a day" in refused.text
    assert "You liked this one already: One" in stored.text


async def test_the_undo_button_of_a_link_works_for_its_reader_alone(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    stored = papers.newest(talk.database, 1)[0]
    liked = await says(ada, f"https://arxiv.org/abs/{stored.arxiv_id}")
    data = liked.button("↩ Undo 👍").data
    assert data is not None

    toast = await bo.answer_to(bo.press_data(bo.messages[-1].id, data))

    reader = readers.find(talk.database, ada.id)
    assert reader is not None
    assert toast.text == "The paper behind this button is gone."
    assert feedback.rating(talk.database, reader.id, stored.id or 0) == 1
