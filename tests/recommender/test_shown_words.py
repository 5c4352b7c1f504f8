"""What real readers are shown of a taste is a concept of the field, and true of the paper."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from recommender import explain, taste
from recommender.concepts import Concepts, Mention
from recommender.interests import named, split
from recommender.stoplist import never
from recommender.phrases import forms, says, words
from recommender.profile import Profile, learn, rated
from tests.recommender.daily import Daily

PICKS, LATEST = 5, 60
FEWEST = 300

# A word, and the text that it is shown of.
Shown = tuple[str, str]


def readers(daily: Daily) -> Iterator[tuple[list[int], Profile]]:
    """Yield who likes what before the newest papers, and the taste that it makes."""
    for likes in daily.likes:
        rows = [row for row in likes if row < daily.newest[0]][-LATEST:]
        if rows:
            yield (
                rows,
                learn(
                    [rating_evidence(row, 1, 0) for row in rows],
                    daily.vectors.take(rows),
                ),
            )


def reasons(
    daily: Daily, concepts: Concepts, profile: Profile
) -> Iterator[Shown]:
    scored = profile.score(daily.vectors.take(daily.newest))
    for place in np.argsort(-scored, kind="stable")[:PICKS]:
        row = daily.newest[place]
        paper, vector = daily.papers[row], daily.vectors.take([row])
        mentions = concepts.in_paper(paper)
        why = explain.explain(
            profile, daily.features, vector, mentions, popularity=0.0
        )
        yield from (
            (word, paper.text) for word, _ in (*why.words, *why.against)
        )


def receipts(
    daily: Daily, concepts: Concepts, rows: list[int]
) -> Iterator[Shown]:
    for row in rows[:PICKS]:
        paper, vector = daily.papers[row], daily.vectors.take([row])
        subject = explain.subject(
            daily.features, vector, concepts.in_paper(paper), 2
        )
        yield from ((mention.surface, paper.text) for mention in subject)


def names(
    daily: Daily, concepts: Concepts, rows: list[int], profile: Profile
) -> Iterator[Shown]:
    """Yield the words of a taste and the names of its interests."""
    newest = np.array(daily.newest)
    best = newest[taste.ends(profile, daily.vectors.take(newest))[0]].tolist()
    features, mentions = (
        daily.features,
        [concepts.in_paper(daily.papers[row]) for row in best],
    )
    told = " . ".join(daily.papers[row].text for row in best)
    for word in taste.words(
        profile, features, daily.vectors.take(best), mentions, 4
    ):
        yield word.concept, told
    liked: dict[int | str, Sequence[Mention]] = {
        row: concepts.in_paper(daily.papers[row]) for row in rows
    }
    found = split(profile.evidence, profile.vectors)
    for name, interest in named(profile, found, features, liked).items():
        yield (
            name,
            " . ".join(daily.papers[rows[i]].text for i in interest.members),
        )


@pytest.fixture(scope="module")
def shown(daily: Daily) -> list[Shown]:
    concepts = Concepts(daily.papers)
    return [
        each
        for rows, profile in readers(daily)
        for some in (
            reasons(daily, concepts, profile),
            receipts(daily, concepts, rows),
            names(daily, concepts, rows, profile),
        )
        for each in some
    ]


def test_hundreds_of_words_shown_to_real_readers_are_concepts(
    shown: list[Shown],
):
    listed = Concepts()

    share = np.mean([word in listed for word, _ in shown])

    assert len(shown) >= FEWEST
    assert share >= 0.95, sorted(
        {word for word, _ in shown if word not in listed}
    )


def test_none_of_them_may_never_stand_there(shown: list[Shown]):
    assert [
        word for word, _ in shown if is_stop_phrase(" ".join(words(word)))
    ] == []


def test_all_of_them_are_said_by_what_they_are_shown_of(shown: list[Shown]):
    untrue = [
        word for word, text in shown if not contains(forms(text), forms(word))
    ]

    assert untrue == []


def test_no_coinage_of_the_paper_is_among_them(
    daily: Daily, shown: list[Shown]
):
    """Without the paper itself three others or the project's list name each of them."""
    listed, texts = Concepts(), [forms(paper.text) for paper in daily.papers]
    learned = {word for word, _ in shown if word not in listed}

    assert all(
        sum(contains(text, forms(word)) for text in texts) > 3
        for word in learned
    )
