"""The papers selected for one reader, best first, and why each is among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.picks import reasons, tastes
from bot.picks.catalogue import Catalogue
from bot.picks.shelf import Shelf
from bot.storage import papers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.receipts import Reason
from recommender import explain
from recommender.concepts import Mention
from recommender.expectation import Outlook
from recommender.features import PaperFeatures
from recommender.papers import StoredPaper
from recommender.profile import Profile
from recommender.ranking import POPULARITY_WEIGHT, Recommendation


@dataclass(frozen=True, slots=True)
class Ranking:
    """The papers selected for a reader, best first, and the taste that selected them.

    The rows of the picks are those of the `shelf`. `new_papers` counts the papers on it that were
    listed today, `held_back` the places left open because nothing else was above the reader's bar.
    `outlook` tells what share of such papers the reader likes.
    """

    picks: Sequence[Recommendation]
    shelf: Shelf
    new_papers: int
    taste: Profile
    held_back: int
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class _Case:
    """What a reason is told from: a pick, its paper, and what carried its score if anything did.

    `about` are the concepts that say most of what the paper is about.
    """

    pick: Recommendation
    paper: StoredPaper
    explanation: explain.Reason | None = None
    about: Sequence[str] = ()


def reasons_of(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    ranking: Ranking,
) -> list[Reason]:
    """Return why each of the papers was chosen, computed from its score."""
    cases = _cases(catalogue, ranking)
    liked = {
        ref
        for case in cases
        if case.explanation is not None
        for _, ref, _ in case.explanation.evidence
        if isinstance(ref, int)
    }
    papers_by_id = papers.by_ids(database, liked, feedback.reader_id)
    titles = {number: paper.title for number, paper in papers_by_id.items()}
    return [_reason(feedback, ranking, case, titles) for case in cases]


def _cases(catalogue: Catalogue, ranking: Ranking) -> list[_Case]:
    """Explain each pick; nothing explains one by a followed author, or before any evidence."""
    shelf = ranking.shelf
    picks = ranking.picks
    cases = [
        _Case(pick, paper)
        for pick, paper in zip(
            picks, shelf.whole_papers([p.row for p in picks]), strict=True
        )
    ]
    if catalogue.model is None or not ranking.taste.evidence:
        return cases

    explained = [pick.row for pick in picks if pick.policy != "follow"]
    mentions = dict(zip(explained, shelf.mentions_of(explained), strict=True))
    return [
        _explain(catalogue.model, ranking, case, mentions[case.pick.row])
        if case.pick.row in mentions
        else case
        for case in cases
    ]


def _explain(
    model: PaperFeatures,
    ranking: Ranking,
    case: _Case,
    mentions: Sequence[Mention],
) -> _Case:
    """Return what carried the score of a pick, and what its paper is about."""
    shelf, row = ranking.shelf, case.pick.row
    vector = shelf.candidates.vectors.take([row])
    phrases = tastes.phrases(ranking.taste.evidence)
    popularity = float(shelf.candidates.popularity[row])
    explanation = explain.explain(
        ranking.taste,
        model,
        vector,
        mentions,
        popularity=POPULARITY_WEIGHT * popularity,
        phrase_matches=shelf.phrase_matches(phrases)[[row]],
    )
    subject = explain.subject(model, vector, mentions)
    about = [mention.surface for mention in subject]
    return replace(case, explanation=explanation, about=about)


def _reason(
    feedback: Feedback,
    ranking: Ranking,
    case: _Case,
    titles: Mapping[int, str],
) -> Reason:
    """Return why a paper was chosen; `titles` are those of liked papers by id."""
    pick, paper, explanation = case.pick, case.paper, case.explanation
    popularity = float(ranking.shelf.candidates.popularity[pick.row])
    if pick.policy == "follow":
        return reasons.followed(paper, feedback.follows)
    if explanation is None:
        return reasons.unlearned(popularity, paper, feedback.wanted)
    if pick.policy == "explore":
        return reasons.explored(explanation, case.about)
    if pick.policy == "proof":
        return reasons.proof(explanation, paper)
    if pick.policy == "second-look":
        return reasons.second_look(explanation, paper, pick.why)
    return replace(
        reasons.explained(explanation, popularity, titles, paper, case.about),
        strength=ranking.outlook.expectation.strength(pick.score),
    )
