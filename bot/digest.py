"""One reader's next recommendations: what they said, ranked against what is on offer, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np

from bot import reasons, schedule
from bot.catalogue import Catalogue
from bot.storage import digests, features, feedback, papers
from bot.storage.database import Database
from bot.storage.digests import Choice, Digest
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from recommender import explain, profile, ranking
from recommender.features import Floats, Vectors, stack
from recommender.profile import MUTED, WANTED, Evidence, Profile
from recommender.ranking import POPULARITY, Mask, Recommendation


@dataclass(frozen=True, slots=True)
class Ranked:
    """The papers chosen for a reader, best first, and the taste they were chosen by."""

    picks: Sequence[Recommendation]
    new_papers: int
    taste: Profile


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
    today = schedule.local_date(now, reader.zone)
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    ranked = rank(database, catalogue, said, today, reader.picks)
    return digests.record(
        database,
        reader.id,
        [_choice(database, catalogue, said, ranked.taste, pick) for pick in ranked.picks],
        kind=kind,
        local_date=today,
        new_papers=ranked.new_papers,
        feature_version=catalogue.version,
        now=now,
        style=reader.style,
        silent_since=silent_since,
    )


def rank(database: Database, catalogue: Catalogue, said: Feedback, today: date, n: int) -> Ranked:
    """Return the n best papers by the rules of the picks: fresh ones first, older ones after."""
    taste, allowed = learn(database, catalogue, said), offered(catalogue, said)
    fresh = catalogue.fresh(today)
    new_papers = int(allowed[:fresh].sum())
    picks = _rank(catalogue, said, taste, allowed[:fresh], n)
    if len(picks) < n:
        allowed[:fresh] = False
        placed = {pick.interest for pick in picks}
        wanted = tuple(text for i, text in enumerate(said.wanted) if i not in placed)
        follows = () if any(pick.policy == "follow" for pick in picks) else said.follows
        older = replace(said, wanted=wanted, follows=follows)
        picks += _rank(catalogue, older, taste, allowed, n - len(picks))
    return Ranked(picks, new_papers, taste)


def offered(catalogue: Catalogue, said: Feedback) -> Mask:
    """Tell which papers may be shown: none that was shown or rated, none that is muted."""
    known = said.shown | {rating.paper_id for rating in said.ratings}
    return ~(catalogue.among(known) | catalogue.about(said.muted))


def learn(database: Database, catalogue: Catalogue, said: Feedback) -> Profile:
    """Learn a reader's profile from all they said, under the catalogue's feature version."""
    ratings = {rating.paper_id: rating for rating in said.ratings if rating.value}
    ids, rows = vectors_of(database, catalogue, list(ratings))
    evidence = [profile.rated(i, ratings[i].value, ratings[i].age) for i in ids]
    evidence += [Evidence("wanted", text, WANTED) for text in said.wanted]
    evidence += [Evidence("muted", text, MUTED) for text in said.muted]
    topics = [catalogue.topic(text) for text in (*said.wanted, *said.muted)]
    return profile.learn(evidence, stack([rows, *topics]))


def vectors_of(
    database: Database, catalogue: Catalogue, ids: Sequence[int]
) -> tuple[list[int], Vectors]:
    """Return the vectors of papers, and which they are: one without a vector teaches nothing."""
    here = [paper_id for paper_id in ids if paper_id in catalogue.rows]
    found = catalogue.candidates.vectors.take([catalogue.rows[i] for i in here])
    rest = [paper_id for paper_id in ids if paper_id not in catalogue.rows]
    if not rest or catalogue.model is None or catalogue.version is None:
        return here, found
    width = catalogue.model.projection_.shape
    older, vectors = features.vectors(database, catalogue.version, width, rest)
    return here + older, stack([found, vectors])


def _rank(
    catalogue: Catalogue, said: Feedback, taste: Profile, allowed: Mask, n: int
) -> list[Recommendation]:
    """Rank the newest papers, as many as `allowed` speaks of."""
    first = len(allowed)
    candidates = catalogue.first(first)
    return ranking.recommend(
        candidates,
        ranking.scores(candidates, taste, _prior(catalogue, said)[:first]),
        n,
        allowed=allowed,
        followed=catalogue.by(said.follows)[:first] if said.follows else None,
        near=catalogue.near(said.wanted)[:first] if said.wanted else None,
        fallback=not taste.evidence,
    )


def _prior(catalogue: Catalogue, said: Feedback) -> Floats:
    """Before the first fit only the words of a paper can speak for a wanted topic."""
    prior = np.zeros(len(catalogue), np.float32)
    for text in said.wanted if catalogue.model is None else ():
        prior += catalogue.about([text])
    return prior


def reason(
    database: Database, catalogue: Catalogue, said: Feedback, taste: Profile, pick: Recommendation
) -> dict[str, Any]:
    """Return why a paper was chosen, computed from its score."""
    popularity = float(catalogue.candidates.popularity[pick.row])
    if pick.policy == "follow":
        return reasons.followed(catalogue.papers[pick.row], said.follows)
    if catalogue.model is None:
        return reasons.untasted(popularity)
    vector = catalogue.candidates.vectors.take([pick.row])
    parts = explain.explain(taste, catalogue.model, vector, POPULARITY * popularity)
    liked = papers.by_ids(database, [ref for _, ref, _ in parts.evidence if isinstance(ref, int)])
    return reasons.told(parts, popularity, {i: paper.title for i, paper in liked.items()})


def _choice(
    database: Database, catalogue: Catalogue, said: Feedback, taste: Profile, pick: Recommendation
) -> Choice:
    return Choice(
        paper_id=pick.paper_id,
        score=pick.score,
        policy=pick.policy,
        popularity=float(catalogue.candidates.popularity[pick.row]),
        reason=reason(database, catalogue, said, taste, pick),
    )
