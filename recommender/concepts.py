"""Find the concepts of the field that a paper names: the words that a reader is shown."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from recommender.concept_mining import mine_concepts
from recommender.lexicon import Lexicon, key, stretches, surface
from recommender.papers import Paper
from recommender.phrases import STOPWORDS, plainest, terms, words

# Papers whose mentions are kept; those of one take some kilobytes.
CACHE_SIZE = 5_000


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that a paper names.

    Attributes
    ----------
    concept
        As the field writes it.
    surface
        As this paper writes it.
    in_title
        Whether the paper's title names it.
    terms
        The model's terms within it, each with the share of its places in the paper.

    """

    concept: str
    surface: str
    in_title: bool
    terms: Mapping[str, float]


class Concepts:
    """The concepts that the project lists in concepts.txt, and those that papers add to them."""

    def __init__(self, papers: Sequence[Paper] = ()) -> None:
        listed = _listed_concepts()
        mined = mine_concepts(papers, Lexicon(listed))
        self._names = {**listed, **mined}
        self._lexicon = Lexicon(self._names)
        self._mentions: dict[str, tuple[Mention, ...]] = {}

    def __contains__(self, phrase: object) -> bool:
        return isinstance(phrase, str) and key(words(phrase)) in self._names

    def names(self) -> Collection[str]:
        """Return all concepts as the field writes them."""
        return self._names.values()

    def name(self, phrase: str) -> str | None:
        """Return a concept as the field writes it, or None for a phrase that is no concept."""
        return self._names.get(key(words(phrase)))

    def in_paper(self, paper: Paper) -> tuple[Mention, ...]:
        """Return the concepts that a paper names, the longest where one stands within another."""
        text = paper.text
        mentions = self._mentions.get(text)
        if mentions is None:
            mentions = tuple(self._find_mentions(text, paper.title))
            if len(self._mentions) >= CACHE_SIZE:
                self._mentions.clear()
            self._mentions[text] = mentions
        return mentions

    def _find_mentions(self, text: str, title: str) -> Iterator[Mention]:
        in_title = self._surfaces(title).keys()
        total_counts = Counter(terms(text))

        for concept, surfaces in self._surfaces(text).items():
            counts = Counter(
                term for spelling in surfaces for term in terms(spelling)
            )
            shares = {
                term: min(count / total_counts[term], 1.0)
                for term, count in counts.items()
                if total_counts[term]
            }
            yield Mention(
                concept=concept,
                surface=_choose_surface(concept, surfaces),
                in_title=concept in in_title,
                terms=shares,
            )

    def _surfaces(self, text: str) -> dict[str, list[str]]:
        """Return how a text writes each concept, once for each place."""
        surfaces: dict[str, list[str]] = defaultdict(list)
        for stretch, tokens in stretches(text):
            for concept, first, last in self._lexicon.find(stretch, tokens):
                surfaces[concept].append(surface(stretch, tokens[first:last]))
        return surfaces


def is_listed(term: str) -> bool:
    """Tell whether the project lists what a folded phrase names, as "fine tuning"."""
    return key(term.split()) in _listed_concepts()


def distinct(concepts: Iterable[str], most: int) -> list[str]:
    """Return the first concepts of which no two say the same."""
    kept: list[str] = []
    for concept in concepts:
        if len(kept) == most:
            break
        if not any(are_alike(concept, earlier) for earlier in kept):
            kept.append(concept)
    return kept


def are_alike(concept: str, other: str) -> bool:
    """Tell whether two concepts say the same to a reader: by a word, or by an abbreviation."""
    first, second = words(concept), words(other)
    shared = (set(first) & set(second)) - STOPWORDS
    if shared:
        return True
    return _abbreviates(first, second) or _abbreviates(second, first)


@cache
def _listed_concepts() -> Mapping[str, str]:
    """Return the concepts that the project lists, by their keys."""
    text = files("recommender").joinpath("concepts.txt").read_text("utf-8")
    return {key(words(line)): line for line in text.splitlines()}


def _choose_surface(concept: str, surfaces: Sequence[str]) -> str:
    """Return the plainest of a text's spellings, with the capitals that the field gives it."""
    spelling = plainest(surfaces)
    is_same = spelling.casefold() == concept.casefold()
    return concept if is_same else spelling


def _abbreviates(short: Sequence[str], full: Sequence[str]) -> bool:
    """Tell whether one word is made of the beginnings of several others, as "DiT" is.

    "VLA" is of vision-language-action models, "RLHF" of learning from human feedback.
    """
    if len(short) != 1 or len(full) < 2:
        return False

    telling = [word for word in full if word not in STOPWORDS]
    # The last word, as "models" is, may have no letter in the abbreviation.
    for expansion in (full, telling, full[:-1], telling[:-1]):
        if _is_made_of_beginnings(short[0], expansion):
            return True
    return False


def _is_made_of_beginnings(letters: str, expansion: Sequence[str]) -> bool:
    if not expansion or not letters:
        return not expansion and not letters

    first, *further = expansion
    return any(
        first.startswith(letters[:n])
        and _is_made_of_beginnings(letters[n:], further)
        for n in range(1, len(letters) + 1)
    )
