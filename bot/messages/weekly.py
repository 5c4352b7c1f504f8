"""The message that sums up a week: figures, papers worth a second look, and how the taste moved."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages import stats
from bot.messages.callback_data import PaperAction, paper_ref
from bot.messages.dates import written
from bot.messages.paper_line import title
from bot.messages.text import escape
from bot.messages.top_buttons import WeeklySwitch
from bot.messages.translation import Translation
from bot.picks.weeks import Week
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip, seen_len
from recommender.papers import StoredPaper

# What Telegram takes below a picture, after parsing.
LIMIT = 1024

# Characters of a title, first, and where they don't fit; and of a concept.
LONGEST_TITLE = 90
SHORT_TITLE = 45
LONGEST_CONCEPT = 40


def weekly(t: Translation, week: Week, language: str) -> Screen:
    """Render a week as a caption, with a button for each paper that it names."""
    papers = [paper for paper in (week.unread, *week.popular) if paper]
    texts = (
        _text(t, week, language, longest=longest)
        for longest in (LONGEST_TITLE, SHORT_TITLE)
    )
    text = next(
        (text for text in texts if seen_len(text) <= LIMIT),
        escape(_counts(t, week)),
    )
    open_buttons = [
        button(str(number), PaperAction(paper_ref(paper.id), "o").data)
        for number, paper in enumerate(papers, 1)
    ]
    rows = [open_buttons, [_switch(t, is_on=True)]]
    return Screen(text, keyboard(rows))


def switched(
    t: Translation,
    rows: Sequence[Sequence[InlineKeyboardButton]],
    *,
    is_on: bool,
) -> InlineKeyboardMarkup:
    """Return the keyboard of a week with its switch as it is now; `rows` are those before."""
    others = [
        [one for one in row if not _is_switch(one.callback_data)]
        for row in rows
    ]
    return keyboard([*others, [_switch(t, is_on=is_on)]])


def toast(t: Translation, *, is_on: bool) -> str:
    """Return the toast after a press of the switch."""
    if is_on:
        return t.gettext(
            "The weekly message is on again. /settings changes its day"
        )
    return t.gettext("No more weekly messages. /settings brings them back")


def _text(t: Translation, week: Week, language: str, *, longest: int) -> str:
    """Return the caption in HTML, with titles of at most `longest` characters."""
    heading = t.gettext("Your week, {first} to {last}").format(
        first=written(week.first, "day", language),
        last=written(week.last, "day", language),
    )
    paragraphs = [f"<b>{escape(heading)}</b>\n{escape(_counts(t, week))}"]
    number = 1
    if week.unread is not None:
        label = escape(t.gettext("The strongest that you haven't read:"))
        line = f"{number} · {title(week.unread, longest)}"
        paragraphs.append(f"{label}\n{line}")
        number += 1
    if week.popular:
        label = escape(t.gettext("Most upvoted, and not among your picks:"))
        lines = [
            _popular_line(number, paper, longest)
            for number, paper in enumerate(week.popular, number)
        ]
        paragraphs.append("\n".join([label, *lines]))
    if week.has_taste:
        paragraphs.append(escape(_movement(t, week)))
    if week.unread is not None or week.popular:
        paragraphs.append(escape(t.gettext("A number opens the paper.")))
    paragraphs += filter(None, [escape(stats.legend(t, language))])
    return "\n\n".join(paragraphs)


def _popular_line(number: int, paper: StoredPaper, longest: int) -> str:
    return f"{number} · {title(paper, longest)} · ▲ {paper.upvotes or 0}"


def _counts(t: Translation, week: Week) -> str:
    """Say how many picks came, and how many of them are liked and saved."""
    picks = t.ngettext("{n} pick", "{n} picks", week.picks)
    text = t.gettext("{picks}: {liked} liked, {saved} saved.")
    return text.format(
        picks=picks.format(n=week.picks), liked=week.liked, saved=week.saved
    )


def _movement(t: Translation, week: Week) -> str:
    """Say in a sentence how the taste moved."""
    more = ", ".join(clip(word, LONGEST_CONCEPT) for word in week.more)
    less = ", ".join(clip(word, LONGEST_CONCEPT) for word in week.less)
    if more and less:
        text = t.gettext("Your taste moved: more of {more}; less of {less}.")
    elif more:
        text = t.gettext("Your taste moved: more of {more}.")
    elif less:
        text = t.gettext("Your taste moved: less of {less}.")
    else:
        return t.gettext("Your taste hardly moved.")
    return text.format(more=more, less=less)


def _switch(t: Translation, *, is_on: bool) -> InlineKeyboardButton:
    """Return the button that ends the weeks, or brings them back."""
    if is_on:
        return button(
            t.gettext("Stop the weekly message"), WeeklySwitch(on=False).data
        )
    return button(
        t.gettext("↩ Weekly message again"), WeeklySwitch(on=True).data
    )


def _is_switch(data: object) -> bool:
    return isinstance(data, str) and WeeklySwitch.parse(data) is not None
