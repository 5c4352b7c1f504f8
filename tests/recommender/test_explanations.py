"""Explanations of picks: the words and evidence that are named really carried the score."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given

from recommender.concepts import Concepts
from recommender.evidence import TOPIC_WEIGHT, Evidence, rating_evidence
from recommender.explain import (
    MAX_CONCEPTS,
    MIN_SHARE,
    Reason,
    concept_contributions,
    explain,
    strongest_concepts,
    subject,
    term_contributions,
)
from recommender.features import PaperFeatures
from recommender.papers import Paper
from recommender.phrases import STOPWORDS, WORD, singular, terms, words
from recommender.profile import Profile, learn, sum_evidence
from tests.recommender import factories
from tests.recommender.daily import Daily
from tests.recommender.factories import (
    FIRST_ID,
    RATINGS,
    ROWS,
    Library,
    Ratings,
    profile_of,
    profile_of_topics,
)

# Draws of random words, to compare the named ones with.
N_DRAWS = 10

# Of all picks, those whose reason names words at all: of the others it tells what they are near.
MIN_NAMED = 0.8


@dataclass(frozen=True, slots=True)
class Explainer:
    """What it takes to explain a paper: features, and the concepts of the field."""

    features: PaperFeatures
    concepts: Concepts

    def explain(self, profile: Profile, paper: Paper) -> Reason:
        """Return the reason of a paper's score."""
        return explain(
            profile,
            self.features,
            self.features.transform([paper.content]),
            self.concepts.in_paper(paper),
            popularity=0,
        )


def reason_of(profile: Profile, row: int, popularity: float = 0.0) -> Reason:
    """Return the reason of a paper of the library."""
    library = factories.library()
    return explain(
        profile,
        library.features,
        library.vectors.take([row]),
        library.mentions[row],
        popularity=popularity,
    )


def contributions_of(profile: Profile, row: int) -> dict[str, float]:
    """Return what each term of a paper of the library adds to its score."""
    library = factories.library()
    paper = library.vectors.take([row])
    return term_contributions(profile, library.features, paper)


def without_words(text: str, removed: Collection[str]) -> str:
    """Return a text without any form of these words."""
    return WORD.sub(
        lambda match: " . " if singular(match[0]) in removed else match[0],
        text.casefold(),
    )


def score_losses(
    explainer: Explainer, profile: Profile, paper: Paper, seed: int
) -> tuple[float, float] | None:
    """Return what a paper's score loses without its named words, and without as many others."""
    reason = explainer.explain(profile, paper)
    named = {word for phrase, _ in reason.words for word in words(phrase)}
    named -= STOPWORDS
    if not named:
        return None

    text = paper.content
    every_word = sorted({term for term in terms(text) if " " not in term})
    rng = random.Random(seed)
    draws = [rng.sample(every_word, len(named)) for _ in range(N_DRAWS)]

    texts = [text, *(without_words(text, group) for group in (named, *draws))]
    whole, *remaining = profile.score(explainer.features.transform(texts))
    losses = whole - np.array(remaining)
    return float(losses[0]), float(losses[1:].mean())


def share_of_faithful(
    explainer: Explainer,
    profiles: Sequence[Profile],
    papers: Sequence[Paper],
    picks: int,
) -> float:
    """Return how many of the readers' best papers lose more without their named words."""
    vectors = explainer.features.transform([paper.content for paper in papers])
    is_faithful: list[bool] = []
    for seed, profile in enumerate(profiles):
        for row in np.argsort(-profile.score(vectors))[:picks]:
            losses = score_losses(explainer, profile, papers[row], seed)
            if losses is not None:
                by_named, by_random = losses
                is_faithful.append(by_named > by_random)

    assert len(is_faithful) >= MIN_NAMED * len(profiles) * picks
    return float(np.mean(is_faithful))


@given(RATINGS, ROWS)
def test_the_contributions_of_the_terms_sum_to_the_score(
    ratings: Ratings, row: int
):
    library, profile = factories.library(), profile_of(ratings)

    contributions = contributions_of(profile, row)

    [score] = profile.score(library.vectors.take([row]))
    assert sum(contributions.values()) == pytest.approx(score, abs=1e-4)
    assert set(contributions) <= set(terms(library.papers[row].text))


@given(RATINGS, ROWS)
def test_no_word_is_named_twice(ratings: Ratings, row: int):
    reason = reason_of(profile_of(ratings), row)

    named = [word for phrase, _ in reason.words for word in words(phrase)]
    assert len(named) == len(set(named))
    assert len(reason.words) <= MAX_CONCEPTS


@given(RATINGS, ROWS)
def test_only_concepts_that_tell_are_named_with_what_they_add(
    ratings: Ratings, row: int
):
    library, profile = factories.library(), profile_of(ratings)
    by_term = contributions_of(profile, row)
    by_concept = concept_contributions(by_term, library.mentions[row])
    positive = sum(added for added in by_term.values() if added > 0)
    least = round(MIN_SHARE * positive, 4)

    reason = reason_of(profile, row)

    for phrase, added in (*reason.words, *reason.against):
        concept = library.concepts.name(phrase) or ""
        assert added == round(by_concept[concept], 4)
    assert all(added >= least for _, added in reason.words)
    assert all(-added >= least for _, added in reason.against)
    named_for = {phrase for phrase, _ in reason.words}
    named_against = {phrase for phrase, _ in reason.against}
    assert not named_for & named_against


def test_what_concepts_and_the_other_terms_add_is_the_score(library: Library):
    profile = profile_of_topics("machine translation", "robot arm")

    for row, mentions in enumerate(library.mentions):
        by_term = contributions_of(profile, row)
        by_concept = concept_contributions(by_term, mentions)
        outside = 0.0
        for term, added in by_term.items():
            inside = sum(mention.terms.get(term, 0) for mention in mentions)
            outside += added * (1 - inside)

        [score] = profile.score(library.vectors.take([row]))
        assert sum(by_concept.values()) + outside == pytest.approx(
            score, abs=1e-4
        )


def test_a_dislike_of_a_paper_is_named_by_the_words_it_took():
    reason = reason_of(profile_of([(0, -1, 0)]), 0)

    assert reason.against


@given(RATINGS, ROWS)
def test_a_reason_tells_both_parts_of_the_score_and_its_strongest_evidence(
    ratings: Ratings, row: int
):
    profile = profile_of(ratings)
    paper = factories.library().vectors.take([row])
    contributions = profile.evidence_contributions(paper)

    reason = reason_of(profile, row, 0.07)

    assert reason.popularity == 0.07
    assert reason.taste == pytest.approx(profile.score(paper)[0], abs=1e-4)
    strengths = [abs(added) for _, _, added in reason.evidence]
    assert strengths == pytest.approx(
        sorted(abs(contributions), reverse=True)[:3], abs=1e-4
    )


@pytest.mark.parametrize("shares", [(1, 0.5), (-1, -0.5), (1, -0.5), (1, 1)])
def test_the_contributions_of_phrases_that_a_paper_contains_sum_to_its_score(
    library: Library, shares: tuple[float, float]
):
    evidence = [
        Evidence("wanted", topic, TOPIC_WEIGHT * share)
        for topic, share in zip(("robots", "video"), shares, strict=True)
    ]
    vectors = library.features.transform(["robots", "video"])
    profile = sum_evidence(evidence, vectors)
    paper, contains_both = library.vectors.take([0]), np.ones((1, 2), bool)

    contributions = profile.evidence_contributions(paper, contains_both)

    score = float(profile.score(paper, contains_both)[0])
    assert contributions.sum() == pytest.approx(score, abs=1e-4)


def test_evidence_names_papers_with_what_each_added(library: Library):
    ada = profile_of([(0, 1, 0), (10, -1, 0)])
    paper = library.vectors.take([0])

    like, dislike = reason_of(ada, 0).evidence

    added = float(ada.evidence_contributions(paper)[0])
    assert like == ("like", FIRST_ID, round(added, 4))
    assert dislike[:2] == ("dislike", FIRST_ID + 10)


def test_cy_who_told_nothing_gets_no_words_and_no_evidence(library: Library):
    cy = learn([], library.vectors.take([]))

    reason = reason_of(cy, 0, 0.05)

    assert reason == Reason(taste=0.0, popularity=0.05, words=(), evidence=())


def test_a_paper_without_a_word_of_the_vocabulary_has_no_words_to_name(
    library: Library,
):
    ada = profile_of([(0, 1, 0)])
    unknown, empty = (
        library.features.transform([text]) for text in ("zyzzyva", "")
    )

    reason = explain(ada, library.features, unknown, (), popularity=0.0)

    assert (reason.taste, reason.words) == (0.0, ())
    assert term_contributions(ada, library.features, empty) == {}


def test_a_phrase_is_named_before_a_word_that_adds_as_much():
    contributions = {"speech": 1.0, "machine translation": 0.9}

    [(concept, _)] = strongest_concepts(contributions, most=1)

    assert concept == "machine translation"


def test_the_subject_of_a_paper_is_in_concepts_of_its_title_first(
    library: Library,
):
    paper = replace(
        library.papers[0],
        title="Speech recognition with an audio codec",
        abstract="We tried machine translation and a knowledge graph first.",
    )

    mentions = subject(
        library.features,
        library.features.transform([paper.content]),
        library.concepts.in_paper(paper),
        2,
    )

    concepts = sorted(mention.surface for mention in mentions)
    assert concepts == ["audio codec", "speech recognition"]


def test_named_words_carry_the_score_of_synthetic_papers(library: Library):
    readers = [
        profile_of([(row, 1, 0), (row + 3, 1, 9), ((row + 30) % 60, -1, 2)])
        for row in (0, 21, 44)
    ]
    readers += [
        profile_of_topics("speech recognition"),
        profile_of_topics("robot arm", "protein folding"),
    ]
    explainer = Explainer(library.features, library.concepts)

    share = share_of_faithful(explainer, readers, library.papers, picks=8)

    assert share >= 0.95


def test_named_words_carry_the_score_of_real_papers(daily: Daily):
    """The readers' likes among the older papers, and their five best of the newest 500."""
    first_new = daily.newest[0]
    readers: list[Profile] = []
    for likes in daily.likes:
        rows = [row for row in likes if row < first_new]
        if rows:
            evidence = [rating_evidence(row, 1, 0) for row in rows]
            readers.append(learn(evidence, daily.vectors.take(rows)))
    newest = [daily.papers[row] for row in daily.newest]
    explainer = Explainer(daily.features, Concepts(daily.papers))

    share = share_of_faithful(explainer, readers[:20], newest, picks=5)

    assert len(readers) >= 20
    assert share >= 0.95
