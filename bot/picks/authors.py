"""Authors of the papers on offer: their papers, and names that several people share."""

from bot.picks.catalogue import Catalogue
from recommender import authors
from recommender.papers import StoredPaper, author_key


def papers_of(catalogue: Catalogue, key: str) -> list[StoredPaper]:
    """Return an author's papers that are on offer, newest first."""
    rows = dict.fromkeys(catalogue.authors.get(key, ()))
    return catalogue.with_abstracts(list(rows))


def is_crowded(catalogue: Catalogue, name: str) -> bool:
    """Tell whether several people seem to share a name, by the papers on offer."""
    key = author_key(name)
    teams = [paper.authors for paper in papers_of(catalogue, key)]
    return authors.is_crowded(key, teams)
