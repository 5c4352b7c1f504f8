"""The first screen: a greeting, interests to tap, and the way to the first picks."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.messages import buttons
from bot.messages.cities import city_name
from bot.messages.screen import Screen, button, grid, keyboard
from bot.messages.text import clip, escape
from bot.messages.translation import Translation
from bot.storage.readers import Reader

WIDE = 2


def greeting(
    t: Translation, reader: Reader, offered: Sequence[str], wanted: Sequence[str], *, more: bool
) -> Screen:
    """Greet a reader; `offered` are this month's interests, `wanted` those chosen already."""
    text = t.gettext(
        "Hi {name}. I read the new machine-learning papers every day "
        "and send you the few that fit you.\n\n"
        "What are you into? Tap, or just write it: “diffusion models, protein folding”.\n"
        "You can also paste arXiv or Hugging Face links.\n\n"
        "{when}"
    )
    filled = text.format(name=escape(clip(reader.name, 40)) or "🙂", when=_when(t, reader))
    chips = [_chip(topic, wanted=topic in wanted) for topic in (*wanted, *_others(offered, wanted))]
    last = [button(t.gettext("Show my picks →"), buttons.PICKS)]
    if more:
        last.insert(0, button(t.gettext("More…"), buttons.MORE_CHIPS))
    return Screen(filled, keyboard([*grid(chips, WIDE), last]))


def _others(offered: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [topic for topic in offered if topic not in wanted]


def _chip(topic: str, *, wanted: bool) -> InlineKeyboardButton:
    text = clip(topic, 30) + (" ✓" if wanted else "")
    return button(text, buttons.chip(topic, wanted=not wanted), pressed=wanted)


def _when(t: Translation, reader: Reader) -> str:
    text = t.gettext("Your picks will come at {at} {city} time; /settings changes that.")
    return text.format(at=reader.at.strftime("%H:%M"), city=city_name(reader.zone))
