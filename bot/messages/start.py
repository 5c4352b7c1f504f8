"""The first screen: a greeting, interests to tap, and the way to the first picks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.text import escape
from bot.messages.topics import doubts, respellings
from bot.messages.translation import Translation
from bot.schedule.cities import city_name
from bot.storage.feedback import Topic
from bot.storage.readers import Reader
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

WIDE = 2
# Chosen topics that are named, the newest ones: more would push the others off a phone's screen.
MOST_CHOSEN = 6
LONGEST = 30


@dataclass(frozen=True, slots=True)
class Chosen:
    """A topic that a reader wants, its number, and how many papers a week say it."""

    number: int
    text: str
    weekly: int


@dataclass(frozen=True, slots=True)
class Chips:
    """One screen of interests to choose from: its number, and whether more come after it."""

    offered: Sequence[str]
    screen: int
    more: bool


def greeting(
    t: Translation,
    reader: Reader,
    chips: Chips,
    chosen: Sequence[Chosen],
    *,
    notes: Sequence[str] = (),
    meant: Mapping[int, str] | None = None,
) -> Screen:
    """Greet a reader, and ask what they are into until they have two or three topics.

    `notes` say what was done with the words that the reader wrote under it; `meant` is what
    misspelt topics may be meant to be, by their numbers.
    """
    meant = meant or {}
    topics = [Topic(topic.number, topic.text, "wanted") for topic in chosen]
    lately = chosen[-MOST_CHOSEN:]
    parts = _asks(t, reader, lately)
    if chips.screen:
        parts = [t.gettext("What are you into? Tap, or just write it.")]
    else:
        parts += map(
            escape, (*notes, *doubts(t, topics, meant), _when(t, reader))
        )
    drops = [] if chips.screen else [_drop(topic) for topic in lately]
    offered = [
        button(clip(topic, LONGEST), callback_data.Chip("+", topic).data)
        for topic in chips.offered
    ]
    last = [button(t.gettext("Show my picks →"), callback_data.Picks().data)]
    rows = [
        *respellings(meant, callback_data.RespellChip),
        *grid([*drops, *offered], WIDE),
        _turning(t, chips),
        last,
    ]
    return Screen("\n\n".join(parts), keyboard(rows))


def on_again(t: Translation) -> str:
    """Tell a reader who comes back that picks come again."""
    return t.gettext("Your daily picks are on again.")


def _asks(
    t: Translation, reader: Reader, chosen: Sequence[Chosen]
) -> list[str]:
    """Return the paragraphs that ask for interests, by how many are chosen."""
    if not chosen:
        text = t.gettext(
            "Hi {name}. I read the new machine-learning papers every day "
            "and send you the few that fit you.\n\n"
            "What are you into? Tap two or three, or just write them: "
            "“diffusion models, protein folding”.\n"
            "You can also paste arXiv or Hugging Face links, or send me a .bib file."
        )
        return [text.format(name=escape(clip(reader.name, 40)) or "🙂")]
    lines = "\n".join(escape(_supply(t, topic)) for topic in chosen)
    if len(chosen) == 1:
        text = t.gettext(
            "What else are you into? Two or three topics make the first week much better."
        )
    elif len(chosen) == 2:
        text = t.gettext("Good. A third one helps as well, if there is one.")
    else:
        text = t.gettext(
            "That is plenty to begin with. You can change it whenever you like."
        )
    return [lines, escape(text)]


def _supply(t: Translation, topic: Chosen) -> str:
    """Say how much there is to read on a topic."""
    name = clip(topic.text, LONGEST)
    if not topic.weekly:
        return t.gettext("✓ {topic}: seldom, I'll keep watching for it").format(
            topic=name
        )
    text = t.ngettext(
        "✓ {topic}: about {n} paper a week",
        "✓ {topic}: about {n} papers a week",
        topic.weekly,
    )
    return text.format(topic=name, n=topic.weekly)


def _turning(t: Translation, chips: Chips) -> list[InlineKeyboardButton]:
    """Return the buttons that turn the screens; on the first one another way to begin."""
    row = (
        [
            button(
                t.gettext("More…"),
                callback_data.ChipScreen(chips.screen + 1).data,
            )
        ]
        if chips.more
        else []
    )
    if chips.screen:
        return [
            button(
                t.gettext("← Back"),
                callback_data.ChipScreen(chips.screen - 1).data,
            ),
            *row,
        ]
    return [
        *row,
        button(t.gettext("Rate six to begin"), callback_data.AskMe().data),
    ]


def _drop(topic: Chosen) -> InlineKeyboardButton:
    text = f"{clip(topic.text, LONGEST)} ✓"
    return button(
        text, callback_data.Chip("x", str(topic.number)).data, pressed=True
    )


def _when(t: Translation, reader: Reader) -> str:
    text = t.gettext(
        "Your picks will come at {at} {city} time; /settings changes that."
    )
    return text.format(
        at=reader.at.strftime("%H:%M"), city=city_name(reader.zone)
    )
