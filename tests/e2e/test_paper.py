"""⋯ on a paper: all of it, why it is there, its authors, its topics, its BibTeX."""

import pytest
from pybtex.database import parse_string

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import digests, feedback, follows, papers, recommendations
from bot.storage.digests import Pick
from bot.storage.receipts import reason_of
from bot.storage.recommendations import Choice
from recommender import authors
from tests.e2e.talk import BOTH_WAYS, MONDAY, Talk, buttons, says, taps

pytestmark = BOTH_WAYS


async def opened(talk: Talk, person: Person) -> tuple[Message, Message, Pick]:
    """Return a digest, its first paper opened, and the pick that this is."""
    digest = await says(person, "/picks")
    person.press_data(digest.id, digest.keyboard[0][3].data or "")
    paper = await person.wait_for(lambda m: m.id > digest.id)
    shown = digests.by_message(talk.runtime.database, person.id, digest.id)
    assert shown is not None
    return digest, paper, shown.picks[0]


async def test_a_paper_opens_whole_as_a_reply_and_closes(talk: Talk) -> None:
    ada = await talk.started("Ada")

    digest, paper, pick = await opened(talk, ada)
    ada.press(paper, "Close")
    await ada.wait_until(
        lambda: all(message.id != paper.id for message in ada.messages) or None
    )

    assert digest.keyboard[0][3].text == "⋯"
    assert paper.reply_to == digest.id
    assert paper.text.startswith(
        f"{pick.paper.title}\n{', '.join(pick.paper.authors)}\n"
    )
    assert pick.paper.abstract in paper.text
    assert "I don't know your taste here yet" in paper.text
    assert (
        "a strong fit" not in paper.text
    )  # a strength says nothing where nothing was rated


async def test_why_is_told_from_what_was_stored_with_the_pick(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add diffusion models")

    _, before, pick = await opened(talk, ada)
    await says(ada, "/topics remove diffusion models")
    back = await taps(ada, await taps(ada, before, "Mute a topic…"), "← Back")

    assert pick.reason.strength == "strong"
    assert "Why: a strong fit\n+ " in before.text
    assert "+ your topic: diffusion models" in before.text
    assert back.text == before.text


async def test_what_spoke_for_and_against_a_paper_is_named(talk: Talk) -> None:
    ada = await talk.started("Ada")
    mine, database = talk.reader(ada).id, talk.runtime.database
    liked, disliked, *_, last = papers.newest(database, 200)
    digest = await says(ada, "/picks")
    reason = {
        "kind": "fits",
        "strength": "fair",
        "words": [["node embedding", 0.3], ["edge feature", 0.2]],
        "against": [["token budget", -0.1]],
        "evidence": [["like", liked.id, 0.2], ["dislike", disliked.id, -0.1]],
    }
    shown = recommendations.record(
        database,
        mine,
        [
            Choice(
                paper_id=last.id,
                score=1,
                policy="score",
                popularity=0,
                reason=reason_of(reason),
            )
        ],
        kind="now",
        local_date=MONDAY.date(),
        new_papers=1,
        feature_version=None,
        now=MONDAY,
    )

    ada.press_data(digest.id, f"d1:{shown.picks[0].id}:o")
    paper = await ada.wait_for(lambda m: m.id > digest.id)

    assert paper.text.split("\n\n")[1].split("\n") == [
        "Why: a fair fit",
        "+ node embedding, edge feature",
        f"+ close to “{liked.title}”, which you liked",
        f"− close to “{disliked.title}”, which you didn't like",
        "− token budget",
    ]


async def test_addresses_are_buttons_that_open_them(talk: Talk) -> None:
    ada = await talk.started("Ada")

    _, paper, pick = await opened(talk, ada)

    opens = {b.text: b.url for row in paper.keyboard for b in row if b.url}
    assert opens == {
        "arXiv": f"https://arxiv.org/abs/{pick.paper.arxiv_id}",
        "PDF": f"https://arxiv.org/pdf/{pick.paper.arxiv_id}",
        "Hugging Face": f"https://huggingface.co/papers/{pick.paper.arxiv_id}",
    }


async def test_an_author_is_followed_and_followed_no_more(talk: Talk) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await opened(talk, ada)
    mine, name = talk.reader(ada).id, pick.paper.authors[0]

    offered = await taps(ada, paper, "Follow an author…")
    followed = await taps(ada, offered, name)
    kept = follows.of_reader(talk.runtime.database, mine)
    talk.clock.forward(minutes=1)
    digest = await says(ada, "/picks")
    left = await taps(ada, followed, f"{name} ✓")

    assert buttons(offered) == [*pick.paper.authors, "← Back", "Close"]
    assert f"{name} ✓" in buttons(followed)
    assert f"Following {name}" in [toast.text for toast in ada.toasts]
    assert kept == {name: False}
    assert f"By {name}, whom you follow" in digest.text
    assert buttons(left) == buttons(offered)
    assert follows.of_reader(talk.runtime.database, mine) == {}


async def test_a_crowded_name_on_a_paper_is_asked_about_first(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "CROWDED_CIRCLES", 1)
    ada = await talk.started("Ada")
    _, paper, pick = await opened(talk, ada)
    name = pick.paper.authors[0]

    asked = await taps(ada, await taps(ada, paper, "Follow an author…"), name)
    before = follows.of_reader(talk.runtime.database, talk.reader(ada).id)
    await taps(ada, asked, "Only what also fits me")

    assert buttons(asked) == [
        "Only what also fits me",
        "All their papers",
        "Close",
    ]
    assert before == {}
    assert follows.of_reader(talk.runtime.database, talk.reader(ada).id) == {
        name: True
    }


async def test_a_phrase_of_a_paper_is_muted_in_two_taps_and_never_appears(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await opened(talk, ada)
    title = pick.paper.title.casefold()

    offered = await taps(ada, paper, "Mute a topic…")
    phrase = next(b for b in buttons(offered) if b.removeprefix("🔇 ") in title)
    muted = await taps(ada, offered, phrase)
    kept = feedback.topics(talk.runtime.database, talk.reader(ada).id)
    seen = ""
    for _ in range(30):
        talk.clock.forward(minutes=1)
        seen += (await says(ada, "/picks")).text.casefold()

    topic = phrase.removeprefix("🔇 ")
    assert f"{phrase} ✓" in buttons(muted)
    assert f"Muting “{topic}” hides" in muted.text
    assert [(text, kind) for _, text, kind in kept] == [(topic, "muted")]
    assert topic not in seen


async def test_a_second_tap_unmutes(talk: Talk) -> None:
    ada = await talk.started("Ada")
    _, paper, _ = await opened(talk, ada)
    offered = await taps(ada, paper, "Mute a topic…")
    phrase = buttons(offered)[0]

    again = await taps(ada, await taps(ada, offered, phrase), f"{phrase} ✓")

    assert buttons(again) == buttons(offered)
    assert feedback.topics(talk.runtime.database, talk.reader(ada).id) == []


async def test_bibtex_comes_as_a_message_to_copy(talk: Talk) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await opened(talk, ada)

    ada.press(paper, "BibTeX")
    entry = await ada.wait_for(lambda m: m.id > paper.id)

    [read] = parse_string(entry.text, "bibtex").entries.values()
    assert [e.type for e in entry.entities] == ["pre"]
    assert read.fields["eprint"] == pick.paper.arxiv_id


@pytest.mark.parametrize(
    "what", ["o", "p", "b", "a", "m", "a:+{author}", "m:+{phrase}"]
)
async def test_a_paper_of_another_reader_is_answered_and_stays_shut(
    talk: Talk, what: str
) -> None:
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    _, paper, pick = await opened(talk, bo)
    before = len(mallory.messages)
    author = (await taps(bo, paper, "Follow an author…")).keyboard[0][
        0
    ].data or ""
    filled = what.format(author=author[-12:], phrase="graph network")

    toast = await mallory.answer_to(
        mallory.press_data(paper.id, f"d1:{pick.id}:{filled}")
    )

    mine = talk.reader(mallory).id
    assert toast.text == "This button has no paper behind it any more."
    assert len(mallory.messages) == before
    assert follows.of_reader(talk.runtime.database, mine) == {}
    assert feedback.topics(talk.runtime.database, mine) == []


async def test_an_author_who_did_not_write_the_paper_is_not_followed(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await opened(talk, ada)

    toast = await ada.answer_to(
        ada.press_data(paper.id, f"d1:{pick.id}:a:+0123456789ab")
    )

    assert toast.text == "This button has no paper behind it any more."
    assert follows.of_reader(talk.runtime.database, talk.reader(ada).id) == {}
