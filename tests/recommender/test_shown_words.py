"""Words that real readers are shown of a taste: concepts of the field, and true of the paper."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from recommender import explain, taste
from recommender.concepts import Concepts, Mention
from recommender.evidence import rating_evidence
from recommender.interests import name_interests, split
from recommender.phrases import contains, forms, words
from recommender.profile import Profile, learn
from recommender.stoplist import is_stop_phrase
from tests.recommender.daily import Daily

# Picks, and receipts of ratings, of each reader.
N_PAPERS = 5

# The latest likes that are learned.
N_LIKES = 60

MIN_WORDS = 300

# A word, and the text that it is shown of.
ShownWord = tuple[str, str]


def readers(daily: Daily) -> Iterator[tuple[list[int], Profile]]:
    """Yield the likes of each reader before the newest papers, and the taste that they make."""
    for likes in daily.likes:
        rows = [row for row in likes if row < daily.newest[0]][-N_LIKES:]
        if rows:
            evidence = [rating_evidence(row, 1, 0) for row in rows]
            yield rows, learn(evidence, daily.vectors.take(rows))


def words_of_reasons(
    daily: Daily, concepts: Concepts, profile: Profile
) -> Iterator[ShownWord]:
    """Yield the words in the reasons of a reader's best papers."""
    scores = profile.score(daily.vectors.take(daily.newest))
    for place in np.argsort(-scores, kind="stable")[:N_PAPERS]:
        row = daily.newest[place]
        paper = daily.papers[row]
        reason = explain.explain(
            profile,
            daily.features,
            daily.vectors.take([row]),
            concepts.in_paper(paper),
            popularity=0.0,
        )
        for word, _ in (*reason.words, *reason.against):
            yield word, paper.text


def words_of_receipts(
    daily: Daily, concepts: Concepts, rows: list[int]
) -> Iterator[ShownWord]:
    """Yield the words in the receipts of a reader's likes."""
    for row in rows[:N_PAPERS]:
        paper, vector = daily.papers[row], daily.vectors.take([row])
        mentions = explain.subject(
            daily.features, vector, concepts.in_paper(paper), 2
        )
        for mention in mentions:
            yield mention.surface, paper.text


def words_of_taste(
    daily: Daily, concepts: Concepts, profile: Profile
) -> Iterator[ShownWord]:
    """Yield the words of a taste."""
    newest = np.array(daily.newest)
    best, _ = taste.best_and_worst(profile, daily.vectors.take(newest))
    papers = [daily.papers[row] for row in newest[best]]
    strongest = taste.words(
        profile,
        daily.features,
        daily.vectors.take(newest[best]),
        [concepts.in_paper(paper) for paper in papers],
        4,
    )
    for word in strongest:
        yield word.concept, " . ".join(paper.text for paper in papers)


def names_of_interests(
    daily: Daily, concepts: Concepts, rows: list[int], profile: Profile
) -> Iterator[ShownWord]:
    """Yield the names of a reader's interests."""
    mentions: dict[int | str, Sequence[Mention]] = {
        row: concepts.in_paper(daily.papers[row]) for row in rows
    }
    interests = split(profile)
    named = name_interests(profile, interests, daily.features, mentions)
    for name, interest in named.items():
        papers = [daily.papers[rows[member]] for member in interest.members]
        yield name, " . ".join(paper.text for paper in papers)


@pytest.fixture(scope="module")
def shown_words(daily: Daily) -> list[ShownWord]:
    concepts = Concepts(daily.papers)
    pairs: list[ShownWord] = []
    for rows, profile in readers(daily):
        pairs += words_of_reasons(daily, concepts, profile)
        pairs += words_of_receipts(daily, concepts, rows)
        pairs += words_of_taste(daily, concepts, profile)
        pairs += names_of_interests(daily, concepts, rows, profile)
    return pairs


def test_hundreds_of_words_shown_to_real_readers_are_concepts(
    shown_words: list[ShownWord],
):
    listed = Concepts()

    unlisted = [word for word, _ in shown_words if word not in listed]

    assert len(shown_words) >= MIN_WORDS
    assert len(unlisted) <= 0.05 * len(shown_words), sorted(set(unlisted))


def test_none_of_them_is_on_the_stoplist(shown_words: list[ShownWord]):
    stopped = [
        word for word, _ in shown_words if is_stop_phrase(" ".join(words(word)))
    ]

    assert stopped == []


def test_each_of_them_stands_in_the_text_that_it_is_shown_of(
    shown_words: list[ShownWord],
):
    untrue = [
        word
        for word, text in shown_words
        if not contains(forms(text), forms(word))
    ]

    assert untrue == []


def test_no_coinage_of_the_paper_is_among_them(
    daily: Daily, shown_words: list[ShownWord]
):
    """Without the paper itself three others or the project's list name each of them."""
    listed = Concepts()
    texts = [forms(paper.text) for paper in daily.papers]

    for word in {word for word, _ in shown_words if word not in listed}:
        n_papers = sum(contains(text, forms(word)) for text in texts)

        assert n_papers > 3, word
