"""The messages of `/start`: a greeting, topics to choose from, and the way to the first picks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from bot.markup import list_keys
from bot.messages.callback_data import (
    AddChip,
    AskMe,
    ChipPage,
    DropChip,
    Picks,
    RespellChip,
)
from bot.messages.source_buttons import (
    OfferedCategory,
)
from bot.messages.source_names import offer_text
from bot.messages.text import escape
from bot.messages.topics import doubts, respellings
from bot.messages.translation import Translation
from bot.picks.source_offers import SourceOffer
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
    """A topic that a reader wants, and how many papers a week of theirs are about it."""

    id: int
    text: str
    papers_a_week: int


@dataclass(frozen=True, slots=True)
class Supply:
    """Where the papers of a reader come from, and the categories that would bring more.

    `is_daily` says that Daily Papers are all that they read.
    """

    is_daily: bool = True
    offers: Sequence[SourceOffer] = ()


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
    supply: Supply,
    *,
    notes: Sequence[str] = (),
    corrections: Mapping[int, str] | None = None,
) -> Screen:
    """Greet a reader, and ask for topics until there are two or three.

    Parameters
    ----------
    wanted
        The topics that the reader wants already, the newest one last.
    supply
        Where the papers on them come from, and what would bring more.
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
        plain = (
            *notes,
            *doubts(t, topics, corrections),
            *_more_on_arxiv(t, supply),
            _schedule(t, reader),
        )
        questions = _questions(t, reader, shown_topics, supply)
        paragraphs = [*questions, *map(escape, plain)]
        buttons = [*map(_drop_button, shown_topics), *buttons]
    else:
        paragraphs = [t.gettext("What are you into? Tap, or just write it.")]

    rows = [
        *respellings(corrections, RespellChip),
        *grid(buttons, COLUMNS),
        *([_offer_button(t, offer)] for offer in _offers(page, supply)),
        _page_buttons(t, page),
        [button(t.gettext("Show my picks →"), Picks().data)],
    ]
    return Screen("\n\n".join(paragraphs), keyboard(rows))


def picks_resumed(t: Translation) -> str:
    """Tell a reader who comes back that daily picks come again."""
    return t.gettext("Your daily picks are on again.")


def _more_on_arxiv(t: Translation, supply: Supply) -> list[str]:
    """Return the sentence above the categories that are offered, if there are any."""
    if not supply.offers:
        return []
    text = t.gettext(
        "arXiv has more on that. A tap adds a category to your sources; "
        "/sources has all of them."
    )
    return [text]


def _offers(page: TopicPage, supply: Supply) -> Sequence[SourceOffer]:
    """Return the categories that are offered on a page: on the first one alone."""
    return supply.offers if page.number == 0 else ()


def _offer_button(t: Translation, offer: SourceOffer) -> InlineKeyboardButton:
    code = list_keys.name(offer.key)
    choice = OfferedCategory(code, chosen=not offer.is_chosen)
    text = offer_text(
        t, offer.key, offer.papers_a_day, is_chosen=offer.is_chosen
    )
    return button(text, choice.data, pressed=offer.is_chosen)


def _questions(
    t: Translation,
    reader: Reader,
    topics: Sequence[WantedTopic],
    supply: Supply,
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

    lines = [escape(_topic_line(t, topic, supply)) for topic in topics]
    if len(topics) == 1:
        text = t.gettext(
            "What else are you into? Two or three topics make the first week much better."
        )
    elif len(topics) == 2:
        text = t.gettext("Good. A third one helps too, if you have one.")
    else:
        text = t.gettext(
            "That is plenty to begin with. You can change it whenever you like."
        )
    return ["\n".join(lines), escape(text)]


def _topic_line(t: Translation, topic: WantedTopic, supply: Supply) -> str:
    """Say how many papers a week are about a topic."""
    name = clip(topic.text, LONGEST_TOPIC)
    n = topic.papers_a_week
    if not n:
        text = t.gettext("✓ {topic}: rare, I'll keep an eye out for it")
        return text.format(topic=name)

    if supply.is_daily:
        text = t.ngettext(
            "✓ {topic}: about {n} paper a week in Daily Papers",
            "✓ {topic}: about {n} papers a week in Daily Papers",
            n,
        )
    else:
        text = t.ngettext(
            "✓ {topic}: about {n} paper a week in your sources",
            "✓ {topic}: about {n} papers a week in your sources",
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
