"""The topics a reader wants and mutes, with a button to drop each."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.callback_data import RespellChip, RespellTopic
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.feedback import Topic
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip
from recommender.papers import Paper

MOST_TITLES = 15
# In a question.
LONGEST_TOPIC = 60


def topics(
    t: Translation,
    mine: Sequence[Topic],
    notes: Sequence[str],
    meant: Mapping[int, str],
) -> Screen:
    """Render the list; `notes` say what the last change did.

    `meant` is what misspelt topics may be meant to be, by their numbers.
    """
    wanted = [text for _, text, kind in mine if kind == "wanted"]
    muted = [text for _, text, kind in mine if kind == "muted"]
    parts = [
        f"<b>{escape(t.gettext('Your topics'))}</b>\n{_lists(t, wanted, muted)}"
    ]
    parts += [escape(note) for note in (*notes, *doubts(t, mine, meant))]
    parts.append(
        escape(
            t.gettext(
                "Write topics to add them, with commas or one a line.\n"
                "Start a line with - to mute: “- medical imaging”."
            )
        )
    )
    instead = respellings(meant, RespellTopic)
    drops = [_drop(topic) for topic in mine]
    shows = [_show(t, topic) for topic in mine if topic[2] == "muted"]
    return Screen(
        "\n\n".join(parts),
        keyboard([*instead, *grid(drops, 2), *grid(shows, 1)][:45]),
    )


def doubts(
    t: Translation, mine: Sequence[Topic], meant: Mapping[int, str]
) -> list[str]:
    """Ask of misspelt topics whether others were meant."""
    text = t.gettext("“{topic}”: did you mean “{name}”?")
    written = {number: topic for number, topic, _ in mine}
    return [
        text.format(topic=written[n], name=name)
        for n, name in meant.items()
        if n in written
    ]


def respellings(
    meant: Mapping[int, str], kind: type[RespellTopic | RespellChip]
) -> list[list[InlineKeyboardButton]]:
    """Return a button for each topic that may be meant to be another one."""
    respellings = [kind(number, name) for number, name in meant.items()]
    return [
        [button(f"✎ {clip(respelling.name, 40)}", respelling.data)]
        for respelling in respellings
        if respelling.fits
    ]


def too_long(t: Translation, most: int) -> str:
    """Say that a topic has too many letters."""
    text = t.gettext(
        "That is too long for a topic: {n} letters at most. A few words find more papers."
    )
    return text.format(n=most)


def hides(t: Translation, topic: str, n: int) -> str:
    """Say how many of the last fortnight's papers a muted topic hides."""
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


def unheard(t: Translation, topic: str) -> str:
    """Say that no stored paper speaks of a topic."""
    text = t.gettext(
        "No paper I have speaks of “{topic}” yet. I'll keep watching for it."
    )
    return text.format(topic=topic)


def changes(t: Translation, changed: int, of: int) -> str:
    """Say what a change does to the next picks."""
    if changed == 0:
        return t.gettext(
            "Your next picks stay the same, from what is here now."
        )
    return t.gettext("That changes {n} of your next {of} picks.").format(
        n=changed, of=of
    )


def doubted(t: Translation, number: int, topic: str) -> Screen:
    """Ask whether a topic is to be kept, near which paper after paper is disliked."""
    text = t.gettext(
        "You keep tapping 👎 near your topic “{topic}”, so it counts for little now. Keep it?"
    )
    keep = button(t.gettext("Keep"), callback_data.Close().data)
    remove = button(
        t.gettext("Remove"), callback_data.EditTopic("x", str(number)).data
    )
    return Screen(
        escape(text.format(topic=clip(topic, LONGEST_TOPIC))),
        keyboard([[keep, remove]]),
    )


def not_there(t: Translation, text: str) -> str:
    """Say that a topic to be removed was not on the list."""
    return t.gettext("“{topic}” was not among your topics.").format(topic=text)


def too_many(t: Translation, most: int) -> str:
    """Say that the list is full."""
    return t.gettext(
        "{n} topics are as many as I can keep apart. Remove some first."
    ).format(n=most)


def unreadable(t: Translation) -> str:
    """Say that no topic was found in what was written."""
    return t.gettext(
        "I found no words in that. Write topics such as “diffusion models”."
    )


def usage(t: Translation) -> str:
    """Say how the command is written."""
    return t.gettext(
        "Say which: “/topics add diffusion models”, “/topics mute medical imaging” "
        "or “/topics remove diffusion models”."
    )


def hidden(t: Translation, topic: str, papers: Sequence[Paper]) -> Screen:
    """List the papers that a muted topic hides."""
    lines = [
        f"<b>{escape(t.gettext('Hidden by “{topic}”').format(topic=topic))}</b>"
    ]
    lines += [f"· {title(paper)}" for paper in papers[:MOST_TITLES]]
    if not papers:
        lines.append(escape(t.gettext("None of the last 14 days' papers.")))
    if len(papers) > MOST_TITLES:
        rest = len(papers) - MOST_TITLES
        lines.append(
            t.ngettext("and {n} more", "and {n} more", rest).format(n=rest)
        )
    return Screen(
        "\n".join(lines),
        keyboard([[button(t.gettext("Close"), callback_data.Close().data)]]),
    )


def _lists(t: Translation, wanted: Sequence[str], muted: Sequence[str]) -> str:
    if not wanted and not muted:
        return escape(t.gettext("None yet: I go by your ratings alone."))
    lines = []
    if wanted:
        lines.append("➕ " + escape(clip(" · ".join(wanted), 1200)))
    if muted:
        lines.append("🔇 " + escape(clip(" · ".join(muted), 1200)))
    return "\n".join(lines)


def _drop(topic: Topic) -> InlineKeyboardButton:
    number, text, kind = topic
    mark = "🔇 " if kind == "muted" else ""
    return button(
        f"{mark}{clip(text, 30)} ✕",
        callback_data.EditTopic("x", str(number)).data,
    )


def _show(t: Translation, topic: Topic) -> InlineKeyboardButton:
    text = t.gettext("Show what “{topic}” hides").format(
        topic=clip(topic[1], 30)
    )
    return button(text, callback_data.EditTopic("?", str(topic[0])).data)
