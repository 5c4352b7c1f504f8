"""The refusals of the Bot API, with Telegram's own texts and codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error response; `Refused` fills in the `{placeholders}` of its description."""

    code: int
    description: str
    parameters: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the body that Telegram would send."""
        body: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = dict(self.parameters)
        return body


class Refused(Exception):  # noqa: N818 - the caller made the error, not the server
    """A call is refused with `refusal`; `values` fill its placeholders."""

    def __init__(self, refusal: Refusal, **values: object) -> None:
        if values:
            refusal = replace(
                refusal, description=refusal.description.format(**values)
            )
        super().__init__(refusal.description)
        self.refusal = refusal


def _bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def _unparsable(description: str) -> Refusal:
    return _bad(f"can't parse entities: {description}")


def too_many_requests(retry_after: int) -> Refusal:
    """Return the refusal of a bot that has to wait `retry_after` seconds."""
    return Refusal(
        code=429,
        description=f"Too Many Requests: retry after {retry_after}",
        parameters={"retry_after": retry_after},
    )


def migrated(new_chat_id: int) -> Refusal:
    """Return the refusal for a group that became a supergroup."""
    return Refusal(
        code=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": new_chat_id},
    )


NOT_FOUND = Refusal(404, "Not Found")
UNAUTHORIZED = Refusal(401, "Unauthorized")
TOO_LARGE = Refusal(413, "Request Entity Too Large")
BLOCKED = Refusal(403, "Forbidden: bot was blocked by the user")
DEACTIVATED = Refusal(403, "Forbidden: user is deactivated")

# `kind` is group, supergroup or channel.
KICKED = Refusal(403, "Forbidden: bot was kicked from the {kind} chat")
NOT_A_MEMBER = Refusal(403, "Forbidden: bot is not a member of the {kind} chat")
GROUP_DELETED = Refusal(403, "Forbidden: the group chat was deleted")

POLLED_ELSEWHERE = Refusal(
    409,
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
)

CHAT_ID_EMPTY = _bad("chat_id is empty")
CHAT_NOT_FOUND = _bad("chat not found")
NEEDS_ADMINISTRATOR = _bad("need administrator rights in the channel chat")
NO_RIGHT_TO_SEND = _bad("not enough rights to send text messages to the chat")
TOPIC_CLOSED = _bad("TOPIC_CLOSED")
THREAD_NOT_FOUND = _bad("message thread not found")
NO_ADMINISTRATORS = _bad("there are no administrators in the private chat")
USER_NOT_FOUND = _bad("user not found")
MEMBERS_INACCESSIBLE = _bad("member list is inaccessible")
CANT_LEAVE = _bad("chat member status can't be changed in private chats")
MESSAGE_ID_MISSING = _bad("message identifier is not specified")
CANT_PARSE_JSON = _bad("can't parse {what} JSON object")
NOT_UTF8 = _bad("strings must be encoded in UTF-8")

TEXT_EMPTY = _bad("message text is empty")
TEXT_BLANK = _bad("text must be non-empty")
TEXT_TOO_LONG = _bad("message is too long")
CAPTION_TOO_LONG = _bad("message caption is too long")
MESSAGE_TOO_LONG = _bad("MESSAGE_TOO_LONG")
REPLIED_NOT_FOUND = _bad("message to be replied not found")

UNSUPPORTED_PARSE_MODE = _bad("unsupported parse_mode")
UNSUPPORTED_TAG = _unparsable(
    'Unsupported start tag "{tag}" at byte offset {offset}'
)
UNCLOSED_TAG_NAME = _unparsable("Unclosed start tag at byte offset {offset}")
UNCLOSED_START_TAG = _unparsable(
    'Unclosed start tag "{tag}" at byte offset {offset}'
)
UNCLOSED_END_TAG = _unparsable("Unclosed end tag at byte offset {offset}")
UNEXPECTED_END_TAG = _unparsable("Unexpected end tag at byte offset {offset}")
UNMATCHED_END_TAG = _unparsable(
    'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{tag}>"'
)
MISSING_END_TAG = _unparsable(
    'Can\'t find end tag corresponding to start tag "{tag}"'
)
EMPTY_ATTRIBUTE = _unparsable(
    'Empty attribute name in the tag "{tag}" at byte offset {offset}'
)
UNEXPECTED_TOKEN_END = _unparsable(
    "Unexpected end of name token at byte offset {offset}"
)
SPAN_WITHOUT_CLASS = _unparsable(
    'Tag "span" must have class "tg-spoiler" at byte offset {offset}'
)
INVALID_CHARACTERS = _unparsable(
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)

BUTTON_DATA_INVALID = _bad("BUTTON_DATA_INVALID")
BUTTON_COPY_TEXT_INVALID = _bad("BUTTON_COPY_TEXT_INVALID")
BUTTON_URL_INVALID = _bad(
    "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
)
BUTTON_WITHOUT_ACTION = _bad(
    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
)
BUTTON_WITHOUT_TEXT = _bad("inline keyboard button text must be non-empty")
MARKUP_TOO_LONG = _bad("reply markup is too long")

NOT_MODIFIED = _bad(
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
EDIT_NOT_FOUND = _bad("message to edit not found")
EDIT_FORBIDDEN = _bad("message can't be edited")
NO_TEXT_TO_EDIT = _bad("there is no text in the message to edit")
NO_CAPTION_TO_EDIT = _bad("there is no caption in the message to edit")
INLINE_NOT_FOUND = _bad("MESSAGE_ID_INVALID")
DELETE_FORBIDDEN = _bad("message can't be deleted")
DELETE_NOT_FOUND = _bad("message to delete not found")
DELETE_TOO_LATE = _bad("message can't be deleted for everyone")
REACT_NOT_FOUND = _bad("message to react not found")
REACTION_INVALID = _bad("REACTION_INVALID")
QUERY_TOO_OLD = _bad(
    "query is too old and response timeout expired or query ID is invalid"
)
TOO_MANY_RESULTS = _bad("RESULTS_TOO_MUCH")
RESULT_ID_INVALID = _bad("RESULT_ID_INVALID")
RESULT_ID_DUPLICATE = _bad("RESULT_ID_DUPLICATE")
RESULT_TYPE_INVALID = _bad("RESULT_TYPE_INVALID")
ARTICLE_TITLE_EMPTY = _bad("ARTICLE_TITLE_EMPTY")
NEXT_OFFSET_INVALID = _bad("NEXT_OFFSET_INVALID")
START_PARAMETER_INVALID = _bad("START_PARAM_INVALID")
BUTTON_TEXT_INVALID = _bad("SWITCH_PM_TEXT_EMPTY")
WRONG_ACTION = _bad("wrong parameter action in request")
COMMAND_INVALID = _bad("BOT_COMMAND_INVALID")
COMMAND_DESCRIPTION_INVALID = _bad("BOT_COMMAND_DESCRIPTION_INVALID")
TOO_MANY_COMMANDS = _bad("BOT_COMMANDS_TOO_MUCH")

NO_FILE = _bad("there is no {kind} in the request")
FILE_EMPTY = _bad("file must be non-empty")
FILE_TOO_BIG = _bad("file is too big")
NO_SUCH_UPLOAD = _bad("wrong file identifier/HTTP URL specified")
NO_SUCH_FILE = _bad("wrong file_id or the file is temporarily unavailable")
NOT_A_PHOTO = _bad("IMAGE_PROCESS_FAILED")
