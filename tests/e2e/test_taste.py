"""/taste: what the bot believes, corrected word by word, rating by rating, or all at once."""

import numpy as np
from numpy.typing import NDArray

from bot.picks import selection
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import feedback
from bot.storage.feedback import Feedback, RatingEvent
from recommender.arrays import Floats
from recommender.papers import StoredPaper
from tests.corpus import field_of
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps


def said(talk: Talk, person: Person) -> Feedback:
    reader = talk.reader(person)
    return feedback.of_reader(
        talk.runtime.database, reader.id, reader.zone, MONDAY.date()
    )


async def rated(
    talk: Talk, name: str, likes: int = 3
) -> tuple[Person, Message]:
    """Return somebody who liked and disliked some picks, and their digest."""
    person = await talk.started(name)
    await says(person, "/topics add diffusion models")
    selection = await says(person, "/picks")
    for number in range(1, likes + 1):
        selection = await taps(person, selection, f"👍 {number}")
    return person, await taps(person, selection, f"👎 {likes + 1}")


def like(talk: Talk, person: Person, paper: StoredPaper) -> None:
    mine = {"reader_id": talk.reader(person).id, "paper_id": paper.id}
    feedback.rate(
        talk.runtime.database,
        RatingEvent(**mine, value=1, rated_at=MONDAY, origin="link"),
    )


def scores(talk: Talk, person: Person) -> Floats:
    """Return what the taste of somebody says of every paper on offer."""
    catalogue = talk.runtime.catalogue
    taste = selection.learn(
        talk.runtime.database, catalogue, said(talk, person)
    )
    return taste.score(catalogue.candidates.vectors)


def places(scored: Floats) -> NDArray[np.integer]:
    """Return the place of each paper, the best one's 0."""
    return np.argsort(np.argsort(-scored, kind="stable"))


def words(shown: Message) -> list[str]:
    """Return the words on the screen that have a row of buttons, in their order."""
    labels = (text for text in buttons(shown) if " · " in text)
    return [text.partition(" · ")[2] for text in labels]


def row(shown: Message, word: str) -> list[str]:
    """Return the three buttons beside a word."""
    texts = buttons(shown)
    place = next(
        i for i, text in enumerate(texts) if text.endswith(f" · {word}")
    )
    return texts[place + 1 : place + 4]


async def moves(
    person: Person, shown: Message, word: str, state: str
) -> Message:
    """Press a word's button by its data; return the message as it stands then."""
    person.press_data(shown.id, f"k1:w:{state}:{word}")
    return await person.wait_for(
        lambda m: m.id == shown.id and m.edits > shown.edits, 30
    )


async def test_the_words_the_likes_and_the_counts_are_shown(talk: Talk) -> None:
    ada, _ = await rated(talk, "Ada")

    shown = await says(ada, "/taste")

    assert shown.text.startswith(
        "What I believe about your taste\nfrom 3 👍 and 1 👎"
    )
    assert "1 · ▰▰▰▰▰ " in shown.text
    assert "diffusion" in " ".join(words(shown))
    assert (
        shown.text.partition("The likes that stand for it")[2].count("\n· ")
        == 3
    )


async def test_a_word_is_moved_up_and_let_be_in_the_same_message(
    talk: Talk,
) -> None:
    ada, _ = await rated(talk, "Ada")
    shown = await says(ada, "/taste")
    before, word = said(talk, ada), words(shown)[0]

    up = await moves(ada, shown, word, "+")
    moved = said(talk, ada)
    down = await moves(ada, up, word, "-")
    back = await moves(ada, down, word, "0")

    assert row(up, word) == ["➕ ✓", "➖", "🔇"]
    assert row(down, word) == ["➕", "➖ ✓", "🔇"]
    assert (
        "next picks stay the same" in up.text
        or "of your next 5 picks" in up.text
    )
    assert moved.edits == ((word, 1),)
    assert said(talk, ada) == before
    assert words(back) == words(shown)


async def test_rows_stay_where_they_are_until_the_screen_is_opened_anew(
    talk: Talk,
) -> None:
    ada, _ = await rated(talk, "Ada")
    await moves(
        ada,
        await says(ada, "/taste"),
        words(await says(ada, "/taste"))[-1],
        "-",
    )
    shown = await says(ada, "/taste")
    order = words(shown)

    for state in ("+", "-", "m", "0"):
        for word in order:
            shown = await moves(ada, shown, word, state)
            assert words(shown) == order
            assert all(
                f"{n} · " in shown.text for n in range(1, len(order) + 1)
            )
    assert words(await says(ada, "/taste")) != []


async def test_less_of_a_word_lowers_the_papers_that_say_it(talk: Talk) -> None:
    ada = await talk.started("Ada")
    for paper in talk.runtime.catalogue.papers:
        if field_of(paper) in {"robot learning", "medical imaging"}:
            like(talk, ada, paper)
    shown = await says(ada, "/taste")
    word = words(shown)[0]
    before, saying = scores(talk, ada), talk.runtime.catalogue.about([word])

    await moves(ada, shown, word, "-")

    after = scores(talk, ada)
    assert word in talk.runtime.catalogue.concepts
    assert 0 < saying.sum() < len(saying)
    assert (after < before)[saying].all()
    assert places(after)[saying].mean() > places(before)[saying].mean()


async def test_a_muted_word_is_a_muted_topic_and_taken_back_there_or_here(
    talk: Talk,
) -> None:
    ada, _ = await rated(talk, "Ada")
    shown = await says(ada, "/taste")
    word = words(shown)[0]

    muted = await moves(ada, shown, word, "m")
    topics = await says(ada, "/topics")
    back = await moves(ada, muted, word, "0")

    assert f"Muting “{word}” hides" in muted.text
    assert f"“{word}” is no longer among the topics you want." in muted.text
    assert row(muted, word) == ["➕", "➖", "🔇 ✓"]
    assert f"🔇 {word}" in topics.text
    assert said(talk, ada).muted == ()
    assert "🔇 ✓" not in buttons(back)


async def test_the_interests_come_from_the_likes_and_have_the_same_buttons(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    for field in ("robot learning", "medical imaging"):
        liked = [
            paper
            for paper in talk.runtime.catalogue.papers
            if field_of(paper) == field
        ][:5]
        for paper in liked:
            like(talk, ada, paper)
    shown = await says(ada, "/taste")

    found = await taps(ada, shown, "Interests")
    word = words(found)[0]
    ada.press_data(found.id, f"k1:i:-:{word}")
    moved = await ada.wait_for(
        lambda m: m.id == found.id and m.edits > found.edits, 30
    )
    back = await taps(ada, moved, "← Back")

    assert len(words(found)) == 2
    assert found.text.count("5 likes\n") == 2
    assert "Each has a place of its own in your picks." in found.text
    assert row(moved, word) == ["➕", "➖ ✓", "🔇"]
    assert back.text.startswith("What I believe")


async def test_a_reader_with_few_likes_is_told_when_interests_begin(
    talk: Talk,
) -> None:
    ada, _ = await rated(talk, "Ada")

    found = await taps(ada, await says(ada, "/taste"), "Interests")

    assert "from 8 likes on" in found.text


async def test_likes_of_one_kind_are_no_interests(talk: Talk) -> None:
    ada = await talk.started("Ada")
    papers = [
        p
        for p in talk.runtime.catalogue.papers
        if field_of(p) == "robot learning"
    ]
    for paper in papers[:9]:
        like(talk, ada, paper)

    found = await taps(ada, await says(ada, "/taste"), "Interests")

    assert "Your likes are all of one kind" in found.text
    assert buttons(found) == ["← Back"]


async def test_ratings_are_changed_taken_back_and_undone_in_the_list(
    talk: Talk,
) -> None:
    ada, _ = await rated(talk, "Ada")
    before = {r.paper_id: r.value for r in said(talk, ada).ratings}

    listed = await taps(ada, await says(ada, "/taste"), "Ratings behind this")
    place = next(
        text.split()[1]
        for text in buttons(listed)
        if text.startswith("👎") and "✓" in text
    )
    changed = await taps(ada, listed, f"👍 {place}")
    gone = await taps(ada, changed, f"👍 {place} ✓")
    values = sorted(r.value for r in said(talk, ada).ratings)
    undone = await taps(ada, gone, "↩ Undo 👍")

    assert listed.text.startswith("4 ratings behind your taste\n\n")
    assert f"\n{place} 👎 " in listed.text
    assert "👍 now: “" in changed.text
    assert (
        "next picks stay" in changed.text
        or "of your next 5 picks" in changed.text
    )
    assert "Taken back: “" in gone.text
    assert values == [0, 1, 1, 1]
    assert undone.text.startswith("4 ratings")
    assert set(before) == {r.paper_id for r in said(talk, ada).ratings}


async def test_a_reset_asks_once_takes_all_back_and_is_undone_exactly(
    talk: Talk,
) -> None:
    ada, _ = await rated(talk, "Ada")
    shown = await says(ada, "/taste")
    shown = await moves(ada, shown, words(shown)[0], "+")
    before, picks = said(talk, ada), talk.reader(ada).picks

    asked = await taps(ada, shown, "Reset…")
    kept = said(talk, ada)
    gone = await taps(ada, asked, "Take it all back")
    after = said(talk, ada)
    restored = await taps(ada, gone, "↩ Undo")

    assert asked.text.startswith(
        "This takes back 4 ratings, 1 word moved by hand. Your topics,"
    )
    assert kept == before
    assert ({r.value for r in after.ratings}, after.edits) == ({0}, ())
    assert after.wanted == ("diffusion models",)
    assert said(talk, ada) == before
    assert "Back again: 4 ratings, 1 word moved by hand." in restored.text
    assert picks == talk.reader(ada).picks


async def test_who_rated_nothing_is_told_what_to_do(talk: Talk) -> None:
    cy = await talk.started("Cy")

    shown = await says(cy, "/taste")

    assert "I don't know your taste yet" in shown.text
    assert buttons(shown) == ["Show my picks →"]


FORGED = [
    *[
        "k1:w:+:no such word here",
        "k1:w:m:<b>robots</b>",
        "k1:i:0:'; DROP TABLE ratings",
    ],
    *["k1:r0:{theirs}:+", "k1:r9999:999999999999999999:-", "k1:r0:{unrated}:-"],
    *["k1:u", "k1:u0", "k1:u99999999999", "k1:x1", "k1:x99999999999"],
]


async def test_forged_and_stale_buttons_are_answered_and_do_nothing(
    talk: Talk,
) -> None:
    ada, _ = await rated(talk, "Ada")
    bo, _ = await rated(talk, "Bo", likes=1)
    mine = {r.paper_id for r in said(talk, bo).ratings}
    theirs = next(
        r.paper_id for r in said(talk, ada).ratings if r.paper_id not in mine
    )
    unrated = talk.runtime.catalogue.papers[-1].id
    shown = await says(bo, "/taste")
    before = said(talk, ada), said(talk, bo)

    presses = [
        bo.press_data(shown.id, d.format(theirs=theirs, unrated=unrated))
        for d in FORGED
    ]
    told = {(await bo.answer_to(pressed)).text for pressed in presses}

    assert told == {"That is no longer so. /taste shows how it is now."}
    assert (said(talk, ada), said(talk, bo)) == before


async def test_the_name_of_a_word_tells_where_it_stands(talk: Talk) -> None:
    ada, _ = await rated(talk, "Ada")
    shown = await says(ada, "/taste")

    toast = await ada.answer_to(
        ada.press_data(shown.id, f"k1:w:?:{words(shown)[0]}")
    )

    assert "of your 👍 and" in (toast.text or "")
