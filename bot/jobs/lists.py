"""What each source is asked for: the lists that readers chose, and those that all get."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.jobs.arxiv_lists import announced, newest
from bot.markup import list_keys
from bot.sources import biorxiv, crossref, huggingface
from bot.sources.endpoints import Endpoints, query
from bot.sources.queries import Answer
from recommender.papers import Paper

# The days of which bioRxiv, medRxiv and Crossref are asked again: papers come late.
LATE = timedelta(days=3)

# How far back to look in a list that a reader chose just now.
PREPRINTS_BACK = timedelta(days=7)
JOURNALS_BACK = timedelta(days=30)

# Begins a query, once there is time for it.
Fetch = Callable[[], Iterator[Answer]]


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists by their source: categories, subjects and ISSNs."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[str, ...]:
        """Return the names of the lists of a kind."""
        return self.names.get(kind, ())


def by_kind(keys: Iterable[str]) -> Lists:
    """Return lists sorted by their kind."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for key in keys:
        names[list_keys.kind(key)][list_keys.name(key)] = None

    return Lists({kind: tuple(of_kind) for kind, of_kind in names.items()})


def hourly(
    endpoints: Endpoints, lists: Lists, now: datetime, days: int
) -> dict[str, Fetch]:
    """Return how to ask each source for what is new, by the source's name."""
    fetches: dict[str, Fetch] = {
        huggingface.SOURCE: lambda: _listed_daily(endpoints, now, days)
    }
    categories = lists.of(list_keys.ARXIV)
    if categories:
        fetches[list_keys.ARXIV] = lambda: announced(endpoints, categories, now)

    return fetches | _preprints_and_journals(
        endpoints, lists, now, preprints_back=LATE, journals_back=LATE
    )


def backlog(
    endpoints: Endpoints, lists: Lists, now: datetime
) -> dict[str, Fetch]:
    """Return how to ask each source for the last papers of lists that were chosen just now."""
    fetches: dict[str, Fetch] = {}
    categories = lists.of(list_keys.ARXIV)
    if categories:
        fetches[list_keys.ARXIV] = lambda: newest(endpoints, categories, now)

    return fetches | _preprints_and_journals(
        endpoints,
        lists,
        now,
        preprints_back=PREPRINTS_BACK,
        journals_back=JOURNALS_BACK,
    )


def history(endpoints: Endpoints, now: datetime, days: int) -> Iterator[Answer]:
    """Yield the Daily Papers of the months in which the last days are, the newest first."""
    first = (now - timedelta(days=days)).date().replace(day=1)
    month = now.date().replace(day=1)
    months: list[date] = []
    while month >= first:
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)

    ask = query(endpoints, huggingface.SOURCE, "months", now)
    yield from ask(endpoint=endpoints.hf_endpoint, months=months)


def _preprints_and_journals(
    endpoints: Endpoints,
    lists: Lists,
    now: datetime,
    *,
    preprints_back: timedelta,
    journals_back: timedelta,
) -> dict[str, Fetch]:
    fetches: dict[str, Fetch] = {}
    for server in biorxiv.SERVERS:
        subjects = lists.of(server)
        if subjects:
            fetches[server] = _posted(
                endpoints, server, subjects, now, preprints_back
            )

    issns = lists.of(list_keys.JOURNAL)
    if issns:
        fetches[crossref.SOURCE] = lambda: query(
            endpoints, crossref.SOURCE, "listed", now
        )(
            api_url=endpoints.crossref_api_url,
            issns=issns,
            since=(now - journals_back).date(),
            today=now.date(),
        )
    return fetches


def _listed_daily(
    endpoints: Endpoints, now: datetime, days: int
) -> Iterator[Answer]:
    dates = [now.date() - timedelta(days=back) for back in range(days)]
    ask = query(endpoints, huggingface.SOURCE, "listed", now)
    yield from ask(endpoint=endpoints.hf_endpoint, days=dates)


def _posted(
    endpoints: Endpoints,
    server: str,
    subjects: Iterable[str],
    now: datetime,
    back: timedelta,
) -> Fetch:
    """Return how to ask a server for what was posted; only the chosen subjects are taken."""
    chosen = frozenset(subjects)

    def fetch() -> Iterator[Answer]:
        ask = query(endpoints, server, "listed", now)
        answers = ask(
            api_url=endpoints.biorxiv_api_url,
            days=[(now - back).date(), now.date()],
            today=now.date(),
        )
        for answer in answers:
            papers = [
                paper for paper in answer.papers if _is_about(paper, chosen)
            ]
            yield Answer(papers, answer.refused)

    return fetch


def _is_about(paper: Paper, subjects: frozenset[str]) -> bool:
    return not subjects.isdisjoint(map(str.casefold, paper.categories))
