"""Selects a group's next picks from the votes of its members and its topics, and records them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from bot.picks import selection, tastes
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue
from bot.picks.shelf import Shelf
from bot.storage import recommendations, votes
from bot.storage.database import Database
from bot.storage.digests import Digest
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from bot.storage.receipts import Reason
from bot.storage.recommendations import Choice
from recommender import explain, group
from recommender.group import MAX_HISTORY, GroupPick, Voice
from recommender.papers import Rating
from recommender.profile import Profile
from recommender.ranking import POPULARITY_WEIGHT, Candidates

# Members who have voted before reasons name what they like: of fewer, everybody could guess
# whose taste that is.
MIN_MEMBERS_TO_NAME = 3

# Topics that a reason names.
MAX_TOPICS = 2


@dataclass(frozen=True, slots=True)
class Members:
    """Those for whom a group's picks are chosen.

    Attributes
    ----------
    voices
        A voice for each member who has voted, and last the group's topics, if it has any.
    n_members
        How many of the voices are members.

    """

    voices: Sequence[Voice]
    n_members: int

    def names_taste_of(self, voice: int) -> bool:
        """Tell whether a reason may name what a voice likes: topics always, members if enough."""
        is_topics = voice >= self.n_members
        return is_topics or self.n_members >= MIN_MEMBERS_TO_NAME


def choose(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    now: datetime,
    *,
    kind: str,
    n: int | None = None,
) -> Digest:
    """Choose a group's next picks, `n` or as many as it wants, and record them before sending."""
    return recommendations.record(
        database,
        reader.id,
        propose(database, catalogue, reader, now, n=n),
        kind=kind,
        local_date=reader.local_date(now),
        new_papers=0,
        feature_version=catalogue.version,
        now=now,
        style=reader.style,
    )


def propose(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    now: datetime,
    *,
    n: int | None = None,
) -> list[Choice]:
    """Return what a group would get now, with the reasons; record nothing."""
    today = reader.local_date(now)
    feedback = selection.read_feedback(database, reader, now)
    shelf = shelves.of_reader(database, catalogue, feedback)
    members = read_members(database, catalogue, reader, feedback, shelf, today)
    picks = rank(
        database,
        catalogue,
        reader,
        feedback=feedback,
        shelf=shelf,
        members=members,
        today=today,
        n=reader.picks if n is None else n,
    )
    return list(_choices(catalogue, shelf, members, picks))


def read_members(  # noqa: PLR0917 - what is read for one ranking
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    feedback: Feedback,
    shelf: Shelf,
    today: date,
) -> Members:
    """Learn what each member likes from their votes in this group, and nothing else."""
    zone = ZoneInfo(reader.zone)
    profiles = []
    for member_votes in votes.of_group(database, reader.id).values():
        ratings = [
            Rating(
                vote.paper_id,
                vote.value,
                (today - vote.voted_at.astimezone(zone).date()).days,
            )
            for vote in member_votes
        ]
        votes_here = Feedback(ratings=tuple(ratings))
        profiles.append(tastes.learn(database, catalogue, votes_here))

    n_members = len(profiles)
    if feedback.wanted:
        topics = replace(feedback, ratings=(), muted=())
        profiles.append(tastes.learn(database, catalogue, topics))

    voices = [_voice(shelf, profile) for profile in profiles]
    return Members(voices, n_members)


def rank(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    *,
    feedback: Feedback,
    shelf: Shelf,
    members: Members,
    today: date,
    n: int,
) -> list[GroupPick]:
    """Return the n papers that are fairest to all, by the rule in `recommender.group`."""
    nobody = tastes.learn(database, catalogue, Feedback())
    on_offer = selection.offer(shelf, feedback, nobody, today)
    digests = recommendations.last_digests(database, reader.id, MAX_HISTORY)
    history = [
        _past_candidates(database, catalogue, paper_ids)
        for paper_ids in digests
    ]
    return group.choose(members.voices, on_offer, n, history)


def _voice(shelf: Shelf, profile: Profile) -> Voice:
    phrases = tastes.phrases(profile.evidence)
    return Voice(profile, shelf.phrase_matches(phrases))


def _past_candidates(
    database: Database, catalogue: Catalogue, paper_ids: Sequence[int]
) -> Candidates:
    """Return papers of a past digest as candidates, without those that have no vector any more."""
    ids, vectors = tastes.vectors_of(database, catalogue, paper_ids)
    return Candidates(
        ids=np.array(ids, np.int64),
        vectors=vectors,
        popularity=selection.popularity_of(catalogue, ids),
    )


def _choices(
    catalogue: Catalogue,
    shelf: Shelf,
    members: Members,
    picks: Sequence[GroupPick],
) -> Iterator[Choice]:
    """Yield the picks to record, each with the topics of those whom it serves most."""
    for pick in picks:
        chosen = pick.recommendation
        yield Choice(
            paper_id=chosen.paper_id,
            score=chosen.score,
            policy=chosen.policy,
            popularity=float(shelf.candidates.popularity[chosen.row]),
            reason=_reason(catalogue, shelf, members, pick),
        )


def _reason(
    catalogue: Catalogue, shelf: Shelf, members: Members, pick: GroupPick
) -> Reason:
    """Return whom a pick is for, in words of topics; never which papers or members speak for it."""
    topics: dict[str, None] = {}
    for number in pick.voices:
        if members.names_taste_of(number):
            profile = members.voices[number].profile
            row = pick.recommendation.row
            topics |= dict.fromkeys(_topics(catalogue, shelf, profile, row))

    words = [(topic, 0.0) for topic in list(topics)[:MAX_TOPICS]]
    return Reason(kind="group" if words else "", words=tuple(words))


def _topics(
    catalogue: Catalogue, shelf: Shelf, profile: Profile, row: int
) -> list[str]:
    """Return what carries a paper's score for a voice: typed topics first, then concepts."""
    if catalogue.model is None or not profile.evidence:
        return []
    vector = shelf.candidates.vectors.take([row])
    matches = shelf.phrase_matches(tastes.phrases(profile.evidence))[[row]]
    explanation = explain.explain(
        profile,
        catalogue.model,
        vector,
        shelf.mentions(row),
        popularity=POPULARITY_WEIGHT * float(shelf.candidates.popularity[row]),
        phrase_matches=matches,
    )
    typed = [
        str(ref)
        for kind, ref, share in explanation.evidence
        if kind == "wanted" and share > 0
    ]
    return typed or [word for word, share in explanation.words if share > 0]
