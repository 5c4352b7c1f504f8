"""A digest as its reader sees it: papers with their reasons, and a row of buttons for each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from telegram import InlineKeyboardButton

from bot.messages import (
    callback_data,
    missed,
    paper_line,
    paper_list,
    receipt,
    standing,
)
from bot.messages.buttons import close_button
from bot.messages.dates import written
from bot.messages.paper_list import Form
from bot.messages.receipt import THUMBS, mark
from bot.messages.standing import Block
from bot.messages.text import escape
from bot.messages.translation import Translation, locale
from bot.storage.digests import Digest, Pick
from bot.storage.readers import Reader
from bot.transport.screen import Screen, button, grid, keyboard, thumb
from bot.transport.text import LIMIT, clip, seen_len

# Characters of an offered topic, and of three topics in one row of a phone.
LONGEST_OFFER = 30
WIDEST_ROW = 40
# Buttons in a row that asks which paper is meant.
NUMBERS_A_ROW = 5


def digest(
    t: Translation, digest: Digest, reader: Reader, today: date
) -> Screen:
    """Render a digest, or one card of it, from storage alone.

    The text fits Telegram's limit for any papers.
    """
    header = _header(t, digest, reader)
    footer = next_picks(t, digest.next_due_at, reader)
    late = _late(t, digest, reader)
    few = _held_back(t, digest)
    offers = _offers_line(t, digest)
    gap = missed.line(t, digest, reader.language)
    if digest.style == "cards" and digest.picks:
        # A card is its paper alone: only the first says what holds for all of them.
        header = footer = ""
        late = late if digest.picks[0].rank == 1 else ""
    beside = (header, late, few, gap, offers, footer)
    form = Form(
        language=reader.language,
        today=today,
        text=reader.text,
        is_numbered=digest.style != "cards",
    )
    news = _news(t, digest, form, beside)
    room = _room((*beside, news.text))
    papers, note = paper_list.paragraphs(t, digest.picks, form, room)
    parts = (
        header,
        late,
        *papers,
        few,
        news.text,
        gap,
        offers,
        "\n".join(part for part in (note, footer) if part),
        receipt.below(t, digest),
    )
    text = "\n\n".join(part for part in parts if part)
    preview = paper_line.preview(digest, reader)
    return Screen(text, keyboard(_rows(t, digest, news.shown)), preview=preview)


def which_one(t: Translation, digest: Digest, value: int) -> Screen:
    """Ask which paper of a digest a reaction meant."""
    numbers = [
        button(
            f"{THUMBS[value]} {pick.rank}",
            callback_data.RateMeant(pick.id, value).data,
        )
        for pick in digest.picks
    ]
    close = close_button(t)
    rows = [*grid(numbers, NUMBERS_A_ROW), [close]]
    return Screen(t.gettext("Which one do you mean?"), keyboard(rows))


def next_picks(t: Translation, due: datetime | None, reader: Reader) -> str:
    """Return when the next picks come, on the reader's own clock."""
    if due is None:
        return ""
    day, time = _day_and_time(due, reader)
    return t.gettext("Next picks: {day} {at}").format(day=day, at=time)


def silence(t: Translation, since: datetime, reader: Reader) -> str:
    """Say since when the list of papers has not answered, on the reader's own clock."""
    day, time = _day_and_time(since, reader)
    text = t.gettext("Hugging Face has not answered since {day} {time}")
    return text.format(day=day, time=time)


def _day_and_time(moment: datetime, reader: Reader) -> tuple[str, str]:
    local = moment.astimezone(ZoneInfo(reader.zone))
    language = locale(reader.language)
    day = format_date(local.date(), "EEEE", locale=language)
    return day, format_time(local.timetz(), "HH:mm", locale=language)


def _news(
    t: Translation, digest: Digest, form: Form, beside: Sequence[str]
) -> Block:
    """Name what standing searches found, in the room that papers leave without abstracts."""
    if not digest.matches:
        return Block()
    room = _room(beside)
    gists, note = paper_list.paragraphs(
        t, digest.picks, replace(form, text="gist"), room
    )
    return standing.block(t, digest.matches, _room((*beside, *gists, note)))


def _room(parts: Sequence[str]) -> int:
    """Return how many characters some parts of a message leave, besides the receipt."""
    used = sum(seen_len(part) + 2 for part in parts)
    return LIMIT - receipt.LONGEST - used


def _header(t: Translation, digest: Digest, reader: Reader) -> str:
    day = written(digest.local_date, "weekday", reader.language)
    n = len(digest.picks)
    m = digest.new_papers
    if n == 0 and not digest.matches:
        text = t.gettext("{day} · no picks today")
    elif n == 0:
        text = t.gettext("{day} · no picks, but news for your searches")
    elif m < n:
        # Older papers fill the places, so "of new papers" would be untrue.
        text = t.ngettext(
            "{day} · {n} paper for you", "{day} · {n} papers for you", n
        )
    else:
        text = t.ngettext(
            "{day} · your {n} of {m} new paper",
            "{day} · your {n} of {m} new papers",
            m,
        )
    return f"<b>{escape(text.format(day=day, n=n, m=m))}</b>"


def _late(t: Translation, digest: Digest, reader: Reader) -> str:
    """Say that the list of papers was silent when these were chosen."""
    if digest.silent_since is None:
        return ""
    text = t.gettext("{silence}; these are from the papers I already had.")
    return escape(text.format(silence=silence(t, digest.silent_since, reader)))


def _held_back(t: Translation, digest: Digest) -> str:
    """Say why there are fewer papers than asked for."""
    if not _is_short(digest) or not digest.picks:
        return ""
    text = t.gettext("{n} today; nothing else fits.")
    return escape(text.format(n=len(digest.picks)))


def _is_short(digest: Digest) -> bool:
    """Tell whether more papers could be shown than are above the reader's bar."""
    return digest.held_back > 0 and digest.style != "cards"


def _offers_line(t: Translation, digest: Digest) -> str:
    """Ask whether a reader is into something near their taste as well."""
    if not digest.offers:
        return ""
    return escape(t.gettext("Also into one of these? A tap adds a topic."))


def _rows(
    t: Translation, digest: Digest, shown: int
) -> list[list[InlineKeyboardButton]]:
    rows = [
        [
            _thumb(digest, pick, 1),
            _thumb(digest, pick, -1),
            _save(pick),
            _more(pick),
        ]
        for pick in digest.picks
    ]
    rows += _undo(t, digest)
    total = len(digest.matches)
    if shown < total:
        rows.append([standing.more_button(t, digest.id, shown, total)])
    rows += missed.rows(t, digest)
    if _is_short(digest):
        text = t.gettext("Show more anyway")
        rows.append([button(text, callback_data.Picks().data)])
    offers = [_offer(digest, number) for number in range(len(digest.offers))]
    is_wide = sum(len(offer.text) for offer in digest.offers) > WIDEST_ROW
    return [*rows, *grid(offers, 1 if is_wide else len(offers) or 1)]


def _undo(t: Translation, digest: Digest) -> list[list[InlineKeyboardButton]]:
    """Return the button that takes the last rating back, if it still holds."""
    last = digest.receipt
    for pick in digest.picks:
        if pick.id == last.pick and pick.value and pick.value == last.value:
            text = t.gettext("↩ Undo {mark}").format(
                mark=mark(digest, pick, pick.value)
            )
            data = callback_data.Rate(pick.id, last.previous).data
            return [[button(text, data)]]
    return []


def _offer(digest: Digest, number: int) -> InlineKeyboardButton:
    offer = digest.offers[number]
    text = clip(offer.text, LONGEST_OFFER) + (" ✓" if offer.wanted else "")
    data = callback_data.OfferedTopic(
        digest.id, number, wanted=not offer.wanted
    ).data
    return button(text, data, pressed=offer.wanted)


def _save(pick: Pick) -> InlineKeyboardButton:
    data = callback_data.SavePick(pick.id, saved=not pick.saved).data
    return button("🔖 ✓" if pick.saved else "🔖", data, pressed=pick.saved)


def _more(pick: Pick) -> InlineKeyboardButton:
    return button("⋯", callback_data.PaperAction(str(pick.id), "o").data)


def _thumb(digest: Digest, pick: Pick, value: int) -> InlineKeyboardButton:
    pressed = pick.value == value
    text = mark(digest, pick, value) + (" ✓" if pressed else "")
    data = callback_data.Rate(pick.id, 0 if pressed else value).data
    return thumb(text, data, value, pressed=pressed)
