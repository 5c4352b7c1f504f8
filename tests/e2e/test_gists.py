"""Readers choose what stands below a title, and whether cards show pictures."""

from dataclasses import replace

from bot.sandbox.localchat.people import Person
from bot.storage import deliveries, papers, readers
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps

PICTURE = "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/1.png"
SENTENCE = "One sentence says what this paper did."


def give_gists(talk: Talk) -> None:
    """Let the source tell of every paper what Hugging Face tells."""
    known = papers.newest(talk.database, 1_000)
    papers.store(
        talk.database,
        [
            replace(
                paper,
                gist=SENTENCE,
                gist_source="huggingface",
                thumbnail=PICTURE,
            )
            for paper in known
        ],
    )


def quotes(person: Person) -> int:
    """Return how many quotes the last message has."""
    entities = person.messages[-1].entities
    return sum("blockquote" in str(entity) for entity in entities)


async def test_a_digest_has_gists_and_abstracts_as_its_reader_chooses(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    give_gists(talk)

    gists = await says(ada, "/picks")
    without_quotes = quotes(ada)
    settings = await says(ada, "/settings")
    question = await taps(ada, settings, "📝 Gist")
    both = await taps(ada, question, "Gist and abstract")
    talk.clock.forward(minutes=1)
    with_both = await says(ada, "/picks")
    n_quotes = quotes(ada)
    question = await taps(ada, both, "📝 Gist and abstract")
    await taps(ada, question, "Abstract")
    talk.clock.forward(minutes=1)
    abstracts = await says(ada, "/picks")

    assert gists.text.count(SENTENCE) == 5
    assert gists.text.count("Gists: by Hugging Face's AI") == 1
    assert without_quotes == 0
    assert "the abstract folded below" in both.text
    assert (with_both.text.count(SENTENCE), n_quotes) == (5, 5)
    assert SENTENCE not in abstracts.text
    assert quotes(ada) == 5
    assert talk.reader(ada).text == "abstract"


async def test_a_card_shows_the_picture_of_its_paper_until_it_is_switched_off(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    give_gists(talk)
    readers.change(talk.database, talk.reader(ada).id, style="cards", picks=1)

    card = await says(ada, "/picks")
    rated = await taps(ada, card, "👍")
    settings = await says(ada, "/settings")
    off = await taps(ada, settings, "🖼 Pictures: on")
    talk.clock.forward(minutes=1)
    bare = await says(ada, "/picks")

    preview = {
        "url": PICTURE,
        "prefer_small_media": True,
        "show_above_text": True,
    }
    assert preview.items() <= (card.link_preview or {}).items()
    assert preview.items() <= (rated.link_preview or {}).items()
    assert "🖼 Pictures: off" in buttons(off)
    assert bare.link_preview == {"is_disabled": True}


async def test_a_daily_card_shows_its_picture_too(talk: Talk) -> None:
    ada = await talk.started("Ada")
    give_gists(talk)
    reader_id = talk.reader(ada).id
    readers.change(talk.database, reader_id, style="cards", picks=1)
    deliveries.reschedule(talk.database, reader_id, MONDAY)
    talk.clock.forward(hours=2)

    await talk.deliver()
    cards = [
        message
        for message in ada.messages
        if (message.link_preview or {}).get("url") == PICTURE
    ]

    assert len(cards) == 1
    assert SENTENCE in cards[0].text
