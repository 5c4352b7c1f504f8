"""Telegram's HTML, parsed into plain text and entities, with Telegram's errors."""

import re
from dataclasses import dataclass, replace

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.refusals import Refusal, Refused
from bot.sandbox.localchat.text import links
from bot.sandbox.localchat.text.entities import Entity, utf16_length

_SPACE = r"[ \t\r\n\v\0]"
_SPACES = re.compile(f"{_SPACE}*")
_NAME = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE = re.compile(
    rf"(?P<name>[^ \t\r\n\v\0=>/\"']*){_SPACE}*"
    rf"(?:(?P<equals>=){_SPACE}*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<token>[A-Za-z0-9.-]*)))?"
)
_TOKEN_ENDS = {*" \t\r\n\v\0>", ""}
_PLAIN = re.compile(r"[^<]+")
_REFERENCE = re.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[a-zA-Z]*));?"
)
# From this length on a reference is no character but plain text.
_REFERENCE_TOO_LONG = 10
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text and the entities of `source`, or raise `Refused`."""
    text, entities = _Parser(source).parse()

    # Only a <pre> has a language: the parser keeps it on <code> to move it there.
    without_languages = [
        replace(entity, language=None) if entity.type == "code" else entity
        for entity in entities
    ]
    return text, without_languages


@dataclass(frozen=True, slots=True)
class _OpenTag:
    """A start tag without its end tag yet.

    `offset` (in UTF-16 units) and `index` (in characters) say where its content
    begins in the plain text.
    """

    name: str
    attributes: dict[str, str]
    offset: int
    index: int


class _Parser:
    """Reads a source once, from `position` on.

    `text` is the plain text so far and `length` its length in UTF-16 units.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.text = ""
        self.length = 0
        self.open_tags: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            if plain := _PLAIN.match(self.source, self.position):
                self._add_text(_decode_references(plain.group()))
                self.position = plain.end()
            elif self.source.startswith("</", self.position):
                self._read_end_tag()
            else:
                self._read_start_tag()

        if self.open_tags:
            tag = self.open_tags[-1].name
            raise Refused(refusals.MISSING_END_TAG, tag=tag)
        self._check_characters()
        return self.text, self.entities

    def _add_text(self, text: str) -> None:
        self.text += text
        self.length += utf16_length(text)

    def _check_characters(self) -> None:
        strings = [self.text]
        for entity in self.entities:
            strings += [entity.url or "", entity.language or ""]

        if any(_SURROGATE.search(string) for string in strings):
            raise Refused(refusals.INVALID_CHARACTERS)

    def _error(self, refusal: Refusal, **values: object) -> Refused:
        """Return an error at the tag that is being read."""
        offset = self._byte_offset(self.position)
        return Refused(refusal, offset=offset, **values)

    def _byte_offset(self, position: int) -> int:
        """Return a position in the source as Telegram's errors count it."""
        return len(self.source[:position].encode())

    def _read_start_tag(self) -> None:
        name, end = self._name(self.position + 1)
        if end == len(self.source):
            raise self._error(refusals.UNCLOSED_TAG_NAME)
        if name not in _ENTITY_TYPES:
            raise self._error(refusals.UNSUPPORTED_TAG, tag=name)

        attributes, end = self._read_attributes(name, end)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error(refusals.SPAN_WITHOUT_CLASS)

        tag = _OpenTag(
            name=name,
            attributes=attributes,
            offset=self.length,
            index=len(self.text),
        )
        self.open_tags.append(tag)
        self.position = end

    def _name(self, position: int) -> tuple[str, int]:
        """Return the tag name at a position, and the position after it."""
        match = _NAME.match(self.source, position)
        assert match is not None  # noqa: S101 - the pattern matches the empty string too
        return match.group().lower(), match.end()

    def _read_attributes(
        self, tag: str, position: int
    ) -> tuple[dict[str, str], int]:
        """Return the attributes of a start tag, and the position after its `>`."""
        attributes: dict[str, str] = {}
        while True:
            position = self._skip_spaces(position)
            if position == len(self.source):
                raise self._error(refusals.UNCLOSED_TAG_NAME)
            if self.source[position] == ">":
                return attributes, position + 1

            match = _ATTRIBUTE.match(self.source, position)
            assert match is not None  # noqa: S101 - the pattern matches the empty string too
            if not match["name"]:
                raise self._error(refusals.EMPTY_ATTRIBUTE, tag=tag)
            self._check_value(tag, match)
            attributes[match["name"]] = _attribute_value(match)
            position = match.end()

    def _check_value(self, tag: str, match: re.Match[str]) -> None:
        following = self.source[match.end() : match.end() + 1]
        if match["token"] is None:
            return

        if not match["token"] and match["equals"] and not following:
            raise self._error(refusals.UNCLOSED_START_TAG, tag=tag)
        if not match["token"] and following in {'"', "'"}:
            raise self._error(refusals.UNCLOSED_TAG_NAME)
        if following not in _TOKEN_ENDS:
            token_offset = self._byte_offset(match.start("token"))
            raise Refused(refusals.UNEXPECTED_TOKEN_END, offset=token_offset)

    def _read_end_tag(self) -> None:
        if not self.open_tags:
            raise self._error(refusals.UNEXPECTED_END_TAG)
        name, end = self._name(self.position + 2)
        end = self._skip_spaces(end)
        if not self.source.startswith(">", end):
            raise self._error(refusals.UNCLOSED_END_TAG)

        open_tag = self.open_tags.pop()
        if name not in {"", open_tag.name}:
            raise self._error(
                refusals.UNMATCHED_END_TAG, expected=open_tag.name, tag=name
            )
        self.position = end + 1
        if self.length > open_tag.offset:
            self._add_entity(open_tag)

    def _skip_spaces(self, position: int) -> int:
        match = _SPACES.match(self.source, position)
        return match.end() if match else position

    def _add_entity(self, tag: _OpenTag) -> None:
        entity = Entity(
            type=_ENTITY_TYPES[tag.name],
            offset=tag.offset,
            length=self.length - tag.offset,
        )
        if tag.name == "a":
            target = tag.attributes.get("href") or self.text[tag.index :]
            url = links.normalize_url(target)
            if url is None:
                return
            entity = replace(entity, url=url)
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity = replace(entity, type="expandable_blockquote")
        elif tag.name == "code":
            language = tag.attributes.get("class", "").removeprefix("language-")
            entity = replace(entity, language=language)
        elif tag.name == "pre":
            entity = self._with_language(entity)
        self.entities.append(entity)

    def _with_language(self, pre: Entity) -> Entity:
        """Return a <pre> with the language of the <code> that fills it, in place of both."""
        code = self.entities[-1] if self.entities else None
        if code is None or not code.language:
            return pre
        if (code.offset, code.length) != (pre.offset, pre.length):
            return pre
        return replace(self.entities.pop(), type="pre")


def _attribute_value(match: re.Match[str]) -> str:
    quoted_value = match["double"] or match["single"] or ""
    token = match["token"] or ""
    return _decode_references(quoted_value) or token.lower()


def _decode_references(text: str) -> str:
    """Return the text with its character references (`&lt;`, `&#60;`) decoded."""
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    reference = match.group()
    if match["name"] is not None:
        return _NAMED_CHARACTERS.get(match["name"], reference)
    if len(reference.removesuffix(";")) >= _REFERENCE_TOO_LONG:
        return reference

    if match["hex"] is not None:
        code_point = int(match["hex"] or "0", 16)
    else:
        code_point = int(match["decimal"] or "0")
    return chr(code_point) if 0 < code_point < 0x10FFFF else reference
