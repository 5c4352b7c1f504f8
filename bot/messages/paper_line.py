"""The parts of a paper in a list: title, authors, code, age, reason, and its abstract."""

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum, auto
from urllib import parse

from bot.messages import reasons
from bot.messages.dates import written
from bot.messages.text import escape, readable, whole_sentences
from bot.messages.translation import Translation
from bot.storage.digests import Digest
from bot.storage.readers import Reader
from bot.storage.receipts import Reason
from bot.transport.text import clip
from recommender.papers import UNDATED, Paper


class Detail(Enum):
    """How much of a paper is told, by the room that there is: some go without where they work."""

    ALL = auto()
    SOME = auto()
    FEW = auto()


# Characters of a title, also where there are many, and of the names of its authors: ten papers
# fit beside a receipt.
LONGEST_TITLE = 140
LONGEST_TITLES = {Detail.ALL: LONGEST_TITLE, Detail.SOME: 100, Detail.FEW: 70}
LONGEST_NAMES = 60
# Characters of one author in full, and of where they work.
LONGEST_NAME = 28
LONGEST_ORGANIZATION = 28
THOUSAND = 1000
# Characters below which an abstract is not worth a line.
SHORTEST_QUOTE = 60
# Days for which an age is told in days; an older paper has its date.
RECENT = 14
# The page of a paper that has neither an arXiv id nor a DOI.
WEB_ADDRESS = re.compile(r"https?://[\w.-]+(?::[0-9]+)?(?:/[^\s<>\"]*)?")
# Where code may lead: what older versions stored was not checked.
SECURE_ADDRESS = re.compile(r"https://(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"]*")


def link(paper: Paper) -> str:
    """Return where a title leads: the paper, or a search for its title if no id is known."""
    if paper.arxiv_id:
        return f"https://arxiv.org/abs/{paper.arxiv_id}"
    address = doi_address(paper) or paper.links.get("page", "")
    if WEB_ADDRESS.fullmatch(address):
        return address
    query = parse.urlencode({"query": paper.title, "searchtype": "title"})
    return "https://arxiv.org/search/?" + query


def doi_address(paper: Paper) -> str:
    """Return where the DOI of a paper leads, or "" if it has none."""
    doi = paper.doi or paper.preprint_doi

    return f"https://doi.org/{parse.quote(doi, safe='/:;()')}" if doi else ""


def title(paper: Paper, longest: int = LONGEST_TITLE) -> str:
    """Return a paper's title as a link, in HTML."""
    text = escape(clip(readable(paper.title), longest))
    return f'<a href="{escape(link(paper))}">{text}</a>'


def heading(paper: Paper, number: str, detail: Detail) -> str:
    """Return a paper's title as a link, with its number in the message."""
    return f"<b>{number}{title(paper, LONGEST_TITLES[detail])}</b>"


def facts(
    t: Translation,
    paper: Paper,
    *,
    language: str,
    today: date,
    detail: Detail,
) -> str:
    """Return who wrote a paper and where, its upvotes, code and age, in a line of HTML."""
    organization = paper.organization if detail is Detail.ALL else ""
    is_new = paper.listed == today
    parts = (
        escape(byline(paper.authors)),
        escape(clip(readable(organization), LONGEST_ORGANIZATION)),
        f"▲ {paper.upvotes}" if paper.upvotes else "",
        code(t, paper),
        "" if is_new else age(t, paper, language, today),
    )
    return " · ".join(part for part in parts if part)


def with_reason(t: Translation, facts: str, reason: Reason) -> str:
    """Return facts with the reason of a pick below."""
    lines = (facts, reasons.sentence(t, reason))
    return "\n".join(line for line in lines if line)


def byline(authors: Sequence[str]) -> str:
    """Return the first and the last author in full, and how many stand between them."""
    ends = [clip(readable(name), LONGEST_NAME) for name in authors[:1]]
    if len(authors) > 2:
        ends.append(f"+ {len(authors) - 2}")
    if len(authors) > 1:
        ends.append(clip(readable(authors[-1]), LONGEST_NAME))
    return ", ".join(ends)


def code(t: Translation, paper: Paper) -> str:
    """Return a link to the code of a paper, with its stars where they are known."""
    address = paper.links.get("code", "")
    if not SECURE_ADDRESS.fullmatch(address):
        return ""
    text = escape(t.gettext("code"))
    link = f'<a href="{escape(address)}">{text}</a>'
    return f"{link} ★ {thousands(paper.stars)}" if paper.stars else link


def thousands(n: int) -> str:
    """Return a number as shortly as a fact may be: 950, 1.2k, 12k."""
    if n < THOUSAND:
        return str(n)
    if n < 10 * THOUSAND:
        return f"{n / THOUSAND:.1f}k"
    return f"{n // THOUSAND}k"


def age(t: Translation, paper: Paper, language: str, today: date) -> str:
    """Return how long ago a paper was listed; empty if that is unknown."""
    if paper.listed == UNDATED:
        return ""
    days = (today - paper.listed).days
    if days <= 0:
        return t.gettext("today")
    if days < RECENT:
        return t.ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    return written(paper.listed, "day and year", language)


def quote(paper: Paper, room: int) -> str:
    """Return a paper's abstract as a folded quote of at most `room` characters."""
    if not paper.abstract or room < SHORTEST_QUOTE:
        return ""
    abstract = escape(whole_sentences(readable(paper.abstract), room))
    return f"\n<blockquote expandable>{abstract}</blockquote>"


def preview(digest: Digest, reader: Reader) -> str:
    """Return the address of the picture that a card shows; "" if it shows none."""
    if digest.style != "cards" or not reader.previews:
        return ""
    return digest.picks[0].paper.thumbnail
