"""A paper in a list: its title as a link, who wrote it, how old it is, and its abstract."""

import re
from datetime import date
from urllib import parse

from babel.dates import format_date

from bot.messages import reasons
from bot.messages.text import escape, names, readable, whole_sentences
from bot.messages.translation import Translation, locale
from bot.storage.receipts import Reason
from bot.transport.text import clip
from recommender.papers import UNDATED, Paper

# Characters of a title, and of the names of its authors: ten heads fit beside a receipt.
LONGEST_TITLE = 140
LONGEST_NAMES = 60
# Characters below which an abstract is not worth a line.
SHORTEST_QUOTE = 60
# Days for which an age is told in days; an older paper has its date.
RECENT = 14
# The page of a paper that has neither an arXiv id nor a DOI.
WEB_ADDRESS = re.compile(r"https?://[\w.-]+(?::[0-9]+)?(?:/[^\s<>\"]*)?")


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


def head(
    t: Translation,
    paper: Paper,
    reason: Reason,
    *,
    number: str,
    language: str,
    today: date,
) -> str:
    """Return a paper's title, authors, upvotes, age and reason, without its abstract."""
    facts = (
        escape(clip(names(paper.authors), LONGEST_NAMES)),
        f"▲ {paper.upvotes}" if paper.upvotes else "",
        age(t, paper, language, today),
    )
    lines = (
        f"<b>{number}{title(paper)}</b>",
        " · ".join(fact for fact in facts if fact),
        reasons.sentence(t, reason),
    )
    return "\n".join(line for line in lines if line)


def age(t: Translation, paper: Paper, language: str, today: date) -> str:
    """Return how long ago a paper was listed; empty if that is unknown."""
    if paper.listed == UNDATED:
        return ""
    days = (today - paper.listed).days
    if days <= 0:
        return t.gettext("today")
    if days < RECENT:
        return t.ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    return format_date(paper.listed, "d MMMM y", locale=locale(language))


def quote(paper: Paper, room: int) -> str:
    """Return a paper's abstract as a folded quote of at most `room` characters."""
    if not paper.abstract or room < SHORTEST_QUOTE:
        return ""
    abstract = escape(whole_sentences(readable(paper.abstract), room))
    return f"\n<blockquote expandable>{abstract}</blockquote>"
