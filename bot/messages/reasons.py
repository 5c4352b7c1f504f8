"""Why a paper was picked, in one true sentence, as it was stored with the pick."""

from collections.abc import Iterable

from bot.messages.text import escape, readable
from bot.messages.translation import Translation
from bot.storage.receipts import Reason
from bot.transport.text import clip

# Characters of anything that a reason names.
LONGEST = 60


def sentence(  # noqa: PLR0911 - one sentence for each kind in bot.picks.reasons
    t: Translation, reason: Reason
) -> str:
    """Return the sentence for a reason, as HTML; empty for a kind that this code can't tell."""
    words = _named(word for word, _ in reason.words)
    topic = escape(clip(reason.topic, LONGEST))
    match reason.kind:
        case "follow":
            author = escape(clip(reason.author, LONGEST))
            return t.gettext("By {author}, whom you follow").format(
                author=author
            )
        case "topic":
            return t.gettext("Your topic: {topic}").format(topic=topic)
        case "near":
            return t.gettext("Near your topic: {topic}").format(topic=topic)
        case "close":
            title = escape(clip(readable(reason.title), LONGEST))
            return t.gettext("Close to “{title}”, which you liked").format(
                title=title
            )
        case "fits" if words:
            return t.gettext("Fits: {words}").format(words=words)
        case "group" if words:
            return t.gettext("For: {words}").format(words=words)
        case "explore":
            text = t.gettext("✨ Something different")
            return f"{text}: {words}" if words else text
        case "stretch":
            return _stretch(t, reason)
        case "proof":
            return t.gettext(
                "▲ {n}, the most upvoted today: what everybody reads"
            ).format(n=reason.upvotes)
        case "moved" | "upvoted":
            return _second_look(t, reason, words)
        case "popular":
            return t.gettext(
                "Popular on its day; I don't know your taste here yet"
            )
        case "new":
            return t.gettext("New here; I don't know your taste here yet")
    return ""


def _second_look(t: Translation, reason: Reason, words: str) -> str:
    if reason.kind == "upvoted":
        text = t.gettext(
            "↻ Second look: ▲ {n}, among the most upvoted of its day by now"
        )
    elif words:
        text = t.gettext("↻ Second look: your taste has moved towards {words}")
    else:
        text = t.gettext("↻ Second look: your taste has moved towards it since")
    return text.format(n=reason.upvotes, words=words)


def _stretch(t: Translation, reason: Reason) -> str:
    about = _named(reason.about)
    if about:
        return t.gettext("A stretch: it is about {words}").format(words=about)
    if reason.popular:
        return t.gettext("A stretch, but popular on its day")
    return t.gettext("A stretch: little of what you told me points to it")


def _named(concepts: Iterable[str]) -> str:
    """Return concepts side by side, clipped and escaped."""
    return escape(clip(", ".join(concepts), 2 * LONGEST))
