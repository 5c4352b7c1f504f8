"""Every word that a reader sees is in their language."""

import re
from collections.abc import Iterator
from gettext import NullTranslations

import pytest

from bot.messages import translation
from bot.schedule import cities
from bot.sources import arxiv_categories, biorxiv_subjects
from tests.corpus import FIELDS, FILLER_WORDS, PEOPLE
from tests.e2e.talk import Talk, logged_errors
from tests.e2e.walk import TYPED, Walk

# What stays as it is in every language: names, formats, examples of what to write, and the
# sentences of made-up abstracts.
NAMES = """
arXiv Hugging Face Daily Papers bioRxiv medRxiv OpenReview ACL Anthology Semantic Scholar DOI
Crossref ISSN RSS Atom Feed feed xml BibTeX RIS CSV JSON PDF Zotero EndNote UTF bib ris nbib
https http org example com Telegram BotFather Ada Tri Dao UTC Berlin
English agents We study for with It helps learning paper papers
"""
WORD = re.compile(r"[A-Za-z]{3,}")
# What a text names and does not say: commands, quoted words, addresses, codes of arXiv.
QUOTED = re.compile(r"/[a-z]+|“[^”]*”|https?://\S+|\b[a-z-]+\.[A-Z]{2}\b|@\w+")


class Pseudo(NullTranslations):
    """Stands in for any language: each word that was translated has no letter of English."""

    def gettext(self, message: str) -> str:
        parts = re.split(r"(\{\w+\}|</?\w+>|/[a-z]+|“[^”]*”)", message)
        return "".join(
            part if number % 2 else re.sub("[A-Za-z]", "я", part)
            for number, part in enumerate(parts)
        )

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture
def pseudo_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make Russian a language whose every text is a pseudo one."""
    monkeypatch.setattr(translation, "of", lambda _language: Pseudo())
    monkeypatch.setattr(translation, "codes", lambda: ["en", "ru"])
    translation.nearest.cache_clear()
    translation.locale.cache_clear()
    yield
    translation.nearest.cache_clear()
    translation.locale.cache_clear()


def known_words() -> set[str]:
    """Return the words of papers, people and names, which no language translates."""
    texts = [NAMES, *FIELDS, *FIELDS.values(), *FILLER_WORDS, *TYPED]
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


def english_words(texts: set[str]) -> dict[str, str]:
    """Return the English words that no name explains, each with a text that holds it."""
    known = known_words()
    words = {}
    for text in sorted(texts):
        for word in WORD.findall(QUOTED.sub(" ", text)):
            stem = word.casefold().removesuffix("s")
            if not {word.casefold(), stem, stem + "s"} & known:
                words[word] = text[:200]
    return words


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("pseudo_language")
async def test_every_word_a_reader_sees_goes_through_the_translation(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    ada = talk.person("Ada", "ru")
    ada.start()
    await ada.wait_for(lambda m: m.by_bot, 20)

    texts = await Walk(talk, ada).everything()

    assert len(texts) > 200
    assert english_words(texts) == {}
    assert logged_errors(caplog) == []
