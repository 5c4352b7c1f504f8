"""The keys of the lists that papers come from: `huggingface`, `arxiv:cs.RO`, `feed:7`."""

from collections.abc import Collection, Iterable

from recommender.categories import NAMES

# Hugging Face's Daily Papers, which every reader begins with.
DAILY = "huggingface"

# What the operator's files bring, which every reader gets.
FILE = "file"

# The archives of arXiv that computing is spread over count as one field.
COMPUTING = "cs"
ARCHIVES_OF_COMPUTING = {"cs", "stat", "eess"}

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


def field(list_key: str) -> str:
    """Return the archive of arXiv to which a list belongs, or "" for one of other sources."""
    if list_key == DAILY:
        return COMPUTING
    if kind(list_key) != ARXIV:
        return ""

    archive = name(list_key).partition(".")[0]
    return COMPUTING if archive in ARCHIVES_OF_COMPUTING else archive


def cross_lists(list_key: str, from_field: str) -> str:
    """Return the key of those papers of a list that are first of all in another field's."""
    return f"{list_key} from {from_field}"


def with_cross_lists(keys: Collection[str]) -> set[str]:
    """Return lists with what they have of the fields of each other.

    ArXiv lists a paper in every category that its authors name. Who reads q-bio.NC and
    nothing of computing does not get from there what is first of all of computing.
    """
    fields = set(map(field, keys)) - {""}
    crossed = {
        cross_lists(key, other)
        for key in keys
        for other in fields - {field(key)}
        if kind(key) == ARXIV
    }
    return crossed | set(keys)


def home_of(list_key: str, categories: Iterable[str]) -> str:
    """Return the key under which a paper with some categories stands in a list.

    The first category of arXiv among them is the one that its authors named first.
    """
    if kind(list_key) != ARXIV:
        return list_key

    codes = (code for code in categories if code in NAMES)
    home = field(key(ARXIV, next(codes, name(list_key))))
    return list_key if home == field(list_key) else cross_lists(list_key, home)


def of_paper(source: str, categories: Iterable[str]) -> list[str]:
    """Return the lists of a paper whose source does not say in which ones it stands."""
    if source in {ARXIV, BIORXIV, MEDRXIV}:
        return [key(source, category) for category in categories]

    return [DAILY if source == DAILY else FILE]
