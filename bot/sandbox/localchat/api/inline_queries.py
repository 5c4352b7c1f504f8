"""The method that answers an inline query."""

import json
import re

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.api import keyboards
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.schemas import ResultsButtonSchema, ResultSchema
from bot.sandbox.localchat.api.sending import MAX_TEXT, read_text
from bot.sandbox.localchat.inline import InlineAnswer, InlineResult
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text.entities import utf16_length
from bot.sandbox.localchat.updates import INLINE_LIFETIME

MAX_RESULTS = 50
# Bytes of a result's id, and of the offset of the next results.
MAX_ID_BYTES = 64
MAX_OFFSET_BYTES = 64
# Characters of the button above the results.
MAX_BUTTON_TEXT = 64
DEFAULT_CACHE_TIME = 300
START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_inline_query(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `answerInlineQuery`; only articles with a text are results here."""
    results = parameters.json("results", list[ResultSchema]) or []
    if len(results) > MAX_RESULTS:
        raise Refused(refusals.TOO_MANY_RESULTS)
    next_offset = parameters.text("next_offset")
    if len(next_offset.encode()) > MAX_OFFSET_BYTES:
        raise Refused(refusals.NEXT_OFFSET_INVALID)

    articles = tuple(_read_result(result) for result in results)
    if len({article.id for article in articles}) < len(articles):
        raise Refused(refusals.RESULT_ID_DUPLICATE)

    query = bot.inline_queries.get(parameters.text("inline_query_id"))
    if query is None or bot.clock() - query.date > INLINE_LIFETIME:
        raise Refused(refusals.QUERY_TOO_OLD)
    bot.inline_answers[query.id] = InlineAnswer(
        query=query,
        results=articles,
        next_offset=next_offset,
        cache_time=parameters.integer("cache_time", DEFAULT_CACHE_TIME),
        is_personal=parameters.flag("is_personal"),
        button=_read_button(parameters),
    )
    return True


def _read_result(result: Json) -> InlineResult:
    result_id = result.get("id", "")
    if not 1 <= len(result_id.encode()) <= MAX_ID_BYTES:
        raise Refused(refusals.RESULT_ID_INVALID)
    if result.get("type") != "article":
        raise Refused(refusals.RESULT_TYPE_INVALID)
    if not result.get("title", "").strip():
        raise Refused(refusals.ARTICLE_TITLE_EMPTY)

    content = result.get("input_message_content", {})
    text, entities = read_text(_text_parameters(content))
    if utf16_length(text) > MAX_TEXT:
        raise Refused(refusals.MESSAGE_TOO_LONG)
    return InlineResult(
        id=result_id,
        title=result["title"],
        description=result.get("description", ""),
        thumbnail_url=result.get("thumbnail_url", ""),
        text=text,
        entities=entities,
        markup=_read_markup(result),
        link_preview=content.get("link_preview_options"),
    )


def _text_parameters(content: Json) -> Parameters:
    """Return the content of a result as if it were sent as a message."""
    return Parameters(
        {
            "text": content.get("message_text", ""),
            "parse_mode": content.get("parse_mode", ""),
            "entities": json.dumps(content.get("entities", [])),
        }
    )


def _read_markup(result: Json) -> Json | None:
    markup: Json | None = result.get("reply_markup")
    if markup is None or not any(markup.values()):
        return None
    keyboards.check(markup)
    return markup


def _read_button(parameters: Parameters) -> Json | None:
    """Return the button above the results, which starts the private chat, or None."""
    button: Json | None = parameters.json("button", ResultsButtonSchema)
    if button is None:
        return None
    if not 1 <= len(button.get("text", "")) <= MAX_BUTTON_TEXT:
        raise Refused(refusals.BUTTON_TEXT_INVALID)
    if not START_PARAMETER.fullmatch(button.get("start_parameter", "")):
        raise Refused(refusals.START_PARAMETER_INVALID)
    return button
