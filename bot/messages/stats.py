"""A reader's progress: a picture of the weeks, and what it comes to in words."""

from collections.abc import Sequence

from babel.dates import format_date

from bot.chart import Chart
from bot.history import History
from bot.messages.screen import Screen
from bot.messages.text import clip, escape
from bot.messages.translation import Translation, locale
from recommender.interleaving import FEWEST

LONGEST = 40  # of an interest's name
Interests = Sequence[tuple[str, int]]  # names, and how many likes each has


def chart(t: Translation, history: History, interests: Interests, language: str) -> Chart:
    """Return what the picture shows."""
    weeks = history.weeks
    low_high = history.popular
    return Chart(
        weeks=[format_date(week.monday, "d MMM", locale=locale(language)) for week in weeks],
        rates=[100 * week.liked / week.picks if week.picks else None for week in weeks],
        popular=(100 * low_high[0], 100 * low_high[1]) if low_high else None,
        likes=[week.likes for week in weeks],
        dislikes=[week.dislikes for week in weeks],
        interests=[(clip(name, LONGEST), likes) for name, likes in interests],
        words={
            "mine": t.gettext("your picks"),
            "popular": t.gettext("what most people upvote (95 %)"),
            "rates": t.gettext("Picks you liked, %"),
            "ratings": t.gettext("What you rated"),
            "likes": t.gettext("liked"),
            "dislikes": t.gettext("not liked"),
            "interests": t.gettext("Your interests, by likes"),
        },
    )


def summary(t: Translation, history: History, interests: Interests) -> Screen:
    """Say in a few lines what the picture comes to."""
    lines = [_lately(t, history), _beside(t, history)]
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
    share = f" ({history.liked / history.picks:.0%})".replace("%", " %") if history.picks else ""
    return text.format(n=history.picks, liked=history.liked, share=share)


def _beside(t: Translation, history: History) -> str:
    """Compare the personal order with the popular one, once there is enough to do so."""
    found = history.comparison
    if found is None:
        text = t.gettext(
            "Yours against popularity: too early to say, with {n} of {fewest} likes on mixed days."
        )
        return text.format(n=history.credited, fewest=FEWEST)
    text = t.gettext(
        "Yours against popularity, on {n} likes of mixed days: {personal} to {popular} "
        "(95 %: {low}–{high} % yours)."
    )
    return text.format(
        n=found.personal + found.popular,
        personal=found.personal,
        popular=found.popular,
        low=round(100 * found.low),
        high=round(100 * found.high),
    )
