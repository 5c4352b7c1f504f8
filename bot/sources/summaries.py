"""A paper in a sentence by the operator's language model, at an OpenAI-compatible endpoint."""

import re
from dataclasses import dataclass, field

import httpx

from bot.sources import fields, json_answers, web
from bot.sources.errors import SourceDown
from recommender import gist
from recommender.papers import Paper

SOURCE = "summaries"

# Seconds for one paper, and the longest answer in bytes.
MOST_SECONDS = 40.0
MOST_BYTES = 200_000
TIMEOUT = httpx.Timeout(30, connect=10)

# Characters of a sentence, and of the abstract that is sent.
LONGEST = 200
SHORTEST = 20
LONGEST_ABSTRACT = 6_000

# Tokens of an answer: a model that thinks aloud needs some more than its sentence.
MOST_TOKENS = 400

INSTRUCTION = (
    "Say in one plain English sentence of at most 25 words what this paper did and what came of "
    "it. No preamble, no markup, no links."
)

# What a model thinks aloud, and pages that stand in the place of an answer.
THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
PAGE = re.compile(r"<!doctype|<html|<body|<script", re.IGNORECASE)

# Everything that Telegram would make a link of: addresses, sites, mentions, commands.
LINK = re.compile(
    r"\S*://\S*|\bwww\.\S+|\S+@\S+|(?<!\S)[@#/]\w+"
    r"|\b(?:[\w-]+\.)+[a-z]{2,}\b(?:[/:?]\S*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Model:
    """A language model, and where it answers."""

    api_base: str
    name: str
    api_key: str = field(default="", repr=False)


def summarize(model: Model, paper: Paper) -> str:
    """Return a paper in a sentence; "" if the model says nothing of use.

    Raises SourceDown if it does not answer, or with something other than a completion.
    """
    with web.client(TIMEOUT) as client:
        payload = web.post(
            client,
            f"{model.api_base}/chat/completions",
            _question(model, paper),
            source=SOURCE,
            headers=_headers(model),
            most_bytes=MOST_BYTES,
            most_seconds=MOST_SECONDS,
        )
    return clean(_content(json_answers.decode(payload, SOURCE)))


def clean(content: str) -> str:
    """Return what a model wrote as one line of plain text without links, or ""."""
    text = THOUGHT.sub(" ", content)
    if PAGE.search(text):
        return ""

    text = LINK.sub(" ", fields.prose(text))
    text = " ".join(text.split()).strip("\"'“”*` ")
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)

    return gist.shorten(text, LONGEST) if len(text) >= SHORTEST else ""


def _question(model: Model, paper: Paper) -> dict[str, object]:
    text = f"{paper.title}\n\n{paper.abstract[:LONGEST_ABSTRACT]}"
    return {
        "model": model.name,
        "messages": [
            {"role": "system", "content": INSTRUCTION},
            {"role": "user", "content": text},
        ],
        "max_tokens": MOST_TOKENS,
        "temperature": 0,
    }


def _headers(model: Model) -> dict[str, str]:
    if not model.api_key:
        return {}
    return {"Authorization": f"Bearer {model.api_key}"}


def _content(answer: object) -> str:
    """Return the text of a completion; raise SourceDown if the answer is none."""
    choices = json_answers.items(json_answers.mapping(answer).get("choices"))
    choice = json_answers.mapping(choices[0] if choices else None)
    message = json_answers.mapping(choice.get("message"))
    content = message.get("content", ...)
    if not isinstance(content, str | None):
        raise SourceDown(SOURCE, "sent something other than a completion")

    return content or ""
