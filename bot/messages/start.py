"""The first screen: a greeting, interests to tap, and the way to the first picks."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.messages import buttons
from bot.messages.cities import city_name
from bot.messages.screen import Screen, button, grid, keyboard
from bot.messages.text import clip, escape
from bot.messages.translation import Translation
from bot.storage.readers import Reader

WIDE = 2


def greeting(
    t: Translation,
    reader: Reader,
    offered: Sequence[str],
    wanted: Mapping[str, int],
    *,
    more: bool,
    notes: Sequence[str] = (),
) -> Screen:
    """Greet a reader; `offered` are this month's interests, `wanted` their topics by number.

    `notes` say what was done with the words that the reader wrote under it.
    """
    text = t.gettext(
        "Hi {name}. I read the new machine-learning papers every day "
        "and send you the few that fit you.\n\n"
        "What are you into? Tap, or just write it: “diffusion models, protein folding”.\n"
        "You can also paste arXiv or Hugging Face links, or send me a .bib file.\n\n"
        "{when}"
    )
    filled = text.format(name=escape(clip(reader.name, 40)) or "🙂", when=_when(t, reader))
    filled = "\n\n".join([filled, *map(escape, notes)])
    typed = [topic for topic in wanted if topic not in offered]
    chips = [_chip(topic, wanted.get(topic)) for topic in (*typed, *offered)]
    row = [button(t.gettext("Rate six to begin"), buttons.ASK_ME)]
    if more:
        row.insert(0, button(t.gettext("More…"), buttons.MORE_CHIPS))
    last = [button(t.gettext("Show my picks →"), buttons.PICKS)]
    return Screen(filled, keyboard([*grid(chips, WIDE), row, last]))


def _chip(topic: str, number: int | None) -> InlineKeyboardButton:
    if number is None:
        return button(clip(topic, 30), buttons.chip("+", topic))
    return button(f"{clip(topic, 30)} ✓", buttons.chip("x", str(number)), pressed=True)


def _when(t: Translation, reader: Reader) -> str:
    text = t.gettext("Your picks will come at {at} {city} time; /settings changes that.")
    return text.format(at=reader.at.strftime("%H:%M"), city=city_name(reader.zone))
