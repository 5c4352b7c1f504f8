"""The messages of `/settings`: the current settings, and the choices behind each button."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from telegram import InlineKeyboardButton

from bot.messages import quality_bar, text_form
from bot.messages.callback_data import Setting
from bot.messages.dates import written
from bot.messages.quality_bar import BARS
from bot.messages.text import escape
from bot.messages.text_form import TEXTS
from bot.messages.translation import (
    Translation,
    available,
    locale,
    name,
    nearest,
)
from bot.picks.bar import Height
from bot.schedule.cities import city_name
from bot.storage.readers import Reader
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

# Sets of weekdays: bit 0 is Monday.
WORKDAYS = 0b0011111
EVERY_DAY = 0b1111111

# The end of a pause that lasts until the reader ends it.
FOREVER = date.max

# Pauses to choose from, in days.
PAUSES = (3, 7, 14)

# What stands for a day of the week: the last one with picks, and none.
LAST_DAY = "last"
NO_WEEK = "off"

STYLES = ("digest", "cards")

# Papers in a digest.
MAX_PICKS = 10

# Characters of the weekdays in a button.
LONGEST_DAYS = 25


def settings(t: Translation, reader: Reader, today: date) -> Screen:
    """Render the settings, with a button for each."""
    hour = reader.at.strftime("%H:%M")
    city = city_name(reader.zone)
    schedule = t.gettext("{days} at {at}, {city} time")
    schedule = schedule.format(days=days(t, reader), at=hour, city=city)

    texts = [
        schedule,
        *_descriptions(t, reader),
        _next_picks(t, reader, today),
    ]
    heading = escape(t.gettext("Settings"))
    lines = [f"<b>{heading}</b>", *map(escape, texts)]

    weekdays = clip(days(t, reader), LONGEST_DAYS)
    rows = [
        [_open_button(f"🕗 {hour}", "at"), _open_button(f"🌍 {city}", "zone")],
        [
            _open_button(f"📅 {weekdays}", "days"),
            _open_button(f"🔢 {_paper_count(t, reader.picks)}", "picks"),
        ],
        [
            _open_button(f"📄 {_style(t, reader.style)}", "style"),
            _open_button(f"📝 {text_form.name(t, reader.text)}", "text"),
        ],
        [
            _open_button(f"📏 {_bar(t, reader.bar)}", "bar"),
            _explore_switch(t, reader),
        ],
        [
            _open_button(f"🗞 {_week(t, reader)}", "week"),
            _sound_switch(t, reader),
        ],
        [
            _open_button(f"🌐 {name(nearest(reader.language))}", "language"),
            _votes_switch(t, reader),
        ],
        [*preview_switch(t, reader), _pause_button(t, reader, today)],
    ]
    return Screen("\n".join(lines), keyboard(rows))


def hours(t: Translation, reader: Reader) -> Screen:
    """Offer the hours of a day."""
    choices = [
        _choice(
            f"{hour:02}:00", "at", f"{hour:02}", pressed=hour == reader.at.hour
        )
        for hour in range(24)
    ]
    text = t.gettext("At what hour should your picks come?")
    return question(t, text, grid(choices, 4))


def languages(t: Translation, reader: Reader) -> Screen:
    """Offer the languages that there are translations into."""
    choices = [
        _choice(
            name, "language", code, pressed=code == nearest(reader.language)
        )
        for code, name in available()
    ]
    return question(t, t.gettext("Which language?"), grid(choices, 2))


def weekdays(t: Translation, reader: Reader) -> Screen:
    """Offer the weekdays: each one to be switched on or off, and two usual sets."""
    names = get_day_names("abbreviated", locale=locale(reader.language))
    chosen = reader.weekdays

    single_days = [
        _choice(
            names[day],
            "days",
            str(chosen ^ 1 << day),
            pressed=bool(chosen >> day & 1),
        )
        for day in range(7)
    ]
    sets = {
        WORKDAYS: t.gettext("Monday to Friday"),
        EVERY_DAY: t.gettext("Every day"),
    }
    set_choices = [
        _choice(label, "days", str(days_set), pressed=chosen == days_set)
        for days_set, label in sets.items()
    ]

    rows = [*grid(single_days, 4), set_choices]
    return question(t, t.gettext("On which days?"), rows)


def counts(t: Translation, reader: Reader) -> Screen:
    """Offer how many papers a digest has at most."""
    choices = [
        _choice(str(n), "picks", str(n), pressed=n == reader.picks)
        for n in range(1, MAX_PICKS + 1)
    ]
    return question(t, t.gettext("How many papers at most?"), grid(choices, 5))


def styles(t: Translation, reader: Reader) -> Screen:
    """Offer one message for all papers, or one for each."""
    rows = [
        [
            _choice(
                _style(t, style), "style", style, pressed=style == reader.style
            )
        ]
        for style in STYLES
    ]
    text = t.gettext("All papers in one message, or one message for each?")
    return question(t, text, rows)


def texts(t: Translation, reader: Reader) -> Screen:
    """Offer what stands below a title: the gist, the abstract, or both."""
    rows = [
        [
            _choice(
                text_form.name(t, text),
                "text",
                text,
                pressed=text == reader.text,
            )
        ]
        for text in TEXTS
    ]
    return question(t, t.gettext("What should stand below a title?"), rows)


def preview_switch(
    t: Translation, reader: Reader
) -> list[InlineKeyboardButton]:
    """Return the switch for the pictures of papers, if messages have any: those of one paper."""
    if reader.style != "cards":
        return []
    if reader.previews:
        return [_switch(t.gettext("🖼 Pictures: on"), "previews", is_on=True)]
    return [_switch(t.gettext("🖼 Pictures: off"), "previews", is_on=False)]


def bars(t: Translation, reader: Reader, week: Mapping[str, Height]) -> Screen:
    """Offer the quality bars; `week` counts the last week's picks by bar, if there were any."""
    paragraphs = [
        t.gettext("How good must a daily pick be?"),
        *quality_bar.explanations(t, week),
    ]
    rows = [
        [_choice(_bar(t, bar), "bar", bar, pressed=bar == reader.bar)]
        for bar in BARS
    ]
    return question(t, "\n\n".join(paragraphs), rows)


def weeks(t: Translation, reader: Reader) -> Screen:
    """Offer the day on which the week is summed up, if it is."""
    names = get_day_names("abbreviated", locale=locale(reader.language))
    chosen = (
        str(reader.weekly_day) if reader.weekly_day is not None else LAST_DAY
    )
    if not reader.weekly:
        chosen = NO_WEEK
    labels = {str(day): names[day] for day in range(7)}
    labels[LAST_DAY] = t.gettext("With the week's last picks")
    labels[NO_WEEK] = t.gettext("Never")
    choices = [
        _choice(label, "week", value, pressed=value == chosen)
        for value, label in labels.items()
    ]
    text = t.gettext(
        "Once a week I sum up: a picture, what you liked, and what you may have missed. It "
        "comes without a sound, after the day's picks. On which day?"
    )
    rows = [*grid(choices[:7], 4), *grid(choices[7:], 1)]
    return question(t, text, rows)


def pauses(t: Translation, today: date) -> Screen:
    """Offer how long to pause."""
    days_row = [
        _choice(
            t.ngettext("{n} day", "{n} days", n).format(n=n),
            "pause",
            (today + timedelta(days=n)).isoformat(),
        )
        for n in PAUSES
    ]
    forever = _choice(t.gettext("Until I say so"), "pause", FOREVER.isoformat())
    text = t.gettext("No picks for how long?")
    return question(t, text, [days_row, [forever]])


def days(t: Translation, reader: Reader) -> str:
    """Return the names of the weekdays on which picks come."""
    if reader.weekdays == WORKDAYS:
        return t.gettext("Monday to Friday")
    if reader.weekdays == EVERY_DAY:
        return t.gettext("Every day")

    names = get_day_names("abbreviated", locale=locale(reader.language))
    chosen = [names[day] for day in range(7) if reader.weekdays >> day & 1]
    return ", ".join(chosen) or t.gettext("Never")


def _descriptions(t: Translation, reader: Reader) -> list[str]:
    """Return sentences about the number and form of the picks, exploration and sound."""
    n = reader.picks
    if reader.style == "cards":
        text = t.ngettext(
            "{n} paper, in a message of its own",
            "{n} papers, each in a message of its own",
            n,
        )
    else:
        text = t.ngettext(
            "{n} paper in one message", "{n} papers in one message", n
        )
    sentences = [text.format(n=n), text_form.description(t, reader.text)]

    bars = {
        "strict": t.gettext(
            "Only what fits you very well: some days bring fewer, or none"
        ),
        "normal": t.gettext("Only what fits you: some days bring fewer"),
        "off": t.gettext("Always that many, even if some don't fit well"),
    }
    if reader.bar in bars:
        sentences.append(bars[reader.bar])
    if reader.explores:
        sentences.append(
            t.gettext(
                "One day in five, the last paper is something different, "
                "and on another of the five it is the most upvoted one"
            )
        )
    if not reader.votes_count:
        sentences.append(
            t.gettext("Votes in groups don't count for your picks")
        )
    if not reader.sound:
        sentences.append(t.gettext("They come without a sound"))
    return sentences


def _next_picks(t: Translation, reader: Reader, today: date) -> str:
    """Say when the next picks come, in the reader's local time."""
    if reader.paused_until == FOREVER:
        return t.gettext("Paused: picks come only when you ask with /picks")
    if reader.next_due_at is None:
        return t.gettext("No picks are planned")

    local = reader.next_due_at.astimezone(ZoneInfo(reader.zone))
    day = written(local.date(), "weekday", reader.language)
    text = t.gettext("Next picks: {day}, {at}").format(
        day=day, at=local.strftime("%H:%M")
    )
    if _is_paused(reader, today):
        return t.gettext("Paused. {next}").format(next=text)
    return text


def _is_paused(reader: Reader, today: date) -> bool:
    return reader.paused_until is not None and reader.paused_until > today


def _style(t: Translation, style: str) -> str:
    if style == "digest":
        return t.gettext("One message")
    return t.gettext("One message each")


def _bar(t: Translation, bar: str) -> str:
    names = {
        "strict": t.gettext("Bar: strict"),
        "normal": t.gettext("Bar: normal"),
        "off": t.gettext("Bar: off"),
    }
    return names[bar]


def _paper_count(t: Translation, n: int) -> str:
    return t.ngettext("{n} paper", "{n} papers", n).format(n=n)


def _explore_switch(t: Translation, reader: Reader) -> InlineKeyboardButton:
    if reader.explores:
        return _switch(t.gettext("✨ Explore: on"), "explores", is_on=True)
    return _switch(t.gettext("✨ Explore: off"), "explores", is_on=False)


def _sound_switch(t: Translation, reader: Reader) -> InlineKeyboardButton:
    if reader.sound:
        return _switch(t.gettext("🔔 Sound: on"), "sound", is_on=True)
    return _switch(t.gettext("🔕 Sound: off"), "sound", is_on=False)


def _week(t: Translation, reader: Reader) -> str:
    """Return on which day the week is summed up."""
    weekday = reader.week_ends_on
    if weekday is None:
        return t.gettext("Week: never")
    names = get_day_names("wide", locale=locale(reader.language))
    return t.gettext("Week: {day}").format(day=names[weekday])


def _votes_switch(t: Translation, reader: Reader) -> InlineKeyboardButton:
    if reader.votes_count:
        return _switch(t.gettext("👥 Group votes: on"), "votes", is_on=True)
    return _switch(t.gettext("👥 Group votes: off"), "votes", is_on=False)


def _pause_button(
    t: Translation, reader: Reader, today: date
) -> InlineKeyboardButton:
    if _is_paused(reader, today):
        return button(t.gettext("▶ Resume"), Setting("pause", "0").data)
    return button(t.gettext("⏸ Pause…"), Setting("pause").data)


def _switch(text: str, name: str, *, is_on: bool) -> InlineKeyboardButton:
    """Return a button that shows the state of a setting and changes it to the other one."""
    press = Setting(name, "off" if is_on else "on")
    return button(text, press.data, pressed=is_on)


def _open_button(text: str, name: str) -> InlineKeyboardButton:
    """Return a button that opens the choices of a setting."""
    return button(text, Setting(name).data)


def _choice(
    text: str, name: str, value: str, *, pressed: bool = False
) -> InlineKeyboardButton:
    """Return a button that sets a value."""
    label = text + (" ✓" if pressed else "")
    return button(label, Setting(name, value).data, pressed=pressed)


def question(
    t: Translation, text: str, rows: Sequence[Sequence[InlineKeyboardButton]]
) -> Screen:
    """Return a screen of choices with a button that leads back to the settings."""
    back = button(t.gettext("← Back"), Setting("back").data)
    return Screen(escape(text), keyboard([*rows, [back]]))
