"""Writes a button to its callback data and reads it back, by the form that its kind declares."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self, get_type_hints

# Bytes that Telegram takes.
LONGEST = 64

FIELD = re.compile(r"{(\w+)}")
# The parts of a form: an [optional part], or what stands between two of them.
PART = re.compile(r"\[[^]]*\]|[^[]+")


@dataclass(frozen=True, slots=True)
class Written:
    """How a field stands in the data: the pattern it has there, and how it is read and written."""

    pattern: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str


class Button:
    """A kind of button.

    A kind is a frozen dataclass with a `FORM`: its data, with {fields} and [optional parts].
    Each field is annotated with how it is `Written`; the first field of an optional part has a
    default, with which the part is left out.
    """

    FORM: ClassVar[str]
    _written: ClassVar[dict[str, Written]]
    _pattern: ClassVar[re.Pattern[str]]

    def __init_subclass__(cls) -> None:
        """Read how the fields of a kind are written, and what pattern that makes."""
        hints = get_type_hints(cls, include_extras=True)
        names = FIELD.findall(cls.FORM)
        cls._written = {name: hints[name].__metadata__[0] for name in names}
        text = re.sub(r"[?.+]", r"\\\g<0>", cls.FORM)
        text = text.replace("[", "(?:").replace("]", ")?")
        for name, written in cls._written.items():
            group = f"(?P<{name}>{written.pattern})"
            text = text.replace(f"{{{name}}}", group)
        cls._pattern = re.compile(text, re.DOTALL)

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """Return the button with these data, or None if they are of another kind."""
        match = cls._pattern.fullmatch(data)
        if match is None:
            return None
        values = {
            name: cls._written[name].read(text)
            for name, text in match.groupdict().items()
            if text is not None
        }
        return cls(**values)

    @property
    def data(self) -> str:
        """The data of this button."""
        return "".join(self._parts())

    @property
    def fits(self) -> bool:
        """Whether Telegram takes the data, and they can be read back."""
        data = self.data
        is_short = len(data.encode()) <= LONGEST
        return is_short and self._pattern.fullmatch(data) is not None

    def _parts(self) -> Iterator[str]:
        for part in PART.findall(self.FORM):
            names = FIELD.findall(part)
            if part.startswith("["):
                first = names[0]
                if getattr(self, first) == getattr(type(self), first):
                    continue
            texts = {
                name: self._written[name].write(getattr(self, name))
                for name in names
            }
            yield part.strip("[]").format(**texts)
