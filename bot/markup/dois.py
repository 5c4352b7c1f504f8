"""Finds DOIs in texts and addresses, and tells preprints' DOIs from those of journals."""

import re
from urllib.parse import unquote

from recommender.papers import arxiv_id, to_ascii

# Articles of the nineties have their place and a code of their title in angle brackets. No DOI
# is as long as that, with what may follow it in an address.
DOI = re.compile(
    r"(?<![\w.])10\.[0-9]{4,9}/"
    r"(?:[^\s\"<>{}|\\^`]|<[\w.-]{1,20}::[\w.-]{1,20}>){1,2000}",
    re.IGNORECASE,
)

# DOIs of bioRxiv and medRxiv; the second one since December 2025.
BIORXIV_PREFIXES = ("10.1101/", "10.64898/")

# In an address of theirs, the version of the preprint and the form follow its DOI.
FORM = re.compile(
    r"(?:v[0-9]+)?(?:\.(?:full|abstract|short|article-info|supplementary-material"
    r"|full-text|pdf|txt|toc))*(?:[?#].*)?$",
    re.IGNORECASE,
)

# A number of bioRxiv's: before 2020 six digits, then a date and six digits.
NUMBER = re.compile(r"(?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{6,8}")

ARXIV_PREFIX = "10.48550/arxiv."

LONGEST = 256

BRACKETS = {")": "(", "]": "["}


def cited(text: str) -> str | None:
    """Return the first DOI in a text as it is compared, in lower case; None without one."""
    return next(iter(named(text)), None)


def named(text: str) -> list[str]:
    """Return the DOIs in a text, each once, in order."""
    plain = unquote(unquote(text))
    dois = (_trim(to_ascii(match.group())) for match in DOI.finditer(plain))

    return list(dict.fromkeys(doi for doi in dois if _has_name(doi)))


def is_preprint(doi: str) -> bool:
    """Tell whether a DOI is one of a preprint of bioRxiv or medRxiv."""
    prefix = next(
        (prefix for prefix in BIORXIV_PREFIXES if doi.startswith(prefix)), None
    )
    # Cold Spring Harbor's journals have the older prefix too.
    return prefix is not None and bool(
        NUMBER.fullmatch(doi.removeprefix(prefix))
    )


def arxiv_id_of(doi: str) -> str | None:
    """Return the arXiv id that a DOI of arXiv's stands for."""
    if not doi.startswith(ARXIV_PREFIX):
        return None

    return arxiv_id(doi.removeprefix(ARXIV_PREFIX))


def _trim(doi: str) -> str:
    """Return a DOI without what follows it in a sentence or an address."""
    doi = doi.casefold()
    if doi.startswith(BIORXIV_PREFIXES):
        doi = FORM.sub("", doi)

    while doi and (doi[-1] in ".,;:!?'*/" or _is_unopened(doi)):
        doi = doi[:-1]

    return doi


def _is_unopened(doi: str) -> bool:
    """Tell whether a DOI ends with a bracket that belongs to the sentence around it."""
    opening = BRACKETS.get(doi[-1])

    return opening is not None and doi.count(doi[-1]) > doi.count(opening)


def _has_name(doi: str) -> bool:
    prefix, _, name = doi.partition("/")

    return bool(prefix and name) and len(doi) <= LONGEST
