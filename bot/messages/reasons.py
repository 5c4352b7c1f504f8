"""Why a paper is there, in one true sentence, as it was stored with the pick."""

from typing import Any

from bot.messages.text import clip, escape, readable
from bot.messages.translation import Translation

# Of anything named in a reason.
LONGEST = 60


def reason(  # noqa: PLR0911 - one sentence for each kind in bot.picks.reasons
    t: Translation, stored: dict[str, Any]
) -> str:
    """Return the sentence for a stored reason, as HTML; empty for one that this code can't tell."""
    words = escape(
        clip(
            ", ".join(str(word) for word, _ in stored.get("words", [])),
            2 * LONGEST,
        )
    )
    match stored.get("kind"):
        case "follow":
            return t.gettext("By {author}, whom you follow").format(
                author=escape(clip(stored["author"], LONGEST))
            )
        case "topic":
            return t.gettext("Your topic: {topic}").format(
                topic=escape(clip(stored["topic"], LONGEST))
            )
        case "near":
            return t.gettext("Near your topic: {topic}").format(
                topic=escape(clip(stored["topic"], LONGEST))
            )
        case "close":
            title = escape(clip(readable(stored["title"]), LONGEST))
            return t.gettext("Close to “{title}”, which you liked").format(
                title=title
            )
        case "fits" if words:
            return t.gettext("Fits: {words}").format(words=words)
        case "explore":
            told = t.gettext("✨ Something different")
            return f"{told}: {words}" if words else told
        case "stretch":
            return _stretch(t, stored)
        case "proof":
            return t.gettext(
                "▲ {n}, the most upvoted today: what everybody reads"
            ).format(n=stored["upvotes"])
        case "popular":
            return t.gettext(
                "Popular on its day; I don't know your taste here yet"
            )
        case "new":
            return t.gettext("New here; I don't know your taste here yet")
    return ""


def _stretch(t: Translation, stored: dict[str, Any]) -> str:
    about = escape(
        clip(", ".join(map(str, stored.get("about", []))), 2 * LONGEST)
    )
    if about:
        return t.gettext("A stretch: it is about {words}").format(words=about)
    if stored.get("popular"):
        return t.gettext("A stretch, but popular on its day")
    return t.gettext("A stretch: little that you told me speaks for it")
