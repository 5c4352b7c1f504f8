"""Simulated readers: their likes are data, and they see only what the chat shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources import datasets, sample
from bot.sources.errors import BadFile
from recommender.papers import Paper, title_key

# The button that likes a pick, by which a digest is recognised.
LIKE_BUTTON = re.compile(r"👍 (\d+)")

# Seconds that an answer may take on a busy machine.
TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class SampleReader:
    """A reader of the bundled sample, who likes and dislikes papers by their subject."""

    name: str
    topic: str
    liked_subjects: tuple[str, ...]
    disliked_subjects: tuple[str, ...]


SAMPLE_READERS = (
    SampleReader(
        name="Ada",
        topic="diffusion",
        liked_subjects=("generation", "vision", "robots"),
        disliked_subjects=("training", "hardware"),
    ),
    SampleReader(
        name="Bo",
        topic="language models",
        liked_subjects=("language", "agents"),
        disliked_subjects=("vision", "science"),
    ),
    SampleReader(
        name="Cy",
        topic="distributed training",
        liked_subjects=("training", "serving"),
        disliked_subjects=("graphs", "theory"),
    ),
)


@dataclass(frozen=True, slots=True)
class Taste:
    """The topics of a reader, and the keys of the papers that they like or dislike.

    They rate no other paper.
    """

    name: str
    topics: tuple[str, ...]
    likes: frozenset[str]
    dislikes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DigestResult:
    """How many picks a digest had, and how many of them its reader liked."""

    picks: int
    likes: int


def sample_tastes() -> list[Taste]:
    """Return the tastes of the readers of the bundled sample."""
    entries = sample.parse(sample.FILE.read_text("utf-8"))

    def keys(subjects: tuple[str, ...]) -> frozenset[str]:
        return frozenset(
            title_key(entry.title)
            for entry in entries
            if entry.subject in subjects
        )

    return [
        Taste(
            name=reader.name,
            topics=(reader.topic,),
            likes=keys(reader.liked_subjects),
            dislikes=keys(reader.disliked_subjects),
        )
        for reader in SAMPLE_READERS
    ]


def read_tastes(path: Path) -> list[Taste]:
    """Read tastes from JSON lines, also compressed; raise BadFile if a line is no taste."""
    return [_taste(path, number, row) for number, row in datasets.rows(path)]


def paper_key(paper: Paper) -> str:
    """Return what a reader recognises a paper by: its arXiv id, or else its title."""
    return paper.arxiv_id or title_key(paper.title)


async def start_chat(person: Person, taste: Taste) -> None:
    """Start the bot, and answer its first question with the topics."""
    person.start()
    greeting = await person.wait_for(
        lambda message: bool(message.keyboard), TIMEOUT
    )
    if not taste.topics:
        return

    question = person.write(", ".join(taste.topics))
    newest_id = max(question.id, greeting.id)
    await person.wait_for(lambda message: message.id > newest_id, TIMEOUT)


async def rate_digest(
    person: Person, taste: Taste, digest: Message
) -> DigestResult:
    """Rate the picks of a digest, each after the bot has answered the one before."""
    keys = list(_paper_keys(digest))

    for rank, key in enumerate(keys, start=1):
        if key in taste.likes:
            press = person.press(digest, f"👍 {rank}")
        elif key in taste.dislikes:
            press = person.press(digest, f"👎 {rank}")
        else:
            continue
        await person.answer_to(press, TIMEOUT)

    likes = sum(key in taste.likes for key in keys)
    return DigestResult(picks=len(keys), likes=likes)


def is_digest(message: Message) -> bool:
    """Return whether a message offers papers to rate."""
    return any(
        LIKE_BUTTON.fullmatch(button.text)
        for row in message.keyboard
        for button in row
    )


def _taste(path: Path, number: int, row: dict[str, Any]) -> Taste:
    if "reader" not in row or "likes" not in row:
        raise BadFile(
            path,
            "this is no simulated reader",
            "each line is a JSON object with reader, topics, likes and dislikes",
            line=number,
        )

    topics = datasets.texts(path, number, row, "topics")
    likes = datasets.texts(path, number, row, "likes")
    dislikes = datasets.texts(path, number, row, "dislikes")
    return Taste(
        name=str(row["reader"]),
        topics=tuple(topics),
        likes=frozenset(likes),
        dislikes=frozenset(dislikes),
    )


def _paper_keys(digest: Message) -> Iterator[str]:
    """Yield the keys of a digest's papers in their order, from the links of the titles."""
    for entity in digest.entities:
        url = urlsplit(entity.url or "")
        if url.path.startswith("/abs/"):
            yield url.path.removeprefix("/abs/")
        elif url.path.startswith("/search"):
            yield title_key(parse_qs(url.query)["query"][0])
