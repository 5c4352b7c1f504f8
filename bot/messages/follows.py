"""The messages of `/follow`: who is meant, and the list of followed authors."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.messages.buttons import close_button
from bot.messages.callback_data import Follow, FollowName, checksum
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip
from recommender.papers import Paper, StoredPaper

# Characters of a name in a sentence, and of one in a button beside other words.
LONGEST_NAME = 60
LONGEST_BUTTON_NAME = 30

# Papers shown before anybody is followed.
NEWEST_PAPERS = 3

# An author's name, and a paper by that author.
Author = tuple[str, StoredPaper]


def follow_list(
    t: Translation,
    only_fitting: Mapping[str, bool],
    note: str = "",
    *,
    html_note: str = "",
) -> Screen:
    """List the authors whom a reader follows, each with a button to drop them.

    Parameters
    ----------
    only_fitting
        The authors by name; true if only those of their papers come that fit the reader.
    note, html_note
        What the last tap or message changed, as plain text or as HTML.

    """
    if only_fitting:
        text = t.ngettext(
            "You follow {n} author. Their new papers come first in your picks.",
            "You follow {n} authors. Their new papers come first in your picks.",
            len(only_fitting),
        ).format(n=len(only_fitting))
    else:
        text = t.gettext(
            "You follow nobody yet. Write “/follow Tri Dao”, or tap ⋯ under a paper."
        )
    paragraphs = (html_note, escape(note), escape(text))
    buttons = [
        _unfollow_button(t, name, only_if_fitting=is_fitting)
        for name, is_fitting in only_fitting.items()
    ]

    return Screen(
        "\n\n".join(paragraph for paragraph in paragraphs if paragraph),
        keyboard(grid(buttons, 2)),
    )


def confirm(
    t: Translation,
    name: str,
    papers: Sequence[StoredPaper],
    *,
    is_crowded: bool,
) -> Screen:
    """Show an author's newest papers, and ask whether this author is meant.

    If several people write under the name (`is_crowded`), the reader can also follow it for
    fitting papers only.
    """
    heading = t.ngettext(
        "I have {n} paper by {name}:",
        "I have {n} papers by {name}; the newest:",
        len(papers),
    ).format(n=len(papers), name=clip(name, LONGEST_NAME))
    lines = [escape(heading)]
    lines += [f"· {title(paper)}" for paper in papers[:NEWEST_PAPERS]]

    if is_crowded:
        question = t.gettext(
            "Several people seem to publish under this name. What "
            "would you like?"
        )
        labels = {
            "~": t.gettext("Only what also fits me"),
            "+": t.gettext("All their papers"),
        }
    else:
        question = t.gettext("Is that who you mean?")
        follow = t.gettext("Follow {name}")
        labels = {"+": follow.format(name=clip(name, LONGEST_BUTTON_NAME))}
    lines.append(escape(question))

    rows = [
        [_follow_button(label, action, name, papers[0])]
        for action, label in labels.items()
    ]
    rows.append([close_button(t)])
    return Screen("\n".join(lines), keyboard(rows))


def unknown(t: Translation, name: str, similar: Sequence[Author]) -> Screen:
    """Say that a name is nobody's, or several authors'; offer those with similar names."""
    if similar:
        text = t.gettext(
            "I'm not sure who “{name}” is. Did you mean one of these?"
        )
    else:
        text = t.gettext(
            "No paper I have is by “{name}”. Is that the full name?"
        )
    text = text.format(name=clip(name, LONGEST_NAME))

    rows = [
        [
            _follow_button(
                clip(similar_name, LONGEST_NAME), "?", similar_name, paper
            )
        ]
        for similar_name, paper in similar
    ]
    follow_name = FollowName(name)
    if similar and follow_name.fits:
        label = t.gettext("No, follow “{name}”")
        label = label.format(name=clip(name, LONGEST_BUTTON_NAME))
        rows.append([button(label, follow_name.data)])
    if similar:
        rows.append([close_button(t)])
    return Screen(escape(text), keyboard(rows))


def watching(
    t: Translation,
    name: str,
    arxiv_papers: tuple[int, Sequence[Paper]] | None,
) -> str:
    """Say in HTML that an author without stored papers is followed now.

    `arxiv_papers` are the number of the author's papers on arXiv, and the newest of them; None
    if arXiv did not answer.
    """
    text = t.gettext(
        "You follow {name} now. Nobody here has that name yet; "
        "I'll keep an eye out for it."
    )
    lines = [escape(text.format(name=clip(name, LONGEST_NAME)))]

    if arxiv_papers is not None:
        n, newest = arxiv_papers
        text = t.ngettext(
            "arXiv has {n} paper by that name:",
            "arXiv has {n} papers by that name; the newest:",
            n,
        )
        if not n:
            text = t.gettext(
                "arXiv knows nobody by that name either. Is it the full name?"
            )
        lines.append(escape(text.format(n=n)))
        lines += [f"· {title(paper)}" for paper in newest[:NEWEST_PAPERS]]
    return "\n".join(lines)


def now_followed(t: Translation, name: str, *, only_if_fitting: bool) -> str:
    """Confirm that an author is followed, for all papers or for fitting ones only."""
    if only_if_fitting:
        text = t.gettext("You follow {name} now, for papers that fit you.")
    else:
        text = t.gettext("You follow {name} now.")
    return text.format(name=clip(name, LONGEST_NAME))


def already_followed(t: Translation, name: str) -> str:
    """Say that an author is followed already."""
    text = t.gettext("You follow {name} already.")
    return text.format(name=clip(name, LONGEST_NAME))


def too_many(t: Translation, limit: int) -> str:
    """Say that the list is full."""
    text = t.gettext(
        "You follow {n} authors, which is as many as I can follow "
        "for you. Remove some first: /follow"
    )
    return text.format(n=limit)


def _follow_button(
    label: str, action: str, name: str, paper: StoredPaper
) -> InlineKeyboardButton:
    return button(label, Follow(action, paper.id, checksum(name)).data)


def _unfollow_button(
    t: Translation, name: str, *, only_if_fitting: bool
) -> InlineKeyboardButton:
    text = clip(name, LONGEST_BUTTON_NAME)
    if only_if_fitting:
        text = t.gettext("{name}, if it fits").format(name=text)
    return button(f"{text} ✕", Follow("x", 0, checksum(name)).data)
