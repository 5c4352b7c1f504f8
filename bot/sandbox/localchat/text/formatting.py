"""Entities brought into the order that Telegram keeps: cut, merged, trimmed and limited."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from bot.sandbox.localchat.text import links
from bot.sandbox.localchat.text.entities import Entity, utf16_length

MAX_ENTITIES = 100
_STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
_QUOTES = ("blockquote", "expandable_blockquote")
_VERBATIM = ("code", "pre")
_PRIORITY = {
    name: place
    for place, name in enumerate(
        (*_QUOTES, "pre", "code", "text_link", "url", "bot_command", *_STYLES)
    )
}
_CONTROL = dict.fromkeys(set(range(32)) - {ord("\n"), ord("\r")}, " ")
_VANISHING = dict.fromkeys(
    [ord("\r"), 0x30A, 0x333, 0x33F, *range(0x2028, 0x202F)], None
)
_CLEAN = _CONTROL | _VANISHING


def settled(
    text: str, entities: Iterable[Entity]
) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities as Telegram stores a message that was sent with them.

    Links and commands in the plain text become entities too.
    """
    text, entities = _cleaned(
        text, [e for e in entities if e.type in _PRIORITY]
    )
    text, entities = _trimmed(text, _in_order(entities))
    given = [e for e in entities if e.type not in _STYLES]
    solid = _apart(given)[:MAX_ENTITIES]
    styles = [e for e in entities if e.type in _STYLES]
    runs = [
        run
        for style in _STYLES
        for run in _merged(e for e in styles if e.type == style)
    ]
    runs = _in_order(runs)[: MAX_ENTITIES - len(solid)]
    solid = _apart([*solid, *_recognised(text, solid)])
    return text, tuple(
        _in_order([*solid, *_without_edges(text, _cut(runs, solid))])
    )


def _in_order(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(
        entities, key=lambda e: (e.offset, -e.length, _PRIORITY[e.type])
    )


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop what Telegram never stores, and move the entities with what remains."""
    units = _units(text)
    kept = [len(unit.translate(_VANISHING)) for unit in units]
    before = [0]
    for length in kept:
        before.append(before[-1] + length)
    last = len(units)
    spans = (
        (e, before[min(e.offset, last)], before[min(e.end, last)])
        for e in entities
    )
    moved = [
        replace(e, offset=start, length=end - start) for e, start, end in spans
    ]
    return text.translate(_CLEAN), moved


def _units(text: str) -> list[str]:
    """Return one string for each UTF-16 unit; the second half of a pair stands as a letter."""
    return [
        unit
        for character in text
        for unit in (character, "x")[: utf16_length(character)]
    ]


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut the white space around the text; at the start only as far as the first entity."""
    entities = list(_without_edges(text, entities))
    text = text.rstrip(" \n")
    end = utf16_length(text)
    spaces = len(text) - len(text.lstrip(" \n"))
    start = min([spaces, *(e.offset for e in entities)])
    moved = (
        replace(e, offset=e.offset - start, length=min(e.end, end) - e.offset)
        for e in entities
    )
    return text[start:], [e for e in moved if e.length > 0]


def _without_edges(text: str, entities: Iterable[Entity]) -> Iterator[Entity]:
    """Begin each entity at its first visible character, and drop those that show nothing."""
    units = _units(text)
    for entity in entities:
        inside = range(entity.offset, entity.end)
        first = next((at for at in inside if units[at] not in " \n"), None)
        if entity.url or entity.language:
            yield entity
        elif first is not None:
            yield replace(entity, offset=first, length=entity.end - first)


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    """Keep those that do not cut into an earlier one; a quote may hold others."""
    kept: list[Entity] = []
    for entity in _in_order(entities):
        crossed = [
            e for e in kept if e.offset < entity.end and entity.offset < e.end
        ]
        if all(
            e.type in _QUOTES
            and entity.type not in _QUOTES
            and entity.end <= e.end
            for e in crossed
        ):
            kept.append(entity)
    return kept


def _merged(entities: Iterable[Entity]) -> list[Entity]:
    runs: list[Entity] = []
    for entity in _in_order(entities):
        if runs and entity.offset <= runs[-1].end:
            length = max(runs[-1].end, entity.end) - runs[-1].offset
            runs[-1] = replace(runs[-1], length=length)
        else:
            runs.append(entity)
    return runs


def _cut(runs: list[Entity], solid: list[Entity]) -> Iterator[Entity]:
    """Cut styles where something else begins, and take them out of code."""
    borders = {r.offset for r in runs} | {
        at for e in solid for at in (e.offset, e.end)
    }
    verbatim = [e for e in solid if e.type in _VERBATIM]
    for run in runs:
        inside = {at for at in borders if run.offset < at < run.end}
        for start, end in pairwise(sorted({run.offset, run.end} | inside)):
            if not any(e.offset <= start < e.end for e in verbatim):
                yield replace(run, offset=start, length=end - start)


def _recognised(text: str, given: list[Entity]) -> Iterator[Entity]:
    """Yield the links and commands of the plain text that lie in no link or code already."""
    places = [0]
    for character in text:
        places.append(places[-1] + utf16_length(character))
    found = [("url", *span) for span in links.urls(text)]
    found += [("bot_command", *span) for span in links.commands(text)]
    taken = [e for e in given if e.type not in _QUOTES]
    for kind, start, end in found:
        entity = Entity(kind, places[start], places[end] - places[start])
        if not any(
            e.offset < entity.end and entity.offset < e.end for e in taken
        ):
            yield entity


def is_blank(text: str) -> bool:
    """Tell whether a person would see nothing of `text`."""
    return not re.sub(r"[\s\u200b-\u200f\u2060-\u2064\ufeff\u00ad]", "", text)
