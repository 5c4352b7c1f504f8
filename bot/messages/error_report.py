"""The message to admins about errors: what they were, where, and how often."""

from collections.abc import Sequence

from bot.errors import ErrorReport
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen
from bot.transport.text import clip

# Kinds of errors in one message, and characters of what one of them was.
MOST = 10
LONGEST = 200


def error_report(t: Translation, reports: Sequence[ErrorReport]) -> Screen:
    """Tell of errors, one kind a paragraph."""
    parts = [
        t.gettext("⚠️ Something went wrong; the log tells more."),
        *(_line(t, report) for report in reports[:MOST]),
    ]
    more = len(reports) - MOST
    if more > 0:
        text = t.ngettext(
            "{n} more kind of error", "{n} more kinds of errors", more
        )
        parts.append(text.format(n=more))

    return Screen("\n\n".join(map(escape, parts)))


def _line(t: Translation, report: ErrorReport) -> str:
    times = t.ngettext(
        "{n} time since {since} UTC",
        "{n} times since {since} UTC",
        report.count,
    ).format(n=report.count, since=f"{report.since:%H:%M}")
    return f"{clip(report.what, LONGEST)}\n{report.where}: {times}"
