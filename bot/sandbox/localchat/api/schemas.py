"""The shapes of what bots send as JSON: checked before anything of it is kept."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Count = Annotated[int, Field(ge=0, lt=2**31)]
Options = dict[str, Any]
Names = list[str]


class _Open(BaseModel):
    """What we do not read may be there, and is told again as it came."""

    model_config = ConfigDict(extra="allow", strict=True)


class CopyText(_Open):
    """What a button copies."""

    text: str = ""


class Button(_Open):
    """One button; what it does is checked by `keyboards`."""

    text: str = ""
    callback_data: str = ""
    url: str = ""
    copy_text: CopyText = CopyText()
    style: str = ""


class Markup(_Open):
    """A keyboard of any kind."""

    inline_keyboard: list[list[Button]] = []


class Stretch(_Open):
    """An entity; offset and length count UTF-16 units."""

    type: str
    offset: Count
    length: Count
    url: str | None = None
    language: str | None = None


class Reply(_Open):
    """What a message answers."""

    message_id: Count | None = None
    allow_sending_without_reply: bool = False


class Reaction(_Open):
    """A reaction of the bot."""

    emoji: str = ""


class Command(_Open):
    """A command of the bot's menu."""

    command: str = ""
    description: str = ""


@cache
def reader(shape: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type, or what is made of types
    """Return what checks JSON against a shape."""
    return TypeAdapter(shape)
