"""Selects one reader's next picks: learns the taste, ranks what is on offer, records them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np

from bot.markup import list_keys
from bot.picks import passed, tastes, topic_offers
from bot.picks import shelf as shelves
from bot.picks.catalogue import UNKNOWN_POPULARITY, Catalogue
from bot.picks.ranking import Ranking, reasons_of
from bot.picks.shelf import Shelf
from bot.storage import feedback as feedback_rows
from bot.storage import recommendations
from bot.storage.database import Database
from bot.storage.digests import Digest
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from bot.storage.recommendations import Choice
from recommender import interests, policy, ranking
from recommender.arrays import Floats, Mask
from recommender.concepts import Mention
from recommender.interests import Interest
from recommender.offer import Offer
from recommender.policy import Day
from recommender.profile import Profile
from recommender.proof import PERSONAL, POPULAR
from recommender.ranking import Recommendation


def read_feedback(
    database: Database, reader: Reader, now: datetime
) -> Feedback:
    """Return everything a reader said up to now, aged by their own local date."""
    return feedback_on(database, reader, reader.local_date(now))


def feedback_on(database: Database, reader: Reader, today: date) -> Feedback:
    """Return everything a reader said, aged by a local date of theirs."""
    return feedback_rows.of_reader(database, reader.id, reader.zone, today)


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

    `silent_since` is when a source last answered, if it has been silent for long.
    """
    today = reader.local_date(now)
    feedback = read_feedback(database, reader, now)
    is_daily = kind == "daily"
    ranking = rank(
        database,
        catalogue,
        feedback,
        today,
        reader.picks,
        day=draw_day(reader, feedback, today),
        # A reader who asks for picks gets them; the bar is for what comes unasked.
        bar=reader.bar if is_daily else "off",
        looks_back=is_daily,
    )
    topics = (
        topic_offers.weekly(
            database,
            catalogue,
            reader,
            feedback=feedback,
            taste=ranking.taste,
            today=today,
        )
        if is_daily
        else []
    )
    return recommendations.record(
        database,
        reader.id,
        list(choices(database, catalogue, feedback, ranking)),
        kind=kind,
        local_date=today,
        new_papers=ranking.new_papers,
        feature_version=catalogue.version,
        now=now,
        style=reader.style,
        silent_since=silent_since,
        held_back=ranking.held_back,
        offers=topics,
    )


def count_held_back(
    database: Database, catalogue: Catalogue, reader: Reader, now: datetime
) -> int:
    """Return how many of a reader's places stay open because nothing is above their bar now."""
    ranking = rank(
        database,
        catalogue,
        read_feedback(database, reader, now),
        reader.local_date(now),
        reader.picks,
        bar=reader.bar,
    )
    return ranking.held_back


def draw_day(reader: Reader, feedback: Feedback, today: date) -> Day:
    """Draw whether a reader's day has an exploration or a proof; the same draw all day long."""
    ratings = sum(rating.value != 0 for rating in feedback.ratings)
    return policy.draw_day(
        f"{reader.id} {today}", explores=reader.explores, ratings=ratings
    )


def rank(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    today: date,
    n: int,
    *,
    day: Day | None = None,
    bar: str = "off",
    looks_back: bool = False,
) -> Ranking:
    """Return the n best papers by the rules in `recommender.policy`.

    Without a `day` it is the personal order alone, with nothing drawn at random; `bar` is the
    height of the reader's quality bar: strict, normal or off. With `looks_back` the last place
    may be a second look at a passed paper.
    """
    taste = tastes.learn(database, catalogue, feedback)
    shelf = shelves.of_reader(database, catalogue, feedback)
    on_offer = replace(
        offer(shelf, feedback, taste, today),
        background_scores=background(
            database, catalogue, feedback, taste, today
        ),
        passed=passed.of_reader(database, shelf, feedback, today)
        if looks_back
        else (),
    )
    picks = policy.choose(taste, on_offer, n, bar=bar, day=day)
    new_papers = int(on_offer.allowed[: shelf.count_since(today)].sum())
    return Ranking(
        picks=picks.recommendations,
        shelf=shelf,
        new_papers=new_papers,
        taste=taste,
        held_back=picks.held_back,
        outlook=picks.outlook,
    )


def offer(
    shelf: Shelf, feedback: Feedback, taste: Profile, today: date
) -> Offer:
    """Return the papers on offer to a reader, and the rights each has to a place."""
    always = [name for name in feedback.follows if name not in feedback.fitting]
    return Offer(
        candidates=shelf.candidates,
        new=shelf.head(shelf.count_fresh(today)),
        newest=shelf.newest_count,
        allowed=allowed(shelf, feedback),
        impressions=shelf.among(feedback.shown),
        followed=shelf.by_authors(always),
        fitting=shelf.by_authors(feedback.fitting),
        phrase_matches=shelf.phrase_matches(tastes.phrases(taste.evidence)),
    )


def background(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    taste: Profile,
    today: date,
) -> Floats:
    """Score the new Daily Papers for a reader who does not get them; none for all others."""
    if list_keys.DAILY in feedback.lists or not taste.evidence:
        return np.zeros(0, np.float32)

    daily = shelves.of_reader(database, catalogue, Feedback())
    new = daily.head(daily.count_fresh(today))
    matches = daily.phrase_matches(tastes.phrases(taste.evidence))[: len(new)]
    return ranking.scores(new, taste, matches)


def allowed(shelf: Shelf, feedback: Feedback) -> Mask:
    """Mark the papers that may be shown: none that was shown or rated before, none muted."""
    rated = {rating.paper_id for rating in feedback.ratings}
    excluded = shelf.among(feedback.shown | rated)
    return ~(excluded | shelf.about(feedback.muted))


def popularity_of(catalogue: Catalogue, ids: Sequence[int]) -> Floats:
    """Return the popularity of papers; it is unknown of those that are not on offer."""
    popularity = np.full(len(ids), UNKNOWN_POPULARITY, np.float32)
    for place, paper_id in enumerate(ids):
        row = catalogue.rows.get(paper_id)
        if row is not None:
            popularity[place] = catalogue.candidates.popularity[row]
    return popularity


def named_interests(
    catalogue: Catalogue, taste: Profile
) -> dict[str, Interest]:
    """Return the interests that the likes fall into, by name; empty if they are one."""
    parts = interests.split(taste)
    if not parts or catalogue.model is None:
        return {}
    members = {taste.evidence[i].ref for part in parts for i in part.members}
    ids = [ref for ref in members if isinstance(ref, int)]
    rows = catalogue.rows_of(ids)
    mentions: dict[int | str, Sequence[Mention]] = dict(
        zip(
            (catalogue.papers[row].id for row in rows),
            catalogue.mentions_of(rows),
            strict=True,
        )
    )
    return interests.name_interests(taste, parts, catalogue.model, mentions)


def choices(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    ranking: Ranking,
) -> Iterator[Choice]:
    """Yield the picks to record, each with its reason and the share of likes expected of it."""
    scores = np.array([pick.score for pick in ranking.picks], np.float32)
    shares = ranking.outlook.expectation.shares(scores)
    reasons = reasons_of(database, catalogue, feedback, ranking)
    for pick, share, reason in zip(ranking.picks, shares, reasons, strict=True):
        expected = _expected(ranking, pick, float(share))
        yield Choice(
            paper_id=pick.paper_id,
            score=pick.score,
            policy=pick.policy,
            popularity=float(ranking.shelf.candidates.popularity[pick.row]),
            reason=replace(reason, expected=expected),
            team=_team(ranking, pick),
        )


def _expected(
    ranking: Ranking, pick: Recommendation, share: float
) -> float | None:
    """Return the share of likes expected of a pick: of followed authors and the proof, none.

    They pass the bar, whatever they are worth.
    """
    if not ranking.taste.evidence or pick.policy in {"follow", "proof"}:
        return None
    return round(share, 4)


def _team(ranking: Ranking, pick: Recommendation) -> str:
    """Return which side of the proof a pick is on; empty in a digest without a proof."""
    policies = {other.policy for other in ranking.picks}
    if "proof" not in policies or pick.policy == "follow":
        return ""
    return POPULAR if pick.policy == "proof" else PERSONAL
