"""The JSON that bots send, checked before any of it is kept."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Count = Annotated[int, Field(ge=0, lt=2**31)]
Options = dict[str, Any]
Names = list[str]


class _Schema(BaseModel):
    """Allows further fields, which are sent back unchanged."""

    model_config = ConfigDict(extra="allow", strict=True)


class CopyTextSchema(_Schema):
    """The Bot API's `CopyTextButton`."""

    text: str = ""


class ButtonSchema(_Schema):
    """The Bot API's `InlineKeyboardButton`; `keyboards` checks what it does."""

    text: str = ""
    callback_data: str = ""
    url: str = ""
    copy_text: CopyTextSchema = CopyTextSchema()
    style: str = ""


class MarkupSchema(_Schema):
    """The Bot API's `reply_markup`: a keyboard of any kind."""

    inline_keyboard: list[list[ButtonSchema]] = []


class EntitySchema(_Schema):
    """The Bot API's `MessageEntity`; offset and length count UTF-16 units."""

    type: str
    offset: Count
    length: Count
    url: str | None = None
    language: str | None = None


class ReplySchema(_Schema):
    """The Bot API's `ReplyParameters`."""

    message_id: Count | None = None
    allow_sending_without_reply: bool = False


class ReactionSchema(_Schema):
    """The Bot API's `ReactionType`."""

    emoji: str = ""


class CommandSchema(_Schema):
    """The Bot API's `BotCommand`."""

    command: str = ""
    description: str = ""


class ContentSchema(_Schema):
    """The Bot API's `InputTextMessageContent`."""

    message_text: str = ""
    parse_mode: str = ""
    entities: list[EntitySchema] = []
    link_preview_options: Options | None = None


class ResultSchema(_Schema):
    """The Bot API's `InlineQueryResultArticle`."""

    type: str = ""
    id: str = ""
    title: str = ""
    description: str = ""
    thumbnail_url: str = ""
    input_message_content: ContentSchema = ContentSchema()
    reply_markup: MarkupSchema | None = None


class ResultsButtonSchema(_Schema):
    """The Bot API's `InlineQueryResultsButton`."""

    text: str = ""
    start_parameter: str = ""


@cache
def type_adapter(schema: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type, or list[type]
    """Return the pydantic adapter that checks JSON against a schema."""
    return TypeAdapter(schema)
