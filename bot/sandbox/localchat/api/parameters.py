"""The parameters of one call, read from its query string and its body."""

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
MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in the body of a call."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The raw values by name; each method reads them as the type it needs."""

    values: Mapping[str, str | Upload]

    def text(self, name: str) -> str:
        """Return the value as text, empty if it is missing."""
        value = self.values.get(name, "")
        if isinstance(value, Upload):
            return value.content.decode(errors="replace")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Refused(refusals.NOT_UTF8)
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """Return the value as a whole number of 64 bits, or `default` if it is none."""
        text = self.text(name).strip()
        digits = text.removeprefix("-")
        if not digits.isdecimal() or len(digits) > MAX_DIGITS:
            return default
        return int(text)

    def flag(self, name: str) -> bool:
        """Return whether the value is `true`, `yes` or `1`."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str, schema: object) -> Any:  # noqa: ANN401 - of the given schema
        """Return the value parsed as JSON of a schema, or None if it is missing."""
        text = self.text(name)
        try:
            value = sanitize.load_json(text or "null")
            if value is not None:
                adapter = schemas.type_adapter(schema)
                adapter.validate_json(text, strict=True)
        except ValueError as error:
            # Pydantic's ValidationError is a ValueError too.
            label = _label(name)
            raise Refused(refusals.CANT_PARSE_JSON, what=label) from error
        return value

    def upload(self, name: str) -> Upload | None:
        """Return the file sent under this name, or under its `attach://` name."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.values.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None


def parse_parameters(query: str, content_type: str, body: bytes) -> Parameters:
    """Return the parameters of a query string and a JSON, form or multipart body."""
    values: dict[str, str | Upload] = dict(
        parse_qsl(query, keep_blank_values=True)
    )
    if content_type.startswith("application/json"):
        values |= _parse_json(body)
    elif content_type.startswith("application/x-www-form-urlencoded"):
        form = body.decode(errors="replace")
        values |= parse_qsl(form, keep_blank_values=True)
    elif content_type.startswith("multipart/form-data"):
        values |= _parse_multipart(content_type, body)
    return Parameters(values)


def _label(name: str) -> str:
    """Return how Telegram's errors call a parameter."""
    if name == "reply_markup":
        return "reply keyboard markup"
    return name.replace("_", " ")


def _parse_json(body: bytes) -> dict[str, str]:
    try:
        fields = sanitize.load_json(body or b"{}")
    except ValueError as error:
        raise Refused(refusals.CANT_PARSE_JSON, what="request body") from error
    if not isinstance(fields, dict):
        raise Refused(refusals.CANT_PARSE_JSON, what="request body")

    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
        if value is not None
    }


def _parse_multipart(content_type: str, body: bytes) -> dict[str, str | Upload]:
    header = b"Content-Type: " + content_type.encode() + b"\r\n\r\n"
    parser = BytesParser(EmailMessage, policy=policy.HTTP)
    form = parser.parsebytes(header + body)
    return dict(_parse_part(part) for part in form.iter_parts())


def _parse_part(part: MIMEPart) -> tuple[str, str | Upload]:
    name = str(part.get_param("name", header="content-disposition"))
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        # The part holds further parts, which a part of a form never does.
        raise Refused(refusals.CANT_PARSE_JSON, what="request body")

    file_name = part.get_filename()
    if file_name is None:
        return name, content.decode(errors="replace")
    return name, Upload(
        name=file_name, mime_type=part.get_content_type(), content=content
    )
