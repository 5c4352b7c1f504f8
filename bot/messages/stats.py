"""The message of `/stats`: a reader's progress in words, and the data of its chart."""

from collections.abc import Sequence

from bot.messages.dates import written
from bot.messages.stats_chart import Chart, Labels
from bot.messages.text import escape
from bot.messages.translation import Translation, nearest
from bot.picks.history import History
from bot.transport.screen import Screen
from bot.transport.text import clip
from recommender.proof import MIN_RATINGS, Side

# Characters of an interest's name.
LONGEST_INTEREST = 40

# Languages whose letters the font of the chart lacks, or can't join.
WITHOUT_LETTERS = {"fa", "ja", "ko", "zh"}

# What stands in the chart for words that it can't show; the message says what they mean.
SIGNS = Labels(
    personal="★",
    popular="▲ (95 %)",
    rates="✓ ★, %",
    ratings="✓ ✗",
    later="★ ✓ …",
    likes="✓",
    dislikes="✗",
    interests="★ ✓",
)

# The names of interests, and their numbers of likes.
Interests = Sequence[tuple[str, int]]


def chart(
    t: Translation, history: History, interests: Interests, language: str
) -> Chart:
    """Return the data and texts of the chart."""
    weeks = history.weeks
    has_letters = _has_letters(language)
    popular = history.proof.popular if history.proof else None

    return Chart(
        weeks=[
            written(week.monday, "short day", language)
            if has_letters
            else f"{week.monday.day}/{week.monday.month}"
            for week in weeks
        ],
        rates=[
            100 * week.liked / week.picks if week.picks else None
            for week in weeks
        ],
        popular=(100 * popular.low, 100 * popular.high) if popular else None,
        likes=[week.likes for week in weeks],
        dislikes=[week.dislikes for week in weeks],
        interests=[
            (clip(name, LONGEST_INTEREST), likes) for name, likes in interests
        ],
        labels=_labels(t) if has_letters else SIGNS,
    )


def legend(t: Translation, language: str) -> str:
    """Say what the signs in the chart mean; nothing where it has words."""
    if _has_letters(language):
        return ""
    labels = _labels(t)
    return (
        f"★ {labels.personal} · ▲ {labels.popular} · "
        f"✓ {labels.likes} · ✗ {labels.dislikes}"
    )


def _has_letters(language: str) -> bool:
    return nearest(language).partition("-")[0] not in WITHOUT_LETTERS


def _labels(t: Translation) -> Labels:
    return Labels(
        personal=t.gettext("your picks"),
        popular=t.gettext("the most upvoted (95 %)"),
        rates=t.gettext("Picks you liked, %"),
        ratings=t.gettext("What you rated"),
        later=t.gettext(
            "After two weeks with rated picks, a line here shows how many you liked."
        ),
        likes=t.gettext("liked"),
        dislikes=t.gettext("not liked"),
        interests=t.gettext("Your interests, by likes"),
    )


def summary(t: Translation, history: History, interests: Interests) -> Screen:
    """Say in a few lines what the chart shows."""
    lines = [_last_days(t, history), _comparison(t, history)]

    if not any(week.likes + week.dislikes for week in history.weeks):
        lines.append(
            t.gettext(
                "Rate a few papers, and a picture of your weeks comes with this."
            )
        )
    if interests:
        name, likes = max(interests, key=lambda interest: interest[1])
        text = t.gettext("Most liked interest: {name} ({likes}).")
        name = clip(name, LONGEST_INTEREST)
        lines.append(text.format(name=name, likes=likes))
    return Screen(escape("\n".join(lines)))


def nothing_yet(t: Translation) -> Screen:
    """Say that there is nothing to count yet."""
    return Screen(
        t.gettext(
            "Nothing to count yet. Rate a few papers in /picks, and I'll show you how I'm doing."
        )
    )


def _last_days(t: Translation, history: History) -> str:
    """Say how many picks of the last 30 days are liked."""
    text = t.ngettext(
        "Last 30 days: {n} pick, {liked} liked{share}.",
        "Last 30 days: {n} picks, {liked} liked{share}.",
        history.picks,
    )
    share = ""
    if history.picks:
        percentage = f"{history.liked / history.picks:.0%}"
        share = f" ({percentage})".replace("%", " %")
    return text.format(n=history.picks, liked=history.liked, share=share)


def _comparison(t: Translation, history: History) -> str:
    """Compare the picks with the most upvoted papers, or say how many ratings that takes."""
    proof = history.proof
    if proof is None:
        n = MIN_RATINGS - history.ratings
        text = t.ngettext(
            "Compared with the most upvoted paper: I can tell after "
            "{n} more rating on days that have both.",
            "Compared with the most upvoted paper: I can tell after "
            "{n} more ratings on days that have both.",
            n,
        )
        return text.format(n=n)

    text = t.gettext(
        "Compared with the most upvoted paper: you liked {mine} of "
        "your own picks, and {others} of the most upvoted "
        "(in brackets: intervals of 95 %)."
    )
    return text.format(
        mine=_share(t, proof.personal), others=_share(t, proof.popular)
    )


def _share(t: Translation, side: Side) -> str:
    """Return how many papers of a side are liked, with the confidence interval in percent."""
    text = t.gettext("{liked} of {n} ({low}–{high} %)")
    return text.format(
        liked=side.liked,
        n=side.papers,
        low=round(100 * side.low),
        high=round(100 * side.high),
    )
