"""Lists how much is stored of a reader, as a part of a sentence."""

from bot.messages.translation import Translation
from bot.storage.erasure import DataCounts
from bot.storage.takeout.restore import RestoredCounts


def feedback_counts(
    t: Translation, counts: DataCounts | RestoredCounts
) -> list[str]:
    """Return how many ratings, topics and so on a reader gave, a phrase for each."""
    return [
        t.ngettext("{n} rating", "{n} ratings", counts.ratings).format(
            n=counts.ratings
        ),
        t.ngettext("{n} topic", "{n} topics", counts.topics).format(
            n=counts.topics
        ),
        t.ngettext(
            "{n} followed author", "{n} followed authors", counts.follows
        ).format(n=counts.follows),
        t.ngettext("{n} source", "{n} sources", counts.sources).format(
            n=counts.sources
        ),
        t.ngettext(
            "{n} word moved by hand", "{n} words moved by hand", counts.edits
        ).format(n=counts.edits),
        t.ngettext("{n} saved paper", "{n} saved papers", counts.saved).format(
            n=counts.saved
        ),
    ]


def data_counts(t: Translation, counts: DataCounts) -> list[str]:
    """Return how much is stored of a reader, a phrase for each kind."""
    return [
        *feedback_counts(t, counts),
        t.ngettext(
            "{n} paper I showed you", "{n} papers I showed you", counts.shown
        ).format(n=counts.shown),
        t.ngettext(
            "{n} link you sent", "{n} links you sent", counts.links
        ).format(n=counts.links),
        t.ngettext("{n} search", "{n} searches", counts.searches).format(
            n=counts.searches
        ),
        t.ngettext(
            "{n} search that I watch",
            "{n} searches that I watch",
            counts.standing,
        ).format(n=counts.standing),
        t.ngettext(
            "{n} paper of your own", "{n} papers of your own", counts.own
        ).format(n=counts.own),
        vote_count(t, counts.votes),
    ]


def vote_count(t: Translation, n: int) -> str:
    """Return how many votes in groups and under shared papers are stored of a person."""
    text = t.ngettext(
        "{n} vote on a paper shared with others",
        "{n} votes on papers shared with others",
        n,
    )
    return text.format(n=n)
