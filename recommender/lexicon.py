"""Find names of concepts in running text, the longest where one stands within another."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from recommender.phrases import BREAK, MATHEMATICS, WORD, singular

# Words of a concept.
MAX_WORDS = 5

# A capital within a word: the field's own, or a name's.
INNER_CAPITAL = re.compile(r"[a-z][A-Z][a-z]")

# A folded word, and where it begins and ends in its stretch of text.
Token = tuple[str, int, int]


class Lexicon:
    """Names by their keys, with all beginnings of these: most words of a text begin none.

    Parameters
    ----------
    names
        Each name as the field writes it, by its `key`.

    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self._beginnings = {
            name[:n] for name in names for n in range(1, len(name) + 1)
        }

    def find(
        self, stretch: str, tokens: Sequence[Token]
    ) -> Iterator[tuple[str, int, int]]:
        """Yield each name in a stretch of text, with its first token and the one after its last.

        None overlaps another: the first and longest wins.
        """
        end = 0
        for first in range(len(tokens)):
            if first < end:
                continue
            for last in self._possible_ends(tokens, first):
                inside = tokens[first:last]
                name = self.names.get(key(word for word, _, _ in inside))
                if name and _is_meant(name, surface(stretch, inside)):
                    yield name, first, last
                    end = last
                    break

    def _possible_ends(self, tokens: Sequence[Token], first: int) -> list[int]:
        """Return before which tokens a name that begins here could end, the longest first."""
        ends: list[int] = []
        beginning = ""
        for last in range(first, min(first + MAX_WORDS, len(tokens))):
            word, _, _ = tokens[last]
            beginning += word
            if beginning not in self._beginnings:
                break
            ends.append(last + 1)
        return ends[::-1]


def key(words: Iterable[str]) -> str:
    """Return what "fine-tuning", "fine tuning" and "finetuning" have in common."""
    return "".join(words)


def stretches(text: str) -> Iterator[tuple[str, list[Token]]]:
    """Yield the stretches of a text that no punctuation interrupts, with their tokens."""
    plain = " ".join(MATHEMATICS.sub(" . ", text).split())
    for stretch in BREAK.split(plain):
        tokens = [
            (singular(match[0].casefold()), match.start(), match.end())
            for match in WORD.finditer(stretch)
        ]
        yield stretch, tokens


def surface(stretch: str, tokens: Sequence[Token]) -> str:
    """Return consecutive tokens as the text writes them."""
    _, start, _ = tokens[0]
    _, _, end = tokens[-1]
    return stretch[start:end]


def _is_meant(name: str, text: str) -> bool:
    """Tell "CLIP" from "clip", and search agents from a system that is called SearchAgent."""
    has_all_words = len(WORD.findall(text)) > name.count(" ")
    is_coined = INNER_CAPITAL.search(text) and not INNER_CAPITAL.search(name)
    is_abbreviation = " " not in name and _count_capitals(name) > 1
    has_capitals = not is_abbreviation or _count_capitals(text) > 1

    return has_all_words and has_capitals and not is_coined


def _count_capitals(text: str) -> int:
    return sum(map(str.isupper, text))
