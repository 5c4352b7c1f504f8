"""What a tap taught, in words: the receipt below a digest, and the toast on the button."""

from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.digests import Digest, Pick
from bot.storage.receipts import PicksChange, Receipt
from bot.transport.text import clip

THUMBS = {1: "👍", -1: "👎"}
# Characters of a digest that are kept free for the receipt, so that abstracts never move.
LONGEST = 300


def below(t: Translation, digest: Digest) -> str:
    """Return what the last tap on a digest taught; empty before any."""
    receipt = digest.receipt
    if digest.offers and receipt.offer:
        return _paragraph(_topic(t, receipt), _change(t, receipt))
    for pick in digest.picks:
        if pick.id == receipt.pick:
            value = receipt.value or receipt.previous
            return lesson(t, receipt, mark(digest, pick, value))
    return ""


def lesson(t: Translation, receipt: Receipt, rated: str) -> str:
    """Return what a rating taught; `rated` names the rating, or the one that was taken back."""
    return _paragraph(_learned(t, receipt, rated), _change(t, receipt))


def toast(t: Translation, value: int, receipt: Receipt | None) -> str:
    """Return the short answer to a rating; without a receipt it said nothing new."""
    if receipt is None:
        return t.gettext("Noted already")
    if value == 0:
        return t.gettext("Undone")
    noted = t.gettext("{mark} noted").format(mark=THUMBS[value])
    if receipt.changed == 0:
        return f"{noted} · {_change(t, receipt)}"
    text = t.gettext("{n} of your next {of} changed").format(
        n=receipt.changed, of=receipt.of
    )
    return f"{noted} · {text}"


def offer_toast(t: Translation, receipt: Receipt) -> str:
    """Return the short answer to a tap on an offered topic."""
    return f"{_topic(t, receipt)} · {_change(t, receipt)}"


def picks_change(t: Translation, change: PicksChange) -> str:
    """Return how many of the next picks differ now."""
    n = change.changed
    if not n:
        return t.gettext(
            "Your next picks stay the same, among the papers I have now"
        )
    text = t.ngettext(
        "{n} of your next {of} picks changed, among the papers I have now",
        "{n} of your next {of} picks changed, among the papers I have now",
        n,
    )
    return text.format(n=n, of=change.of)


def mark(digest: Digest, pick: Pick, value: int) -> str:
    """Name a rating; a message that shows one paper alone needs no number."""
    thumb = THUMBS[value]
    return thumb if digest.style == "cards" else f"{thumb} {pick.rank}"


def _paragraph(first: str, second: str) -> str:
    return escape(clip(f"{first}\n{second}", LONGEST))


def _learned(t: Translation, receipt: Receipt, rated: str) -> str:
    """Name what moved in one or two concepts; without any, say the nearest thing that is true."""
    value = receipt.value
    sign = "+" if value > 0 else "−"
    words = ", ".join(f"{sign} {word}" for word in receipt.words)
    if value == 0:
        text = t.gettext("Undone: {mark}")
    elif receipt.restored:
        text = t.gettext("Unchanged: {mark}")
    elif words:
        text = t.gettext("Learned from {mark}: {words}")
    elif not receipt.learned:
        text = t.gettext("Noted: {mark}")
    elif value > 0:
        text = t.gettext("Learned from {mark}: more papers like it")
    else:
        text = t.gettext("Learned from {mark}: fewer papers like it")
    return text.format(mark=rated, words=words)


def _change(t: Translation, receipt: Receipt) -> str:
    """Return how many of the next picks a tap changed; if none, why, as it was stored."""
    if receipt.changed:
        return picks_change(t, PicksChange(receipt.changed, receipt.of))
    if receipt.lead:
        text = t.gettext("Already your strongest interest: {concept}")
        return text.format(concept=receipt.lead)
    if receipt.missing:
        text = t.ngettext(
            "Your next picks still go by your topics; {n} more 👍 would "
            "weigh as much",
            "Your next picks still go by your topics; {n} more 👍 would "
            "weigh as much",
            receipt.missing,
        )
        return text.format(n=receipt.missing)
    return picks_change(t, PicksChange(0, receipt.of))


def _topic(t: Translation, receipt: Receipt) -> str:
    """Say whether an offered topic is among the reader's own now."""
    if receipt.wanted:
        text = t.gettext("“{topic}” is one of your topics now")
    else:
        text = t.gettext("“{topic}” is no longer one of your topics")
    return text.format(topic=receipt.offer)
