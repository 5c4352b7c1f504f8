"""Simulated readers: what each of them likes is data, and they see what the chat shows them."""

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

LIKE, DISLIKE = re.compile(r"👍 (\d+)"), "👎 {rank}"
# That an answer may take on a busy machine.
SECONDS = 60.0
# Three people for the bundled sample, by the subject each of its papers was given by hand.
SAMPLE = (
    (
        "Ada",
        "diffusion",
        ("generation", "vision", "robots"),
        ("training", "hardware"),
    ),
    ("Bo", "language models", ("language", "agents"), ("vision", "science")),
    (
        "Cy",
        "distributed training",
        ("training", "serving"),
        ("graphs", "theory"),
    ),
)


@dataclass(frozen=True, slots=True)
class Taste:
    """One reader's answers, by paper: everything else gets no tap."""

    name: str
    topics: tuple[str, ...]
    likes: frozenset[str]
    dislikes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """One pick as its reader saw it, and whether they liked it."""

    key: str
    liked: bool


def of_sample() -> list[Taste]:
    """Return the readers of the bundled sample."""
    entries = sample.parse(sample.FILE.read_text("utf-8"))

    def about(subjects: tuple[str, ...]) -> frozenset[str]:
        return frozenset(
            title_key(e.title) for e in entries if e.subject in subjects
        )

    return [
        Taste(name, (topic,), about(liked), about(disliked))
        for name, topic, liked, disliked in SAMPLE
    ]


def read(path: Path) -> list[Taste]:
    """Return the readers of a file of JSON lines (gzip too); raise BadFile where it is none."""
    return [_taste(path, number, row) for number, row in datasets.rows(path)]


def key(paper: Paper) -> str:
    """Return what a reader knows a paper by: its arXiv id, else its title."""
    return paper.arxiv_id or title_key(paper.title)


async def introduce(person: Person, taste: Taste) -> None:
    """Start, and say what one is into."""
    person.start()
    greeting = await person.wait_for(lambda m: bool(m.keyboard), SECONDS)
    if taste.topics:
        written = person.write(", ".join(taste.topics))
        await person.wait_for(
            lambda m: m.id > max(written.id, greeting.id), SECONDS
        )


async def tap(person: Person, taste: Taste, digest: Message) -> list[Seen]:
    """Tap what one likes and dislikes in a digest, each as soon as the last one is answered."""
    seen = []
    for rank, known in enumerate(_papers(digest), start=1):
        seen.append(Seen(known, known in taste.likes))
        answer = (
            1 if known in taste.likes else -1 if known in taste.dislikes else 0
        )
        if answer:
            name = f"👍 {rank}" if answer > 0 else DISLIKE.format(rank=rank)
            await person.answer_to(person.press(digest, name), SECONDS)
    return seen


def is_digest(message: Message) -> bool:
    """Tell whether a message offers papers to rate."""
    return any(
        LIKE.fullmatch(button.text)
        for row in message.keyboard
        for button in row
    )


def _taste(path: Path, number: int, row: dict[str, Any]) -> Taste:
    if "reader" not in row or "likes" not in row:
        form = (
            "each line is a JSON object with reader, topics, likes and dislikes"
        )
        raise BadFile(path, "this is no simulated reader", form, line=number)
    topics, likes, dislikes = (
        datasets.texts(path, number, row, key)
        for key in ("topics", "likes", "dislikes")
    )
    return Taste(
        str(row["reader"]), tuple(topics), frozenset(likes), frozenset(dislikes)
    )


def _papers(digest: Message) -> Iterator[str]:
    """Yield the keys of a digest's papers, in order: their titles are links."""
    for entity in digest.entities:
        address = urlsplit(entity.url or "")
        if address.path.startswith("/abs/"):
            yield address.path.removeprefix("/abs/")
        elif address.path.startswith("/search"):
            yield title_key(parse_qs(address.query)["query"][0])
