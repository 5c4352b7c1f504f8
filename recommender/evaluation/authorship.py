"""Take authors for readers: from the papers that someone wrote earlier, find their later ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from recommender.arrays import Floats
from recommender.authors import CROWDED_CIRCLES, count_circles
from recommender.evaluation import baselines, new_papers
from recommender.evaluation.model import PAPERPICKS, Scorer, paperpicks
from recommender.evaluation.new_papers import (
    MIN_TRAIN_LIKES,
    Progress,
    Reader,
    Result,
    Split,
)
from recommender.features import PaperFeatures
from recommender.papers import Paper, author_key
from recommender.phrases import terms
from recommender.vectors import Vectors


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
    them. Without a number of `readers` everybody is one. Raises ValueError if there are fewer.
    """
    eligible = eligible_readers(papers, cut)
    if not eligible:
        raise ValueError(
            f"nobody has {MIN_TRAIN_LIKES} papers listed before {cut} and 1 from it on"
        )
    chosen = eligible
    if readers is not None:
        chosen = new_papers.draw(eligible, readers, seed)

    models = fit_models(papers, popularity, cut, against)
    trials = new_papers.run_trials(models, chosen, likes, seed)
    return new_papers.gather(trials, len(chosen) * len(likes), progress)


def eligible_readers(papers: Sequence[Paper], cut: date) -> list[Reader]:
    """Return authors with five papers before the cut and one from it on, by sorted names.

    A name whose co-authors fall into many separate circles is left out: it is several people's.
    """
    listed = np.array([paper.listed.toordinal() for paper in papers])
    ages = cut.toordinal() - listed
    split = Split(is_new=ages <= 0, ages=ages.astype(np.float32))

    eligible: list[Reader] = []
    for key, rows in sorted(_rows_by_author(papers).items()):
        reader = split.reader(len(eligible), rows)
        if reader is None:
            continue
        authors = [papers[row].authors for row in rows]
        if count_circles(key, authors) < CROWDED_CIRCLES:
            eligible.append(reader)
    return eligible


def fit_models(
    papers: Sequence[Paper],
    popularity: Floats,
    cut: date,
    against: Sequence[str],
) -> dict[str, Scorer]:
    """Fit every model's text features on papers before the cut; return what scores later ones."""
    earlier = [paper for paper in papers if paper.listed < cut]
    later = [paper for paper in papers if paper.listed >= cut]
    is_later = [paper.listed >= cut for paper in papers]

    space = baselines.fit_space(
        _baseline_terms(earlier),
        _baseline_terms(later),
        votes=popularity[is_later],
        dated=True,
    )
    models = new_papers.baseline_scorers(space, against)
    vectors = _fit_vectors(earlier, later)
    return {**models, PAPERPICKS: paperpicks(*vectors, dated=True)}


def _fit_vectors(
    earlier: Sequence[Paper], later: Sequence[Paper]
) -> tuple[Vectors, Vectors]:
    """Return papers as our model reads them, from what the bot gives it."""
    train = [paper.content for paper in earlier]
    test = [paper.content for paper in later]
    features = PaperFeatures().fit(train)
    return features.transform(train), features.transform(test)


def _baseline_terms(papers: Sequence[Paper]) -> list[list[str]]:
    """Return papers as the baselines read them: title and abstract, each once."""
    return [terms(f"{paper.title}. {paper.abstract}") for paper in papers]


def _rows_by_author(papers: Sequence[Paper]) -> Mapping[str, list[int]]:
    """Return the rows of the papers that each author key stands on, in their order."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, paper in enumerate(papers):
        keys = {author_key(author) for author in paper.authors}
        for key in keys - {""}:
            rows[key].append(row)
    return rows
