"""The protocols of an evaluation: each reads its files, measures, and returns a report."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bot.cli import progress
from bot.cli.console import err
from bot.cli.evaluate import (
    data,
    first_weeks,
    gists,
    groups,
    plots,
    sources,
    stream,
    tables,
)
from bot.cli.evaluate.options import (
    FIRST_WEEKS_DAYS,
    GROUP_PICKS,
    N_LIBRARIES,
    READER_PICKS,
    SOURCES_DAYS,
    STREAM_DAYS,
    Options,
    Protocol,
    parse_cut,
    parse_fold,
    parse_likes,
    parse_starts,
    parse_until,
)
from bot.cli.evaluate.tables import Rows
from bot.errors import Failure
from bot.picks.catalogue import popularity
from recommender.evaluation import authorship, new_papers
from recommender.evaluation.new_papers import Result
from recommender.evaluation.ratings import MIN_PAPERS, validate
from recommender.evaluation.sources import Window
from recommender.evaluation.sources import evaluate as compare

# What a baseline needs that papers without dates and votes lack.
NEEDS_OF_LIBRARIES = {
    "popularity": "votes",
    "zotero": "dates",
}

# What a baseline needs that papers without votes lack.
NEEDS_OF_VOTELESS = {
    "popularity": "votes",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The results of an evaluation: `rows` for programs, and `tables` for people."""

    rows: Rows
    tables: Sequence[Rows]


def evaluate_new_papers(options: Options) -> Report:
    """Rank papers that nothing was fitted on, for readers with saved papers."""
    likes = parse_likes(options.likes)
    if not options.papers or options.libraries is None:
        raise Failure(
            "new-papers needs --papers and --libraries", passing=False
        )

    documents = data.read_documents(options.papers)
    libraries = data.read_libraries(options.libraries, documents)
    baselines = _usable(options.baselines, NEEDS_OF_LIBRARIES)

    try:
        with progress.count_bar(err, "readers") as show:
            results = new_papers.evaluate(
                [document.terms for document in documents],
                libraries,
                folds=parse_fold(options.fold),
                readers=options.readers or N_LIBRARIES,
                seed=options.seed,
                likes=likes,
                against=baselines,
                ablation=options.ablation,
                progress=show,
            )
    except ValueError as error:
        raise Failure(f"{options.libraries}: {error}", passing=False) from None

    return _ranking_report(Protocol.new_papers, results)


def evaluate_authors(options: Options) -> Report:
    """Rank papers from a day on for authors, who like what they wrote later."""
    likes = parse_likes(options.likes)
    if not options.papers or options.cut is None:
        raise Failure("authors needs --papers and --cut", passing=False)

    cut = parse_cut(options.cut)
    papers = list(data.read_dated_papers(options.papers).values())
    baselines = options.baselines
    if all(paper.upvotes is None for paper in papers):
        baselines = _usable(baselines, NEEDS_OF_VOTELESS)

    try:
        with progress.count_bar(err, "readers") as show:
            results = authorship.evaluate(
                papers,
                popularity(papers),
                cut=cut,
                readers=options.readers,
                seed=options.seed,
                likes=likes,
                against=baselines,
                progress=show,
            )
    except ValueError as error:
        files = ", ".join(map(str, options.papers))
        raise Failure(f"{files}: {error}", passing=False) from None

    return _ranking_report(Protocol.authors, results)


def evaluate_stream(options: Options) -> Report:
    """Replay the last days of a stream for simulated readers."""
    if not options.papers or options.readers_file is None:
        raise Failure("stream needs --papers and --readers-file", passing=False)

    days = options.days or STREAM_DAYS
    corpus, readers = stream.load(options.papers, options.readers_file, days)
    with progress.count_bar(err, "days") as show:
        outcomes, first_week_rows = stream.run(
            corpus,
            readers,
            options.baselines,
            days=days,
            picks=options.picks or READER_PICKS,
            seed=options.seed,
            progress=show,
        )

    for path in plots.draw_stream(options.plots, outcomes):
        err.print(f"drawn: {path}")

    outcome_rows = stream.outcome_rows(outcomes)
    return Report(
        rows=[*outcome_rows, *first_week_rows],
        tables=[outcome_rows, stream.week_rows(outcomes), first_week_rows],
    )


def evaluate_first_weeks(options: Options) -> Report:
    """Replay the first weeks of new installations for simulated readers."""
    if not options.papers or options.readers_file is None:
        raise Failure(
            "first-weeks needs --papers and --readers-file", passing=False
        )

    baselines = [name for name in options.baselines if name != "random"]
    corpus, readers = first_weeks.load(options.papers, options.readers_file)
    starts = parse_starts(options.starts)
    with progress.count_bar(err, "days") as show:
        results = first_weeks.run(
            corpus,
            readers,
            baselines,
            starts=starts,
            stored_days=options.stored_days,
            days=options.days or FIRST_WEEKS_DAYS,
            picks=options.picks or READER_PICKS,
            progress=show,
        )

        looks = first_weeks.look_again(
            corpus,
            readers,
            starts=starts,
            stored_days=options.stored_days,
            days=options.days,
            picks=options.picks or READER_PICKS,
        )

    path = plots.draw_first_weeks(options.plots, results)
    err.print(f"drawn: {path}")

    return Report(
        rows=[*first_weeks.result_rows(results), *looks],
        tables=[
            first_weeks.summary_rows(results),
            first_weeks.course_rows(results),
            looks,
        ],
    )


def evaluate_groups(options: Options) -> Report:
    """Replay groups of simulated readers, who share the picks of new installations."""
    if not options.papers or options.readers_file is None:
        raise Failure("groups needs --papers and --readers-file", passing=False)

    corpus, readers = first_weeks.load(options.papers, options.readers_file)
    starts = parse_starts(options.starts)
    with progress.count_bar(err, "days") as show:
        results = groups.run(
            corpus,
            readers,
            starts=starts,
            stored_days=options.stored_days,
            days=options.days or FIRST_WEEKS_DAYS,
            picks=options.picks or GROUP_PICKS,
            draws=options.draws,
            seed=options.seed,
            progress=show,
        )

    return Report(
        rows=groups.result_rows(results),
        tables=[groups.summary_rows(results)],
    )


def evaluate_gist(options: Options) -> Report:
    """Compare the chosen sentences of abstracts with the summaries of their source."""
    if not options.papers:
        raise Failure("gist needs --papers", passing=False)

    rows = gists.result_rows(gists.run(options.papers))
    return Report(rows=rows, tables=[rows])


def evaluate_sources(options: Options) -> Report:
    """Replay simulated readers with and without arXiv categories beside Daily Papers."""
    if (
        not options.papers
        or options.readers_file is None
        or options.cut is None
    ):
        raise Failure(
            "sources needs --papers, --readers-file and --cut", passing=False
        )

    window = Window(
        first=parse_cut(options.cut),
        last=parse_until(options.until),
        days_before=options.days or SOURCES_DAYS,
    )
    if window.last < window.first:
        raise Failure("--until is a day before --cut", passing=False)

    stores = sources.load(options.papers, options.readers_file, window)
    with progress.count_bar(err, "days") as show:
        outcomes = compare(
            stores, window, picks=options.picks or READER_PICKS, progress=show
        )

    return Report(
        rows=sources.result_rows(outcomes),
        tables=[
            sources.summary_rows(outcomes),
            sources.week_rows(outcomes),
            sources.category_rows(stores),
        ],
    )


def evaluate_ratings(options: Options) -> Report:
    """Predict each rating of one reader from those before it."""
    if options.ratings is None:
        raise Failure("ratings needs --ratings", passing=False)

    ratings = data.read_ratings(options.ratings)
    documents = data.read_documents(options.papers)
    with progress.count_bar(err, "ratings") as show:
        verdicts = validate(
            ratings,
            background=[document.terms for document in documents],
            against=_usable(options.baselines, NEEDS_OF_VOTELESS),
            progress=show,
        )

    if not verdicts:
        raise Failure(
            f"{options.ratings}: too few ratings to predict any: it takes a like, a dislike and "
            f"{MIN_PAPERS} papers before one (older ones may come by --papers)",
            passing=False,
        )

    rows = [
        {"protocol": Protocol.ratings.value, **tables.rounded(asdict(verdict))}
        for verdict in verdicts
    ]
    return Report(rows=rows, tables=[rows])


def _ranking_report(protocol: Protocol, results: Sequence[Result]) -> Report:
    """Return the figures of all models, and a table of ours beside the best baseline."""
    rows = tables.ranking_rows(protocol.value, results)
    comparison = tables.comparison_rows(results)
    return Report(
        rows=rows, tables=[rows, comparison] if comparison else [rows]
    )


def _usable(baselines: Sequence[str], needs: Mapping[str, str]) -> list[str]:
    """Return the baselines without needs; print which ones are left out, and why."""
    for name in baselines:
        if name in needs:
            err.print(
                f"{name} is left out: these papers have no {needs[name]}."
            )

    return [name for name in baselines if name not in needs]
