"""The message about one paper in full: why it was picked, its abstract, links and actions."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from urllib.parse import quote

from telegram import InlineKeyboardButton

from bot.messages import bibliography
from bot.messages.buttons import close_button
from bot.messages.callback_data import (
    FollowAuthor,
    MutePhrase,
    PaperAction,
    RateOpened,
    SaveOpened,
    checksum,
)
from bot.messages.dates import written
from bot.messages.paper_line import doi_address, link, thousands, title
from bot.messages.reasons import sentence
from bot.messages.receipt import THUMBS
from bot.messages.text import escape, readable, whole_sentences
from bot.messages.translation import Translation
from bot.storage.receipts import Reason
from bot.transport.screen import (
    Screen,
    address,
    button,
    grid,
    keyboard,
    thumb,
)
from bot.transport.text import LIMIT, clip, seen_len
from recommender.papers import StoredPaper, author_key

# Characters. Beside texts as long as these, there is room for any abstract that arXiv accepts.
LONGEST_TITLE = 300
LONGEST_AUTHORS = 700
LONGEST_REFERENCE = 80

# Characters that are left free for a line above the paper.
RESERVE = 60

# Characters of a category, and of an author's name in a button.
LONGEST_CATEGORY = 20
LONGEST_BUTTON_NAME = 30

MAX_CATEGORIES = 6

# Of many authors only the first ones and the last ones get a button: senior authors stand last.
MAX_FIRST_AUTHORS = 20
MAX_LAST_AUTHORS = 4

# What Telegram accepts as the address of a button: a host with a dot in it, and no spaces or
# control characters.
ADDRESS = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}(?::\d{1,5})?(?:[/?#][^\s\x00-\x1f]*)?",
    re.IGNORECASE,
)

# The kinds of reasons that come from the reader's taste, and so have a strength.
TASTE_REASONS = {"fits", "close", "topic", "near"}


@dataclass(frozen=True, slots=True)
class OpenedPaper:
    """A paper whose details a reader opened, with their rating of it.

    Its buttons name it by `ref`: the id of the pick, or `p` and the id of the paper.
    """

    ref: str
    paper: StoredPaper
    reason: Reason
    value: int = 0
    saved: bool = False


def paper(
    t: Translation,
    opened: OpenedPaper,
    titles: Mapping[int, str],
    language: str,
) -> Screen:
    """Render a paper; `titles` are those of the rated papers that its reason names, by id."""
    names = escape(clip(", ".join(opened.paper.authors), LONGEST_AUTHORS))
    facts = (names, _facts(opened.paper, language))
    head = f"<b>{title(opened.paper, LONGEST_TITLE)}</b>\n"
    head += "\n".join(fact for fact in facts if fact)
    reason = "\n".join(_reason_lines(t, opened.reason, titles))
    text = f"{head}\n\n{reason}" if reason else head

    room = LIMIT - seen_len(text) - RESERVE
    abstract = whole_sentences(readable(opened.paper.abstract), room)
    if abstract:
        text = f"{text}\n\n{escape(abstract)}"

    return Screen(text, keyboard(_action_rows(t, opened)))


def kept(t: Translation, screen: Screen) -> Screen:
    """Say above a paper that it was saved."""
    text = escape(t.gettext("🔖 Saved: /saved shows it."))
    return replace(screen, text=f"{text}\n\n{screen.text}")


def authors(
    t: Translation,
    opened: OpenedPaper,
    followed_keys: Set[str],
    names: Sequence[str],
) -> Screen:
    """Offer the named authors of a paper to be followed; `followed_keys` are followed already."""
    n = len(opened.paper.authors)
    text = t.gettext("Whose papers do you always want to see?")
    if len(names) < n:
        hint = t.gettext(
            "{n} people wrote this one; “/follow Tri Dao” works for any name."
        )
        text = f"{text}\n{hint.format(n=n)}"

    buttons = [
        _author_button(
            opened, name, is_followed=author_key(name) in followed_keys
        )
        for name in names
    ]
    rows = [*grid(buttons, 2), _navigation(t, opened)]
    return Screen(escape(text), keyboard(rows))


def phrases(
    t: Translation,
    opened: OpenedPaper,
    muted: Set[str],
    phrases: Sequence[str],
    notes: Sequence[str] = (),
) -> Screen:
    """Offer phrases of a paper to be muted; `notes` say what the last change did."""
    if phrases:
        text = t.gettext(
            "What do you never want to see again? A muted topic never appears."
        )
    else:
        text = t.gettext(
            "I know no topic of this paper. “/topics mute …” takes any words."
        )
    paragraphs = map(escape, (text, *notes))

    buttons = [
        _phrase_button(opened, phrase, is_muted=phrase in muted)
        for phrase in phrases
    ]
    rows = [*grid(buttons, 2), _navigation(t, opened)]
    return Screen("\n\n".join(paragraphs), keyboard(rows))


def bibtex(t: Translation, paper: StoredPaper) -> Screen | None:
    """Return a paper's BibTeX, ready to be copied; None if it is too long for a message."""
    entry = bibliography.bibtex([paper]).strip()
    text = f"<pre>{escape(entry)}</pre>"
    if seen_len(text) > LIMIT:
        return None

    return Screen(text, keyboard([[close_button(t)]]))


def authors_with_button(paper: StoredPaper) -> list[str]:
    """Return the authors that get a button: all, or of many the first ones and the last ones."""
    names = list(paper.authors)
    if len(names) <= MAX_FIRST_AUTHORS + MAX_LAST_AUTHORS:
        return names
    return [*names[:MAX_FIRST_AUTHORS], *names[-MAX_LAST_AUTHORS:]]


def follow_toast(t: Translation, name: str) -> str:
    """Return the toast after a press that follows an author."""
    text = t.gettext("Following {name}")
    return text.format(name=clip(name, LONGEST_REFERENCE))


def unfollow_toast(t: Translation, name: str) -> str:
    """Return the toast after a press that unfollows an author."""
    text = t.gettext("No longer following {name}")
    return text.format(name=clip(name, LONGEST_REFERENCE))


def _facts(paper: StoredPaper, language: str) -> str:
    """Return organization, date, upvotes and categories of a paper in one line of HTML."""
    day = paper.publication_date
    # Every category is a link of its own: Telegram takes a bare "cs.CV" for a site on Cape Verde.
    categories = map(_category_link, paper.categories[:MAX_CATEGORIES])
    facts = (
        escape(clip(readable(paper.organization), LONGEST_REFERENCE)),
        written(day, "day and year", language) if day else "",
        f"▲ {paper.upvotes}" if paper.upvotes else "",
        ", ".join(categories),
    )
    return " · ".join(fact for fact in facts if fact)


def _category_link(category: str) -> str:
    url = f"https://arxiv.org/list/{quote(category)}/recent"
    return f'<a href="{url}">{escape(clip(category, LONGEST_CATEGORY))}</a>'


def _reason_lines(
    t: Translation, reason: Reason, titles: Mapping[int, str]
) -> list[str]:
    """Return the reason that was stored with a pick, a line for each part of it."""
    is_about_taste = reason.kind in TASTE_REASONS

    lines = [_strength(t, reason) if is_about_taste else sentence(t, reason)]
    if is_about_taste and reason.words:
        lines.append(f"+ {_concepts(reason.words)}")
    lines += [
        _evidence_line(t, titles, kind=kind, ref=ref, share=share)
        for kind, ref, share in reason.evidence
    ]
    if reason.against:
        lines.append(f"− {_concepts(reason.against)}")

    return [line for line in lines if line]


def _concepts(words: Sequence[tuple[str, float]]) -> str:
    names = ", ".join(word for word, _ in words)
    return escape(clip(names, 2 * LONGEST_REFERENCE))


def _strength(t: Translation, reason: Reason) -> str:
    match reason.strength:
        case "strong":
            return t.gettext("Why: a strong fit")
        case "fair":
            return t.gettext("Why: a fair fit")
        case "stretch":
            return t.gettext("Why: a stretch")
    return t.gettext("Why:")


def _evidence_line(
    t: Translation,
    titles: Mapping[int, str],
    *,
    kind: str,
    ref: int | str,
    share: float,
) -> str:
    """Return how a rating or topic of the reader changed the score of the paper.

    Parameters
    ----------
    ref
        The id of the rated paper, or the text of the topic.
    share
        What it added to the score.

    Returns
    -------
    A line of HTML, empty if the paper has no title any more or the sign does not fit the kind.

    """
    name = titles.get(ref, "") if isinstance(ref, int) else ref
    if not name:
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
    return text.format(title=escape(clip(readable(name), LONGEST_REFERENCE)))


def _action_rows(
    t: Translation, opened: OpenedPaper
) -> list[list[InlineKeyboardButton]]:
    like = _action_button(t.gettext("More like this"), opened, "l")
    follow = _action_button(t.gettext("Follow an author…"), opened, "a")
    mute = _action_button(t.gettext("Mute a topic…"), opened, "m")
    bibtex = _action_button(t.gettext("BibTeX"), opened, "b")
    links = [
        address(label, url)
        for label, url in _addresses(t, opened.paper).items()
    ]
    return [
        [*(_thumb(opened, value) for value in THUMBS), _save_button(opened)],
        [like, follow] if opened.paper.authors else [like],
        [mute, bibtex],
        *grid(links, 4),
        [close_button(t)],
    ]


def _thumb(opened: OpenedPaper, value: int) -> InlineKeyboardButton:
    """Return the button that rates the paper, or takes the rating back."""
    pressed = opened.value == value
    text = THUMBS[value] + (" ✓" if pressed else "")
    data = RateOpened(opened.ref, 0 if pressed else value).data
    return thumb(text, data, value, pressed=pressed)


def _save_button(opened: OpenedPaper) -> InlineKeyboardButton:
    data = SaveOpened(opened.ref, saved=not opened.saved).data
    text = "🔖 ✓" if opened.saved else "🔖"
    return button(text, data, pressed=opened.saved)


def _addresses(t: Translation, paper: StoredPaper) -> dict[str, str]:
    """Return where a paper can be read, by label; without addresses that Telegram refuses."""
    urls: dict[str, str] = {}
    if paper.arxiv_id:
        urls["arXiv"] = link(paper)
        urls[t.gettext("PDF")] = f"https://arxiv.org/pdf/{paper.arxiv_id}"
        if paper.source == "huggingface":
            urls["Hugging Face"] = (
                f"https://huggingface.co/papers/{paper.arxiv_id}"
            )

    if doi_address(paper):
        urls["DOI"] = doi_address(paper)

    labels = {
        "page": t.gettext("Page"),
        "code": _code_label(t, paper),
        "project": t.gettext("Project"),
    }
    for kind, url in paper.links.items():
        if kind in labels:
            urls[labels[kind]] = url

    return {label: url for label, url in urls.items() if ADDRESS.fullmatch(url)}


def _code_label(t: Translation, paper: StoredPaper) -> str:
    text = t.gettext("Code")
    return f"{text} ★ {thousands(paper.stars)}" if paper.stars else text


def _action_button(
    label: str, opened: OpenedPaper, action: str
) -> InlineKeyboardButton:
    return button(label, PaperAction(opened.ref, action).data)


def _author_button(
    opened: OpenedPaper, name: str, *, is_followed: bool
) -> InlineKeyboardButton:
    """Return the button that follows an author, or unfollows them."""
    label = clip(name, LONGEST_BUTTON_NAME) + (" ✓" if is_followed else "")
    press = FollowAuthor(opened.ref, checksum(name), followed=not is_followed)
    return button(label, press.data, pressed=is_followed)


def _phrase_button(
    opened: OpenedPaper, phrase: str, *, is_muted: bool
) -> InlineKeyboardButton:
    """Return the button that mutes a phrase, or unmutes it."""
    label = f"🔇 {phrase}" + (" ✓" if is_muted else "")
    press = MutePhrase(opened.ref, phrase, muted=not is_muted)
    return button(label, press.data, pressed=is_muted)


def _navigation(
    t: Translation, opened: OpenedPaper
) -> list[InlineKeyboardButton]:
    back = _action_button(t.gettext("← Back"), opened, "p")
    return [back, close_button(t)]
