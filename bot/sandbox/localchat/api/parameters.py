"""The parameters of one call, in whatever form the caller sent them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox.localchat import refusals, sanitize
from bot.sandbox.localchat.api import schemas
from bot.sandbox.localchat.refusals import Refused

# Digits of a number of 64 bits.
LONGEST_NUMBER = 18


def _called(name: str) -> str:
    return (
        "reply keyboard markup"
        if name == "reply_markup"
        else name.replace("_", " ")
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in the body of a call."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Named values as they came: text, or a file; each is read as what the method needs."""

    values: Mapping[str, str | Upload]

    def text(self, name: str) -> str:
        """Return the value as text, empty where it is missing."""
        value = self.values.get(name, "")
        if isinstance(value, Upload):
            return value.content.decode(errors="replace")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Refused(refusals.NOT_UTF8)
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """Return the value as a whole number, or `default` where it is none of 64 bits."""
        text = self.text(name).strip()
        digits = text.removeprefix("-")
        return (
            int(text)
            if digits.isdecimal() and len(digits) <= LONGEST_NUMBER
            else default
        )

    def flag(self, name: str) -> bool:
        """Tell whether the value says yes."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str, shape: object) -> Any:  # noqa: ANN401 - of the given shape
        """Return the value read as JSON of a shape, None where it is missing."""
        text = self.text(name)
        try:
            value = sanitize.read(text or "null")
            if value is not None:
                schemas.reader(shape).validate_json(text, strict=True)
        except ValueError as error:  # pydantic's are among them
            raise Refused(
                refusals.CANT_PARSE_JSON, what=_called(name)
            ) from error
        return value

    def upload(self, name: str) -> Upload | None:
        """Return the file that was sent under this name or is named by an `attach://` address."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.values.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None


def parsed(query: str, content_type: str, body: bytes) -> Parameters:
    """Return the parameters of a query string and a JSON, form-encoded or multipart body."""
    values: dict[str, str | Upload] = dict(
        parse_qsl(query, keep_blank_values=True)
    )
    if content_type.startswith("application/json"):
        values |= _from_json(body)
    elif content_type.startswith("application/x-www-form-urlencoded"):
        values |= parse_qsl(
            body.decode(errors="replace"), keep_blank_values=True
        )
    elif content_type.startswith("multipart/form-data"):
        values |= _from_multipart(content_type, body)
    return Parameters(values)


def _from_json(body: bytes) -> dict[str, str]:
    try:
        values = sanitize.read(body or b"{}")
    except ValueError as error:
        raise Refused(refusals.CANT_PARSE_JSON, what="request body") from error
    if not isinstance(values, dict):
        raise Refused(refusals.CANT_PARSE_JSON, what="request body")
    given = {name: value for name, value in values.items() if value is not None}
    return {
        n: v if isinstance(v, str) else json.dumps(v) for n, v in given.items()
    }


def _from_multipart(content_type: str, body: bytes) -> dict[str, str | Upload]:
    head = b"Content-Type: " + content_type.encode() + b"\r\n\r\n"
    form = BytesParser(EmailMessage, policy=policy.HTTP).parsebytes(head + body)
    return dict(_part(part) for part in form.iter_parts())


def _part(part: MIMEPart) -> tuple[str, str | Upload]:
    name = str(part.get_param("name", header="content-disposition"))
    content = part.get_payload(decode=True)
    if not isinstance(
        content, bytes
    ):  # a part of a form holds no further parts
        raise Refused(refusals.CANT_PARSE_JSON, what="request body")
    file_name = part.get_filename()
    if file_name is None:
        return name, content.decode(errors="replace")
    return name, Upload(file_name, part.get_content_type(), content)
