"""`/groups`: an admin's groups and channels, and the settings of each, in private."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from telegram import Update

from bot.handlers import admins, setting_values
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.handlers.setting_values import LONGEST_PLACE, MOST_PLACES
from bot.messages import group_settings as screens
from bot.messages import intents, topic_notes, translation, zone_choices
from bot.messages import settings as setting_screens
from bot.messages import topics as topic_texts
from bot.messages.group_buttons import (
    DropGroupTopic,
    GroupList,
    GroupSetting,
)
from bot.picks import topics as picks_topics
from bot.schedule import cities, regions
from bot.storage import deliveries, feedback, groups, readers
from bot.storage.groups import NEVER, Group
from bot.transport.screen import Screen

# What the next words of an admin are for: a group's topics, or its city.
TOPICS = "group-topics"
CITY = "group-zone"

# Settings that every reader has, and those of groups alone.
OF_READERS = {
    "at",
    "days",
    "picks",
    "style",
    "text",
    "previews",
    "pause",
    "zone",
}
OF_GROUPS: dict[str, Callable[[str], Any]] = {
    "asking": {"admins": "admins", "everybody": "everybody"}.__getitem__,
    "approval": {
        "off": None,
        str(NEVER): NEVER,
        **{str(n): n for n in screens.MINUTES},
    }.__getitem__,
}


async def list_(_update: Update, context: Context) -> None:
    """Answer `/groups`: show the groups whose admin somebody is."""
    await context.send(await _list(context))


async def press_list(press: Press[GroupList], context: Context) -> None:
    """Show the groups whose admin somebody is."""
    await press.show(await _list(context))


async def open_(context: Context, group_id: int) -> None:
    """Show the settings of the group that a link names, to its admins."""
    if await _is_admin(context, group_id):
        await context.send(await _settings(context, group_id))
    else:
        await context.send(screens.no_admin(context.t))


async def press(press: Press[GroupSetting], context: Context) -> None:
    """Open a setting's choices, or set it to the one that was tapped, for an admin."""
    await press.answer()
    group_id, name = press.button.group_id, press.button.name
    if not await _is_admin(context, group_id):
        await press.edit(screens.no_admin(context.t))
        return
    if press.button.value:
        await _change(context, group_id, name, press.button.value)
        # Several days can be tapped, one after the other.
        name = name if name == "days" else "all"
    dialogue = {"topics": TOPICS, "zone": CITY}.get(name)
    await asyncio.to_thread(
        readers.change,
        context.runtime.database,
        context.reader.id,
        dialogue=f"{dialogue}:{group_id}" if dialogue else "",
    )
    await press.edit(await _choices(context, group_id, name))


async def drop_topic(press: Press[DropGroupTopic], context: Context) -> None:
    """Remove a topic of a group, for an admin."""
    await press.answer()
    group_id = press.button.group_id
    if not await _is_admin(context, group_id):
        await press.edit(screens.no_admin(context.t))
        return
    await asyncio.to_thread(_drop, context, group_id, press.button.topic_id)
    await press.edit(await _choices(context, group_id, "topics"))


async def typed(context: Context, text: str) -> bool:
    """Take words for a group's topics or its city, if these were asked for last."""
    dialogue, _, number = context.reader.dialogue.partition(":")
    answer = {TOPICS: _add_topics, CITY: _set_city}.get(dialogue)
    if answer is None or not number.isdecimal():
        return False
    if await _is_admin(context, int(number)):
        await answer(context, int(number), text)
    else:
        await context.send(screens.no_admin(context.t))
    return True


async def _is_admin(context: Context, group_id: int) -> bool:
    return await admins.is_admin(context, group_id, context.user_id)


async def _list(context: Context) -> Screen:
    own = await asyncio.to_thread(
        groups.of_admin, context.runtime.database, context.user_id
    )
    return screens.own_groups(context.t, own)


async def _group(context: Context, group_id: int) -> Group:
    group = await asyncio.to_thread(
        groups.by_id, context.runtime.database, group_id
    )
    if group is None:
        raise LookupError("the group was deleted in this moment")
    return group


async def _settings(context: Context, group_id: int) -> Screen:
    group = await _group(context, group_id)
    topics = await asyncio.to_thread(
        feedback.topics, context.runtime.database, group_id
    )
    today = group.reader.local_date(context.runtime.clock())
    return screens.settings(context.t, group, topics, today)


async def _change(
    context: Context, group_id: int, name: str, value: str
) -> None:
    """Set a setting of a group; data that no button has change nothing."""
    database, now = context.runtime.database, context.runtime.clock()
    change: dict[str, Any] | None = None
    if name in OF_READERS:
        change = setting_values.read(name, value)
    elif name == "language" and value in dict(translation.available()):
        change = {"language": value}
    if change is not None:
        await asyncio.to_thread(
            deliveries.change_reader, database, group_id, now, **change
        )
    elif name in OF_GROUPS:
        with contextlib.suppress(KeyError):
            values = {name: OF_GROUPS[name](value)}
            await asyncio.to_thread(groups.change, database, group_id, **values)
    elif name == "resume":
        await asyncio.to_thread(groups.resume, database, group_id)
        await asyncio.to_thread(deliveries.reschedule, database, group_id, now)


async def _choices(  # noqa: PLR0911 - one screen for each setting
    context: Context, group_id: int, name: str
) -> Screen:
    """Return the choices of a setting; all settings for a name that no setting has."""
    t = context.t
    group = await _group(context, group_id)
    match name:
        case "at":
            screen = setting_screens.hours(t, group.reader)
            return screens.choices(group, screen)
        case "days":
            screen = setting_screens.weekdays(t, group.reader)
            return screens.choices(group, screen)
        case "picks":
            screen = setting_screens.counts(t, group.reader)
            return screens.choices(group, screen)
        case "zone":
            places = cities.default_cities(group.reader.language)
            screen = zone_choices.zones(t, places, context.runtime.clock())
            return screens.choices(group, screen)
        case "style":
            return screens.form_choices(t, group)
        case "text":
            screen = setting_screens.texts(t, group.reader)
            return screens.choices(group, screen)
        case "asking" if not group.is_channel:
            return screens.asking_choices(t, group)
        case "approval" if group.is_channel:
            return screens.approval_choices(t, group)
        case "language":
            return screens.language_choices(t, group)
        case "topics":
            return await _topic_list(context, group)
    return await _settings(context, group_id)


async def _topic_list(
    context: Context, group: Group, notes: list[str] | None = None
) -> Screen:
    topics = await asyncio.to_thread(
        feedback.topics, context.runtime.database, group.id
    )
    return screens.topic_list(context.t, group, topics, notes or [])


async def _add_topics(context: Context, group_id: int, text: str) -> None:
    """Change a group's topics as typed words say."""
    runtime = context.runtime
    group = await _group(context, group_id)
    intent = intents.parse(text, "wanted", lambda _phrase: False)
    notes = [topic_texts.no_words(context.t)]
    if intent.topics:
        result = await asyncio.to_thread(
            picks_topics.change_topics,
            runtime.database,
            runtime.catalogue,
            group.reader,
            intent.topics,
            runtime.clock(),
        )
        notes = topic_notes.notes(context.t, result)
    await context.send(await _topic_list(context, group, notes))


async def _set_city(context: Context, group_id: int, text: str) -> None:
    """Set a group's zone to that of a city, or ask which one is meant."""
    runtime = context.runtime
    group = await _group(context, group_id)
    now = runtime.clock()
    name = text[:LONGEST_PLACE]
    places, is_sure = await asyncio.to_thread(
        regions.find, name, now, context.reader.language
    )
    zones = {place.zone for place in places} & available_timezones()
    if is_sure and len(zones) == 1:
        await _change(context, group_id, "zone", zones.pop())
        await context.send(await _settings(context, group_id))
        return
    question = zone_choices.no_such_city(context.t, text)
    if places:
        n = min(len(places), MOST_PLACES)
        question = zone_choices.which_place(context.t, text, n)
    screen = zone_choices.zones(context.t, places[:MOST_PLACES], now, question)
    await context.send(screens.choices(group, screen))


def _drop(context: Context, group_id: int, topic_id: int) -> None:
    database = context.runtime.database
    texts = [
        topic.text
        for topic in feedback.topics(database, group_id)
        if topic.id == topic_id
    ]
    feedback.remove_topics(database, group_id, texts)
