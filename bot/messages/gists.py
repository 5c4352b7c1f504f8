"""A paper in a sentence, below its title, and the line that says whose words these are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.messages.text import escape, readable
from bot.messages.translation import Translation
from bot.transport.text import clip
from recommender import gist
from recommender.papers import Paper

# The origins of gists, in the order in which a message names them.
HUGGING_FACE = "huggingface"
MODEL = "model"
ABSTRACT = "abstract"
ORIGINS = (HUGGING_FACE, MODEL, ABSTRACT)

# What stands behind the gists of the second origin in a message, and of the third.
MARKS = ("", "*", "†")


@dataclass(frozen=True, slots=True)
class Gist:
    """A sentence about a paper, and where it is from."""

    text: str
    origin: str


def of_paper(paper: Paper) -> Gist | None:
    """Return a paper in a sentence: a stored one, else its abstract's; None without either."""
    if paper.gist:
        origin = MODEL if paper.gist_source == MODEL else HUGGING_FACE
        return Gist(readable(paper.gist), origin)

    text = gist.sentence(readable(paper.title), readable(paper.abstract))
    return Gist(text, ABSTRACT) if text else None


def marks(gists: Iterable[Gist | None]) -> dict[str, str]:
    """Return the mark of each origin in a message; the only one of a message needs none."""
    present = {one.origin for one in gists if one is not None}
    ordered = [origin for origin in ORIGINS if origin in present]
    return dict(zip(ordered, MARKS, strict=False))


def sentence(one: Gist, longest: int, mark: str) -> str:
    """Return a gist with its mark, in HTML, of at most so many characters."""
    room = longest - len(mark)
    return escape(clip(gist.shorten(one.text, room), room) + mark)


def origin_line(t: Translation, marks: Mapping[str, str], n: int) -> str:
    """Return the line that says whose words the gists of a message are; "" without any."""
    if not marks:
        return ""

    names = {
        HUGGING_FACE: t.gettext("by Hugging Face's AI"),
        MODEL: t.gettext("by a language model"),
        ABSTRACT: t.gettext("from the abstract"),
    }
    origins = ", ".join(
        f"{mark} {names[origin]}".strip() for origin, mark in marks.items()
    )
    text = t.ngettext("Gist: {origins}", "Gists: {origins}", n)
    return f"<i>{escape(text.format(origins=origins))}</i>"
