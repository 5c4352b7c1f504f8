"""The keys of the lists that papers come from: `huggingface`, `arxiv:cs.RO`, `feed:7`."""

from collections.abc import Iterable

# Hugging Face's Daily Papers, which every reader begins with.
DAILY = "huggingface"

# What the operator's files bring, which every reader gets.
FILE = "file"

# The kinds of lists that have a part after a colon.
ARXIV = "arxiv"
BIORXIV = "biorxiv"
MEDRXIV = "medrxiv"
JOURNAL = "journal"
FEED = "feed"


def key(kind: str, name: str) -> str:
    """Return the key of one list of a kind: `arxiv:cs.RO`, `biorxiv:neuroscience`."""
    # The subject classes of arXiv alone are written with capitals.
    return f"{kind}:{name if kind == ARXIV else name.strip().casefold()}"


def kind(list_key: str) -> str:
    """Return the kind of a list."""
    return list_key.partition(":")[0]


def name(list_key: str) -> str:
    """Return what stands after the kind: a category, a subject, an ISSN, a feed's number."""
    return list_key.partition(":")[2]


def of_paper(source: str, categories: Iterable[str]) -> list[str]:
    """Return the lists of a paper whose source does not say in which ones it stands."""
    if source in {ARXIV, BIORXIV, MEDRXIV}:
        return [key(source, category) for category in categories]

    return [DAILY if source == DAILY else FILE]
