"""/taste shows what the bot believes, and corrects words, ratings, or everything at once."""

import numpy as np
from numpy.typing import NDArray

from bot.picks import tastes
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import feedback
from bot.storage.feedback import RatingEvent
from recommender.arrays import Floats
from recommender.papers import StoredPaper
from tests.corpus import field_of
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps


async def reader_with_ratings(
    talk: Talk, name: str, likes: int = 3
) -> tuple[Person, Message]:
    """Return a new reader who liked some picks and disliked one, and their digest."""
    person = await talk.started(name)
    await says(person, "/topics add diffusion models")
    digest = await says(person, "/picks")
    for number in range(1, likes + 1):
        digest = await taps(person, digest, f"👍 {number}")
    return person, await taps(person, digest, f"👎 {likes + 1}")


def like(talk: Talk, person: Person, paper: StoredPaper) -> None:
    event = RatingEvent(
        reader_id=talk.reader(person).id,
        paper_id=paper.id,
        value=1,
        rated_at=MONDAY,
        origin="link",
    )
    feedback.rate(talk.database, event)


def scores(talk: Talk, person: Person) -> Floats:
    """Score every paper on offer by the taste of a reader."""
    catalogue = talk.runtime.catalogue
    taste = tastes.learn(talk.database, catalogue, talk.feedback(person))
    return taste.score(catalogue.candidates.vectors)


def places(scores: Floats) -> NDArray[np.integer]:
    """Return the rank of each paper; the best one has 0."""
    return np.argsort(np.argsort(-scores, kind="stable"))


def words(screen: Message) -> list[str]:
    """Return the words on the screen that have a row of buttons, in their order."""
    labels = (text for text in buttons(screen) if " · " in text)
    return [text.partition(" · ")[2] for text in labels]


def row(screen: Message, word: str) -> list[str]:
    """Return the three buttons beside a word."""
    texts = buttons(screen)
    place = next(
        i for i, text in enumerate(texts) if text.endswith(f" · {word}")
    )
    return texts[place + 1 : place + 4]


async def move_word(
    person: Person, screen: Message, word: str, state: str
) -> Message:
    """Press a word's button by its data, and return the edited message."""
    person.press_data(screen.id, f"k1:w:{state}:{word}")
    return await person.wait_for(
        lambda m: m.id == screen.id and m.edits > screen.edits, 30
    )


async def test_the_words_the_likes_and_the_counts_are_shown(talk: Talk) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")

    screen = await says(ada, "/taste")

    assert screen.text.startswith(
        "What I believe about your taste\nfrom 3 👍 and 1 👎"
    )
    assert "1 · ▰▰▰▰▰ " in screen.text
    assert "diffusion" in " ".join(words(screen))
    assert screen.text.partition("Its most typical likes")[2].count("\n· ") == 3


async def test_a_word_is_moved_up_and_down_and_back_in_one_message(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")
    screen = await says(ada, "/taste")
    before, word = talk.feedback(ada), words(screen)[0]

    up = await move_word(ada, screen, word, "+")
    after_up = talk.feedback(ada)
    down = await move_word(ada, up, word, "-")
    back = await move_word(ada, down, word, "0")

    assert row(up, word) == ["➕ ✓", "➖", "🔇"]
    assert row(down, word) == ["➕", "➖ ✓", "🔇"]
    assert (
        "next picks stay the same" in up.text
        or "of your next 5 picks" in up.text
    )
    assert after_up.edits == ((word, 1),)
    assert talk.feedback(ada) == before
    assert words(back) == words(screen)


async def test_rows_keep_their_order_until_the_screen_is_opened_again(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")
    await move_word(
        ada,
        await says(ada, "/taste"),
        words(await says(ada, "/taste"))[-1],
        "-",
    )
    screen = await says(ada, "/taste")
    order = words(screen)

    for state in ("+", "-", "m", "0"):
        for word in order:
            screen = await move_word(ada, screen, word, state)
            assert words(screen) == order
            assert all(
                f"{n} · " in screen.text for n in range(1, len(order) + 1)
            )
    assert words(await says(ada, "/taste")) != []


async def test_less_of_a_word_lowers_the_papers_that_contain_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    for paper in talk.runtime.catalogue.papers:
        if field_of(paper) in {"robot learning", "medical imaging"}:
            like(talk, ada, paper)
    screen = await says(ada, "/taste")
    word = words(screen)[0]
    before, has_word = scores(talk, ada), talk.runtime.catalogue.about([word])

    await move_word(ada, screen, word, "-")

    after = scores(talk, ada)
    assert word in talk.runtime.catalogue.concepts
    assert 0 < has_word.sum() < len(has_word)
    assert (after < before)[has_word].all()
    assert places(after)[has_word].mean() > places(before)[has_word].mean()


async def test_a_muted_word_is_a_muted_topic_and_can_be_unmuted_here(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")
    screen = await says(ada, "/taste")
    word = words(screen)[0]

    muted = await move_word(ada, screen, word, "m")
    topics = await says(ada, "/topics")
    unmuted = await move_word(ada, muted, word, "0")

    assert f"Muting “{word}” hides" in muted.text
    assert f"“{word}” is no longer among the topics you want." in muted.text
    assert row(muted, word) == ["➕", "➖", "🔇 ✓"]
    assert f"🔇 {word}" in topics.text
    assert talk.feedback(ada).muted == ()
    assert "🔇 ✓" not in buttons(unmuted)


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
    screen = await says(ada, "/taste")

    interests = await taps(ada, screen, "Interests")
    word = words(interests)[0]
    ada.press_data(interests.id, f"k1:i:-:{word}")
    changed = await ada.wait_for(
        lambda m: m.id == interests.id and m.edits > interests.edits, 30
    )
    back = await taps(ada, changed, "← Back")

    assert len(words(interests)) == 2
    assert interests.text.count("5 likes\n") == 2
    assert "Each has a place of its own in your picks." in interests.text
    assert row(changed, word) == ["➕", "➖ ✓", "🔇"]
    assert back.text.startswith("What I believe")


async def test_a_reader_with_few_likes_is_told_when_interests_begin(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")

    interests = await taps(ada, await says(ada, "/taste"), "Interests")

    assert "once you have 8 likes" in interests.text


async def test_likes_of_one_kind_are_no_interests(talk: Talk) -> None:
    ada = await talk.started("Ada")
    papers = [
        p
        for p in talk.runtime.catalogue.papers
        if field_of(p) == "robot learning"
    ]
    for paper in papers[:9]:
        like(talk, ada, paper)

    interests = await taps(ada, await says(ada, "/taste"), "Interests")

    assert "Your likes are all of one kind" in interests.text
    assert buttons(interests) == ["← Back"]


async def test_ratings_are_changed_and_taken_back_in_the_list_and_undone(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")
    before = {r.paper_id: r.value for r in talk.feedback(ada).ratings}

    rating_list = await taps(
        ada, await says(ada, "/taste"), "Ratings behind this"
    )
    place = next(
        text.split()[1]
        for text in buttons(rating_list)
        if text.startswith("👎") and "✓" in text
    )
    changed = await taps(ada, rating_list, f"👍 {place}")
    taken_back = await taps(ada, changed, f"👍 {place} ✓")
    values = sorted(r.value for r in talk.feedback(ada).ratings)
    undone = await taps(ada, taken_back, "↩ Undo 👍")

    assert rating_list.text.startswith("4 ratings behind your taste\n\n")
    assert f"\n{place} 👎 " in rating_list.text
    assert "👍 now: “" in changed.text
    assert (
        "next picks stay" in changed.text
        or "of your next 5 picks" in changed.text
    )
    assert "Undone: “" in taken_back.text
    assert values == [0, 1, 1, 1]
    assert undone.text.startswith("4 ratings")
    assert set(before) == {r.paper_id for r in talk.feedback(ada).ratings}


async def test_a_reset_asks_first_and_takes_everything_back_and_can_be_undone(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")
    screen = await says(ada, "/taste")
    screen = await move_word(ada, screen, words(screen)[0], "+")
    before, picks = talk.feedback(ada), talk.reader(ada).picks

    question = await taps(ada, screen, "Reset…")
    after_question = talk.feedback(ada)
    reset = await taps(ada, question, "Undo it all")
    after_reset = talk.feedback(ada)
    undone = await taps(ada, reset, "↩ Undo")

    assert question.text.startswith(
        "This undoes 4 ratings, 1 word moved by hand. Your topics,"
    )
    assert after_question == before
    assert ({r.value for r in after_reset.ratings}, after_reset.edits) == (
        {0},
        (),
    )
    assert after_reset.wanted == ("diffusion models",)
    assert talk.feedback(ada) == before
    assert "Restored: 4 ratings, 1 word moved by hand." in undone.text
    assert picks == talk.reader(ada).picks


async def test_who_rated_nothing_is_told_what_to_do(talk: Talk) -> None:
    cy = await talk.started("Cy")

    screen = await says(cy, "/taste")

    assert "I don't know your taste yet" in screen.text
    assert buttons(screen) == ["Show my picks →"]


FORGED_DATA = [
    "k1:w:+:no such word here",
    "k1:w:m:<b>robots</b>",
    "k1:i:0:'; DROP TABLE ratings",
    "k1:r0:{rated_by_ada}:+",
    "k1:r9999:999999999999999999:-",
    "k1:r0:{unrated}:-",
    "k1:u",
    "k1:u0",
    "k1:u99999999999",
    "k1:x1",
    "k1:x99999999999",
]


async def test_forged_and_stale_buttons_are_answered_and_do_nothing(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")
    bo, _ = await reader_with_ratings(talk, "Bo", likes=1)
    rated_by_bo = {r.paper_id for r in talk.feedback(bo).ratings}
    rated_by_ada = next(
        r.paper_id
        for r in talk.feedback(ada).ratings
        if r.paper_id not in rated_by_bo
    )
    unrated = talk.runtime.catalogue.papers[-1].id
    screen = await says(bo, "/taste")
    before = talk.feedback(ada), talk.feedback(bo)

    presses = [
        bo.press_data(
            screen.id, data.format(rated_by_ada=rated_by_ada, unrated=unrated)
        )
        for data in FORGED_DATA
    ]
    toasts = {(await bo.answer_to(press)).text for press in presses}

    assert toasts == {"That has changed since. /taste shows how it is now."}
    assert (talk.feedback(ada), talk.feedback(bo)) == before


async def test_a_tap_on_a_word_says_in_how_many_ratings_it_stands(
    talk: Talk,
) -> None:
    ada, _ = await reader_with_ratings(talk, "Ada")
    screen = await says(ada, "/taste")

    toast = await ada.answer_to(
        ada.press_data(screen.id, f"k1:w:?:{words(screen)[0]}")
    )

    assert "of your 👍 and" in (toast.text or "")
