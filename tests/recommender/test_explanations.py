"""Why this paper: the words and evidence that are named really carried the score."""

import random
from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given

from recommender.explain import (
    MOST_WORDS,
    TELLING,
    contributions,
    explain,
    strongest,
    themes,
)
from recommender.features import PaperFeatures
from recommender.phrases import WORD, singular, terms
from recommender.profile import Profile, learn, rated
from tests.recommender.daily import Daily
from tests.recommender.made import FIRST_ID, GENERAL, RATINGS, ROWS, Library, Said, taste, wanting
from tests.recommender.made import library as made_library

DRAWS = 10  # of random words, to compare the named ones with


def without(text: str, taken: Collection[str]) -> str:
    """Take every form of these words out of a text."""
    return WORD.sub(lambda word: " . " if singular(word[0]) in taken else word[0], text.casefold())


def losses(profile: Profile, features: PaperFeatures, text: str, seed: int) -> tuple[float, float]:
    """Return what a text's score loses with its named words, and with as many random ones."""
    paper = features.transform([text])
    why = explain(profile, features, paper, 0)
    named = sorted({word for term, _ in why.words for word in term.split()})
    there = sorted({term for term in terms(text) if " " not in term})
    rng = random.Random(seed)
    taken = [named, *(rng.sample(there, len(named)) for _ in range(DRAWS))]
    left = profile.score(features.transform([without(text, words) for words in taken]))
    lost = profile.score(paper)[0] - left
    return float(lost[0]), float(lost[1:].mean())


def share_of_faithful(
    profiles: Sequence[Profile], features: PaperFeatures, texts: Sequence[str], picks: int
) -> float:
    """Return how many of the readers' best texts lose more with their named words."""

    def told() -> Iterator[bool]:
        vectors = features.transform(texts)
        for seed, profile in enumerate(profiles):
            for row in np.argsort(-profile.score(vectors))[:picks]:
                ours, chance = losses(profile, features, texts[row], seed)
                yield ours > chance

    return float(np.mean(list(told())))


@given(RATINGS, ROWS)
def test_what_the_words_add_sums_to_the_taste(said: Said, row: int):
    library, profile = made_library(), taste(said)
    paper = library.vectors.take([row])

    parts = contributions(profile, library.features, paper)

    assert sum(parts.values()) == pytest.approx(profile.score(paper)[0], abs=1e-4)
    assert set(parts) <= set(terms(library.papers[row].text))


@given(RATINGS, ROWS)
def test_no_word_is_named_twice(said: Said, row: int):
    library = made_library()

    named = explain(taste(said), library.features, library.vectors.take([row]), 0.0).words

    words = [word for term, _ in named for word in term.split()]
    assert len(words) == len(set(words))
    assert len(named) <= MOST_WORDS


@given(RATINGS, ROWS)
def test_only_words_that_speak_for_the_paper_are_named(said: Said, row: int):
    library, profile = made_library(), taste(said)
    paper = library.vectors.take([row])
    parts = contributions(profile, library.features, paper)

    named = explain(profile, library.features, paper, 0.0).words

    assert all(added > 0 and added == round(parts[term], 4) for term, added in named)


@given(RATINGS, ROWS)
def test_words_against_the_paper_took_from_it_what_is_worth_telling(said: Said, row: int):
    library, profile = made_library(), taste(said)
    paper = library.vectors.take([row])
    parts = contributions(profile, library.features, paper)

    why = explain(profile, library.features, paper, 0.0)

    least = TELLING * max(parts.values())
    assert all(taken == round(parts[term], 4) < 0 for term, taken in why.against)
    assert all(parts[term] < -least for term, _ in why.against)
    assert not {term for term, _ in why.against} & {term for term, _ in why.words}


def test_a_dislike_of_its_like_is_named_by_the_words_it_took():
    library, profile = made_library(), taste([(0, -1, 0)])

    why = explain(profile, library.features, library.vectors.take([0]), 0.0)

    assert len(why.against) == MOST_WORDS


@given(RATINGS, ROWS)
def test_a_reason_tells_both_parts_of_the_score_and_its_strongest_evidence(said: Said, row: int):
    library, profile = made_library(), taste(said)
    paper = library.vectors.take([row])
    shares = profile.shares(paper)

    why = explain(profile, library.features, paper, 0.07)

    assert why.popularity == 0.07
    assert why.taste == pytest.approx(profile.score(paper)[0], abs=1e-4)
    told = [abs(share) for _, _, share in why.evidence]
    assert told == pytest.approx(sorted(abs(shares), reverse=True)[:3], abs=1e-4)


def test_evidence_names_what_was_said_with_its_share(library: Library):
    ada = taste([(0, 1, 0), (10, -1, 0)])

    paper = library.vectors.take([0])

    why = explain(ada, library.features, paper, 0.0)

    (kind, ref, share), (other, other_ref, _) = why.evidence
    assert (kind, ref, share) == ("like", FIRST_ID, round(float(ada.shares(paper)[0]), 4))
    assert (other, other_ref) == ("dislike", FIRST_ID + 10)


def test_cy_who_said_nothing_gets_no_words_and_no_evidence(library: Library):
    cy = learn([], library.vectors.take([]))

    why = explain(cy, library.features, library.vectors.take([0]), 0.05)

    assert (why.taste, why.popularity, why.words, why.evidence) == (0.0, 0.05, (), ())


def test_a_paper_without_a_known_word_has_no_words_to_name(library: Library):
    ada = taste([(0, 1, 0)])

    why = explain(ada, library.features, library.features.transform(["zyzzyva"]), 0.0)

    assert (why.taste, why.words) == (0.0, ())
    assert contributions(ada, library.features, library.features.transform([""])) == {}


def test_a_phrase_is_named_before_its_words(library: Library):
    bo = wanting("machine translation")
    paper = library.features.transform(["Machine translation of dialects"])

    (term, _), *_ = strongest(contributions(bo, library.features, paper))

    assert term == "machine translation"


def test_what_was_learned_from_a_like_is_told_in_the_words_of_its_paper(library: Library):
    text = "Speech recognition with an audio codec"
    paper = library.features.transform([text])
    alone = learn([rated(1, 1, 0)], paper)

    told = [term for term, _ in strongest(contributions(alone, library.features, paper), 2)]

    assert sorted(told) == ["audio codec", "speech recognition"]


def test_named_words_carry_the_score_of_made_papers(library: Library):
    readers = [
        taste([(row, 1, 0), (row + 3, 1, 9), ((row + 30) % 60, -1, 2)]) for row in (0, 21, 44)
    ]
    readers += [wanting("speech recognition"), wanting("robot arm", "protein folding")]
    texts = [paper.text for paper in library.papers]

    share = share_of_faithful(readers, library.features, texts, picks=8)

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
    texts = [daily.papers[row].text for row in daily.newest]

    share = share_of_faithful(readers, daily.features, texts, picks=5)

    assert len(readers) == 20
    assert share >= 0.95


def test_themes_are_phrases_of_papers_that_are_alike(library: Library):
    """Papers of every kind name the general phrases, and more of them than any other."""
    keywords = [term for p in library.papers for term in set(terms(p.text)) if " " in term]
    general = {phrase for phrase in GENERAL if keywords.count(phrase) > 10}
    assert len(general) >= 4

    found = themes(library.features, library.vectors, keywords, 6)

    assert len(found) == 6
    assert not general & set(found)


def test_themes_share_no_word(library: Library):
    keywords = [term for paper in library.papers for term in terms(paper.text)]

    found = themes(library.features, library.vectors, keywords, 12)

    words = [word for theme in found for word in theme.split()]
    assert len(words) == len(set(words))


def test_two_papers_make_no_theme_however_alike():
    copies = ["rare codec"] * 2
    mixed = ["graph walk with speech", "graph walk with robots", "graph walk with proteins"]
    features = PaperFeatures().fit([*copies, *mixed])
    papers = features.transform([*copies, *mixed])

    found = themes(features, papers, ["rare codec", "graph walk"], 1)

    assert found == ["graph walk"]


@pytest.mark.parametrize("keywords", [[], ["zyzzyva", "quokka"]])
def test_without_a_known_phrase_there_is_no_theme(library: Library, keywords: list[str]):
    assert themes(library.features, library.vectors, keywords, 6) == []


def test_half_a_thought_is_said_only_where_nothing_whole_is_left():
    parts = {"tuned": 0.3, "adapter": 0.2, "library": 0.15, "low rank": 0.1}

    told = [term for term, _ in strongest(parts, 4)]

    assert told == ["adapter", "low rank", "library", "tuned"]
