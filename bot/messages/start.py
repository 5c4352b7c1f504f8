"""The messages of `/start`: a greeting, topics to choose from, and the way to the first picks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from bot.messages.callback_data import (
    AddChip,
    AskMe,
    ChipPage,
    DropChip,
    Picks,
    RespellChip,
)
from bot.messages.text import escape
from bot.messages.topics import doubts, respellings
from bot.messages.translation import Translation
from bot.schedule.cities import city_name
from bot.storage.feedback import Topic
from bot.storage.readers import Reader
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

# Buttons in a row.
COLUMNS = 2

# Wanted topics that are shown, the newest ones: more would fill a phone's screen.
MAX_TOPICS = 6

# Characters of a topic, and of a reader's name.
LONGEST_TOPIC = 30
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class WantedTopic:
    """A topic that a reader wants, and how many papers a week are about it."""

    id: int
    text: str
    papers_a_week: int


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A page of topics to choose from; pages are numbered from 0."""

    topics: Sequence[str]
    number: int
    is_last: bool


def greeting(
    t: Translation,
    reader: Reader,
    page: TopicPage,
    wanted: Sequence[WantedTopic],
    *,
    notes: Sequence[str] = (),
    corrections: Mapping[int, str] | None = None,
) -> Screen:
    """Greet a reader, and ask for topics until there are two or three.

    Parameters
    ----------
    wanted
        The topics that the reader wants already, the newest one last.
    notes
        What the reader's last message changed.
    corrections
        How misspelt topics are probably spelled, by the id of the topic.

    """
    corrections = corrections or {}
    buttons = [
        button(clip(topic, LONGEST_TOPIC), AddChip(topic).data)
        for topic in page.topics
    ]
    if page.number == 0:
        shown_topics = wanted[-MAX_TOPICS:]
        topics = [Topic(topic.id, topic.text, "wanted") for topic in wanted]
        plain = (*notes, *doubts(t, topics, corrections), _schedule(t, reader))
        paragraphs = [*_questions(t, reader, shown_topics), *map(escape, plain)]
        buttons = [*map(_drop_button, shown_topics), *buttons]
    else:
        paragraphs = [t.gettext("What are you into? Tap, or just write it.")]

    rows = [
        *respellings(corrections, RespellChip),
        *grid(buttons, COLUMNS),
        _page_buttons(t, page),
        [button(t.gettext("Show my picks →"), Picks().data)],
    ]
    return Screen("\n\n".join(paragraphs), keyboard(rows))


def picks_resumed(t: Translation) -> str:
    """Tell a reader who comes back that daily picks come again."""
    return t.gettext("Your daily picks are on again.")


def _questions(
    t: Translation, reader: Reader, topics: Sequence[WantedTopic]
) -> list[str]:
    """Return the paragraphs that ask for topics; they depend on how many there are."""
    if not topics:
        text = t.gettext(
            "Hi {name}. I read the new machine-learning papers every day "
            "and send you the few that fit you.\n\n"
            "What are you into? Tap two or three, or just write them: "
            "“diffusion models, protein folding”.\n"
            "You can also paste links to papers (arXiv, Hugging Face, DOI, bioRxiv…), or send me a "
            ".bib or .ris file."
        )
        name = escape(clip(reader.name, LONGEST_NAME)) or "🙂"
        return [text.format(name=name)]

    lines = [escape(_topic_line(t, topic)) for topic in topics]
    if len(topics) == 1:
        text = t.gettext(
            "What else are you into? Two or three topics make the first week much better."
        )
    elif len(topics) == 2:
        text = t.gettext("Good. A third one helps as well, if there is one.")
    else:
        text = t.gettext(
            "That is plenty to begin with. You can change it whenever you like."
        )
    return ["\n".join(lines), escape(text)]


def _topic_line(t: Translation, topic: WantedTopic) -> str:
    """Say how many papers a week are about a topic."""
    name = clip(topic.text, LONGEST_TOPIC)
    n = topic.papers_a_week
    if not n:
        text = t.gettext("✓ {topic}: seldom, I'll keep watching for it")
        return text.format(topic=name)

    text = t.ngettext(
        "✓ {topic}: about {n} paper a week",
        "✓ {topic}: about {n} papers a week",
        n,
    )
    return text.format(topic=name, n=n)


def _page_buttons(
    t: Translation, page: TopicPage
) -> list[InlineKeyboardButton]:
    """Return the buttons that turn the pages; on the first page, also one for the questions."""
    buttons = []
    if page.number > 0:
        back = ChipPage(page.number - 1)
        buttons.append(button(t.gettext("← Back"), back.data))
    if not page.is_last:
        more = ChipPage(page.number + 1)
        buttons.append(button(t.gettext("More…"), more.data))
    if page.number == 0:
        buttons.append(button(t.gettext("Rate six to begin"), AskMe().data))
    return buttons


def _drop_button(topic: WantedTopic) -> InlineKeyboardButton:
    text = f"{clip(topic.text, LONGEST_TOPIC)} ✓"
    return button(text, DropChip(topic.id).data, pressed=True)


def _schedule(t: Translation, reader: Reader) -> str:
    text = t.gettext(
        "Your picks will come at {at} {city} time; /settings changes that."
    )
    return text.format(
        at=reader.at.strftime("%H:%M"), city=city_name(reader.zone)
    )
