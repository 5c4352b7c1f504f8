"""Tells the English words in a text from names, which stay as they are in every language."""

import re
from collections.abc import Iterable

from bot.schedule import cities
from bot.sources import arxiv_categories, biorxiv_subjects
from tests.corpus import FIELDS, FILLER_WORDS, PEOPLE

# What stays as it is in every language: names, formats, examples of what to write, and the
# sentences of made-up abstracts.
NAMES = """
arXiv Hugging Face Daily Papers bioRxiv medRxiv OpenReview ACL Anthology Semantic Scholar DOI
Crossref ISSN RSS Atom Feed feed xml BibTeX RIS CSV JSON PDF Zotero EndNote UTF bib ris nbib
https http org example com Telegram BotFather Ada Tri Dao UTC Berlin
English PaperPicks agents We study for with It helps learning paper papers
"""
WORD = re.compile(r"[A-Za-z]{3,}")
# What a text names and does not say: commands, quoted words, addresses, codes of arXiv.
QUOTED = re.compile(
    r"/[a-z]+(?: (?:add|week|month|\d+ November))?|“[^”]*”"
    r"|https?://\S+|\b[a-z-]+\.[A-Z]{2}\b|@\w+"
)


def known_words(typed: Iterable[str] = ()) -> set[str]:
    """Return the words of papers, people and names, which no language translates."""
    texts = [NAMES, *FIELDS, *FIELDS.values(), *FILLER_WORDS, *typed]
    texts += [
        *biorxiv_subjects.BIORXIV.split(),
        *biorxiv_subjects.MEDRXIV.split(),
    ]
    texts += [
        *arxiv_categories.NAMES.values(),
        *(city.name for city in cities.default_cities("ru")),
    ]
    texts += [name for names in PEOPLE.values() for name in names]
    return {word.casefold() for text in texts for word in WORD.findall(text)}


def english_words(
    texts: Iterable[str], typed: Iterable[str] = ()
) -> dict[str, str]:
    """Return the English words that no name explains, each with a text that holds it."""
    known = known_words(typed)
    words = {}
    for text in sorted(texts):
        for word in WORD.findall(QUOTED.sub(" ", text)):
            stem = word.casefold().removesuffix("s")
            if not {word.casefold(), stem, stem + "s"} & known:
                words[word] = text[:200]
    return words
