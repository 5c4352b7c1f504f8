"""Asks for the journals and the feeds that readers name, while they wait."""

from datetime import datetime
from urllib.parse import urlsplit

from bot.sources import crossref, feeds
from bot.sources.crossref import Journal
from bot.sources.endpoints import Endpoints, query
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer

# Seconds that a reader waits for Crossref, and for a feed.
JOURNAL_PATIENCE = 8.0
FEED_PATIENCE = 20.0

# Journals that are offered of those with a name.
MAX_JOURNALS = 6

# Characters of an address, as many as the database has room for.
LONGEST_ADDRESS = 2_000


def find_journals(
    endpoints: Endpoints, words: str, now: datetime
) -> list[Journal]:
    """Return the journals that some words or an ISSN mean, the best first.

    Raises SourceDown if Crossref gives no answer.
    """
    if not endpoints.lists:
        return []

    journals = query(
        endpoints, crossref.SOURCE, "journals", now, patience=JOURNAL_PATIENCE
    )
    [answer] = journals(api_url=endpoints.crossref_api_url, words=words)
    return list(answer.journals[:MAX_JOURNALS])


def read_feed(endpoints: Endpoints, address: str, now: datetime) -> Answer:
    """Return the papers of a feed, and what it says of itself.

    Raises SourceDown, which says what is wrong and never names the address.
    """
    if not endpoints.lists:
        raise SourceDown(feeds.SOURCE, "can't be read without a network")

    read = query(endpoints, feeds.SOURCE, "read", now, patience=FEED_PATIENCE)
    [answer] = read(
        address=address,
        allow_private=endpoints.allow_private_feeds,
        today=now.date(),
    )
    return answer


def web_address(text: str) -> str | None:
    """Return the address that a text consists of, or None; without a scheme it is https."""
    address = text.strip().strip("<>")
    if "://" not in address:
        host = address.partition("/")[0]
        has_path = "/" in address
        if not has_path or "." not in host.strip("."):
            return None
        address = f"https://{address}"

    if len(address) > LONGEST_ADDRESS or any(map(str.isspace, address)):
        return None
    return address if _host(address) else None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
