"""Two hundred planted papers: for each of five searches, twenty that match and twenty near it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommender.papers import Paper

LISTED = date(2026, 11, 24)


@dataclass(frozen=True)
class Planted:
    """Papers that a search matches, and papers near it."""

    matching: Sequence[Paper]
    near: Sequence[Paper]


def _papers(name: str, *texts: str, authors: Sequence[str] = ()) -> list[Paper]:
    """Return a paper for each text, half of them in the title and half in the abstract."""
    papers = []
    for number, text in enumerate(texts):
        in_title = number % 2 == 0
        papers.append(
            Paper(
                title=f"{text} {name} {number}"
                if in_title
                else f"{name} {number}",
                abstract="" if in_title else f"We think that {text} fly.",
                authors=("Nemo Nobody",),
                listed=LISTED,
                source="huggingface",
            )
        )
    for number, author in enumerate(authors):
        papers.append(
            Paper(
                title=f"{name} by somebody {number}",
                authors=("Nemo Nobody", *author.split(" & ")),
                listed=LISTED,
                source="huggingface",
            )
        )
    return papers


def _many(text: str, *others: str) -> list[str]:
    """Return twenty texts: the ways to write one thing, again and again."""
    texts = [text, *others]
    return [texts[number % len(texts)] for number in range(20)]


PLANTED = {
    "world models": Planted(
        _papers(
            "Kite",
            *_many(
                "World models",
                "a WORLD MODEL",
                "world-model agents",
                "models of the world",
                "world\nmodels",
                "the world's model",
            ),
        ),
        _papers(
            "Wren",
            *_many(
                "worldly models",
                "modelling the world",
                "worldmodelling",
                "the word model",
                "word-models",
                "a model of words",
            ),
        ),
    ),
    '"state space models"': Planted(
        _papers(
            "Lark",
            *_many(
                "State space models",
                "state-space model",
                "State-Space-Models",
                "a state\nspace model",
                "a state-\nspace model",
                "“state space models”",
                "STATE SPACE MODELS",
            ),
        ),
        _papers(
            "Rook",
            *_many(
                "space state models",
                "state of space models",
                "state. Space models",
                "state spaces of a model",
                "state and space model",
                "state space modelling",
                "solid-state space probe models",
            ),
        ),
    ),
    "pre-training": Planted(
        _papers(
            "Swan",
            *_many(
                "Pre-training",
                "pretraining",
                "pre training",
                "PRE-TRAINING",
                "language pre-training",
            ),
        ),
        _papers(
            "Crow",
            *_many(
                "pretrained",
                "training pre",
                "pre and training",
                "training",
                "pre-trains",
            ),
        ),
    ),
    "Geoffrey Hinton": Planted(
        _papers(
            "Dove",
            "Geoffrey Hinton",
            "the ideas of Geoffrey Hinton",
            authors=_many(
                "Geoffrey Hinton",
                "Geoffrey E. Hinton",
                "G. E. Hinton",
                "G. Hinton",
                "GEOFFREY HINTON",
                "Hinton, Geoffrey",
            )[:18],
        ),
        _papers(
            "Gull",
            "Geoffrey's theorem",
            "the work of Hinton",
            authors=_many(
                "Gerald Hinton",
                "Geoffrey Hintons",
                "Geoffrey Smith & Mary Hinton",
                "E. Hinton",
                "Geoffrey-Anne Brown",
                "M. G. Hinton",
            )[:18],
        ),
    ),
    "tri dao attention": Planted(
        [
            Paper(
                title=f"{subject} {number}",
                authors=("Bo Bo", "Tri Dao"),
                listed=LISTED,
                source="huggingface",
            )
            for number, subject in enumerate(
                _many("Flash attention", "Self-Attention", "ATTENTIONS")
            )
        ],
        [
            Paper(
                title=f"{subject} {number}",
                authors=authors,
                listed=LISTED,
                source="huggingface",
            )
            for number, (subject, authors) in enumerate(
                [
                    ("Attentive heads", ("Tri Dao",)),
                    ("Attention sinks", ("Tri Nguyen", "Wei Dao")),
                    ("Attention maps", ("Wei Dao",)),
                    ("Attention wells", ("Tri Daoud",)),
                ]
                * 5
            )
        ],
    ),
}
