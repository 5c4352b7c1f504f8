"""Reads answers in JSON: what is something else is a source that is down."""

import json
from collections.abc import Mapping

import httpx

from bot.sources import web
from bot.sources.errors import SourceDown


def get(
    client: httpx.Client,
    url: str,
    *,
    source: str,
    params: Mapping[str, str | int] | None = None,
) -> object:
    """Return the JSON value that an address answers with."""
    return decode(web.get(client, url, source=source, params=params), source)


def decode(payload: bytes, source: str) -> object:
    """Return the JSON value of an answer; raise SourceDown if it has none."""
    try:
        value: object = json.loads(payload)
    except (ValueError, RecursionError):
        if payload.lstrip()[:1] == b"<":
            why = "sent a web page instead of JSON"
        else:
            why = "sent JSON that is broken or breaks off"
        raise SourceDown(source, why) from None

    return value


def mapping(value: object) -> dict[str, object]:
    """Return a JSON object, or an empty one if the value is something else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """Return a JSON array, or an empty one if the value is something else."""
    return value if isinstance(value, list) else []
