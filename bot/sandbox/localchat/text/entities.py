"""Text with Telegram's HTML turned into plain text and entities, as Telegram does it."""

import re
from dataclasses import dataclass, replace

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text import links


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning; offset and length count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        """The offset right behind the entity."""
        return self.offset + self.length

    def as_json(self) -> dict[str, object]:
        """Return the entity as the Bot API spells it."""
        body: dict[str, object] = {
            "type": self.type,
            "offset": self.offset,
            "length": self.length,
        }
        extra = {"url": self.url, "language": self.language}
        return body | {name: value for name, value in extra.items() if value}


def utf16_length(text: str) -> int:
    """Return the length of `text` as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


_SPACE = r"[ \t\r\n\v\0]"
_SPACES = re.compile(f"{_SPACE}*")
_NAME = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE = re.compile(
    rf"(?P<name>[^ \t\r\n\v\0=>/\"']*){_SPACE}*"
    rf"(?:(?P<equals>=){_SPACE}*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<token>[A-Za-z0-9.-]*)))?"
)
_PLAIN = re.compile(r"[^<]+")
_REFERENCE = re.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[a-zA-Z]*));?"
)
_HALF = re.compile("[\ud800-\udfff]")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TYPES = (
    dict.fromkeys(("b", "strong"), "bold")
    | dict.fromkeys(("i", "em"), "italic")
    | dict.fromkeys(("u", "ins"), "underline")
    | dict.fromkeys(("s", "strike", "del"), "strikethrough")
    | dict.fromkeys(("tg-spoiler", "span"), "spoiler")
    | {
        "a": "text_link",
        "code": "code",
        "pre": "pre",
        "blockquote": "blockquote",
    }
)


@dataclass(frozen=True, slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    at: int  # where its content begins in the plain text, in characters


class _Html:
    """One pass over the source: what was read so far, and the tags that are still open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text = ""
        self.length = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if plain := _PLAIN.match(self.source, self.at):
                self._add(_REFERENCE.sub(_decoded, plain.group()))
                self.at = plain.end()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise Refused(refusals.MISSING_END_TAG, tag=self.open[-1].name)
        told = (self.text, *(entity.url or "" for entity in self.entities))
        told += tuple(entity.language or "" for entity in self.entities)
        if any(_HALF.search(each) for each in told):
            raise Refused(refusals.INVALID_CHARACTERS)
        return self.text, self.entities

    def _add(self, text: str) -> None:
        self.text += text
        self.length += utf16_length(text)

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _start_tag(self) -> None:
        name = _NAME.match(self.source, self.at + 1)
        assert name is not None  # noqa: S101 - the pattern matches the empty string too
        if name.end() == len(self.source):
            raise Refused(refusals.UNCLOSED_TAG_NAME, at=self._bytes(self.at))
        tag = name.group().lower()
        if tag not in _TYPES:
            raise Refused(
                refusals.UNSUPPORTED_TAG, tag=tag, at=self._bytes(self.at)
            )
        attributes, end = self._attributes(tag, name.end())
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise Refused(refusals.SPAN_WITHOUT_CLASS, at=self._bytes(self.at))
        self.open.append(_OpenTag(tag, attributes, self.length, len(self.text)))
        self.at = end

    def _attributes(self, tag: str, at: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            at = _skip_spaces(self.source, at)
            if at == len(self.source):
                raise Refused(
                    refusals.UNCLOSED_TAG_NAME, at=self._bytes(self.at)
                )
            if self.source[at] == ">":
                return found, at + 1
            match = _ATTRIBUTE.match(self.source, at)
            assert match is not None  # noqa: S101 - the pattern matches the empty string too
            if not match["name"]:
                raise Refused(
                    refusals.EMPTY_ATTRIBUTE, tag=tag, at=self._bytes(self.at)
                )
            self._check_value(tag, match)
            quoted = match["double"] or match["single"] or ""
            found[match["name"]] = (
                _REFERENCE.sub(_decoded, quoted)
                or (match["token"] or "").lower()
            )
            at = match.end()

    def _check_value(self, tag: str, match: re.Match[str]) -> None:
        following = self.source[match.end() : match.end() + 1]
        if match["equals"] and match["token"] == "" and not following:
            raise Refused(
                refusals.UNCLOSED_START_TAG, tag=tag, at=self._bytes(self.at)
            )
        if match["token"] == "" and following in {'"', "'"}:
            raise Refused(refusals.UNCLOSED_TAG_NAME, at=self._bytes(self.at))
        if match["token"] is not None and following not in set(
            " \t\r\n\v\0>"
        ) | {""}:
            at = self._bytes(match.start("token"))
            raise Refused(refusals.UNEXPECTED_TOKEN_END, at=at)

    def _end_tag(self) -> None:
        begin = self._bytes(self.at)
        if not self.open:
            raise Refused(refusals.UNEXPECTED_END_TAG, at=begin)
        name = _NAME.match(self.source, self.at + 2)
        assert name is not None  # noqa: S101 - the pattern matches the empty string too
        end = _skip_spaces(self.source, name.end())
        if not self.source.startswith(">", end):
            raise Refused(refusals.UNCLOSED_END_TAG, at=begin)
        tag, found = self.open.pop(), name.group().lower()
        if found not in {"", tag.name}:
            raise Refused(
                refusals.UNMATCHED_END_TAG,
                at=begin,
                expected=tag.name,
                found=found,
            )
        self.at = end + 1
        if self.length > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        entity = Entity(_TYPES[tag.name], tag.offset, self.length - tag.offset)
        if tag.name == "a":
            url = links.checked(
                tag.attributes.get("href") or self.text[tag.at :]
            )
            if url is None:
                return
            entity = replace(entity, url=url)
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity = replace(entity, type="expandable_blockquote")
        elif tag.name == "code":
            language = tag.attributes.get("class", "").removeprefix("language-")
            entity = replace(entity, language=language)
        elif tag.name == "pre" and self.entities:
            code = self.entities[-1]
            if code.language and (code.offset, code.length) == (
                entity.offset,
                entity.length,
            ):
                entity = replace(self.entities.pop(), type="pre")
        self.entities.append(entity)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text of `source` and its entities, or raise `Refused` as Telegram would."""
    text, entities = _Html(source).parse()
    # only a <pre> has a language; it was kept on <code> to be found there
    return text, [
        replace(e, language=None) if e.type == "code" else e for e in entities
    ]


def _skip_spaces(source: str, at: int) -> int:
    match = _SPACES.match(source, at)
    return match.end() if match else at


def _decoded(match: re.Match[str]) -> str:
    if match["name"] is not None:
        return _NAMED.get(match["name"], match.group())
    if len(match.group().removesuffix(";")) >= 10:  # too long for a character
        return match.group()
    code = (
        int(match["hex"] or "0", 16)
        if match["hex"] is not None
        else int(match["decimal"] or 0)
    )
    return chr(code) if 0 < code < 0x10FFFF else match.group()
