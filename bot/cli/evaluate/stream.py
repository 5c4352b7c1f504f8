"""Replays a daily stream for simulated readers, and tells what each model came to."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.evaluate import data, tables
from bot.picks import catalogue
from recommender.evaluation import mornings, policies, stream, summary
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.mornings import Corpus, StreamReader
from recommender.evaluation.new_papers import Progress
from recommender.evaluation.stream import Policy
from recommender.evaluation.summary import Outcome
from recommender.evaluation.ticking import FieldIndex, ticking
from recommender.fields import FIELDS, OPENING

ORACLE, RULE = "oracle", "rule"
PLAIN = f"{PAPERPICKS}, no exploring"
# Screens of fields that a new reader looks at for a second and a third topic.
LOOKED_AT = {
    f"{PAPERPICKS}, topics of {n} screen{'s' * (n > 1)}": n for n in (1, 2, 3)
}
LOOKED_AT |= {f"{PAPERPICKS}, topics of all screens": len(FIELDS)}
ASKED = {
    f"{PAPERPICKS} after 8 {how}": how
    for how in ("chosen", "random", "popular")
}
ASKED |= {f"{PAPERPICKS}, not asked": "none"}


def load(
    papers: Sequence[Path], readers_file: Path, days: int
) -> tuple[Corpus, list[StreamReader]]:
    """Read the papers that replaying the last days can need, and the readers."""
    found = data.listed(papers)
    found = found[mornings.first_needed([paper for _, paper in found], days) :]
    listed = [paper for _, paper in found]
    corpus = Corpus(listed, catalogue.popularity(listed))
    return corpus, data.stream_readers(readers_file, [key for key, _ in found])


def run(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    names: Sequence[str],
    *,
    days: int,
    picks: int,
    seed: int,
    progress: Progress,
) -> tuple[list[Outcome], list[dict[str, Any]]]:
    """Replay the stream; return what each model came to, and what asking is worth."""
    models: dict[str, Policy] = {
        name: policies.baseline(name) for name in names
    }
    models[PLAIN] = policies.paperpicks()
    models[PAPERPICKS] = policies.paperpicks(
        explores=True, proves=True, seed=seed
    )
    models[RULE] = policies.rule
    models[ORACLE] = policies.oracle
    questions = {name: policies.asking(how) for name, how in ASKED.items()}
    fields = library(corpus)
    questions |= {
        name: ticking(fields, screens) for name, screens in LOOKED_AT.items()
    }
    days_of_stream = mornings.last_mornings(corpus, readers, days)
    shown = stream.replay(
        days_of_stream,
        readers,
        models | questions,
        picks=picks,
        progress=progress,
    )
    asked = [
        {
            "protocol": "stream",
            "model": name,
            "first_week": round(summary.hit_rate(shown[name]), 4),
            "readers": len(readers),
        }
        for name in questions
    ]
    told = {name: shown[name] for name in models}
    return summary.outcomes(told, readers, ORACLE, RULE), asked


def library(corpus: Corpus) -> FieldIndex:
    """Return the fields of machine learning with the papers of a corpus that say them."""
    says = np.stack([corpus.matches(name) for name in FIELDS], axis=1)
    return FieldIndex(FIELDS, says, corpus.listed, corpus.matches, len(OPENING))


def weeks(found: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return each model's hit rate by week, for a table of its own."""
    return [
        {
            "model": each.model,
            "hit rate by week": [round(week, 3) for week in each.weeks],
        }
        for each in found
    ]


def rows(found: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return outcomes as rows, each week's hit rate among them."""
    return [
        {"protocol": "stream", **tables.rounded(asdict(each))}
        | {"weeks": [round(week, 4) for week in each.weeks]}
        for each in found
    ]
