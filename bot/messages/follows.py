"""Authors to follow: who is meant, three papers by that name, and the list with its buttons."""

from collections.abc import Sequence

from bot.messages import buttons
from bot.messages.digest import title
from bot.messages.screen import Screen, button, grid, keyboard
from bot.messages.text import clip, escape
from bot.messages.translation import Translation
from recommender.papers import Paper

LONGEST = 60  # of a name
RECENT = 3  # papers shown before anybody is followed

Person = tuple[str, Paper]  # an author's name, and a paper that carries it


def followed(t: Translation, names: Sequence[str], note: str = "") -> Screen:
    """List those who are followed; `note` says what the last change did."""
    if names:
        text = t.ngettext(
            "You follow {n} author. Their new papers come first in your picks.",
            "You follow {n} authors. Their new papers come first in your picks.",
            len(names),
        ).format(n=len(names))
    else:
        text = t.gettext("You follow nobody yet. Write “/follow Tri Dao”, or tap ⋯ under a paper.")
    drops = [button(f"{clip(name, 30)} ✕", buttons.unfollow(name)) for name in names]
    parts = (escape(part) for part in (note, text) if part)
    return Screen("\n\n".join(parts), keyboard(grid(drops, 2)))


def confirm(t: Translation, name: str, papers: Sequence[Paper]) -> Screen:
    """Show what an author wrote last, and ask whether that is who is meant."""
    text = t.ngettext(
        "I have {n} paper by {name}:", "I have {n} papers by {name}; the newest:", len(papers)
    )
    shown = clip(name, LONGEST)
    lines = [escape(text.format(n=len(papers), name=shown))]
    lines += [f"· {title(paper)}" for paper in papers[:RECENT]]
    lines.append(escape(t.gettext("Is that who you mean?")))
    yes = button(
        t.gettext("Follow {name}").format(name=clip(name, 30)),
        buttons.follow("+", papers[0].id or 0, name),
    )
    return Screen("\n".join(lines), keyboard([[yes], [button(t.gettext("Close"), buttons.CLOSE)]]))


def unknown(t: Translation, written: str, near: Sequence[Person]) -> Screen:
    """Say that a name fits nobody, or several; offer those who come close."""
    shown = clip(written, LONGEST)
    if near:
        text = t.gettext("I'm not sure who “{name}” is. Did you mean one of these?")
    else:
        text = t.gettext("No paper I have is by “{name}”. Is the name whole?")
    offered = [
        [button(clip(name, LONGEST), buttons.follow("?", paper.id or 0, name))]
        for name, paper in near
    ]
    close = [button(t.gettext("Close"), buttons.CLOSE)] if near else []
    return Screen(escape(text.format(name=shown)), keyboard([*offered, close]))


def now_followed(t: Translation, name: str) -> str:
    """Confirm that somebody is followed."""
    return t.gettext("You follow {name} now.").format(name=clip(name, LONGEST))


def already(t: Translation, name: str) -> str:
    """Say that somebody is followed already."""
    return t.gettext("You follow {name} already.").format(name=clip(name, LONGEST))


def too_many(t: Translation, most: int) -> str:
    """Say that the list is full."""
    text = t.gettext("{n} authors are as many as I can follow for you. Remove some first: /follow")
    return text.format(n=most)
