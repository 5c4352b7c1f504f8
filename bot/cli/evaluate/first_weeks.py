"""Replays the first weeks of new installations, and returns the figures of each model."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bot.cli.evaluate import data, tables
from bot.cli.evaluate.tables import Rows
from bot.errors import Failure
from bot.picks.catalogue import popularity
from recommender.evaluation import first_weeks, second_looks
from recommender.evaluation.first_weeks import ORACLE, TOPIC_ONLY, Weeks
from recommender.evaluation.mornings import Corpus, StreamReader
from recommender.evaluation.new_papers import Progress

# The height of the bar at which every paper is sent.
NO_BAR = "off"

# Instead of zero, to divide by.
EPSILON = 1e-9


def load(
    papers: Sequence[Path], readers_file: Path
) -> tuple[Corpus, list[StreamReader]]:
    """Read the papers and the readers."""
    papers_by_id = data.read_sorted_papers(papers)
    listed = list(papers_by_id.values())
    corpus = Corpus(listed, popularity(listed))
    return corpus, data.read_stream_readers(readers_file, list(papers_by_id))


def run(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    baselines: Sequence[str],
    *,
    starts: Sequence[date],
    stored_days: int,
    days: int,
    picks: int,
    progress: Progress,
) -> list[Weeks]:
    """Replay the first weeks of all readers from each of the starts."""
    try:
        return first_weeks.evaluate(
            corpus,
            readers,
            starts=starts,
            stored_days=stored_days,
            days=days,
            picks=picks,
            against=baselines,
            progress=progress,
        )
    except ValueError as error:
        raise Failure(f"--starts: {error}", passing=False) from None


def look_again(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    *,
    starts: Sequence[date],
    stored_days: int,
    days: int | None,
    picks: int,
) -> Rows:
    """Return what second looks are worth to readers who change their mind, as one row."""
    looks = second_looks.evaluate(
        corpus,
        readers,
        starts=starts,
        stored_days=stored_days,
        days=days or second_looks.DAYS,
        picks=picks,
    )
    if looks is None:
        return []
    return [
        {
            "protocol": "first-weeks",
            "model": "second-look",
            **tables.rounded(asdict(looks)),
            "ratio": round(looks.liked / max(looks.passed_liked, EPSILON), 2),
        }
    ]


def result_rows(results: Sequence[Weeks]) -> Rows:
    """Return each result as a row for programs, with lists for its weeks and ratings."""
    rows = []
    for result in results:
        by_ratings = [
            [ratings, round(share, 4), picks]
            for ratings, share, picks in result.by_ratings
        ]
        rows.append(
            {
                "protocol": "first-weeks",
                **tables.rounded(asdict(result)),
                "by_week": [round(share, 4) for share in result.by_week],
                "by_ratings": by_ratings,
            }
        )
    return rows


def summary_rows(results: Sequence[Weeks]) -> Rows:
    """Return each result as a row for people, as shares of the oracle and of topics alone."""
    oracle_shares = _liked_shares(results, ORACLE)
    topic_shares = _liked_shares(results, TOPIC_ONLY)
    sent_without_bar = {
        (result.model, result.who): result.sent
        for result in results
        if result.bar == NO_BAR
    }

    rows = []
    for result in results:
        liked = result.liked_share
        oracle = max(oracle_shares[result.who], EPSILON)
        topics = max(topic_shares[result.who], EPSILON)
        sent = max(sent_without_bar[result.model, result.who], 1)
        rows.append(
            {
                "model": result.model,
                "bar": result.bar,
                "who": result.who,
                "liked share": round(liked, 4),
                "of the oracle": round(liked / oracle, 3),
                "to topics alone": round(liked / topics, 3),
                "sent": round(result.sent / sent, 3),
                "hits kept": round(result.hits_kept, 3),
                "days to 80": result.days_to_80 or "",
            }
        )
    return rows


def course_rows(results: Sequence[Weeks]) -> Rows:
    """Return the liked shares by week and by ratings, for a table of their own."""
    rows = []
    for result in results:
        name = result.model
        if result.bar != NO_BAR:
            name = f"{result.model}, bar {result.bar}"

        by_ratings = [
            f"{ratings}+ {share:.3f}" for ratings, share, _ in result.by_ratings
        ]
        rows.append(
            {
                "model": name,
                "who": result.who,
                "liked share by week": [
                    round(share, 3) for share in result.by_week
                ],
                "by ratings": " ".join(by_ratings),
            }
        )
    return rows


def _liked_shares(results: Sequence[Weeks], model: str) -> dict[str, float]:
    """Return the liked share of a model by the kind of readers."""
    return {
        result.who: result.liked_share
        for result in results
        if result.model == model
    }
