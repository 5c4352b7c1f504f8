"""A bot without a program: a test calls the Bot API for it."""

import json
from typing import Any

import httpx
from playwright.sync_api import Page

from bot.sandbox.localchat.messages import Json
from tests.bot_api.server import FaultyServer

TOKEN = "42:browser-tests"
# Milliseconds between two looks at the server.
LOOK_INTERVAL = 50
MAX_LOOKS = 400


def call(
    server: FaultyServer, method: str, files: Any = None, **parameters: object
) -> Any:
    """Call a method, and return its result."""
    data = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
    }
    url = f"{server.base_url}{TOKEN}/{method}"
    answer = httpx.post(url, data=data, files=files).json()
    assert answer["ok"], answer
    return answer["result"]


def answer_inline(
    server: FaultyServer, page: Page, *results: Json, **options: object
) -> Json:
    """Wait for an inline query without an answer, answer it, and return its JSON."""
    bot = server.bots[TOKEN]
    for _ in range(MAX_LOOKS):
        waiting = bot.inline_queries.keys() - bot.inline_answers.keys()
        if waiting:
            break
        page.wait_for_timeout(LOOK_INTERVAL)
    assert waiting, "the page asked the bot nothing"
    query = bot.inline_queries[max(waiting)]
    call(
        server,
        "answerInlineQuery",
        inline_query_id=query.id,
        results=list(results),
        **options,
    )
    return query.as_json()
