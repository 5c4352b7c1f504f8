"""Every word that a reader sees is in their language."""

import re
from collections.abc import Iterator
from gettext import NullTranslations

import pytest

from bot.handlers.profile import translate
from bot.messages import replies, translation
from bot.messages.translation import of
from tests.e2e.talk import (
    Talk,
    buttons,
    eventually,
    logged_errors,
    says,
    taps,
)
from tests.e2e.walk import TYPED, Walk
from tests.english import english_words


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
    assert english_words(texts, typed=TYPED) == {}
    assert logged_errors(caplog) == []


async def test_the_language_of_a_readers_telegram_is_theirs_and_can_be_changed(
    talk: Talk,
) -> None:
    nina = talk.person("Nina", "ru-RU")
    nina.start()
    greeting = await nina.wait_for(lambda m: m.by_bot, 20)
    settings = await says(nina, "/settings")
    choices = await taps(nina, settings, "🌐 Русский")
    changed = await taps(nina, choices, "Português (Brasil)")
    answer = await says(nina, "/topics")
    account = next(iter(talk.server.bots.values()))

    assert "Nina" in greeting.text
    assert re.search("[А-я]", greeting.text)
    assert "🌐 Português (Brasil)" in buttons(changed)
    assert answer.text.startswith(of("pt-BR").gettext("Your topics"))
    assert account.own_menus()[nina.id] == [
        {"command": name, "description": description}
        for name, description in replies.commands(of("pt-BR"))
    ]


async def test_a_language_that_nobody_translated_is_answered_in_english(
    talk: Talk,
) -> None:
    for name, language in (("Aino", "fi"), ("Mei", "zh-hant")):
        person = talk.person(name, language)
        person.start()
        greeting = await person.wait_for(lambda m: m.by_bot, 20)
        assert greeting.text.startswith(f"Hi {name}.")


async def test_the_profile_is_set_in_every_language(talk: Talk) -> None:
    account = next(iter(talk.server.bots.values()))

    await translate(talk.bot)

    await eventually(lambda: ("description", "zh") in account.descriptions)

    letters = {language for _, language in account.descriptions}
    assert letters == {"", "de", "es", "fa", "fr", "ja", "ko", "pt", "ru", "zh"}
    assert {language for _, language in account.commands} == letters


async def test_who_is_too_fast_is_told_so_in_the_language_they_chose(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    settings = await says(ada, "/settings")
    choices = await taps(ada, settings, "🌐 English")
    await taps(ada, choices, "Deutsch")
    presses = [ada.press_data(settings.id, "nothing") for _ in range(40)]
    toasts = [await ada.answer_to(press, 30) for press in presses]

    slow_down = of("de").gettext(
        "That was a lot at once. Give me a minute, and I'm all yours again."
    )
    assert slow_down in {toast.text for toast in toasts}


async def test_nothing_of_a_chosen_language_is_left_when_a_reader_goes(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    settings = await says(ada, "/settings")
    choices = await taps(ada, settings, "🌐 English")
    await taps(ada, choices, "Deutsch")
    question = await says(ada, "/forget")

    await taps(ada, question, of("de").gettext("Delete everything"))
    stranger = await says(ada, "/help")

    account = next(iter(talk.server.bots.values()))
    assert stranger.text.startswith("We haven't met.")
    assert account.own_menus() == {}
