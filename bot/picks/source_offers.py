"""Which categories of arXiv fit a reader's topics, by the stored papers and by their names."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest

from bot.markup import list_keys
from bot.picks import source_rates
from bot.picks.catalogue import Catalogue
from bot.sources import arxiv_categories

# Categories that are offered at once.
MAX_OFFERS = 3

# Papers on a topic that have to be in a category, and how much more frequent than among all
# papers it has to be among them.
MIN_PAPERS = 3
MIN_LIFT = 1.5

# Categories that are offered because their name fits a topic, whatever papers say.
MAX_BY_NAME = 2

# What a fitting name counts for: as much as half of the papers in a category that is twice
# as frequent among them as elsewhere.
NAME_WEIGHT = 0.5 * math.log(2)


@dataclass(frozen=True, slots=True)
class SourceOffer:
    """A category that fits a reader's topics.

    `papers_a_day` is None for one that nobody read up to now.
    """

    key: str
    is_chosen: bool
    papers_a_day: float | None


def offers(
    catalogue: Catalogue,
    topics: Sequence[str],
    *,
    chosen: Collection[str],
    common: Collection[str],
    today: date,
) -> list[SourceOffer]:
    """Return the categories that fit some topics, each topic's best ones in turn.

    `chosen` are the keys of the reader's lists, and `common` those that everybody gets
    without choosing: they are left out.
    """
    if not topics:
        return []

    by_topic = [fitting_codes(catalogue, topic) for topic in topics]
    in_turn = chain.from_iterable(zip_longest(*by_topic))
    keys = dict.fromkeys(
        list_keys.key(list_keys.ARXIV, code) for code in in_turn if code
    )
    offered = [key for key in keys if key not in common][:MAX_OFFERS]
    rates = source_rates.papers_a_day(catalogue, offered, today)

    return [SourceOffer(key, key in chosen, rates.get(key)) for key in offered]


def suggestion(
    catalogue: Catalogue,
    topic: str,
    *,
    chosen: Collection[str],
    common: Collection[str],
    today: date,
) -> SourceOffer | None:
    """Return the category that fits a topic best, if the reader has none that fits."""
    fitting = offers(
        catalogue, [topic], chosen=chosen, common=common, today=today
    )
    if any(offer.is_chosen for offer in fitting):
        return None
    return next(iter(fitting), None)


def fitting_codes(catalogue: Catalogue, topic: str) -> list[str]:
    """Return the categories that fit a topic, the best first.

    Notes
    -----
    A category c is scored by its term of the Kullback-Leibler divergence between the papers
    that say the topic and all papers, p(c | topic) log(p(c | topic) / p(c)); a fitting name
    adds a constant.

    """
    rows = catalogue.about([topic]).nonzero()[0].tolist()
    counts = arxiv_categories.count(
        catalogue.papers[row].categories for row in rows
    )
    lifted = _scores(counts, catalogue.category_counts)
    scores: dict[str, float] = defaultdict(float, lifted)
    for rank, code in enumerate(_names_like(topic)):
        scores[code] += NAME_WEIGHT / (rank + 1)

    # Ties in the order of the alphabet, so that a screen drawn again is the same.
    return sorted(scores, key=lambda code: (-scores[code], code))


def _names_like(topic: str) -> list[str]:
    return arxiv_categories.search(topic)[:MAX_BY_NAME]


def _scores(counts: Counter[str], base: Counter[str]) -> dict[str, float]:
    """Score the categories that are more frequent among some papers than among all."""
    scores = {}
    for code, n in counts.items():
        if code == arxiv_categories.TOTAL or n < MIN_PAPERS:
            continue
        share = n / counts[arxiv_categories.TOTAL]
        lift = share / (base[code] / base[arxiv_categories.TOTAL])
        if lift >= MIN_LIFT:
            scores[code] = share * math.log(lift)
    return scores
