"""Measures the chosen sentences of abstracts, and returns the figures of each choice."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bot.cli.evaluate import data, tables
from bot.cli.evaluate.tables import Rows
from bot.errors import Failure
from recommender.evaluation import gists
from recommender.evaluation.gists import Nearness, Summarized


def run(paths: Sequence[Path]) -> list[Nearness]:
    """Measure on the papers that have an abstract and a summary of their source."""
    papers = [
        Summarized(paper.title, paper.abstract, paper.gist)
        for paper in data.read_dated_papers(paths).values()
        if paper.abstract and paper.gist
    ]
    try:
        return gists.evaluate(papers)
    except ValueError as error:
        raise Failure(f"--papers: {error}", passing=False) from None


def result_rows(results: Sequence[Nearness]) -> Rows:
    """Return each choice as a row."""
    return [
        {"protocol": "gist", **tables.rounded(asdict(result))}
        for result in results
    ]
