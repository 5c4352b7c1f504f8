"""Why this paper: the words and evidence that are named really carried the score."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from recommender.concepts import Concepts
from recommender.explain import (
    MOST_WORDS,
    TELLING,
    Reason,
    carried,
    contributions,
    explain,
    strongest,
    subject,
)
from recommender.features import PaperFeatures
from recommender.papers import Paper
from recommender.phrases import STOPWORDS, WORD, singular, terms, words
from recommender.profile import Profile, learn, rated
from tests.recommender.daily import Daily
from tests.recommender.factories import (
    FIRST_ID,
    RATINGS,
    ROWS,
    Library,
    Said,
    taste,
    wanting,
)
from tests.recommender.factories import library as made_library

# Of random words, to compare the named ones with.
DRAWS = 10
# Of all picks, those whose reason names words at all: of the rest it tells what they are near.
NAMED = 0.8


def why(said: Said | Profile, row: int, popularity: float = 0.0) -> Reason:
    """Explain a made paper to somebody."""
    library, profile = (
        made_library(),
        said if isinstance(said, Profile) else taste(said),
    )
    paper, mentions = library.vectors.take([row]), library.mentions[row]
    return explain(
        profile, library.features, paper, mentions, popularity=popularity
    )


def without(text: str, taken: Collection[str]) -> str:
    """Take every form of these words out of a text."""
    return WORD.sub(
        lambda word: " . " if singular(word[0]) in taken else word[0],
        text.casefold(),
    )


def losses(
    profile: Profile,
    features: PaperFeatures,
    concepts: Concepts,
    told: Paper,
    seed: int,
) -> tuple[float, float] | None:
    """Return what a paper's score loses with its named words, and with as many random ones."""
    text = told.content
    paper = features.transform([text])
    why = explain(
        profile, features, paper, concepts.in_paper(told), popularity=0
    )
    named = sorted(
        {word for written, _ in why.words for word in words(written)}
        - STOPWORDS
    )
    if not named:
        return None
    there = sorted({term for term in terms(text) if " " not in term})
    rng = random.Random(seed)
    taken = [named, *(rng.sample(there, len(named)) for _ in range(DRAWS))]
    left = profile.score(
        features.transform([without(text, each) for each in taken])
    )
    lost = profile.score(paper)[0] - left
    return float(lost[0]), float(lost[1:].mean())


def share_of_faithful(
    profiles: Sequence[Profile],
    features: PaperFeatures,
    concepts: Concepts,
    papers: Sequence[Paper],
    picks: int,
) -> float:
    """Return how many of the readers' best papers lose more with their named words."""

    def told() -> Iterator[bool]:
        vectors = features.transform([paper.content for paper in papers])
        for seed, profile in enumerate(profiles):
            for row in np.argsort(-profile.score(vectors))[:picks]:
                lost = losses(profile, features, concepts, papers[row], seed)
                if lost is not None:
                    yield lost[0] > lost[1]

    faithful = list(told())
    assert len(faithful) >= NAMED * len(profiles) * picks
    return float(np.mean(faithful))


@given(RATINGS, ROWS)
def test_what_the_words_add_sums_to_the_taste(said: Said, row: int):
    library, profile = made_library(), taste(said)
    paper = library.vectors.take([row])

    parts = contributions(profile, library.features, paper)

    assert sum(parts.values()) == pytest.approx(
        profile.score(paper)[0], abs=1e-4
    )
    assert set(parts) <= set(terms(library.papers[row].text))


@given(RATINGS, ROWS)
def test_no_word_is_named_twice(said: Said, row: int):
    named = why(said, row).words

    each = [word for written, _ in named for word in words(written)]
    assert len(each) == len(set(each))
    assert len(named) <= MOST_WORDS


@given(RATINGS, ROWS)
def test_only_concepts_that_tell_are_named_with_what_they_carry(
    said: Said, row: int
):
    library, profile = made_library(), taste(said)
    parts = contributions(
        profile, library.features, library.vectors.take([row])
    )
    added = carried(parts, library.mentions[row])

    told = why(said, row)

    whole = sum(part for part in parts.values() if part > 0)
    name = library.concepts.name
    for written, part in (*told.words, *told.against):
        assert part == round(added[name(written) or ""], 4)
    assert all(part >= round(TELLING * whole, 4) for _, part in told.words)
    assert all(-part >= round(TELLING * whole, 4) for _, part in told.against)
    assert not {written for written, _ in told.against} & {
        written for written, _ in told.words
    }


def test_what_all_concepts_and_the_rest_carry_is_the_score(library: Library):
    profile = wanting("machine translation", "robot arm")
    for row, mentions in enumerate(library.mentions):
        parts = contributions(
            profile, library.features, library.vectors.take([row])
        )
        inside = {term for mention in mentions for term in mention.terms}
        rest = sum(part for term, part in parts.items() if term not in inside)
        shared = sum(
            parts.get(term, 0)
            * (1 - sum(m.terms.get(term, 0) for m in mentions))
            for term in inside
        )

        total = sum(carried(parts, mentions).values()) + rest + shared

        assert total == pytest.approx(
            profile.score(library.vectors.take([row]))[0], abs=1e-4
        )


def test_a_dislike_of_its_like_is_named_by_the_words_it_took():
    assert why([(0, -1, 0)], 0).against


@given(RATINGS, ROWS)
def test_a_reason_tells_both_parts_of_the_score_and_its_strongest_evidence(
    said: Said, row: int
):
    library, profile = made_library(), taste(said)
    paper = library.vectors.take([row])
    shares = profile.shares(paper)

    told = why(profile, row, 0.07)

    assert told.popularity == 0.07
    assert told.taste == pytest.approx(profile.score(paper)[0], abs=1e-4)
    strength = [abs(share) for _, _, share in told.evidence]
    assert strength == pytest.approx(
        sorted(abs(shares), reverse=True)[:3], abs=1e-4
    )


def test_evidence_names_what_was_said_with_its_share(library: Library):
    ada = taste([(0, 1, 0), (10, -1, 0)])

    paper = library.vectors.take([0])

    (kind, ref, share), (other, other_ref, _) = why(ada, 0).evidence
    assert (kind, ref, share) == (
        "like",
        FIRST_ID,
        round(float(ada.shares(paper)[0]), 4),
    )
    assert (other, other_ref) == ("dislike", FIRST_ID + 10)


def test_cy_who_said_nothing_gets_no_words_and_no_evidence(library: Library):
    cy = learn([], library.vectors.take([]))

    told = why(cy, 0, 0.05)

    assert (told.taste, told.popularity, told.words, told.evidence) == (
        0.0,
        0.05,
        (),
        (),
    )


def test_a_paper_without_a_known_word_has_no_words_to_name(library: Library):
    ada = taste([(0, 1, 0)])

    nothing = library.features.transform(["zyzzyva"])
    told = explain(ada, library.features, nothing, (), popularity=0.0)

    assert (told.taste, told.words) == (0.0, ())
    assert (
        contributions(ada, library.features, library.features.transform([""]))
        == {}
    )


def test_a_phrase_is_named_before_a_word_that_carries_as_much():
    assert strongest({"speech": 1.0, "machine translation": 0.9}, most=1)[0][
        0
    ] == ("machine translation")


def test_what_a_paper_is_about_is_told_in_concepts_of_its_title_first(
    library: Library,
):
    said = replace(
        library.papers[0],
        title="Speech recognition with an audio codec",
        abstract="We tried machine translation and a knowledge graph first.",
    )
    paper, mentions = (
        library.features.transform([said.content]),
        library.concepts.in_paper(said),
    )

    told = [
        mention.written
        for mention in subject(library.features, paper, mentions, 2)
    ]

    assert sorted(told) == ["audio codec", "speech recognition"]


def test_named_words_carry_the_score_of_made_papers(library: Library):
    readers = [
        taste([(row, 1, 0), (row + 3, 1, 9), ((row + 30) % 60, -1, 2)])
        for row in (0, 21, 44)
    ]
    readers += [
        wanting("speech recognition"),
        wanting("robot arm", "protein folding"),
    ]
    share = share_of_faithful(
        readers, library.features, library.concepts, library.papers, picks=8
    )

    assert share >= 0.95


def test_named_words_carry_the_score_of_real_papers(daily: Daily):
    """The readers' likes among the older papers, and their five best of the newest 500."""
    first = daily.newest[0]
    known = [[row for row in rows if row < first] for rows in daily.likes]
    readers = [
        learn([rated(row, 1, 0) for row in rows], daily.vectors.take(rows))
        for rows in known
        if rows
    ][:20]
    newest = [daily.papers[row] for row in daily.newest]
    concepts = Concepts(daily.papers)

    share = share_of_faithful(
        readers, daily.features, concepts, newest, picks=5
    )

    assert len(readers) == 20
    assert share >= 0.95
