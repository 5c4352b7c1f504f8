"""The settings: what is set now, and the choices behind each button."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from telegram import InlineKeyboardButton

from bot.messages import callback_data
from bot.messages.text import escape
from bot.messages.translation import Translation, locale
from bot.picks.bar import Height
from bot.schedule.cities import City, city_name
from bot.storage.readers import Reader
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

WORKDAYS, EVERY_DAY = 0b0011111, 0b1111111
# Paused until they say otherwise.
FOREVER = date.max
# Days.
PAUSES = (3, 7, 14)
STYLES = ("digest", "cards")
BARS = ("strict", "normal", "off")


def settings(t: Translation, reader: Reader, today: date) -> Screen:
    """Render what is set, with a button for each."""
    at, city = reader.at.strftime("%H:%M"), city_name(reader.zone)
    plan = t.gettext("{days} at {at}, {city} time").format(
        days=days(t, reader), at=at, city=city
    )
    lines = [f"<b>{escape(t.gettext('Settings'))}</b>"]
    lines += [
        escape(said)
        for said in (plan, *_how(t, reader), _next(t, reader, today))
    ]
    paused = reader.paused_until is not None and reader.paused_until > today
    pause = (
        button(t.gettext("▶ Resume"), callback_data.Setting("pause", "0").data)
        if paused
        else button(t.gettext("⏸ Pause…"), callback_data.Setting("pause").data)
    )
    rows = [
        [_open(f"🕗 {at}", "at"), _open(f"🌍 {city}", "zone")],
        [
            _open(f"📅 {clip(days(t, reader), 25)}", "days"),
            _open(f"🔢 {_count(t, reader.picks)}", "picks"),
        ],
        [_open(f"📄 {_style(t, reader.style)}", "style"), _explores(t, reader)],
        [_open(f"📏 {_bar(t, reader.bar)}", "bar"), _sound(t, reader)],
        [pause],
    ]
    return Screen("\n".join(lines), keyboard(rows))


def hours(t: Translation, reader: Reader) -> Screen:
    """Offer the hours of a day."""
    choices = [
        _choice(f"{h:02}:00", "at", f"{h:02}", h == reader.at.hour)
        for h in range(24)
    ]
    return _choices(
        t, t.gettext("At what hour should your picks come?"), grid(choices, 4)
    )


def weekdays(t: Translation, reader: Reader) -> Screen:
    """Offer the days of the week, each to be tapped on or off."""
    names = get_day_names("abbreviated", locale=locale(reader.language))
    now = reader.weekdays
    each = [
        _choice(names[day], "days", str(now ^ 1 << day), bool(now >> day & 1))
        for day in range(7)
    ]
    whole = [
        _choice(
            t.gettext("Monday to Friday"),
            "days",
            str(WORKDAYS),
            now == WORKDAYS,
        ),
        _choice(
            t.gettext("Every day"), "days", str(EVERY_DAY), now == EVERY_DAY
        ),
    ]
    return _choices(t, t.gettext("On which days?"), [*grid(each, 4), whole])


def counts(t: Translation, reader: Reader) -> Screen:
    """Offer how many papers a digest holds."""
    choices = [
        _choice(str(n), "picks", str(n), n == reader.picks)
        for n in range(1, 11)
    ]
    return _choices(t, t.gettext("How many papers at most?"), grid(choices, 5))


def styles(t: Translation, reader: Reader) -> Screen:
    """Offer one message for all papers, or one for each."""
    rows = [
        [_choice(_style(t, s), "style", s, s == reader.style)] for s in STYLES
    ]
    return _choices(
        t, t.gettext("All papers in one message, or a message for each?"), rows
    )


def bars(t: Translation, reader: Reader, week: Mapping[str, Height]) -> Screen:
    """Offer how well a paper must fit to come by itself, by what the last `week` brought."""
    meanings = {
        "strict": t.gettext(
            "Strict: a paper comes if the chance that you like it is two in five or more."
        ),
        "normal": t.gettext(
            "Normal: a paper comes if the chance that you like it is one in five or more."
        ),
        "off": t.gettext("Off: always as many papers as you asked for."),
    }
    alike = (
        [list(some) for _, some in groupby(BARS, week.get)]
        if week
        else [[b] for b in BARS]
    )
    blocks = [
        "\n".join([*(meanings[bar] for bar in some), *_example(t, some, week)])
        for some in alike
    ]
    text = "\n\n".join(
        [t.gettext("How good must a daily pick be?"), *blocks, _limits(t, week)]
    )
    rows = [
        [_choice(_bar(t, bar), "bar", bar, bar == reader.bar)] for bar in BARS
    ]
    return _choices(t, text, rows)


def pauses(t: Translation, today: date) -> Screen:
    """Offer how long to pause."""
    rows = [
        [
            _choice(
                t.ngettext("{n} day", "{n} days", n).format(n=n),
                "pause",
                (today + timedelta(days=n)).isoformat(),
                pressed=False,
            )
            for n in PAUSES
        ],
        [
            _choice(
                t.gettext("Until I say so"),
                "pause",
                FOREVER.isoformat(),
                pressed=False,
            )
        ],
    ]
    return _choices(t, t.gettext("No picks for how long?"), rows)


def zones(
    t: Translation, cities: Sequence[City], now: datetime, note: str = ""
) -> Screen:
    """Ask where the reader is; every city shows its clock now."""
    text = note or t.gettext(
        "Which city's clock do you live by? Write it, or tap one."
    )
    return _choices(t, text, grid([_city(city, now) for city in cities], 2))


def no_such_city(t: Translation, written: str) -> str:
    """Say that no city by that name is known."""
    text = t.gettext(
        "I don't know a city called “{city}”. Try a larger one near you."
    )
    return text.format(city=clip(written, 40))


def whose_clock(t: Translation, written: str) -> str:
    """Ask which of the cities whose clock shows that time is the reader's."""
    return t.gettext(
        "It is {time} in these places now. Which is nearest?"
    ).format(time=written)


def which_place(t: Translation, written: str, n: int) -> str:
    """Ask which of several places of one name is meant, or whether it is this one."""
    place = clip(written, 40)
    if n == 1:
        return t.gettext(
            "Is this the place that you mean by “{place}”?"
        ).format(place=place)
    return t.gettext("There are several: which “{place}”?").format(place=place)


def days(t: Translation, reader: Reader) -> str:
    """Name the weekdays on which picks come."""
    if reader.weekdays == WORKDAYS:
        return t.gettext("Monday to Friday")
    if reader.weekdays == EVERY_DAY:
        return t.gettext("Every day")
    names = get_day_names("abbreviated", locale=locale(reader.language))
    chosen = [names[day] for day in range(7) if reader.weekdays >> day & 1]
    return ", ".join(chosen) or t.gettext("On no day")


def _how(t: Translation, reader: Reader) -> list[str]:
    """Say in what form the papers come, and whether one of them may be to explore."""
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
    lines = [text.format(n=n)]
    lines += {
        "strict": [
            t.gettext(
                "Only what fits you very well: some days bring fewer, or none"
            )
        ],
        "normal": [t.gettext("Only what fits you: some days bring fewer")],
        "off": [t.gettext("Always as many as that, however well they fit")],
    }.get(reader.bar, [])
    if reader.explores:
        lines.append(
            t.gettext(
                "One day in five, the last one is something different, and on another one the "
                "most upvoted paper"
            )
        )
    if not reader.sound:
        lines.append(t.gettext("They come without a sound"))
    return lines


def _example(
    t: Translation, alike: Sequence[str], week: Mapping[str, Height]
) -> list[str]:
    """Say once what heights of the bar let through of the last week's picks, if there were any."""
    if not week:
        return []
    height, of = week[alike[0]], week["off"].picks
    if len(alike) > 1:
        text = t.ngettext(
            "Of your last week's {of} pick these let {n} through; you liked {liked} of them.",
            "Of your last week's {of} picks these let {n} through; you liked {liked} of them.",
            of,
        )
    else:
        text = t.ngettext(
            "Of your last week's {of} pick it lets {n} through; you liked {liked} of them.",
            "Of your last week's {of} picks it lets {n} through; you liked {liked} of them.",
            of,
        )
    return [text.format(n=height.picks, of=of, liked=height.liked)]


def _limits(t: Translation, week: Mapping[str, Height]) -> str:
    """Say what the bar never holds back, and where the example is before there is one."""
    text = t.gettext(
        "/picks and authors you follow always come, whatever the bar."
    )
    if week:
        return text
    later = t.gettext(
        "After your first picks I'll show here what each would have let through."
    )
    return f"{text}\n{later}"


def _style(t: Translation, style: str) -> str:
    return (
        t.gettext("One message")
        if style == "digest"
        else t.gettext("A message each")
    )


def _bar(t: Translation, bar: str) -> str:
    names = {
        "strict": t.gettext("Bar: strict"),
        "normal": t.gettext("Bar: normal"),
        "off": t.gettext("Bar: off"),
    }
    return names[bar]


def _explores(t: Translation, reader: Reader) -> InlineKeyboardButton:
    text = (
        t.gettext("✨ Explore: on")
        if reader.explores
        else t.gettext("✨ Explore: off")
    )
    return _switch(text, "explores", on=reader.explores)


def _sound(t: Translation, reader: Reader) -> InlineKeyboardButton:
    text = (
        t.gettext("🔔 Sound: on")
        if reader.sound
        else t.gettext("🔕 Sound: off")
    )
    return _switch(text, "sound", on=reader.sound)


def _switch(text: str, name: str, *, on: bool) -> InlineKeyboardButton:
    """Return a button that tells a state and, like all others, names the one it asks for."""
    return button(
        text,
        callback_data.Setting(name, "off" if on else "on").data,
        pressed=on,
    )


def _next(t: Translation, reader: Reader, today: date) -> str:
    if reader.paused_until == FOREVER:
        return t.gettext("Paused: picks come only when you ask with /picks")
    if reader.next_due_at is None:
        return t.gettext("No picks are planned")
    local = reader.next_due_at.astimezone(ZoneInfo(reader.zone))
    day = format_date(
        local.date(), "EEEE, d MMMM", locale=locale(reader.language)
    )
    text = t.gettext("Next picks: {day}, {at}").format(
        day=day, at=local.strftime("%H:%M")
    )
    if reader.paused_until is not None and reader.paused_until > today:
        return t.gettext("Paused. {next}").format(next=text)
    return text


def _count(t: Translation, n: int) -> str:
    return t.ngettext("{n} paper", "{n} papers", n).format(n=n)


def _open(text: str, name: str) -> InlineKeyboardButton:
    return button(text, callback_data.Setting(name).data)


def _choice(
    text: str, name: str, value: str, pressed: bool
) -> InlineKeyboardButton:
    return button(
        text + (" ✓" if pressed else ""),
        callback_data.Setting(name, value).data,
        pressed=pressed,
    )


def _city(city: City, now: datetime) -> InlineKeyboardButton:
    clock = now.astimezone(ZoneInfo(city.zone)).strftime("%H:%M")
    place = (
        f"{city.region}, {city.country}"
        if city.country == "US"
        else city.country
    )
    name = f"{city.name}, {place}" if place else city.name
    return button(
        f"{name} {clock}", callback_data.Setting("zone", city.zone).data
    )


def _choices(
    t: Translation, text: str, rows: Sequence[Sequence[InlineKeyboardButton]]
) -> Screen:
    back = [button(t.gettext("← Back"), callback_data.Setting("back").data)]
    return Screen(escape(text), keyboard([*rows, back]))
