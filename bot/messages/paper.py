"""One paper in full: why it was chosen, its abstract, where it is, and what can be done with it."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from urllib.parse import quote

from babel.dates import format_date
from telegram import InlineKeyboardButton

from bot.messages import bibliography, callback_data
from bot.messages.paper_line import link, title
from bot.messages.reasons import sentence
from bot.messages.text import escape, readable, whole_sentences
from bot.messages.translation import Translation, locale
from bot.storage.receipts import Reason
from bot.transport.screen import Screen, address, button, grid, keyboard
from bot.transport.text import LIMIT, clip, seen_len
from recommender.papers import StoredPaper, author_key

# Beside the longest of all these there is room for any abstract that arXiv takes.
LONGEST_TITLE, LONGEST_AUTHORS, LONGEST_NAMED = 300, 700, 80
MOST_FIELDS = 6
# Of a crowd of authors get a button; the senior ones stand last.
FIRST, LAST = (
    20,
    4,
)
# What Telegram takes for a button: a host with a dot in it, and nothing unseen.
ADDRESS = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}(?::\d{1,5})?(?:[/?#][^\s\x00-\x1f]*)?",
    re.IGNORECASE,
)
# The reasons whose strength says something of a taste.
TASTED = {
    "fits",
    "close",
    "topic",
    "near",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper that is opened: how its buttons name it, and why it was picked, if it was."""

    ref: str
    paper: StoredPaper
    reason: Reason


def paper(
    t: Translation, opened: Opened, titles: Mapping[int, str], language: str
) -> Screen:
    """Render all that is known of a paper; `titles` are those of rated papers by id."""
    told = opened.paper
    by = escape(clip(", ".join(told.authors), LONGEST_AUTHORS))
    head = f"<b>{title(told, LONGEST_TITLE)}</b>\n" + "\n".join(
        line for line in (by, _facts(told, language)) if line
    )
    above = "\n\n".join(
        part
        for part in (head, "\n".join(_why(t, opened.reason, titles)))
        if part
    )
    room = LIMIT - seen_len(above) - 2
    abstract = escape(whole_sentences(readable(told.abstract), room))
    text = f"{above}\n\n{abstract}" if abstract else above
    return Screen(text, keyboard(_doors(t, opened)))


def authors(
    t: Translation, opened: Opened, followed: Set[str], offered: Sequence[str]
) -> Screen:
    """Offer a paper's authors to be followed; `followed` holds the keys of those who are."""
    n = len(opened.paper.authors)
    text = t.gettext("Whose papers do you always want to see?")
    if len(offered) < n:
        crowd = t.gettext(
            "{n} people wrote this one; “/follow Tri Dao” takes anybody's name."
        )
        text = f"{text}\n{crowd.format(n=n)}"
    rows = grid(
        [
            _author(opened, name, author_key(name) in followed)
            for name in offered
        ],
        2,
    )
    return Screen(escape(text), keyboard([*rows, _back(t, opened)]))


def phrases(
    t: Translation,
    opened: Opened,
    muted: Set[str],
    offered: Sequence[str],
    notes: Sequence[str] = (),
) -> Screen:
    """Offer phrases of a paper to be muted; `notes` say what the last change did."""
    if offered:
        text = t.gettext(
            "What do you never want to see again? A muted topic never appears."
        )
    else:
        text = t.gettext(
            "I know no topic of this paper. “/topics mute …” takes any words."
        )
    rows = grid(
        [_phrase(opened, phrase, phrase in muted) for phrase in offered], 2
    )
    parts = (escape(part) for part in (text, *notes))
    return Screen("\n\n".join(parts), keyboard([*rows, _back(t, opened)]))


def bibtex(t: Translation, told: StoredPaper) -> Screen | None:
    """Return a paper's BibTeX, ready to be copied; None where it is too long for a message."""
    entry = f"<pre>{escape(bibliography.bibtex([told]).strip())}</pre>"
    if seen_len(entry) > LIMIT:
        return None
    return Screen(
        entry,
        keyboard([[button(t.gettext("Close"), callback_data.Close().data)]]),
    )


def some_authors(told: StoredPaper) -> list[str]:
    """Return the authors who get a button: all, or of a crowd the first ones and the last."""
    if len(told.authors) <= FIRST + LAST:
        return list(told.authors)
    return [*told.authors[:FIRST], *told.authors[-LAST:]]


def following(t: Translation, name: str) -> str:
    """Return the blink after a tap on an author."""
    return t.gettext("Following {name}").format(name=clip(name, LONGEST_NAMED))


def no_longer(t: Translation, name: str) -> str:
    """Return the blink after a tap on an author who was followed."""
    return t.gettext("{name} is followed no more").format(
        name=clip(name, LONGEST_NAMED)
    )


def _facts(told: StoredPaper, language: str) -> str:
    day = told.publication_date
    when = format_date(day, "d MMMM y", locale=locale(language)) if day else ""
    upvotes = f"▲ {told.upvotes}" if told.upvotes else ""
    # Each is a link of ours: Telegram takes a bare "cs.CV" for a site on Cape Verde.
    fields = ", ".join(map(_field, told.categories[:MOST_FIELDS]))
    facts = (when, upvotes, fields)
    return " · ".join(part for part in facts if part)


def _field(category: str) -> str:
    address = f"https://arxiv.org/list/{quote(category)}/recent"
    return f'<a href="{address}">{escape(clip(category, 20))}</a>'


def _why(
    t: Translation, reason: Reason, titles: Mapping[int, str]
) -> list[str]:
    """Return the reason that was stored with the pick, a line for each part of it."""
    is_about_taste = reason.kind in TASTED
    lines = [_strength(t, reason) if is_about_taste else sentence(t, reason)]
    if is_about_taste and reason.words:
        lines.append(f"+ {_concepts(reason.words)}")
    lines += [_piece(t, titles, *piece) for piece in reason.evidence]
    if reason.against:
        lines.append(f"− {_concepts(reason.against)}")
    return [line for line in lines if line]


def _concepts(words: Sequence[tuple[str, float]]) -> str:
    names = ", ".join(word for word, _ in words)
    return escape(clip(names, 2 * LONGEST_NAMED))


def _strength(t: Translation, reason: Reason) -> str:
    match reason.strength:
        case "strong":
            return t.gettext("Why: a strong fit")
        case "fair":
            return t.gettext("Why: a fair fit")
        case "stretch":
            return t.gettext("Why: a stretch")
    return t.gettext("Why:")


def _piece(
    t: Translation,
    titles: Mapping[int, str],
    kind: str,
    ref: int | str,
    share: float,
) -> str:
    """Return what one thing the reader said did to the score; empty where that can't be told."""
    named = titles.get(ref, "") if isinstance(ref, int) else ref
    if not named:
        return ""
    if kind == "like" and share > 0:
        text = t.gettext("+ close to “{title}”, which you liked")
    elif kind == "dislike" and share < 0:
        text = t.gettext("− close to “{title}”, which you didn't like")
    elif kind == "wanted" and share > 0:
        text = t.gettext("+ your topic: {title}")
    elif kind == "more" and share > 0:
        text = t.gettext("+ you want more of: {title}")
    elif kind == "less" and share < 0:
        text = t.gettext("− you want less of: {title}")
    elif kind == "muted" and share < 0:
        text = t.gettext("− near “{title}”, which you mute")
    else:
        return ""
    return text.format(title=escape(clip(readable(named), LONGEST_NAMED)))


def _doors(t: Translation, opened: Opened) -> list[list[InlineKeyboardButton]]:
    told = opened.paper
    follow = button(
        t.gettext("Follow an author…"),
        callback_data.PaperAction(opened.ref, "a").data,
    )
    like = button(
        t.gettext("More like this"),
        callback_data.PaperAction(opened.ref, "l").data,
    )
    mute = button(
        t.gettext("Mute a topic…"),
        callback_data.PaperAction(opened.ref, "m").data,
    )
    entry = button(
        t.gettext("BibTeX"), callback_data.PaperAction(opened.ref, "b").data
    )
    close = button(t.gettext("Close"), callback_data.Close().data)
    opens = [address(name, url) for name, url in _addresses(t, told).items()]
    first = [like, follow] if told.authors else [like]
    return [first, [mute, entry], *grid(opens, 4), [close]]


def _addresses(t: Translation, told: StoredPaper) -> dict[str, str]:
    """Return where a paper can be read; an address that Telegram would refuse is left out."""
    known: dict[str, str] = {}
    if told.arxiv_id:
        known["arXiv"] = link(told)
        known[t.gettext("PDF")] = f"https://arxiv.org/pdf/{told.arxiv_id}"
        if told.source == "huggingface":
            known["Hugging Face"] = (
                f"https://huggingface.co/papers/{told.arxiv_id}"
            )
    names = {"code": t.gettext("Code"), "project": t.gettext("Project")}
    known |= {
        names[kind]: url for kind, url in told.links.items() if kind in names
    }
    return {name: url for name, url in known.items() if ADDRESS.fullmatch(url)}


def _author(opened: Opened, name: str, followed: bool) -> InlineKeyboardButton:
    text = clip(name, 30) + (" ✓" if followed else "")
    return button(
        text,
        callback_data.FollowAuthor(
            opened.ref, callback_data.checksum(name), followed=not followed
        ).data,
        pressed=followed,
    )


def _phrase(opened: Opened, phrase: str, muted: bool) -> InlineKeyboardButton:
    text = f"🔇 {phrase}" + (" ✓" if muted else "")
    return button(
        text,
        callback_data.MutePhrase(opened.ref, phrase, muted=not muted).data,
        pressed=muted,
    )


def _back(t: Translation, opened: Opened) -> list[InlineKeyboardButton]:
    back = button(
        t.gettext("← Back"), callback_data.PaperAction(opened.ref, "p").data
    )
    return [back, button(t.gettext("Close"), callback_data.Close().data)]
