"""The messages of `/topics`: the wanted and muted topics, with a button to drop each."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.markup import list_keys
from bot.messages import standing
from bot.messages.buttons import close_button
from bot.messages.callback_data import (
    Close,
    EditTopic,
    RespellChip,
    RespellTopic,
)
from bot.messages.paper_line import title
from bot.messages.source_buttons import (
    SuggestedCategory,
)
from bot.messages.source_names import name as source_name
from bot.messages.source_names import offer_text
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.picks.source_offers import SourceOffer
from bot.storage.feedback import Topic
from bot.storage.standing import StandingSearch
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip
from recommender.papers import Paper

# Papers that are listed as hidden.
MAX_TITLES = 15

# Buttons in a message.
MAX_ROWS = 45

# Characters of a topic in a question, in a button and as a correction, and of a list of topics.
LONGEST_TOPIC = 60
LONGEST_BUTTON_TOPIC = 30
LONGEST_CORRECTION = 40
LONGEST_LIST = 1200


def topics(
    t: Translation,
    topics: Sequence[Topic],
    notes: Sequence[str],
    corrections: Mapping[int, str],
    offers: Sequence[SourceOffer] = (),
    *,
    searches: Sequence[StandingSearch] = (),
) -> Screen:
    """Render the list of topics, and the searches that stand.

    Parameters
    ----------
    notes
        What the last change did.
    corrections
        How misspelt topics are probably spelled, by the id of the topic.
    offers
        Categories of arXiv with more papers on topics that are rare in the reader's sources.
    searches
        The searches that stand, each with a button that stops it.

    """
    heading = escape(t.gettext("Your topics"))
    hint = t.gettext(
        "Write topics to add them, separated by commas or one per "
        "line.\n"
        "Start a line with - to mute: “- medical imaging”."
    )
    paragraphs = [
        f"<b>{heading}</b>\n{_lists(t, topics)}",
        standing.list_line(t, searches),
        *map(escape, (*notes, *doubts(t, topics, corrections))),
        escape(hint),
    ]

    drop_buttons = [_drop_button(topic) for topic in topics]
    rows = [
        *respellings(corrections, RespellTopic),
        *([_offer_button(t, offer)] for offer in offers),
        *grid(drop_buttons, 2),
        *grid([standing.stop_button(search) for search in searches], 2),
        *(
            [_show_button(t, topic)]
            for topic in topics
            if topic.kind == "muted"
        ),
    ]
    text = "\n\n".join(part for part in paragraphs if part)
    return Screen(text, keyboard(rows[:MAX_ROWS]))


def doubts(
    t: Translation, topics: Sequence[Topic], corrections: Mapping[int, str]
) -> list[str]:
    """Ask for each misspelt topic whether its correction is meant."""
    text = t.gettext("“{topic}”: did you mean “{name}”?")
    texts = {topic.id: topic.text for topic in topics}
    return [
        text.format(topic=texts[topic_id], name=name)
        for topic_id, name in corrections.items()
        if topic_id in texts
    ]


def respellings(
    corrections: Mapping[int, str], kind: type[RespellTopic | RespellChip]
) -> list[list[InlineKeyboardButton]]:
    """Return a row for each correction that fits into a button."""
    rows = []
    for topic_id, name in corrections.items():
        press = kind(topic_id, name)
        if press.fits:
            label = f"✎ {clip(name, LONGEST_CORRECTION)}"
            rows.append([button(label, press.data)])
    return rows


def too_long(t: Translation, limit: int) -> str:
    """Say that a topic has too many characters."""
    text = t.gettext(
        "That is too long for a topic: {n} letters at most. A few words find more papers."
    )
    return text.format(n=limit)


def hidden_count(t: Translation, topic: str, n: int) -> str:
    """Say how many papers of the last 14 days a muted topic hides."""
    if n == 0:
        text = t.gettext(
            "Muting “{topic}” hides none of the last 14 days' papers."
        )
    else:
        text = t.ngettext(
            "Muting “{topic}” hides {n} of the last 14 days' papers.",
            "Muting “{topic}” hides {n} of the last 14 days' papers.",
            n,
        )
    return text.format(topic=topic, n=n)


def no_papers(t: Translation, topic: str) -> str:
    """Say that no stored paper is about a topic."""
    text = t.gettext(
        "No paper I have mentions “{topic}” yet. I'll keep an eye out for it."
    )
    return text.format(topic=topic)


def rare(t: Translation, topic: str, offer: SourceOffer) -> str:
    """Say that a category has more papers on a topic than the reader's sources."""
    text = t.gettext(
        "“{topic}” is rare in your sources. {source} should have more; a tap adds it."
    )
    return text.format(topic=topic, source=source_name(offer.key))


def picks_change(t: Translation, changed: int, of: int) -> str:
    """Say how many of the next picks a change of topics changed."""
    if changed == 0:
        return t.gettext(
            "Your next picks stay the same, among the papers I have now."
        )
    text = t.gettext("That changes {n} of your next {of} picks.")
    return text.format(n=changed, of=of)


def doubted(t: Translation, topic_id: int, topic: str) -> Screen:
    """Ask whether to keep a topic, after many papers near it were disliked."""
    text = t.gettext(
        "You keep tapping 👎 on papers near your topic “{topic}”, "
        "so it counts for little now. Keep it?"
    )
    keep = button(t.gettext("Keep"), Close().data)
    remove = button(t.gettext("Remove"), EditTopic("x", str(topic_id)).data)
    text = text.format(topic=clip(topic, LONGEST_TOPIC))
    return Screen(escape(text), keyboard([[keep, remove]]))


def not_found(t: Translation, text: str) -> str:
    """Say that a topic could not be removed because it is not on the list."""
    return t.gettext("“{topic}” was not among your topics.").format(topic=text)


def too_many(t: Translation, limit: int) -> str:
    """Say that the list is full."""
    return t.gettext(
        "You have {n} topics, which is as many as I can hold. "
        "Remove some first."
    ).format(n=limit)


def no_words(t: Translation) -> str:
    """Say that a message contains no topic."""
    return t.gettext(
        "I found no words in that. Write topics such as “diffusion models”."
    )


def usage(t: Translation) -> str:
    """Say how to use the command."""
    return t.gettext(
        "Say which: “/topics add diffusion models”, “/topics mute medical imaging” "
        "or “/topics remove diffusion models”."
    )


def hidden_papers(
    t: Translation, topic: str, papers: Sequence[Paper]
) -> Screen:
    """List the papers that a muted topic hides."""
    heading = t.gettext("Hidden by “{topic}”").format(topic=topic)
    lines = [f"<b>{escape(heading)}</b>"]
    lines += [f"· {title(paper)}" for paper in papers[:MAX_TITLES]]
    if not papers:
        lines.append(escape(t.gettext("None of the last 14 days' papers.")))
    if len(papers) > MAX_TITLES:
        n = len(papers) - MAX_TITLES
        text = t.ngettext("and {n} more", "and {n} more", n)
        lines.append(escape(text.format(n=n)))

    close = close_button(t)
    return Screen("\n".join(lines), keyboard([[close]]))


def _lists(t: Translation, topics: Sequence[Topic]) -> str:
    """Return the wanted topics in one line, and the muted ones in another."""
    if not topics:
        return escape(t.gettext("None yet: I go by your ratings alone."))

    lines = []
    for kind, mark in (("wanted", "➕"), ("muted", "🔇")):
        texts = [topic.text for topic in topics if topic.kind == kind]
        if texts:
            line = clip(" · ".join(texts), LONGEST_LIST)
            lines.append(f"{mark} {escape(line)}")
    return "\n".join(lines)


def _offer_button(t: Translation, offer: SourceOffer) -> InlineKeyboardButton:
    code = list_keys.name(offer.key)
    choice = SuggestedCategory(code, chosen=not offer.is_chosen)
    text = offer_text(
        t, offer.key, offer.papers_a_day, is_chosen=offer.is_chosen
    )
    return button(text, choice.data, pressed=offer.is_chosen)


def _drop_button(topic: Topic) -> InlineKeyboardButton:
    mark = "🔇 " if topic.kind == "muted" else ""
    label = f"{mark}{clip(topic.text, LONGEST_BUTTON_TOPIC)} ✕"
    return button(label, EditTopic("x", str(topic.id)).data)


def _show_button(t: Translation, topic: Topic) -> InlineKeyboardButton:
    """Return the button that lists the papers which a muted topic hides."""
    label = t.gettext("Show what “{topic}” hides")
    label = label.format(topic=clip(topic.text, LONGEST_BUTTON_TOPIC))
    return button(label, EditTopic("?", str(topic.id)).data)
