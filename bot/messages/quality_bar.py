"""Explains the quality bars, each with the picks of the last week that are above it."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.messages.translation import Translation
from bot.picks.bar import Height

BARS = ("strict", "normal", "off")


def explanations(t: Translation, week: Mapping[str, Height]) -> list[str]:
    """Return paragraphs about the bars and their limits.

    `week` counts the picks of the last week by bar; it is empty if there were none.
    """
    meanings = {
        "strict": t.gettext(
            "Strict: a paper comes if the chance that you like it is "
            "at least two in five."
        ),
        "normal": t.gettext(
            "Normal: a paper comes if the chance that you like it is "
            "at least one in five."
        ),
        "off": t.gettext("Off: always as many papers as you asked for."),
    }

    paragraphs = []
    for group in _groups(week):
        lines = [meanings[bar] for bar in group]
        if week:
            lines.append(_example(t, group, week))
        paragraphs.append("\n".join(lines))
    return [*paragraphs, _limits(t, week)]


def _groups(week: Mapping[str, Height]) -> list[list[str]]:
    """Return the bars, those together that would have had the same result last week."""
    if not week:
        return [[bar] for bar in BARS]
    return [list(group) for _, group in groupby(BARS, week.get)]


def _example(
    t: Translation, group: Sequence[str], week: Mapping[str, Height]
) -> str:
    """Say how many picks of the last week are above the bars of a group."""
    height = week[group[0]]
    total = week["off"].picks
    if len(group) > 1:
        text = t.ngettext(
            "Of last week's {of} pick, these let {n} through; you "
            "liked {liked} of them.",
            "Of last week's {of} picks, these let {n} through; you "
            "liked {liked} of them.",
            total,
        )
    else:
        text = t.ngettext(
            "Of last week's {of} pick, it lets {n} through; you liked "
            "{liked} of them.",
            "Of last week's {of} picks, it lets {n} through; you liked "
            "{liked} of them.",
            total,
        )
    return text.format(n=height.picks, of=total, liked=height.liked)


def _limits(t: Translation, week: Mapping[str, Height]) -> str:
    """Say which papers come whatever the bar; without picks, when there will be examples."""
    text = t.gettext(
        "/picks and authors you follow always come, whatever the bar."
    )
    if week:
        return text

    hint = t.gettext(
        "After your first picks I'll show here what each would have let through."
    )
    return f"{text}\n{hint}"
