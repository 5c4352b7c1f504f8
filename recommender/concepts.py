"""The concepts of the field, and where a paper names them: the words that a reader is shown."""

import re
from collections import Counter, defaultdict
from collections.abc import (
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from recommender.never import tells_no_subject
from recommender.papers import Paper
from recommender.phrases import (
    BREAK,
    MATHEMATICS,
    STOPWORDS,
    WORD,
    singular,
    terms,
    words,
)
from recommender.wording import plainest

# Words of a concept, and of one that the stored papers add.
LONGEST, LONGEST_LEARNED = 5, 4
# Papers whose keywords or titles make a phrase a concept: whichever of them is told of, three
# others name it, so that no paper's own coinage is one.
FEWEST = 4
# Of a phrase's titles, how many must go on alike for it to be a part of that longer phrase.
PART = 0.6
# Papers whose concepts are kept.
REMEMBERED = 20_000

# A capital within a word: the field's own, or a name's.
INNER = re.compile(r"[a-z][A-Z][a-z]")

# A word, and where it begins and ends.
Token = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that a paper names: as the field writes it, and as this paper does.

    `titled` tells that the title does. `terms` are the model's terms within it, each with the
    share of its places in the paper.
    """

    concept: str
    written: str
    titled: bool
    terms: Mapping[str, float]


class Concepts:
    """The concepts that the project lists, and those that papers add to them."""

    def __init__(self, papers: Sequence[Paper] = ()) -> None:
        self._names = dict(_listed())
        self._names |= _learned(papers, Lexicon(self._names))
        self._lexicon = Lexicon(self._names)
        self._mentions: dict[str, tuple[Mention, ...]] = {}

    def __contains__(self, phrase: object) -> bool:
        return isinstance(phrase, str) and key(words(phrase)) in self._names

    def names(self) -> Collection[str]:
        """Return all concepts as the field writes them."""
        return self._names.values()

    def name(self, phrase: str) -> str | None:
        """Return a concept as the field writes it, None for what is none."""
        return self._names.get(key(words(phrase)))

    def in_paper(self, paper: Paper) -> tuple[Mention, ...]:
        """Return the concepts that a paper names, the longest where one stands within another."""
        text = paper.text
        mentions = self._mentions.get(text)
        if mentions is None:
            mentions = tuple(self._read(text, set(self._spans(paper.title))))
            if len(self._mentions) >= REMEMBERED:
                self._mentions.clear()
            self._mentions[text] = mentions
        return mentions

    def _read(self, text: str, titled: Set[str]) -> Iterator[Mention]:
        places = Counter(terms(text))
        for name, spans in self._spans(text).items():
            inside = Counter(term for each in spans for term in terms(each))
            shares = {
                t: min(n / places[t], 1.0)
                for t, n in inside.items()
                if places[t]
            }
            yield Mention(
                name, _as_written(name, spans), name in titled, shares
            )

    def _spans(self, text: str) -> dict[str, list[str]]:
        """Return all places of each concept in a text, as they stand there."""
        spans: dict[str, list[str]] = defaultdict(list)
        for stretch, tokens in stretches(text):
            for name, first, last in self._lexicon.longest(stretch, tokens):
                spans[name].append(span(stretch, tokens[first:last]))
        return spans


class Lexicon:
    """Names by their keys, with all that a key begins with: most words begin none."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self._beginnings = {
            name[:n] for name in names for n in range(1, len(name) + 1)
        }

    def longest(
        self, stretch: str, tokens: Sequence[Token]
    ) -> Iterator[tuple[str, int, int]]:
        """Yield each name in a stretch, from which word on and before which; none in another."""
        end = 0
        for first in range(len(tokens)):
            if first < end:
                continue
            for last in self._ends(tokens, first):
                name = self.names.get(
                    key(word for word, _, _ in tokens[first:last])
                )
                if name and _is_meant(name, span(stretch, tokens[first:last])):
                    yield name, first, last
                    end = last
                    break

    def _ends(self, tokens: Sequence[Token], first: int) -> list[int]:
        """Return before which words a name that begins here could end, the longest first."""
        ends, begun = [], ""
        for last, (word, _, _) in enumerate(
            tokens[first : first + LONGEST], first + 1
        ):
            begun += word
            if begun not in self._beginnings:
                break
            ends.append(last)
        return ends[::-1]


def alike(one: str, other: str) -> bool:
    """Tell whether two concepts say the same to a reader: by a word, or by an abbreviation."""
    first, second = words(one), words(other)
    shared = (set(first) & set(second)) - STOPWORDS
    return bool(shared) or _shortens(first, second) or _shortens(second, first)


def apart(order: Iterable[str], most: int) -> list[str]:
    """Return the first concepts of `order` of which no two say the same."""
    kept: list[str] = []
    for concept in order:
        if len(kept) < most and not any(
            alike(concept, other) for other in kept
        ):
            kept.append(concept)
    return kept


def is_listed(term: str) -> bool:
    """Tell whether the project lists what a folded phrase names, as "fine tuning"."""
    return key(term.split()) in _listed()


def key(folded: Iterable[str]) -> str:
    """Return what "fine-tuning", "fine tuning" and "finetuning" have in common."""
    return "".join(folded)


def stretches(text: str) -> Iterator[tuple[str, list[Token]]]:
    """Yield the stretches of a text that no punctuation interrupts, with their words."""
    plain = " ".join(MATHEMATICS.sub(" . ", text).split())
    for stretch in BREAK.split(plain):
        places = [
            (each[0].casefold(), *each.span())
            for each in WORD.finditer(stretch)
        ]
        yield (
            stretch,
            [(singular(word), start, end) for word, start, end in places],
        )


def span(stretch: str, tokens: Sequence[Token]) -> str:
    """Return some words of a stretch as they stand there."""
    return stretch[tokens[0][1] : tokens[-1][2]]


@cache
def _listed() -> Mapping[str, str]:
    """Return the concepts that the project lists, by their keys."""
    text = files("recommender").joinpath("concepts.txt").read_text("utf-8")
    return {key(words(line)): line for line in text.splitlines()}


def _learned(papers: Sequence[Paper], listed: Lexicon) -> dict[str, str]:
    """Return the phrases, by their keys, that several papers' keywords or titles name."""
    keywords, titles = Counter[str](), Counter[str]()
    spans: dict[str, Counter[str]] = defaultdict(Counter)
    for paper in papers:
        named, titled = (
            dict(_whole(paper.keywords, listed)),
            dict(_within(paper.title, listed)),
        )
        keywords.update(named.keys())
        titles.update(titled.keys())
        for phrase, written in (named | titled).items():
            spans[phrase][written] += 1
    several = {p for p, n in keywords.items() if n >= FEWEST} | _complete(
        titles
    )
    spelled = {
        p: plainest([*spans[p].elements()])
        for p in several
        if not tells_no_subject(p)
    }
    return {
        key(p.split()): written
        for p, written in spelled.items()
        if _is_phrase(written)
    }


def _whole(
    keywords: Iterable[str], listed: Lexicon
) -> Iterator[tuple[str, str]]:
    """Yield keywords of some words that are listed nowhere, folded and as they are written."""
    for keyword in keywords:
        for part in keyword.replace(")", "(").split("("):
            folded = words(part)
            if (
                1 < len(folded) <= LONGEST_LEARNED
                and key(folded) not in listed.names
            ):
                yield " ".join(folded), " ".join(part.split())


def _within(title: str, listed: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield phrases of a title without a stop word, none of which cuts a concept or a compound."""
    for stretch, tokens in stretches(title):
        cuts = {
            i
            for i, (_, start, _) in enumerate(tokens)
            if stretch[start - 1 : start] == "-"
        }
        for _, first, last in listed.longest(stretch, tokens):
            cuts.update(range(first + 1, last))
        for first, last in _pieces(len(tokens), cuts):
            phrase = [word for word, _, _ in tokens[first:last]]
            if STOPWORDS.isdisjoint(phrase) and key(phrase) not in listed.names:
                yield " ".join(phrase), span(stretch, tokens[first:last])


def _pieces(n: int, cuts: set[int]) -> Iterator[tuple[int, int]]:
    """Yield where phrases of some of n words begin and end, at none of the cuts."""
    for first in range(n):
        for last in range(first + 2, min(first + LONGEST_LEARNED, n) + 1):
            if cuts.isdisjoint((first, last)):
                yield first, last


def _complete(titles: Mapping[str, int]) -> set[str]:
    """Return the phrases of several titles that are not the better part of a longer one's."""
    several = {phrase: n for phrase, n in titles.items() if n >= FEWEST}
    parts = {
        part
        for phrase, n in several.items()
        for part in (phrase.partition(" ")[2], phrase.rpartition(" ")[0])
        if n >= PART * titles.get(part, 0)
    }
    return several.keys() - parts


def _is_phrase(written: str) -> bool:
    """Tell a phrase from one compound, "off-policy", and from a name with a number."""
    return " " in written and not any(
        word.isdigit() for word in written.replace("-", " ").split()
    )


def _is_meant(name: str, written: str) -> bool:
    """Tell "CLIP" from "clip", and search agents from a system that is called SearchAgent."""
    apart_too = len(WORD.findall(written)) > name.count(" ")
    coined = INNER.search(written) and not INNER.search(name)
    abbreviated = " " in name or _capitals(name) < 2 or _capitals(written) > 1
    return apart_too and abbreviated and not coined


def _capitals(text: str) -> int:
    return sum(map(str.isupper, text))


def _as_written(name: str, spans: Sequence[str]) -> str:
    """Return the plainest of a text's spans, with the capitals that the field gives it."""
    written = plainest(spans)
    return name if written.casefold() == name.casefold() else written


def _shortens(short: Sequence[str], full: Sequence[str]) -> bool:
    """Tell whether one word is made of the beginnings of several others, as "DiT" is.

    "VLA" is of vision-language-action models, "RLHF" of learning from human feedback.
    """
    if len(short) != 1 or len(full) < 2:
        return False
    telling = [word for word in full if word not in STOPWORDS]
    return any(
        _begins(short[0], each)
        for each in (full, telling, full[:-1], telling[:-1])
    )


def _begins(letters: str, full: Sequence[str]) -> bool:
    if not full or not letters:
        return not full and not letters
    return any(
        full[0].startswith(letters[:n]) and _begins(letters[n:], full[1:])
        for n in range(1, len(letters) + 1)
    )
