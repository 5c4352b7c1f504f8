"""A reader's progress: a picture of the weeks, and what it comes to in words."""

from collections.abc import Sequence

from babel.dates import format_date

from bot.messages.stats_chart import Chart
from bot.messages.text import escape
from bot.messages.translation import Translation, locale
from bot.picks.history import History
from bot.transport.screen import Screen
from bot.transport.text import clip
from recommender.proof import MIN_RATINGS, Side

# Of an interest's name.
LONGEST = 40
# Names, and how many likes each has.
Interests = Sequence[tuple[str, int]]


def chart(
    t: Translation, history: History, interests: Interests, language: str
) -> Chart:
    """Return what the picture shows."""
    weeks = history.weeks
    popular = history.proof.popular if history.proof else None
    return Chart(
        weeks=[
            format_date(week.monday, "d MMM", locale=locale(language))
            for week in weeks
        ],
        rates=[
            100 * week.liked / week.picks if week.picks else None
            for week in weeks
        ],
        popular=(100 * popular.low, 100 * popular.high) if popular else None,
        likes=[week.likes for week in weeks],
        dislikes=[week.dislikes for week in weeks],
        interests=[(clip(name, LONGEST), likes) for name, likes in interests],
        words={
            "mine": t.gettext("your picks"),
            "popular": t.gettext("the most upvoted (95 %)"),
            "rates": t.gettext("Picks you liked, %"),
            "ratings": t.gettext("What you rated"),
            "later": t.gettext(
                "After two weeks with rated picks, a line here shows how many you liked."
            ),
            "likes": t.gettext("liked"),
            "dislikes": t.gettext("not liked"),
            "interests": t.gettext("Your interests, by likes"),
        },
    )


def summary(t: Translation, history: History, interests: Interests) -> Screen:
    """Say in a few lines what the picture comes to."""
    lines = [_lately(t, history), _beside(t, history)]
    if not any(week.likes + week.dislikes for week in history.weeks):
        lines.append(
            t.gettext(
                "Rate a few papers, and a picture of your weeks comes with this."
            )
        )
    if interests:
        name, likes = max(interests, key=lambda interest: interest[1])
        most = t.gettext("Most liked interest: {name} ({likes}).")
        lines.append(most.format(name=clip(name, LONGEST), likes=likes))
    return Screen(escape("\n".join(lines)))


def nothing_yet(t: Translation) -> Screen:
    """Say that there is nothing to count yet."""
    return Screen(
        t.gettext(
            "Nothing to count yet. Rate a few papers in /picks, and I'll show you how I'm doing."
        )
    )


def _lately(t: Translation, history: History) -> str:
    text = t.ngettext(
        "Last 30 days: {n} pick, {liked} liked{share}.",
        "Last 30 days: {n} picks, {liked} liked{share}.",
        history.picks,
    )
    share = (
        f" ({history.liked / history.picks:.0%})".replace("%", " %")
        if history.picks
        else ""
    )
    return text.format(n=history.picks, liked=history.liked, share=share)


def _beside(t: Translation, history: History) -> str:
    """Compare the picks with the most upvoted papers, once there is enough to do so."""
    proof, missing = history.proof, MIN_RATINGS - history.ratings
    if proof is None:
        text = t.ngettext(
            "Yours beside the most upvoted paper: {n} more rating on days with both, "
            "then I can tell.",
            "Yours beside the most upvoted paper: {n} more ratings on days with both, "
            "then I can tell.",
            missing,
        )
        return text.format(n=missing)
    text = t.gettext(
        "Beside the most upvoted paper: you liked {mine} of your own picks, and {others} of the "
        "most upvoted (95 % intervals in brackets)."
    )
    return text.format(
        mine=_share(t, proof.personal), others=_share(t, proof.popular)
    )


def _share(t: Translation, side: Side) -> str:
    text = t.gettext("{liked} of {n} ({low}–{high} %)")
    low, high = round(100 * side.low), round(100 * side.high)
    return text.format(liked=side.liked, n=side.papers, low=low, high=high)
