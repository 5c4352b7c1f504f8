"""The ⋯ button opens a paper: its reason, authors to follow, topics to mute, its BibTeX."""

import pytest
from pybtex.database import parse_string

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import digests, follows, papers, recommendations
from bot.storage.digests import Pick
from bot.storage.receipts import reason_of
from bot.storage.recommendations import Choice
from recommender import authors
from tests.e2e.talk import (
    MONDAY,
    Talk,
    buttons,
    says,
    taps,
    wait_for_deletion,
)


async def open_first(
    talk: Talk, person: Person
) -> tuple[Message, Message, Pick]:
    """Return a digest, the message of its first paper, and that pick."""
    digest = await says(person, "/picks")
    person.press_data(digest.id, digest.keyboard[0][3].data or "")
    paper = await person.wait_for(lambda m: m.id > digest.id)
    stored = digests.by_message(talk.database, person.id, digest.id)
    assert stored is not None
    return digest, paper, stored.picks[0]


async def test_a_paper_opens_as_a_reply_with_its_abstract_and_closes(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    digest, paper, pick = await open_first(talk, ada)
    ada.press(paper, "Close")
    await wait_for_deletion(ada, paper)

    assert digest.keyboard[0][3].text == "⋯"
    assert paper.reply_to == digest.id
    assert paper.text.startswith(
        f"{pick.paper.title}\n{', '.join(pick.paper.authors)}\n"
    )
    assert pick.paper.abstract in paper.text
    assert "I don't know your taste here yet" in paper.text
    # A strength says nothing if nothing was rated.
    assert "a strong fit" not in paper.text


async def test_the_reason_comes_from_the_stored_pick(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add diffusion models")

    _, paper, pick = await open_first(talk, ada)
    await says(ada, "/topics remove diffusion models")
    back = await taps(ada, await taps(ada, paper, "Mute a topic…"), "← Back")

    assert pick.reason.strength == "strong"
    assert "Why: a strong fit\n+ " in paper.text
    assert "+ your topic: diffusion models" in paper.text
    assert back.text == paper.text


async def test_the_reason_names_what_speaks_for_and_against_a_paper(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    reader_id, database = talk.reader(ada).id, talk.database
    liked, disliked, *_, last = papers.newest(database, 200)
    digest = await says(ada, "/picks")
    reason = {
        "kind": "fits",
        "strength": "fair",
        "words": [["node embedding", 0.3], ["edge feature", 0.2]],
        "against": [["token budget", -0.1]],
        "evidence": [["like", liked.id, 0.2], ["dislike", disliked.id, -0.1]],
    }
    recorded = recommendations.record(
        database,
        reader_id,
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

    ada.press_data(digest.id, f"d1:{recorded.picks[0].id}:o")
    paper = await ada.wait_for(lambda m: m.id > digest.id)

    assert paper.text.split("\n\n")[1].split("\n") == [
        "Why: a fair fit",
        "+ node embedding, edge feature",
        f"+ close to “{liked.title}”, which you liked",
        f"− close to “{disliked.title}”, which you didn't like",
        "− token budget",
    ]


async def test_the_addresses_of_a_paper_are_buttons(talk: Talk) -> None:
    ada = await talk.started("Ada")

    _, paper, pick = await open_first(talk, ada)

    urls = {b.text: b.url for row in paper.keyboard for b in row if b.url}
    assert urls == {
        "arXiv": f"https://arxiv.org/abs/{pick.paper.arxiv_id}",
        "PDF": f"https://arxiv.org/pdf/{pick.paper.arxiv_id}",
        "Hugging Face": f"https://huggingface.co/papers/{pick.paper.arxiv_id}",
    }


async def test_an_author_is_followed_and_unfollowed(talk: Talk) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await open_first(talk, ada)
    reader_id, name = talk.reader(ada).id, pick.paper.authors[0]

    authors_screen = await taps(ada, paper, "Follow an author…")
    after_follow = await taps(ada, authors_screen, name)
    followed_authors = follows.of_reader(talk.database, reader_id)
    talk.clock.forward(minutes=1)
    digest = await says(ada, "/picks")
    after_unfollow = await taps(ada, after_follow, f"{name} ✓")

    assert buttons(authors_screen) == [*pick.paper.authors, "← Back", "Close"]
    assert f"{name} ✓" in buttons(after_follow)
    assert f"Following {name}" in [toast.text for toast in ada.toasts]
    assert followed_authors == {name: False}
    assert f"By {name}, whom you follow" in digest.text
    assert buttons(after_unfollow) == buttons(authors_screen)
    assert follows.of_reader(talk.database, reader_id) == {}


async def test_a_crowded_name_on_a_paper_is_asked_about_first(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "CROWDED_CIRCLES", 1)
    ada = await talk.started("Ada")
    _, paper, pick = await open_first(talk, ada)
    name = pick.paper.authors[0]

    question = await taps(
        ada, await taps(ada, paper, "Follow an author…"), name
    )
    before = follows.of_reader(talk.database, talk.reader(ada).id)
    await taps(ada, question, "Only what also fits me")

    assert buttons(question) == [
        "Only what also fits me",
        "All their papers",
        "Close",
    ]
    assert before == {}
    assert follows.of_reader(talk.database, talk.reader(ada).id) == {name: True}


async def test_a_phrase_of_a_paper_is_muted_in_two_taps_and_never_appears(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await open_first(talk, ada)
    title = pick.paper.title.casefold()

    phrases_screen = await taps(ada, paper, "Mute a topic…")
    phrase = next(
        b for b in buttons(phrases_screen) if b.removeprefix("🔇 ") in title
    )
    after_mute = await taps(ada, phrases_screen, phrase)
    topics = talk.topics(ada)
    digests_text = ""
    for _ in range(30):
        talk.clock.forward(minutes=1)
        digests_text += (await says(ada, "/picks")).text.casefold()

    topic = phrase.removeprefix("🔇 ")
    assert f"{phrase} ✓" in buttons(after_mute)
    assert f"Muting “{topic}” hides" in after_mute.text
    assert topics == [(topic, "muted")]
    assert topic not in digests_text


async def test_a_second_tap_unmutes(talk: Talk) -> None:
    ada = await talk.started("Ada")
    _, paper, _ = await open_first(talk, ada)
    phrases_screen = await taps(ada, paper, "Mute a topic…")
    phrase = buttons(phrases_screen)[0]

    after_unmute = await taps(
        ada, await taps(ada, phrases_screen, phrase), f"{phrase} ✓"
    )

    assert buttons(after_unmute) == buttons(phrases_screen)
    assert talk.topics(ada) == []


async def test_bibtex_comes_as_a_message_to_copy(talk: Talk) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await open_first(talk, ada)

    ada.press(paper, "BibTeX")
    message = await ada.wait_for(lambda m: m.id > paper.id)

    [entry] = parse_string(message.text, "bibtex").entries.values()
    assert [e.type for e in message.entities] == ["pre"]
    assert entry.fields["eprint"] == pick.paper.arxiv_id


@pytest.mark.parametrize(
    "action", ["o", "p", "b", "a", "m", "a:+{author}", "m:+{phrase}"]
)
async def test_a_paper_of_another_reader_does_not_open(
    talk: Talk, action: str
) -> None:
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    _, paper, pick = await open_first(talk, bo)
    before = len(mallory.messages)
    author = (await taps(bo, paper, "Follow an author…")).keyboard[0][
        0
    ].data or ""
    action_of_paper = action.format(author=author[-12:], phrase="graph network")

    toast = await mallory.answer_to(
        mallory.press_data(paper.id, f"d1:{pick.id}:{action_of_paper}")
    )

    reader_id = talk.reader(mallory).id
    assert toast.text == "The paper behind this button is gone."
    assert len(mallory.messages) == before
    assert follows.of_reader(talk.database, reader_id) == {}
    assert talk.topics(mallory) == []


async def test_an_author_who_did_not_write_the_paper_is_not_followed(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    _, paper, pick = await open_first(talk, ada)

    toast = await ada.answer_to(
        ada.press_data(paper.id, f"d1:{pick.id}:a:+0123456789ab")
    )

    assert toast.text == "The paper behind this button is gone."
    assert follows.of_reader(talk.database, talk.reader(ada).id) == {}
