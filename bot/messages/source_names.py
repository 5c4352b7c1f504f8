"""The names of sources as readers see them."""

from urllib.parse import urlsplit

from bot.markup import list_keys
from bot.messages.translation import Translation
from bot.picks import source_names
from bot.sources import arxiv_categories
from bot.storage.subscriptions import Subscription
from bot.transport.text import clip

# Characters of a name in a button, and of one with a figure behind it.
LONGEST = 50
LONGEST_OFFER = 36

SERVERS = {list_keys.BIORXIV: "bioRxiv", list_keys.MEDRXIV: "medRxiv"}


def name(key: str, subscription: Subscription | None = None) -> str:
    """Return what a list is called; of a journal and a feed, the subscription says it."""
    kind, part = list_keys.kind(key), list_keys.name(key)
    title = subscription.name if subscription is not None else ""
    if kind == list_keys.DAILY:
        return "Daily Papers"
    if kind == list_keys.ARXIV:
        return f"arXiv {short_name(key)}"
    if kind in SERVERS:
        return f"{SERVERS[kind]} · {part}"
    if kind == list_keys.JOURNAL:
        return title or f"ISSN {part.upper()}"

    address = subscription.address if subscription is not None else ""
    return title or urlsplit(address).hostname or key


def short_name(key: str) -> str:
    """Return the name of a category or subject without the server that it belongs to."""
    kind, part = list_keys.kind(key), list_keys.name(key)
    if kind == list_keys.ARXIV:
        return " · ".join(filter(None, (part, arxiv_categories.name(part))))
    return part


def brand(t: Translation, kind: str) -> str:
    """Return what a kind of sources is called."""
    if kind == list_keys.JOURNAL:
        return t.gettext("Journal")
    if kind == list_keys.FEED:
        return t.gettext("Feed")
    return SERVERS.get(kind, "arXiv")


def group(t: Translation, code: str) -> str:
    """Return the name of a group of arXiv's categories."""
    names = {
        "cs": t.gettext("Computer science"),
        "stat": t.gettext("Statistics"),
        "math": t.gettext("Mathematics"),
        source_names.PHYSICS: t.gettext("Physics"),
        "eess": t.gettext("Electrical engineering"),
        "q-bio": t.gettext("Quantitative biology"),
        "q-fin": t.gettext("Quantitative finance"),
        "econ": t.gettext("Economics"),
    }
    return names[code]


def offer_text(
    t: Translation, key: str, papers_a_day: float | None, *, is_chosen: bool
) -> str:
    """Return the text of a button that offers a category, with how much it brings if known."""
    mark = "✓" if is_chosen else "➕"
    text = f"{mark} {clip(name(key), LONGEST_OFFER)}"
    if papers_a_day is None or papers_a_day < 1:
        return text

    rate = t.gettext("{source}, about {n} a day")
    return rate.format(source=text, n=round(papers_a_day))


def label(text: str, *, is_chosen: bool) -> str:
    """Return the text of a button that chooses a source, or drops a chosen one."""
    mark = "✓" if is_chosen else "➕"
    return f"{mark} {clip(text, LONGEST)}"
