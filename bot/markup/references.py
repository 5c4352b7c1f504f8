"""Finds the papers that a text refers to, by id or inside any address that holds one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote, unquote

from bot.markup import dois, ids
from recommender.papers import to_ascii

ARXIV = "arxiv"
DOI = "doi"
OPENREVIEW = "openreview"
ACL = "acl"
SEMANTIC_SCHOLAR = "semanticscholar"

KINDS = (ARXIV, DOI, OPENREVIEW, ACL, SEMANTIC_SCHOLAR)

# Characters of a reference in its text form.
LONGEST = 300

# The DOIs of the ACL Anthology end with its own ids.
ACL_PREFIX = "10.18653/v1/"

# What ends an address in a text.
ADDRESS_PART = r"[^\s<>\"'|{}\\^`]"

# In the address of a publisher, what follows a DOI: a form of the paper, or a query.
FORM = (
    r"e?pdf|_pdf|full|fulltext|full-text|full-xml|html?|xml|abstract|abs|meta|epub"
    r"|references|summary|figures|tables|citations?|metrics|download|reader|data"
)
TAIL = re.compile(rf"(?:[?#&].*|\+html|\.(?:pdf|html?|full)|/(?:{FORM}))\Z")

# Oxford's addresses have a number of their own behind the DOI.
OXFORD = re.compile(r"(10\.1093/[a-z]+/[a-z0-9]+)/[0-9]+\Z")

# Where one DOI ends and the next begins in a list or a link without spaces.
NEXT_DOI = re.compile(r"[,;](?=https?://|doi|10\.[0-9]{4})|\]\(", re.IGNORECASE)

# Addresses that hold a part of a DOI, and the DOI that it stands for.
SHORT_FORMS = {
    r"\bnature\.com/(?:articles|doifinder)/(?P<id>[a-z0-9][\w.-]{4,60})": (
        "10.1038/{}"
    ),
    r"\belifesciences\.org/articles/(?P<id>[0-9]{5,6})(?![0-9])": (
        "10.7554/elife.{}"
    ),
    r"\b(?:bio|med)rxiv\.org/content/(?:biorxiv/|medrxiv/)?early"
    r"/[0-9]{4}/[0-9]{2}/[0-9]{2}/"
    r"(?P<id>(?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{6,8})": "10.1101/{}",
    r"\b(?:bio|med)rxiv\.org/cgi/content/[a-z]+/"
    r"(?P<id>(?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{6,8})": "10.1101/{}",
}
SHORT_DOIS = [
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in SHORT_FORMS.items()
]

# The page of a group of submissions has an id too, which is of no paper.
OPENREVIEW_ID = re.compile(
    r"\bopenreview\.net/(?:forum|pdf|attachment|revisions)/?"
    r"\?(?:[^\n<>\"]{0,200}?&)?id=(?P<id>[\w-]{4,40})",
    re.IGNORECASE,
)

# Its ids of before 2020 have a letter for the venue, those since have its name.
ACL_ID = re.compile(
    r"\b(?:aclanthology\.(?:org|info)|aclweb\.org/anthology)/(?:[\w-]+/){0,4}"
    r"(?P<id>[0-9]{4}\.[a-z0-9_]+-[a-z0-9_]+\.[0-9]{1,5}|[a-z][0-9]{2}-[0-9]{4,5})"
    r"(?![0-9-])",
    re.IGNORECASE,
)

SEMANTIC_SCHOLAR_ID = re.compile(
    r"\bsemanticscholar\.org/"
    rf"(?:{ADDRESS_PART}{{0,400}}?/)?"
    r"(?:(?P<id>[0-9a-f]{40})(?![0-9a-f])|corpusid:(?P<number>[0-9]{1,12}))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper as somebody refers to it: the kind of the id, and the id."""

    kind: str
    id: str

    @property
    def text(self) -> str:
        """Return the form in which it is stored: `2401.01234`, else `doi:10.1101/…`."""
        return self.id if self.kind == ARXIV else f"{self.kind}:{self.id}"

    @property
    def address(self) -> str:
        """Return the page of the paper."""
        name = quote(self.id, safe="/:;()")
        match self.kind:
            case "openreview":
                return f"https://openreview.net/forum?id={name}"
            case "acl":
                return f"https://aclanthology.org/{name}/"
            case "semanticscholar" if ":" in name:
                return f"https://api.semanticscholar.org/{name}"
            case "semanticscholar":
                return f"https://www.semanticscholar.org/paper/{name}"
            case "doi":
                return f"https://doi.org/{name}"
        return f"https://arxiv.org/abs/{name}"


def parse(text: str) -> Reference:
    """Return the reference whose text form is given."""
    kind, separator, name = text.partition(":")

    return Reference(kind, name) if separator else Reference(ARXIV, text)


def of_text(text: str) -> list[Reference]:
    """Return the papers that a text refers to, each once, in order.

    An arXiv id without a word about arXiv counts if the text holds nothing but ids.
    """
    return alone(text) or named(text)


def alone(text: str) -> list[Reference]:
    """Return the papers of a text that is nothing but ids and links, or none."""
    references: list[Reference] = []

    for word in re.split(r"[\s,;]+", to_ascii(text).strip(" ,;")):
        arxiv_ids = ids.alone(word)
        word_references = [Reference(ARXIV, name) for name in arxiv_ids]
        word_references = word_references or named(word)
        if not word_references:
            return []
        references += word_references

    return list(dict.fromkeys(references))


def named(text: str) -> list[Reference]:
    """Return the papers that a text names by a link or by an id with its kind."""
    plain = to_ascii(unquote(unquote(text)))
    places = chain(
        _arxiv(plain),
        _dois(plain),
        _short_dois(plain),
        _openreview(plain),
        _acl(plain),
        _semantic_scholar(plain),
    )
    in_order = sorted(places, key=lambda place: place[0])

    return _usable(reference for _, reference in in_order)


def _usable(references: Iterable[Reference]) -> list[Reference]:
    fitting = [
        reference for reference in references if len(reference.text) <= LONGEST
    ]
    return list(dict.fromkeys(fitting))


def _arxiv(text: str) -> Iterator[tuple[int, Reference]]:
    for place, name in ids.places(text):
        yield place, Reference(ARXIV, name)


def _dois(text: str) -> Iterator[tuple[int, Reference]]:
    """Yield the DOIs in a text, each with its place."""
    for word in re.finditer(r"\S+", text):
        start = word.start()
        for part in NEXT_DOI.split(word[0]):
            match = dois.DOI.search(part)
            if match:
                is_address = "/" in part[: match.start()]
                reference = _of_doi(match[0], is_address=is_address)
                if reference:
                    yield start + match.start(), reference
            start += len(part) + 1


def _of_doi(text: str, *, is_address: bool) -> Reference | None:
    """Return the reference of a DOI that may have more behind it."""
    doi = dois.cited(text)
    if doi is None:
        return None

    if is_address:
        doi = dois.cited(OXFORD.sub(r"\1", _without_tail(doi)))
    if doi is None:
        return None

    arxiv_id = dois.arxiv_id_of(doi)
    return Reference(ARXIV, arxiv_id) if arxiv_id else Reference(DOI, doi)


def _without_tail(doi: str) -> str:
    """Return a DOI without the forms of the paper that an address names behind it."""
    while (shorter := TAIL.sub("", doi)) != doi and "/" in shorter:
        doi = shorter

    return doi


def _short_dois(text: str) -> Iterator[tuple[int, Reference]]:
    """Yield the DOIs of which an address holds only a part."""
    for pattern, form in SHORT_DOIS:
        for match in pattern.finditer(text):
            doi = form.format(match["id"])
            reference = _of_doi(doi, is_address=True)
            if reference:
                yield match.start(), reference


def _openreview(text: str) -> Iterator[tuple[int, Reference]]:
    for match in OPENREVIEW_ID.finditer(text):
        yield match.start(), Reference(OPENREVIEW, match["id"])


def _acl(text: str) -> Iterator[tuple[int, Reference]]:
    for match in ACL_ID.finditer(text):
        name = match["id"]
        # Ids of before 2020 begin with a capital letter; all others are lower case.
        is_old = name[0].isalpha()
        yield (
            match.start(),
            Reference(ACL, name.upper() if is_old else name.lower()),
        )


def _semantic_scholar(text: str) -> Iterator[tuple[int, Reference]]:
    for match in SEMANTIC_SCHOLAR_ID.finditer(text):
        name = match["id"]
        yield (
            match.start(),
            Reference(
                SEMANTIC_SCHOLAR,
                name.lower() if name else f"CorpusID:{match['number']}",
            ),
        )


def acl_doi(acl_id: str) -> str:
    """Return the DOI that the ACL Anthology gives a paper, as DOIs are compared."""
    return ACL_PREFIX + acl_id.casefold()
