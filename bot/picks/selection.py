"""One reader's next recommendations: what they said, ranked against what is on offer, recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from bot.picks import reasons, topic_offers
from bot.picks.catalogue import Catalogue
from bot.schedule import due
from bot.storage import digests, features, feedback, papers
from bot.storage.database import Database
from bot.storage.digests import Choice, Digest
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from recommender import explain, interests, policy, profile
from recommender.concepts import Mention
from recommender.expectation import Expectation
from recommender.features import Vectors, stack
from recommender.interests import Interest
from recommender.policy import Day, Offer
from recommender.profile import LONG_AGO, MUTED, WANTED, Evidence, Profile
from recommender.proof import PERSONAL, POPULAR
from recommender.ranking import POPULARITY, Mask, Recommendation


@dataclass(frozen=True, slots=True)
class Ranked:
    """The papers chosen for a reader, best first, and the taste they were chosen by.

    `new_papers` are those on offer that were listed today. `held_back` are the places left open
    because nothing else was above the reader's bar, and `expectation` tells what share of such
    papers the reader likes.
    """

    picks: Sequence[Recommendation]
    new_papers: int
    taste: Profile
    held_back: int
    expectation: Expectation


def choose(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    now: datetime,
    *,
    kind: str,
    silent_since: datetime | None = None,
) -> Digest:
    """Choose a reader's next picks and record them, before anything is sent.

    `silent_since` tells that a source had not answered since then.
    """
    today = due.local_date(now, reader.zone)
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    day = day_of(reader, said, today)
    # Who asks for picks gets them; the bar is for what comes unasked.
    bar = reader.bar if kind == "daily" else "off"
    ranked = rank(
        database, catalogue, said, today, reader.picks, day=day, bar=bar
    )
    topics = (
        topic_offers.weekly(
            database,
            catalogue,
            reader,
            feedback=said,
            taste=ranked.taste,
            today=today,
        )
        if kind == "daily"
        else []
    )
    return digests.record(
        database,
        reader.id,
        [
            _choice(catalogue, ranked, pick, why)
            for pick, why in _reasons(database, catalogue, said, ranked)
        ],
        kind=kind,
        local_date=today,
        new_papers=ranked.new_papers,
        feature_version=catalogue.version,
        now=now,
        style=reader.style,
        silent_since=silent_since,
        held_back=ranked.held_back,
        offers=topics,
    )


def held_back(
    database: Database, catalogue: Catalogue, reader: Reader, now: datetime
) -> int:
    """Return for how many of a reader's places nothing is above their bar now."""
    today = due.local_date(now, reader.zone)
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    return rank(
        database, catalogue, said, today, reader.picks, bar=reader.bar
    ).held_back


def day_of(reader: Reader, said: Feedback, today: date) -> Day:
    """Draw what is special about a reader's day."""
    ratings = sum(rating.value != 0 for rating in said.ratings)
    return policy.day(
        f"{reader.id} {today}", explores=reader.explores, ratings=ratings
    )


def rank(
    database: Database,
    catalogue: Catalogue,
    said: Feedback,
    today: date,
    n: int,
    *,
    day: Day | None = None,
    bar: str = "off",
) -> Ranked:
    """Return the n best papers by the rules of the picks.

    Without a `day` they are the personal order alone, with nothing drawn; `bar` says how
    high the reader's own is: strict, normal or off.
    """
    taste = learn(database, catalogue, said)
    on_offer = offer(catalogue, said, taste, today)
    picks = policy.choose(taste, on_offer, n, bar=bar, day=day)
    new_papers = int(on_offer.allowed[: catalogue.since(today)].sum())
    return Ranked(
        picks.chosen, new_papers, taste, picks.held_back, picks.expectation
    )


def offer(
    catalogue: Catalogue, said: Feedback, taste: Profile, today: date
) -> Offer:
    """Return the papers on offer to a reader, and what each may be shown for."""
    return Offer(
        candidates=catalogue.candidates,
        new=catalogue.first(catalogue.fresh(today)),
        newest=catalogue.newest,
        allowed=offered(catalogue, said),
        shown=catalogue.among(said.shown),
        followed=catalogue.by(
            name for name in said.follows if name not in said.fitting
        ),
        fitting=catalogue.by(said.fitting),
        says=catalogue.says(phrases(taste.evidence)),
    )


def phrases(evidence: Sequence[Evidence]) -> list[str]:
    """Return the texts of the evidence that papers can literally say, in its order."""
    return [str(piece.ref) for piece in evidence if piece.is_phrase]


def offered(catalogue: Catalogue, said: Feedback) -> Mask:
    """Tell which papers may be shown: none that was shown or rated, none that is muted."""
    known = said.shown | {rating.paper_id for rating in said.ratings}
    return ~(catalogue.among(known) | catalogue.about(said.muted))


def learn(database: Database, catalogue: Catalogue, said: Feedback) -> Profile:
    """Learn a reader's profile from all they said, under the catalogue's feature version."""
    ratings = {
        rating.paper_id: rating for rating in said.ratings if rating.value
    }
    ids, rows = vectors_of(database, catalogue, list(ratings))
    evidence = [profile.rated(i, ratings[i].value, ratings[i].age) for i in ids]
    ages = said.wanted_ages or (LONG_AGO,) * len(said.wanted)
    typed = zip(said.wanted, ages, strict=True)
    evidence += [Evidence("wanted", text, WANTED, age) for text, age in typed]
    evidence += [Evidence("muted", text, MUTED) for text in said.muted]
    evidence += [profile.moved(term, value) for term, value in said.edits]
    texts = (*said.wanted, *said.muted, *(term for term, _ in said.edits))
    topics = [catalogue.topic(text) for text in texts]
    spoken = phrases(evidence)
    says = np.zeros((len(evidence), len(spoken)), bool)
    here = [
        place
        for place, paper_id in enumerate(ids)
        if paper_id in catalogue.rows
    ]
    says[here] = catalogue.says(spoken)[
        [catalogue.rows[ids[place]] for place in here]
    ]
    return profile.learn(evidence, stack([rows, *topics]), says)


def vectors_of(
    database: Database, catalogue: Catalogue, ids: Sequence[int]
) -> tuple[list[int], Vectors]:
    """Return the vectors of papers, and which they are: one without a vector teaches nothing."""
    here = [paper_id for paper_id in ids if paper_id in catalogue.rows]
    found = catalogue.candidates.vectors.take([catalogue.rows[i] for i in here])
    rest = [paper_id for paper_id in ids if paper_id not in catalogue.rows]
    if not rest or catalogue.model is None or catalogue.version is None:
        return here, found
    width = catalogue.model.width
    older, vectors = features.vectors(database, catalogue.version, width, rest)
    return here + older, stack([found, vectors])


def named(catalogue: Catalogue, taste: Profile) -> dict[str, Interest]:
    """Return the interests in the likes, where they fall apart and have names of their own."""
    found = interests.split(taste.evidence, taste.vectors)
    if not found or catalogue.model is None:
        return {}
    rows = catalogue.rows
    members = {taste.evidence[i].ref for each in found for i in each.members}
    mentions: dict[int | str, Sequence[Mention]] = {
        ref: catalogue.mentions(rows[ref])
        for ref in members
        if isinstance(ref, int) and ref in rows
    }
    return interests.named(taste, found, catalogue.model, mentions)


def reason(
    database: Database,
    catalogue: Catalogue,
    said: Feedback,
    ranked: Ranked,
    pick: Recommendation,
) -> dict[str, Any]:
    """Return why a paper was chosen, computed from its score."""
    popularity, paper = (
        float(catalogue.candidates.popularity[pick.row]),
        catalogue.papers[pick.row],
    )
    if pick.policy == "follow":
        return reasons.followed(paper, said.follows)
    if catalogue.model is None or not ranked.taste.evidence:
        return reasons.unlearned(popularity, paper, said.wanted)
    vector = catalogue.candidates.vectors.take([pick.row])
    mentions = catalogue.mentions(pick.row)
    says = catalogue.says(phrases(ranked.taste.evidence))[[pick.row]]
    why = explain.explain(
        ranked.taste,
        catalogue.model,
        vector,
        mentions,
        popularity=POPULARITY * popularity,
        says=says,
    )
    about = [
        each.written
        for each in explain.subject(catalogue.model, vector, mentions)
    ]
    if pick.policy == "explore":
        return reasons.explored(why, about)
    if pick.policy == "proof":
        return reasons.proved(why, paper)
    ids = [ref for _, ref, _ in why.evidence if isinstance(ref, int)]
    liked = papers.by_ids(database, ids, said.reader_id)
    titles = {i: each.title for i, each in liked.items()}
    told = reasons.told(why, popularity, titles, paper, about)
    return told | {"strength": ranked.expectation.strength(pick.score)}


def _reasons(
    database: Database, catalogue: Catalogue, said: Feedback, ranked: Ranked
) -> Iterator[tuple[Recommendation, dict[str, Any]]]:
    """Yield each pick and why it was chosen, with the share of likes `expected` of such a one.

    Followed authors and the proof pass the bar, so that nothing is expected of their papers.
    """
    scores = np.array([pick.score for pick in ranked.picks], np.float32)
    shares = ranked.expectation.shares(scores)
    for pick, share in zip(ranked.picks, shares, strict=True):
        why = reason(database, catalogue, said, ranked, pick)
        if ranked.taste.evidence and pick.policy not in {"follow", "proof"}:
            why |= {"expected": round(float(share), 4)}
        yield pick, why


def _choice(
    catalogue: Catalogue,
    ranked: Ranked,
    pick: Recommendation,
    why: dict[str, Any],
) -> Choice:
    return Choice(
        paper_id=pick.paper_id,
        score=pick.score,
        policy=pick.policy,
        popularity=float(catalogue.candidates.popularity[pick.row]),
        reason=why,
        team=_team(ranked, pick),
    )


def _team(ranked: Ranked, pick: Recommendation) -> str:
    """Return the side of the proof that a pick is on; none in a digest without one."""
    if (
        all(each.policy != "proof" for each in ranked.picks)
        or pick.policy == "follow"
    ):
        return ""
    return POPULAR if pick.policy == "proof" else PERSONAL
