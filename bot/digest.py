"""One reader's next recommendations: what they said, ranked against what is on offer, recorded."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np

from bot import offers, reasons, schedule
from bot.catalogue import Catalogue
from bot.storage import digests, features, feedback, papers
from bot.storage.database import Database
from bot.storage.digests import Choice, Digest
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from recommender import explain, interests, profile, ranking
from recommender.concepts import Mention
from recommender.features import Floats, Vectors, stack
from recommender.interests import Interest
from recommender.profile import MUTED, WANTED, Evidence, Profile
from recommender.ranking import POPULARITY, Mask, Recommendation

ONE_IN_FIVE = 0.2  # days on which the order is compared with popularity, and as many to explore


@dataclass(frozen=True, slots=True)
class Ranked:
    """The papers chosen for a reader, best first, and the taste they were chosen by.

    `month` are the scores of the last 30 days' papers: by these a pick is strong or a stretch.
    `held_back` are the places left open because nothing else was above the reader's bar.
    """

    picks: Sequence[Recommendation]
    new_papers: int
    taste: Profile
    month: Floats
    held_back: int


@dataclass(frozen=True, slots=True)
class Day:
    """What is special about a reader's day: drawn from reader and date, so it stays the same."""

    interleaves: bool
    explores: bool
    rng: random.Random


@dataclass(frozen=True, slots=True)
class _Asked:
    """What ranking one reader needs: taste, scores of the newest papers, and what has a right."""

    taste: Profile
    scored: Floats
    bar: float
    found: Sequence[Interest]
    followed: Mask


def day_of(reader_id: int, today: date, *, explores: bool) -> Day:
    """Draw a reader's day: one in five compares with popularity, another one in five explores.

    Who does not want that, and has `explores` False, has an ordinary day instead.
    """
    rng = random.Random(f"{reader_id} {today}")  # noqa: S311 - a draw, not a secret
    drawn = rng.random()
    novel = explores and ONE_IN_FIVE <= drawn < 2 * ONE_IN_FIVE
    return Day(drawn < ONE_IN_FIVE, novel, rng)


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
    day = day_of(reader.id, today, explores=reader.explores)
    # Who asks for picks gets them; the bar is for what comes unasked.
    bar = reader.bar if kind == "daily" else "off"
    ranked = rank(database, catalogue, said, today, reader.picks, day=day, bar=bar)
    weekly = offers.weekly(
        database, catalogue, reader, feedback=said, taste=ranked.taste, today=today
    )
    return digests.record(
        database,
        reader.id,
        [_choice(database, catalogue, said, ranked, pick) for pick in ranked.picks],
        kind=kind,
        local_date=today,
        new_papers=ranked.new_papers,
        feature_version=catalogue.version,
        now=now,
        style=reader.style,
        silent_since=silent_since,
        held_back=ranked.held_back,
        offers=weekly if kind == "daily" else (),
    )


def held_back(database: Database, catalogue: Catalogue, reader: Reader, now: datetime) -> int:
    """Return for how many of a reader's places nothing is above their bar now."""
    today = schedule.local_date(now, reader.zone)
    said = feedback.of_reader(database, reader.id, reader.zone, today)
    return rank(database, catalogue, said, today, reader.picks, bar=reader.bar).held_back


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
    """Return the n best papers by the rules of the picks: fresh ones first, older ones after.

    Without a `day` they are the personal order alone, with nothing drawn; `bar` says how
    high the reader's own is (strict, normal, off), above which papers must be once it stands.
    """
    taste, allowed = learn(database, catalogue, said), offered(catalogue, said)
    fresh, newest = catalogue.fresh(today), catalogue.month(today)
    scored = month = _scores(catalogue, said, taste, newest)  # what is older seldom matters
    likes = sum(rating.value > 0 for rating in said.ratings)
    least = ranking.bar(month, likes, bar)
    found = [*interests.topics(taste.evidence), *named(catalogue, taste).values()]
    asked = _Asked(taste, scored, least, found, _followed(catalogue, said, taste, scored, month))
    new_papers = int(allowed[:fresh].sum())
    picks = _rank(catalogue, asked, allowed[:fresh], n)
    if day is not None and taste.evidence:
        picks = _drawn(catalogue, asked, allowed[:fresh], picks, day)
    if len(picks) < n and (new_papers < n or np.isneginf(least)):  # else the bar left places open
        allowed[:fresh] = False
        placed = {pick.interest for pick in picks}
        left = [interest for i, interest in enumerate(found) if i not in placed]
        scored = _scores(catalogue, said, taste, len(catalogue))
        came = any(pick.policy == "follow" for pick in picks)
        theirs = replace(said, follows=(), fitting=frozenset()) if came else said
        followed = _followed(catalogue, theirs, taste, scored, month)
        older = replace(asked, scored=scored, found=left, followed=followed)
        picks += _rank(catalogue, older, allowed, n - len(picks))
    held_back = 0 if np.isneginf(least) else max(min(n, new_papers) - len(picks), 0)
    return Ranked(picks, new_papers, taste, month, held_back)


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
    evidence += [profile.moved(term, value) for term, value in said.edits]
    texts = (*said.wanted, *said.muted, *(term for term, _ in said.edits))
    topics = [catalogue.topic(text) for text in texts]
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


def _rank(catalogue: Catalogue, asked: _Asked, allowed: Mask, n: int) -> list[Recommendation]:
    """Rank the newest papers, as many as `allowed` speaks of."""
    first = len(allowed)
    candidates = catalogue.first(first)
    return ranking.recommend(
        candidates,
        asked.scored[:first],
        n,
        allowed=allowed,
        followed=asked.followed[:first],
        places=interests.places(asked.taste, asked.found, candidates.vectors),
        fallback=not asked.taste.evidence,
        bar=asked.bar,
    )


def _followed(
    catalogue: Catalogue, said: Feedback, taste: Profile, scored: Floats, month: Floats
) -> Mask:
    """Tell which of the scored papers a followed author wrote; of some only what fits as well."""
    always = catalogue.by(name for name in said.follows if name not in said.fitting)
    found = always[: len(scored)]
    if said.fitting and taste.evidence:  # without a taste nothing fits
        theirs = catalogue.by(said.fitting)[: len(scored)]
        found |= theirs & ranking.fits(scored, month)
    return found


def _drawn(
    catalogue: Catalogue, asked: _Asked, allowed: Mask, picks: list[Recommendation], day: Day
) -> list[Recommendation]:
    """Return the picks as the day wants them: mixed with the popular order, or with a novel one."""
    fresh, scored = catalogue.first(len(allowed)), asked.scored[: len(allowed)]
    if day.interleaves and np.ptp(fresh.popularity):  # where nobody voted, there is no such order
        return ranking.interleave(fresh, scored, picks, day.rng, allowed=allowed)
    if day.explores:
        known = asked.taste.vectors
        return ranking.explore(fresh, scored, picks, known, day.rng, allowed=allowed)
    return picks


def _scores(catalogue: Catalogue, said: Feedback, taste: Profile, first: int) -> Floats:
    """Score the newest papers; before the first fit words alone can speak for a wanted topic."""
    prior = np.zeros(first, np.float32)
    for text in said.wanted if catalogue.model is None else ():
        prior += catalogue.about([text])[:first]
    return ranking.scores(catalogue.first(first), taste, prior)


def reason(
    database: Database, catalogue: Catalogue, said: Feedback, ranked: Ranked, pick: Recommendation
) -> dict[str, Any]:
    """Return why a paper was chosen, computed from its score."""
    popularity, paper = float(catalogue.candidates.popularity[pick.row]), catalogue.papers[pick.row]
    if pick.policy == "follow":
        return reasons.followed(paper, said.follows)
    if catalogue.model is None or not ranked.taste.evidence:
        return reasons.unlearned(popularity, paper, said.wanted)
    vector = catalogue.candidates.vectors.take([pick.row])
    mentions = catalogue.mentions(pick.row)
    why = explain.explain(ranked.taste, catalogue.model, vector, mentions, POPULARITY * popularity)
    about = [each.written for each in explain.subject(catalogue.model, vector, mentions)]
    if pick.policy == "explore":
        return reasons.explored(why, about)
    liked = papers.by_ids(database, [ref for _, ref, _ in why.evidence if isinstance(ref, int)])
    titles = {i: each.title for i, each in liked.items()}
    told = reasons.told(why, popularity, titles, paper, about)
    return told | {"strength": ranking.strength(pick.score, ranked.month)}


def _choice(
    database: Database, catalogue: Catalogue, said: Feedback, ranked: Ranked, pick: Recommendation
) -> Choice:
    return Choice(
        paper_id=pick.paper_id,
        score=pick.score,
        policy=pick.policy,
        popularity=float(catalogue.candidates.popularity[pick.row]),
        reason=reason(database, catalogue, said, ranked, pick),
        team=pick.team,
    )
