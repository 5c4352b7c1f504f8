"""`paperpicks evaluate`: measures the recommender on a data set, beside the baselines."""

import sys
from pathlib import Path

from rich.console import Console

from bot.cli.evaluate import protocols, tables
from bot.cli.evaluate.options import (
    FIRST_WEEKS_STARTS,
    GROUP_DRAWS,
    AblationOption,
    AgainstOption,
    CutOption,
    DaysOption,
    DrawsOption,
    Fold,
    FoldOption,
    JsonOption,
    LibrariesOption,
    LikesOption,
    Options,
    PapersOption,
    PicksOption,
    PlotsOption,
    Protocol,
    ProtocolOption,
    RatingsOption,
    ReadersFileOption,
    ReadersOption,
    SeedOption,
    StartsOption,
    StoredDaysOption,
    UntilOption,
    parse_baselines,
)
from bot.cli.evaluate.protocols import Report

# Characters of a line of a table: the same in a log as on a terminal.
WIDTH = 160

PROTOCOLS = {
    Protocol.new_papers: protocols.evaluate_new_papers,
    Protocol.stream: protocols.evaluate_stream,
    Protocol.ratings: protocols.evaluate_ratings,
    Protocol.authors: protocols.evaluate_authors,
    Protocol.first_weeks: protocols.evaluate_first_weeks,
    Protocol.sources: protocols.evaluate_sources,
    Protocol.groups: protocols.evaluate_groups,
    Protocol.gist: protocols.evaluate_gist,
}


def evaluate(
    *,
    protocol: ProtocolOption = Protocol.new_papers,
    papers: PapersOption = None,
    libraries: LibrariesOption = None,
    readers_file: ReadersFileOption = None,
    ratings: RatingsOption = None,
    readers: ReadersOption = None,
    seed: SeedOption = 0,
    fold: FoldOption = Fold.first,
    likes: LikesOption = "all,5,1",
    cut: CutOption = None,
    until: UntilOption = None,
    picks: PicksOption = None,
    draws: DrawsOption = GROUP_DRAWS,
    days: DaysOption = None,
    starts: StartsOption = FIRST_WEEKS_STARTS,
    stored_days: StoredDaysOption = 10,
    against: AgainstOption = None,
    plots: PlotsOption = Path("plots"),
    ablation: AblationOption = False,
    as_json: JsonOption = False,
) -> None:
    """Measure the recommender on a data set, side by side with the published recipes."""
    options = Options(
        papers=papers or [],
        libraries=libraries,
        readers_file=readers_file,
        ratings=ratings,
        readers=readers,
        seed=seed,
        fold=fold,
        likes=likes,
        cut=cut,
        until=until,
        picks=picks,
        draws=draws,
        days=days,
        starts=starts,
        stored_days=stored_days,
        baselines=parse_baselines(against),
        plots=plots,
        ablation=ablation,
    )
    report = PROTOCOLS[protocol](options)
    _print(report, as_json=as_json)


def _print(report: Report, *, as_json: bool) -> None:
    """Print the rows as one JSON list for a program, or the tables for a person."""
    if as_json:
        sys.stdout.write(tables.as_json(report.rows) + "\n")
        return

    out = Console(width=WIDTH, markup=False, emoji=False, highlight=False)
    for rows in filter(None, report.tables):
        out.print(tables.table(rows))
