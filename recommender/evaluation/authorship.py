"""Authors as readers: from the papers that someone wrote earlier, find their later ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from recommender.authors import CIRCLES, circles
from recommender.evaluation import baselines, new_papers
from recommender.evaluation.new_papers import (
    FEWEST_KNOWN,
    OURS,
    Progress,
    Reader,
    Result,
    Scorer,
    Split,
)
from recommender.features import Floats, PaperFeatures, Vectors
from recommender.papers import Paper, author_key
from recommender.phrases import terms


def evaluate(
    papers: Sequence[Paper],
    popularity: Floats,
    *,
    cut: date,
    readers: int | None = None,
    seed: int = 0,
    likes: Sequence[int | str] = ("all", 5, 1),
    against: Sequence[str] = (),
    progress: Progress | None = None,
) -> list[Result]:
    """Rank all papers listed from the cut on for authors of whom k earlier papers are known.

    Text features are fitted on what was listed before the cut; who wrote a paper is none of
    them. Without a number of `readers` everybody is one. Raises ValueError where there are fewer.
    """
    eligible = eligible_readers(papers, cut)
    if not eligible:
        raise ValueError(
            f"nobody has {FEWEST_KNOWN} papers listed before {cut} and 1 from it on"
        )
    chosen = (
        eligible
        if readers is None
        else new_papers.draw(eligible, readers, seed)
    )
    models = contestants(papers, popularity, cut, against)
    every = new_papers.trials(models, chosen, likes, seed)
    return new_papers.results(every, len(chosen) * len(likes), progress)


def eligible_readers(papers: Sequence[Paper], cut: date) -> list[Reader]:
    """Return authors with five papers before the cut and one from it on, by sorted names.

    A name whose co-authors fall into many separate circles is left out: it is several people's.
    """
    listed = np.array([paper.listed.toordinal() for paper in papers])
    ages = cut.toordinal() - listed
    split = Split(ages <= 0, ages.astype(np.float32))
    eligible: list[Reader] = []
    for key, rows in sorted(_by_author(papers).items()):
        reader = split.reader(len(eligible), rows)
        if (
            reader
            and circles(key, [papers[row].authors for row in rows]) < CIRCLES
        ):
            eligible.append(reader)
    return eligible


def contestants(
    papers: Sequence[Paper],
    popularity: Floats,
    cut: date,
    against: Sequence[str],
) -> dict[str, Scorer]:
    """Fit every model's text features on papers before the cut; return what scores later ones."""
    before = [paper for paper in papers if paper.listed < cut]
    later = [paper for paper in papers if paper.listed >= cut]
    votes = popularity[[paper.listed >= cut for paper in papers]]
    space = baselines.space(
        _terms(before), _terms(later), votes=votes, dated=True
    )
    ours = new_papers.paperpicks(*_vectors(before, later), dated=True)
    return {**new_papers.theirs(space, against), OURS: ours}


def _vectors(
    before: Sequence[Paper], later: Sequence[Paper]
) -> tuple[Vectors, Vectors]:
    """Return papers as our model reads them, from what the bot gives it."""
    features = PaperFeatures().fit([paper.content for paper in before])
    known, new = (
        features.transform([paper.content for paper in part])
        for part in (before, later)
    )
    return known, new


def _terms(papers: Sequence[Paper]) -> list[list[str]]:
    """Return papers as the recipes read them: title and abstract, each once."""
    return [terms(f"{paper.title}. {paper.abstract}") for paper in papers]


def _by_author(papers: Sequence[Paper]) -> Mapping[str, list[int]]:
    """Return the rows of the papers that each name stands on, in their order."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, paper in enumerate(papers):
        for key in {author_key(author) for author in paper.authors} - {""}:
            rows[key].append(row)
    return rows
