"""The first weeks of a new installation: read from files, replayed, and told as rows."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from bot.cli.evaluate import data, tables
from bot.errors import Failure
from bot.picks.catalogue import popularity
from recommender.evaluation import first_weeks
from recommender.evaluation.first_weeks import Weeks
from recommender.evaluation.mornings import Corpus
from recommender.evaluation.new_papers import Progress

STARTS = "2026-01-12,2026-02-23,2026-04-13"
DAYS = 40


def run(
    papers: Sequence[Path],
    readers_file: Path,
    names: Sequence[str],
    *,
    starts: str,
    stored_days: int,
    days: int,
    picks: int,
    progress: Progress,
) -> list[Weeks]:
    """Replay the first weeks of all readers from each of the starts."""
    listed = data.listed(papers)
    corpus = Corpus(
        [paper for _, paper in listed],
        popularity([paper for _, paper in listed]),
    )
    readers = data.stream_readers(readers_file, [key for key, _ in listed])
    try:
        return first_weeks.evaluate(
            corpus,
            readers,
            starts=_days(starts),
            stored_days=stored_days,
            days=days,
            picks=picks,
            against=names,
            progress=progress,
        )
    except ValueError as error:
        raise Failure(f"--starts: {error}", passing=False) from None


def rows(weeks: Sequence[Weeks]) -> list[dict[str, Any]]:
    """Return each model's figures as a row for programs, lists included."""
    return [
        {"protocol": "first-weeks", **tables.rounded(asdict(each))}
        | {"by_week": [round(share, 4) for share in each.by_week]}
        | {
            "by_ratings": [
                [n, round(share, 4), of] for n, share, of in each.by_ratings
            ]
        }
        for each in weeks
    ]


def summary(weeks: Sequence[Weeks]) -> list[dict[str, Any]]:
    """Return a row for each model as people compare them: beside the oracle and the bare topics."""
    best = {
        each.who: each.liked_share
        for each in weeks
        if each.model == first_weeks.ORACLE
    }
    topics = {
        each.who: each.liked_share
        for each in weeks
        if each.model == first_weeks.TOPIC_ONLY
    }
    full = {
        (each.model, each.who): each.sent for each in weeks if each.bar == "off"
    }
    return [
        {
            "model": each.model,
            "bar": each.bar,
            "who": each.who,
            "liked share": round(each.liked_share, 4),
            "of the oracle": round(
                each.liked_share / max(best[each.who], 1e-9), 3
            ),
            "to topics alone": round(
                each.liked_share / max(topics[each.who], 1e-9), 3
            ),
            "sent": round(each.sent / max(full[each.model, each.who], 1), 3),
            "hits kept": round(each.hits_kept, 3),
            "days to 80": each.days_to_80 or "",
        }
        for each in weeks
    ]


def courses(weeks: Sequence[Weeks]) -> list[dict[str, Any]]:
    """Return each model's liked share by week and by number of ratings, for a table of its own."""
    return [
        {
            "model": each.model
            if each.bar == "off"
            else f"{each.model}, bar {each.bar}",
            "who": each.who,
            "liked share by week": [round(share, 3) for share in each.by_week],
            "by ratings": " ".join(
                f"{n}+ {share:.3f}" for n, share, _ in each.by_ratings
            ),
        }
        for each in weeks
    ]


def _days(starts: str) -> list[date]:
    days = []
    for text in starts.split(","):
        try:
            days.append(date.fromisoformat(text.strip()))
        except ValueError:
            message = f"--starts: {text.strip()!r} is no day such as 2026-01-12"
            raise Failure(message, passing=False) from None
    return days
