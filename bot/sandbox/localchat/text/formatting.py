"""Text and entities as Telegram stores them: cleaned, trimmed, merged, cut and limited."""

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
_TYPES_BY_PRIORITY = (
    *_QUOTES,
    "pre",
    "code",
    "text_link",
    "url",
    "bot_command",
    *_STYLES,
)
_PRIORITY = {name: rank for rank, name in enumerate(_TYPES_BY_PRIORITY)}

_CONTROL_CHARACTERS = set(range(32)) - {ord("\n"), ord("\r")}
_REMOVED_CHARACTERS = [ord("\r"), 0x30A, 0x333, 0x33F, *range(0x2028, 0x202F)]
_REMOVED = dict.fromkeys(_REMOVED_CHARACTERS, None)
_CLEANED = dict.fromkeys(_CONTROL_CHARACTERS, " ") | _REMOVED
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060-\u2064\ufeff\u00ad]")


def is_blank(text: str) -> bool:
    """Return whether a person would see nothing of a text."""
    return not _INVISIBLE.sub("", text)


def normalize(
    text: str, entities: Iterable[Entity]
) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities as Telegram stores a message that was sent with them.

    Addresses and commands in the plain text become entities too.
    """
    supported_entities = [
        entity for entity in entities if entity.type in _PRIORITY
    ]
    text, sent_entities = _clean(text, supported_entities)
    text, sent_entities = _trim(text, _sort(sent_entities))

    solid = [entity for entity in sent_entities if entity.type not in _STYLES]
    solid = _without_crossings(solid)[:MAX_ENTITIES]

    runs: list[Entity] = []
    for style in _STYLES:
        runs += _merge(
            entity for entity in sent_entities if entity.type == style
        )
    runs = _sort(runs)[: MAX_ENTITIES - len(solid)]

    solid = _without_crossings([*solid, *_recognize(text, solid)])
    styles = _strip_start(text, _cut(runs, solid))
    return text, tuple(_sort([*solid, *styles]))


def _sort(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(
        entities,
        key=lambda entity: (
            entity.offset,
            -entity.length,
            _PRIORITY[entity.type],
        ),
    )


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Remove the characters that Telegram never stores, and move the entities."""
    units = _utf16_units(text)
    new_offsets = [0]
    for unit in units:
        length = len(unit.translate(_REMOVED))
        new_offsets.append(new_offsets[-1] + length)

    moved_entities: list[Entity] = []
    for entity in entities:
        start = new_offsets[min(entity.offset, len(units))]
        end = new_offsets[min(entity.end, len(units))]
        moved_entities.append(replace(entity, offset=start, length=end - start))
    return text.translate(_CLEANED), moved_entities


def _utf16_units(text: str) -> list[str]:
    """Return one string for each UTF-16 unit; `x` stands for the second unit of a pair."""
    units: list[str] = []
    for character in text:
        units.append(character)
        if utf16_length(character) == 2:
            units.append("x")
    return units


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trim white space: all at the end, and at the start as far as the first entity."""
    entities = list(_strip_start(text, entities))
    text = text.rstrip(" \n")
    end = utf16_length(text)
    spaces = len(text) - len(text.lstrip(" \n"))
    start = min([spaces, *(entity.offset for entity in entities)])

    trimmed_entities: list[Entity] = []
    for entity in entities:
        length = min(entity.end, end) - entity.offset
        if length > 0:
            trimmed_entities.append(
                replace(entity, offset=entity.offset - start, length=length)
            )
    return text[start:], trimmed_entities


def _strip_start(text: str, entities: Iterable[Entity]) -> Iterator[Entity]:
    """Start each entity at its first visible character; drop it if it has none.

    Entities with a URL or a language stay as they are.
    """
    units = _utf16_units(text)
    for entity in entities:
        offsets = range(entity.offset, entity.end)
        visible = (offset for offset in offsets if units[offset] not in " \n")
        start = next(visible, None)
        if entity.url or entity.language:
            yield entity
        elif start is not None:
            yield replace(entity, offset=start, length=entity.end - start)


def _without_crossings(entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities that don't overlap an earlier one; quotes may hold others."""
    accepted_entities: list[Entity] = []
    for entity in _sort(entities):
        crossed_entities = [
            earlier for earlier in accepted_entities if earlier.overlaps(entity)
        ]
        if all(_may_hold(earlier, entity) for earlier in crossed_entities):
            accepted_entities.append(entity)
    return accepted_entities


def _may_hold(outer: Entity, inner: Entity) -> bool:
    is_quoted = outer.type in _QUOTES and inner.type not in _QUOTES
    return is_quoted and inner.end <= outer.end


def _merge(entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities of one style, with those that touch merged into one."""
    runs: list[Entity] = []
    for entity in _sort(entities):
        if runs and entity.offset <= runs[-1].end:
            length = max(runs[-1].end, entity.end) - runs[-1].offset
            runs[-1] = replace(runs[-1], length=length)
        else:
            runs.append(entity)
    return runs


def _cut(runs: list[Entity], solid: list[Entity]) -> Iterator[Entity]:
    """Cut styles where another entity begins or ends, and take them out of code."""
    borders = {run.offset for run in runs}
    for entity in solid:
        borders |= {entity.offset, entity.end}
    verbatim = [entity for entity in solid if entity.type in _VERBATIM]

    for run in runs:
        inner_borders = {
            border for border in borders if run.offset < border < run.end
        }
        cuts = sorted({run.offset, run.end} | inner_borders)
        for start, end in pairwise(cuts):
            if not any(code.offset <= start < code.end for code in verbatim):
                yield replace(run, offset=start, length=end - start)


def _recognize(text: str, entities: list[Entity]) -> Iterator[Entity]:
    """Yield the addresses and commands in the text, unless they lie in a link or code."""
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + utf16_length(character))

    spans = [("url", start, end) for start, end in links.urls(text)]
    spans += [
        ("bot_command", start, end) for start, end in links.commands(text)
    ]
    obstacles = [entity for entity in entities if entity.type not in _QUOTES]
    for kind, start, end in spans:
        entity = Entity(
            type=kind,
            offset=offsets[start],
            length=offsets[end] - offsets[start],
        )
        if not any(obstacle.overlaps(entity) for obstacle in obstacles):
            yield entity
