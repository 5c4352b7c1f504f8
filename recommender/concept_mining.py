"""Mine new concepts from papers: phrases that several papers' keywords or titles name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from recommender.lexicon import Lexicon, key, stretches, surface
from recommender.papers import Paper
from recommender.phrases import STOPWORDS, plainest, words
from recommender.stoplist import tells_no_subject

# Papers whose keywords or titles make a phrase a concept: so that of any paper three others name
# it, and no paper's own coinage is one.
MIN_PAPERS = 4

# Words of such a phrase.
MAX_WORDS = 4

# Of a phrase's titles, how many must go on alike for it to be a part of that longer phrase.
PART_SHARE = 0.6


def mine_concepts(papers: Sequence[Paper], listed: Lexicon) -> dict[str, str]:
    """Return the phrases, by their keys, that several papers name and that `listed` does not."""
    keyword_counts = Counter[str]()
    title_counts = Counter[str]()
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)

    for paper in papers:
        keywords = dict(_keyword_phrases(paper.keywords, listed))
        titles = dict(_title_phrases(paper.title, listed))
        keyword_counts.update(keywords.keys())
        title_counts.update(titles.keys())
        for phrase, text in (keywords | titles).items():
            surfaces[phrase][text] += 1

    frequent = {
        phrase
        for phrase, count in keyword_counts.items()
        if count >= MIN_PAPERS
    }
    frequent |= _complete_phrases(title_counts)

    concepts: dict[str, str] = {}
    for phrase in frequent:
        if tells_no_subject(phrase):
            continue
        spelling = plainest([*surfaces[phrase].elements()])
        if _is_phrase(spelling):
            concepts[key(phrase.split())] = spelling
    return concepts


def _keyword_phrases(
    keywords: Iterable[str], listed: Lexicon
) -> Iterator[tuple[str, str]]:
    """Yield keywords of several words that are not listed, folded and as they are spelled."""
    for keyword in keywords:
        # An abbreviation in brackets is a keyword of its own.
        for part in keyword.replace(")", "(").split("("):
            folded = words(part)
            is_phrase = 1 < len(folded) <= MAX_WORDS
            if is_phrase and key(folded) not in listed.names:
                yield " ".join(folded), " ".join(part.split())


def _title_phrases(title: str, listed: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield phrases of a title without a stop word, folded and as they are spelled.

    None cuts a listed concept or a hyphenated compound.
    """
    for stretch, tokens in stretches(title):
        inside = {
            place
            for place, (_, start, _) in enumerate(tokens)
            if stretch[start - 1 : start] == "-"
        }
        for _, first, last in listed.find(stretch, tokens):
            inside.update(range(first + 1, last))

        for first, last in _spans(len(tokens), inside):
            phrase = [word for word, _, _ in tokens[first:last]]
            if STOPWORDS.isdisjoint(phrase) and key(phrase) not in listed.names:
                yield " ".join(phrase), surface(stretch, tokens[first:last])


def _spans(n: int, inside: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the spans of two to four of n words that neither begin nor end `inside` something."""
    for first in range(n):
        for last in range(first + 2, min(first + MAX_WORDS, n) + 1):
            if inside.isdisjoint((first, last)):
                yield first, last


def _complete_phrases(counts: Mapping[str, int]) -> set[str]:
    """Return the phrases of several titles that mostly stand alone, not in a longer phrase."""
    frequent = {
        phrase: count for phrase, count in counts.items() if count >= MIN_PAPERS
    }
    parts: set[str] = set()
    for phrase, count in frequent.items():
        _, _, without_first = phrase.partition(" ")
        without_last, _, _ = phrase.rpartition(" ")
        for part in (without_first, without_last):
            if count >= PART_SHARE * counts.get(part, 0):
                parts.add(part)
    return frequent.keys() - parts


def _is_phrase(spelling: str) -> bool:
    """Tell a phrase from one compound, "off-policy", and from a name with a number."""
    parts = spelling.replace("-", " ").split()
    return " " in spelling and not any(part.isdigit() for part in parts)
