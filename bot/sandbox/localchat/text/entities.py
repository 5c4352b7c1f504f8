"""Message entities: stretches of a text with a meaning, counted as Telegram counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning; `offset` and `length` count UTF-16 units.

    The local chat's database stores the fields by these names.
    """

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        """The offset of the first unit after the entity."""
        return self.offset + self.length

    def overlaps(self, other: "Entity") -> bool:
        """Return whether the two have a unit in common."""
        return other.offset < self.end and self.offset < other.end

    def as_json(self) -> dict[str, object]:
        """Return the Bot API's `MessageEntity`."""
        body: dict[str, object] = {
            "type": self.type,
            "offset": self.offset,
            "length": self.length,
        }
        if self.url:
            body["url"] = self.url
        if self.language:
            body["language"] = self.language
        return body


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)
