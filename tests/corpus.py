"""Made-up papers for tests: six fields, each with its own phrases and authors."""

import random
import re
from dataclasses import fields
from datetime import date, timedelta

from recommender.papers import Paper, StoredPaper

# The phrases of each field.
FIELDS = {
    "diffusion models": "diffusion model, image generation, denoising step, noise schedule",
    "speech recognition": "speech recognition, acoustic encoder, spoken word, audio stream",
    "robot learning": "robot arm, manipulation policy, imitation learning, contact force",
    "language models": "language model, instruction tuning, reasoning chain, token budget",
    "medical imaging": "medical imaging, tumour segmentation, radiology report, patient scan",
    "graph networks": "graph network, message passing, node embedding, edge feature",
}
# The authors of each field.
PEOPLE = {
    "diffusion models": ("Dora Diffuse", "Dan Denoise"),
    "speech recognition": ("Sam Speech", "Sue Sound"),
    "robot learning": ("Rita Robot", "Rolf Reach"),
    "language models": ("Lena Lang", "Lou Token"),
    "medical imaging": ("Mia Medic", "Max Scan"),
    "graph networks": ("Gina Graph", "Gus Node"),
}
# Words that say nothing of a field.
FILLER_WORDS = [
    "benchmark",
    "data",
    "training",
    "scale",
    "error",
    "transfer",
    "cost",
    "sample",
    "speed",
    "memory",
]


def library(
    today: date, *, per_field: int = 20, days: int = 10, seed: int = 7
) -> list[Paper]:
    """Return `per_field` papers of every field, listed over the last `days` days.

    Another seed gives other papers.
    """
    rng = random.Random(seed)
    papers: list[Paper] = []
    for number in range(per_field):
        for field, phrases in FIELDS.items():
            topics = rng.sample(phrases.split(", "), 4)
            sentences = [
                f"We study {topic} for {' '.join(rng.sample(FILLER_WORDS, 3))}"
                for topic in topics
            ]
            index = len(papers) + (seed - 7) * len(FIELDS) * per_field
            papers.append(
                Paper(
                    title=f"{topics[0].title()} with {topics[1]} {index}",
                    abstract=". ".join([*sentences, f"It helps {field}."]),
                    arxiv_id=f"2610.{index:05d}",
                    authors=PEOPLE[field],
                    listed=today - timedelta(days=number % days),
                    upvotes=rng.randrange(50),
                    source="huggingface",
                )
            )
    return papers


def field_of(paper: Paper | str) -> str:
    """Return the field a paper (or the text of a pick) belongs to."""
    if isinstance(paper, Paper) and not paper.abstract:
        # A catalogue's papers have none.
        return _field_of_title(paper.title.lower())

    text = paper if isinstance(paper, str) else paper.abstract
    return next(field for field in FIELDS if f"It helps {field}" in text)


def pick_fields(text: str) -> list[str]:
    """Return the field of each pick in a message, by the title above its sentence."""
    heads = [block.split("\n") for block in text.split("\n\n")]
    return [
        _field_of_title(re.sub(r"^\d+ · ", "", head[0]).lower())
        for head in heads
        if len(head) > 1 and head[1].startswith("We study")
    ]


def _field_of_title(title: str) -> str:
    return next(
        field
        for field, phrases in FIELDS.items()
        if title.startswith(tuple(phrases.split(", ")))
    )


def stored(paper: Paper, number: int) -> StoredPaper:
    """Return a paper as if it were stored under a number."""
    values = {field.name: getattr(paper, field.name) for field in fields(Paper)}
    return StoredPaper(**values, id=number)
