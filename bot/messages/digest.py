"""A digest as its reader sees it: the papers, why each is there, and a row of buttons for each."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.reasons import reason
from bot.messages.text import (
    LIMIT,
    clip,
    escape,
    names,
    readable,
    seen_len,
    whole_sentences,
)
from bot.messages.translation import Translation, locale
from bot.storage.digests import Digest, Pick
from bot.storage.readers import Reader
from bot.transport.screen import Screen, button, grid, keyboard, thumb
from recommender.papers import UNDATED, Paper

# Of them are kept for what a tap adds, so that the abstracts never move.
RECEIPT = 300
# Ten heads fit beside a receipt.
LONGEST_TITLE, LONGEST_NAMES, SHORTEST_QUOTE = (
    140,
    60,
    60,
)
# Characters of an offered topic, and of three in one row of a phone.
LONGEST_OFFER, A_ROW = 30, 40
THUMBS = {1: "👍", -1: "👎"}
# Days.
RECENT = 14


def digest(
    t: Translation, shown: Digest, reader: Reader, today: date
) -> Screen:
    """Render a digest, or one card of it, from storage alone.

    The text fits Telegram's limit for any papers.
    """
    header, footer = (
        _header(t, shown, reader),
        next_picks(t, shown.next_due_at, reader),
    )
    late, few, also = (
        _late(t, shown, reader),
        _held_back(t, shown),
        _also(t, shown),
    )
    if (
        shown.style == "cards"
    ):  # the paper alone: only the first says what holds for all
        header, footer, late = "", "", late if shown.picks[0].rank == 1 else ""
    heads = [
        _head(t, shown, pick, reader.language, today) for pick in shown.picks
    ]
    used = sum(
        seen_len(part) + 2 for part in (header, late, few, also, footer, *heads)
    )
    room = (LIMIT - RECEIPT - used) // max(len(heads), 1) - 2
    papers = [
        h + _quote(pick.paper, room)
        for h, pick in zip(heads, shown.picks, strict=True)
    ]
    parts = (header, late, *papers, few, also, footer, receipt(t, shown))
    return Screen(
        "\n\n".join(part for part in parts if part), keyboard(_rows(t, shown))
    )


def link(paper: Paper) -> str:
    """Return where a title leads: the paper, or a search for its title where no id is known."""
    if paper.arxiv_id:
        return f"https://arxiv.org/abs/{paper.arxiv_id}"
    return "https://arxiv.org/search/?" + urlencode(
        {"query": paper.title, "searchtype": "title"}
    )


def title(paper: Paper, longest: int = LONGEST_TITLE) -> str:
    """Return a paper's title as a link, in HTML."""
    text = escape(clip(readable(paper.title), longest))
    return f'<a href="{escape(link(paper))}">{text}</a>'


def receipt(t: Translation, shown: Digest) -> str:
    """Return what the last tap on this digest taught, in the model's own words."""
    told = shown.receipt
    if shown.offers and "offer" in told:
        return escape(clip(f"{_topic(t, told)}\n{changed(t, told)}", RECEIPT))
    pick = next(
        (pick for pick in shown.picks if pick.id == told.get("pick")), None
    )
    if pick is None:
        return ""
    return lesson(
        t, told, _mark(shown, pick, told["value"] or told["previous"])
    )


def lesson(t: Translation, told: Mapping[str, Any], mark: str) -> str:
    """Return what a rating taught; `mark` names it, or the one that was taken back."""
    first = _learned(t, told, mark)
    return escape(clip(f"{first}\n{changed(t, told)}", RECEIPT))


def _learned(t: Translation, told: Mapping[str, Any], mark: str) -> str:
    """Name what moved in one or two concepts; without any, say the nearest thing that is true."""
    value = told["value"]
    sign = "+" if value > 0 else "−"
    words = ", ".join(f"{sign} {word}" for word in told["words"])
    if value == 0:
        text = t.gettext("Taken back: {mark}")
    elif told.get("restored"):
        text = t.gettext("As it was before: {mark}")
    elif words:
        text = t.gettext("Learned from {mark}: {words}")
    elif not told.get("learned"):  # an older receipt does not tell
        text = t.gettext("Noted: {mark}")
    elif value > 0:
        text = t.gettext("Learned from {mark}: more papers like it")
    else:
        text = t.gettext("Learned from {mark}: fewer papers like it")
    return text.format(mark=mark, words=words)


def changed(t: Translation, told: Mapping[str, Any]) -> str:
    """Return how many of the next picks a tap changed; where none did, why, as it was stored."""
    n = told["changed"]
    if n:
        text = t.ngettext(
            "{n} of your next {of} picks changed, from what is here now",
            "{n} of your next {of} picks changed, from what is here now",
            n,
        )
        return text.format(n=n, of=told["of"])
    if told.get("lead"):
        text = t.gettext("Already your strongest interest: {concept}")
        return text.format(concept=told["lead"])
    if told.get("missing"):
        return _resting(t, told["missing"])
    return t.gettext("Your next picks stay the same, from what is here now")


def _resting(t: Translation, missing: int) -> str:
    """Say that topics outweigh the likes, and how many more likes weigh as much."""
    text = t.ngettext(
        "Your next picks rest on your topics; {n} more 👍 weighs as much",
        "Your next picks rest on your topics; {n} more 👍 weigh as much",
        missing,
    )
    return text.format(n=missing)


def offer_toast(t: Translation, told: Mapping[str, Any]) -> str:
    """Return the blink after a tap on an offered topic."""
    return f"{_topic(t, told)} · {changed(t, told)}"


def _topic(t: Translation, told: Mapping[str, Any]) -> str:
    """Say whether an offered topic is among the reader's own now."""
    if told["wanted"]:
        return t.gettext("“{topic}” is one of your topics now").format(
            topic=told["offer"]
        )
    return t.gettext("“{topic}” is no topic of yours any more").format(
        topic=told["offer"]
    )


def which_one(t: Translation, shown: Digest, value: int) -> Screen:
    """Ask which paper of a digest a reaction meant."""
    numbers = [
        button(
            f"{THUMBS[value]} {pick.rank}", callback_data.which(pick.id, value)
        )
        for pick in shown.picks
    ]
    rows = [
        *grid(numbers, 5),
        [button(t.gettext("Close"), callback_data.CLOSE)],
    ]
    return Screen(t.gettext("Which one do you mean?"), keyboard(rows))


def toast(t: Translation, value: int, told: Mapping[str, Any] | None) -> str:
    """Return the blink after a tap; `told` is its receipt, None where it said nothing new."""
    if told is None:
        return t.gettext("Noted already")
    if value == 0:
        return t.gettext("Taken back")
    noted = t.gettext("{mark} noted").format(mark=THUMBS[value])
    if told["changed"] == 0:
        return f"{noted} · {changed(t, told)}"
    text = t.gettext("{n} of your next {of} changed").format(
        n=told["changed"], of=told["of"]
    )
    return f"{noted} · {text}"


def next_picks(t: Translation, due: datetime | None, reader: Reader) -> str:
    """Return when the next picks come, on the reader's own clock."""
    if due is None:
        return ""
    local = due.astimezone(ZoneInfo(reader.zone))
    day = format_date(local.date(), "EEEE", locale=locale(reader.language))
    at = format_time(local.timetz(), "HH:mm", locale=locale(reader.language))
    return t.gettext("Next picks: {day} {at}").format(day=day, at=at)


def _held_back(t: Translation, shown: Digest) -> str:
    """Say why there are fewer papers than asked for."""
    if not shown.held_back or shown.style == "cards":
        return ""
    text = t.gettext("{n} today; nothing else fits.")
    return escape(text.format(n=len(shown.picks)))


def silence(t: Translation, since: datetime, reader: Reader) -> str:
    """Say since when the list of papers has not answered, on the reader's own clock."""
    local = since.astimezone(ZoneInfo(reader.zone))
    at = format_time(local.timetz(), "HH:mm", locale=locale(reader.language))
    day = format_date(local.date(), "EEEE", locale=locale(reader.language))
    return t.gettext("Hugging Face has not answered since {day} {time}").format(
        day=day, time=at
    )


def _also(t: Translation, shown: Digest) -> str:
    """Ask whether a reader is into something near their taste as well."""
    return (
        escape(t.gettext("Also into one of these? A tap adds a topic."))
        if shown.offers
        else ""
    )


def _late(t: Translation, shown: Digest, reader: Reader) -> str:
    if shown.silent_since is None:
        return ""
    text = t.gettext("{silence}; these are from what I had.")
    return escape(text.format(silence=silence(t, shown.silent_since, reader)))


def _mark(shown: Digest, pick: Pick, value: int) -> str:
    """Name a rating; where a message shows one paper alone it needs no number."""
    return (
        THUMBS[value]
        if shown.style == "cards"
        else f"{THUMBS[value]} {pick.rank}"
    )


def _header(t: Translation, shown: Digest, reader: Reader) -> str:
    day = format_date(
        shown.local_date, "EEEE, d MMMM", locale=locale(reader.language)
    )
    n, m = len(shown.picks), shown.new_papers
    if m < n:  # older ones fill the places: "of new papers" would be untrue
        text = t.ngettext(
            "{day} · {n} paper for you", "{day} · {n} papers for you", n
        )
        return f"<b>{escape(text.format(day=day, n=n))}</b>"
    text = t.ngettext(
        "{day} · your {n} of {m} new paper",
        "{day} · your {n} of {m} new papers",
        m,
    )
    return f"<b>{escape(text.format(day=day, n=n, m=m))}</b>"


def _head(
    t: Translation, shown: Digest, pick: Pick, language: str, today: date
) -> str:
    paper = pick.paper
    number = "" if shown.style == "cards" else f"{pick.rank} · "
    upvotes = f"▲ {paper.upvotes}" if paper.upvotes else ""
    told = (
        escape(clip(names(paper.authors), LONGEST_NAMES)),
        upvotes,
        _age(t, paper, language, today),
    )
    facts = " · ".join(part for part in told if part)
    lines = (f"<b>{number}{title(paper)}</b>", facts, reason(t, pick.reason))
    return "\n".join(line for line in lines if line)


def _age(t: Translation, paper: Paper, language: str, today: date) -> str:
    if paper.listed == UNDATED:
        return ""
    days = (today - paper.listed).days
    if days <= 0:
        return t.gettext("today")
    if days < RECENT:
        return t.ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    return format_date(paper.listed, "d MMMM y", locale=locale(language))


def _quote(paper: Paper, room: int) -> str:
    if not paper.abstract or room < SHORTEST_QUOTE:
        return ""
    abstract = escape(whole_sentences(readable(paper.abstract), room))
    return f"\n<blockquote expandable>{abstract}</blockquote>"


def _rows(t: Translation, shown: Digest) -> list[list[InlineKeyboardButton]]:
    rows = [
        [_thumb(shown, p, 1), _thumb(shown, p, -1), _keep(p), _more(p)]
        for p in shown.picks
    ]
    last = next(
        (
            p
            for p in shown.picks
            if p.id == shown.receipt.get("pick") and p.value
        ),
        None,
    )
    if last is not None and last.value == shown.receipt["value"]:
        mark = _mark(shown, last, last.value)
        data = callback_data.rate(last.id, shown.receipt["previous"])
        rows.append(
            [button(t.gettext("↩ Undo {mark}").format(mark=mark), data)]
        )
    if _held_back(t, shown):
        rows.append(
            [button(t.gettext("Show more anyway"), callback_data.PICKS)]
        )
    offers = [_offer(shown, number) for number in range(len(shown.offers))]
    long = sum(len(offer.text) for offer in shown.offers) > A_ROW
    return [*rows, *grid(offers, 1 if long else len(offers) or 1)]


def _offer(shown: Digest, number: int) -> InlineKeyboardButton:
    offer = shown.offers[number]
    text = clip(offer.text, LONGEST_OFFER) + (" ✓" if offer.wanted else "")
    data = callback_data.offer(shown.id, number, wanted=not offer.wanted)
    return button(text, data, pressed=offer.wanted)


def _keep(pick: Pick) -> InlineKeyboardButton:
    data = callback_data.save(pick.id, 0 if pick.saved else 1)
    return button("🔖 ✓" if pick.saved else "🔖", data, pressed=pick.saved)


def _more(pick: Pick) -> InlineKeyboardButton:
    return button("⋯", callback_data.paper(str(pick.id), "o"))


def _thumb(shown: Digest, pick: Pick, value: int) -> InlineKeyboardButton:
    pressed = pick.value == value
    text = _mark(shown, pick, value) + (" ✓" if pressed else "")
    data = callback_data.rate(pick.id, 0 if pressed else value)
    return thumb(text, data, value, pressed=pressed)
