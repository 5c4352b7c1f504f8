"""Replays a daily stream for simulated readers, and returns the figures of each model."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bot.cli.evaluate import data, tables
from bot.cli.evaluate.tables import Row, Rows
from bot.picks import catalogue
from recommender.evaluation import mornings, policies, stream, summary
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.mornings import Corpus, StreamReader
from recommender.evaluation.new_papers import Progress
from recommender.evaluation.stream import DailyPicks, Policy
from recommender.evaluation.summary import Outcome
from recommender.evaluation.ticking import FieldIndex, ticking
from recommender.fields import FIELDS, OPENING

# Names of models in the tables: the best picks there are, those by every true interest,
# and ours without exploration.
ORACLE = "oracle"
RULE = "rule"
PLAIN = f"{PAPERPICKS}, no exploring"

# Our model after a new reader rated eight papers, by how these were chosen.
QUESTION_MODELS = {
    f"{PAPERPICKS} after 8 chosen": "chosen",
    f"{PAPERPICKS} after 8 random": "random",
    f"{PAPERPICKS} after 8 popular": "popular",
    f"{PAPERPICKS}, not asked": "none",
}

# Our model after a new reader looked for topics on some screens of fields.
SCREEN_MODELS = {
    f"{PAPERPICKS}, topics of 1 screen": 1,
    f"{PAPERPICKS}, topics of 2 screens": 2,
    f"{PAPERPICKS}, topics of 3 screens": 3,
    f"{PAPERPICKS}, topics of all screens": len(FIELDS),
}


def load(
    papers: Sequence[Path], readers_file: Path, days: int
) -> tuple[Corpus, list[StreamReader]]:
    """Read the readers, and the papers that a replay of the last days needs."""
    papers_by_id = data.read_sorted_papers(papers)
    first = mornings.first_needed(list(papers_by_id.values()), days)
    ids = list(papers_by_id)[first:]
    listed = list(papers_by_id.values())[first:]

    corpus = Corpus(listed, catalogue.popularity(listed))
    return corpus, data.read_stream_readers(readers_file, ids)


def run(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    baselines: Sequence[str],
    *,
    days: int,
    picks: int,
    seed: int,
    progress: Progress,
) -> tuple[list[Outcome], Rows]:
    """Replay the last days; return the outcome of each model, and rows on first weeks.

    The first weeks tell what questions and screens of topics are worth.
    """
    models = _models(baselines, seed)
    first_week_models = _first_week_models(corpus)
    histories = stream.replay(
        mornings.last_mornings(corpus, readers, days),
        readers,
        models | first_week_models,
        picks=picks,
        progress=progress,
    )

    model_histories = {name: histories[name] for name in models}
    outcomes = summary.outcomes(model_histories, readers, ORACLE, RULE)
    first_week_rows = [
        _first_week_row(name, histories[name], len(readers))
        for name in first_week_models
    ]
    return outcomes, first_week_rows


def field_index(corpus: Corpus) -> FieldIndex:
    """Return the fields of machine learning with the papers that contain their names."""
    matches = np.stack([corpus.matches(name) for name in FIELDS], axis=1)
    return FieldIndex(
        FIELDS, matches, corpus.listed, corpus.matches, len(OPENING)
    )


def outcome_rows(outcomes: Sequence[Outcome]) -> Rows:
    """Return a row for each model, with the hit rates of its weeks."""
    return [
        {
            "protocol": "stream",
            **tables.rounded(asdict(outcome)),
            "weeks": [round(rate, 4) for rate in outcome.weeks],
        }
        for outcome in outcomes
    ]


def week_rows(outcomes: Sequence[Outcome]) -> Rows:
    """Return the hit rates by week of each model, for a table of their own."""
    return [
        {
            "model": outcome.model,
            "hit rate by week": [round(rate, 3) for rate in outcome.weeks],
        }
        for outcome in outcomes
    ]


def _models(baselines: Sequence[str], seed: int) -> dict[str, Policy]:
    """Return the models that are compared over the whole stream."""
    models = {name: policies.baseline(name) for name in baselines}
    models[PLAIN] = policies.paperpicks()
    models[PAPERPICKS] = policies.paperpicks(
        explores=True, proves=True, seed=seed
    )
    models[RULE] = policies.rule
    models[ORACLE] = policies.oracle
    return models


def _first_week_models(corpus: Corpus) -> dict[str, Policy]:
    """Return the models that are compared in the first week of each reader."""
    models = {
        name: policies.asking(choice)
        for name, choice in QUESTION_MODELS.items()
    }

    index = field_index(corpus)
    for name, screens in SCREEN_MODELS.items():
        models[name] = ticking(index, screens)
    return models


def _first_week_row(
    name: str, history: Sequence[DailyPicks], readers: int
) -> Row:
    return {
        "protocol": "stream",
        "model": name,
        "first_week": round(summary.hit_rate(history), 4),
        "readers": readers,
    }
