"""Authors to follow: who is meant, three papers by that name, and the list with its buttons."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip
from recommender.papers import Paper, StoredPaper

# Of a name.
LONGEST = 60
# Papers shown before anybody is followed.
RECENT = 3

# An author's name, and a paper that carries it.
Person = tuple[str, StoredPaper]


def followed(
    t: Translation,
    names: Mapping[str, bool],
    note: str = "",
    *,
    above: str = "",
) -> Screen:
    """List those who are followed, and of whom only what fits.

    `note` says what changed, or `above` does, in HTML.
    """
    if names:
        text = t.ngettext(
            "You follow {n} author. Their new papers come first in your picks.",
            "You follow {n} authors. Their new papers come first in your picks.",
            len(names),
        ).format(n=len(names))
    else:
        text = t.gettext(
            "You follow nobody yet. Write “/follow Tri Dao”, or tap ⋯ under a paper."
        )
    drops = [_drop(t, name, fitting) for name, fitting in names.items()]
    parts = (above, escape(note), escape(text))
    return Screen(
        "\n\n".join(part for part in parts if part), keyboard(grid(drops, 2))
    )


def confirm(
    t: Translation, name: str, papers: Sequence[StoredPaper], *, crowded: bool
) -> Screen:
    """Show what an author wrote last, and ask whether that is who is meant.

    A `crowded` name is several people's: of its papers those can be had that also fit.
    """
    text = t.ngettext(
        "I have {n} paper by {name}:",
        "I have {n} papers by {name}; the newest:",
        len(papers),
    )
    shown = clip(name, LONGEST)
    lines = [escape(text.format(n=len(papers), name=shown))]
    lines += [f"· {title(paper)}" for paper in papers[:RECENT]]
    if crowded:
        several = t.gettext(
            "Several people seem to write under this name. What do you want?"
        )
        offered = {
            "~": t.gettext("Only what also fits me"),
            "+": t.gettext("All their papers"),
        }
        lines.append(escape(several))
    else:
        offered = {"+": t.gettext("Follow {name}").format(name=clip(name, 30))}
        lines.append(escape(t.gettext("Is that who you mean?")))
    paper_id = papers[0].id
    rows = [
        [
            button(
                label,
                callback_data.Follow(
                    action, paper_id, callback_data.checksum(name)
                ).data,
            )
        ]
        for action, label in offered.items()
    ]
    close = [button(t.gettext("Close"), callback_data.Close().data)]
    return Screen("\n".join(lines), keyboard([*rows, close]))


def unknown(t: Translation, written: str, near: Sequence[Person]) -> Screen:
    """Say that a name fits nobody, or several; offer those who come close."""
    shown = clip(written, LONGEST)
    if near:
        text = t.gettext(
            "I'm not sure who “{name}” is. Did you mean one of these?"
        )
    else:
        text = t.gettext("No paper I have is by “{name}”. Is the name whole?")
    offered = [
        [
            button(
                clip(name, LONGEST),
                callback_data.Follow(
                    "?", paper.id, callback_data.checksum(name)
                ).data,
            )
        ]
        for name, paper in near
    ]
    follow_name = callback_data.FollowName(written)
    if near and follow_name.fits:
        anyway = t.gettext("No, follow “{name}”").format(name=clip(written, 30))
        offered.append([button(anyway, follow_name.data)])
    close = (
        [button(t.gettext("Close"), callback_data.Close().data)] if near else []
    )
    return Screen(escape(text.format(name=shown)), keyboard([*offered, close]))


def watched(
    t: Translation, name: str, told: tuple[int, Sequence[Paper]] | None
) -> str:
    """Say in HTML that somebody new is followed, and what arXiv has of them, where it answered."""
    text = t.gettext(
        "You follow {name} now. Nobody here has that name yet; I'll watch for it."
    )
    lines = [escape(text.format(name=clip(name, LONGEST)))]
    if told is not None:
        n, newest = told
        counted = t.ngettext("arXiv has {n} paper by that name:",
                             "arXiv has {n} papers by that name; the newest:", n)  # fmt: skip
        none = t.gettext("arXiv knows nobody of that name either. Is it whole?")
        lines.append(escape(counted.format(n=n) if n else none))
        lines += [f"· {title(paper)}" for paper in newest[:RECENT]]
    return "\n".join(lines)


def now_followed(t: Translation, name: str, *, fitting: bool) -> str:
    """Confirm that somebody is followed, or only where it fits."""
    if fitting:
        text = t.gettext("You follow {name} now, where it fits you.")
        return text.format(name=clip(name, LONGEST))
    return t.gettext("You follow {name} now.").format(name=clip(name, LONGEST))


def already(t: Translation, name: str) -> str:
    """Say that somebody is followed already."""
    return t.gettext("You follow {name} already.").format(
        name=clip(name, LONGEST)
    )


def too_many(t: Translation, most: int) -> str:
    """Say that the list is full."""
    text = t.gettext(
        "{n} authors are as many as I can follow for you. Remove some first: /follow"
    )
    return text.format(n=most)


def _drop(t: Translation, name: str, fitting: bool) -> InlineKeyboardButton:
    shown = clip(name, 30)
    text = (
        t.gettext("{name}, if it fits").format(name=shown) if fitting else shown
    )
    unfollow = callback_data.Follow("x", 0, callback_data.checksum(name))
    return button(f"{text} ✕", unfollow.data)
