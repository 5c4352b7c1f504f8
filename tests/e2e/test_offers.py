"""Topics are offered as chips at the start, and once a week below the picks."""

import pytest

from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import digests, feedback, readers
from bot.storage.feedback import MOST_TOPICS
from recommender.fields import FIELDS
from tests.bot_api.people import press_twice
from tests.bot_api.server import FaultyServer
from tests.e2e.talk import Talk, buttons, says, talking, taps

OFFER = "Also into one of these? A tap adds a topic."


def wanted_topics(talk: Talk, person: Person) -> list[str]:
    return [text for text, kind in talk.topics(person) if kind == "wanted"]


def chips(message: Message) -> list[str]:
    """Return the fields on a screen that are not chosen yet."""
    return [text for text in buttons(message) if text in FIELDS]


def offered_topics(message: Message) -> list[str]:
    """Return the topics below a digest, pressed or not."""
    texts = (text.removesuffix(" ✓") for text in buttons(message))
    return [text for text in texts if text in FIELDS]


async def first_digest(talk: Talk, person: Person) -> Message:
    """Return the first digest of the week."""
    talk.clock.forward(hours=2)
    await talk.deliver()
    return person.messages[-1]


async def test_after_a_first_topic_a_second_and_a_third_are_asked_for(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]

    first = await taps(ada, greeting, "medical imaging")
    second = await taps(ada, first, chips(first)[0])
    third = await taps(ada, second, chips(second)[0])

    assert "What are you into? Tap two or three" in greeting.text
    assert "What else are you into? Two or three topics" in first.text
    assert "A third one helps" in second.text
    assert "That is plenty to begin with" in third.text
    assert wanted_topics(talk, ada) == [
        "medical imaging",
        chips(first)[0],
        chips(second)[0],
    ]
    assert [text for text in buttons(third) if "✓" in text] == [
        f"{topic} ✓" for topic in wanted_topics(talk, ada)
    ]


async def test_a_chosen_topic_shows_how_many_papers_a_week_it_has(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    tapped = await taps(ada, ada.messages[-1], "medical imaging")
    typed = await says(ada, "beekeeping")

    assert "✓ medical imaging: about 14 papers a week" in tapped.text
    assert "✓ beekeeping: rare, I'll keep an eye out for it" in typed.text


async def test_fields_covered_by_a_chosen_topic_are_not_offered(
    talk: Talk,
) -> None:
    """Every paper on medical imaging speaks of segmentation and of radiology."""
    ada = await talk.started("Ada")
    screen = await taps(ada, ada.messages[-1], "medical imaging")
    offers = chips(screen)
    while "More…" in buttons(screen):
        screen = await taps(ada, screen, "More…")
        offers += chips(screen)

    assert offers
    assert not {"medical imaging", "segmentation", "radiology"} & set(offers)


async def test_a_chip_is_taken_back(talk: Talk) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]
    tapped = await taps(ada, greeting, "medical imaging")

    untapped = await taps(ada, tapped, "medical imaging ✓")

    assert wanted_topics(talk, ada) == []
    assert (untapped.text, buttons(untapped)) == (
        greeting.text,
        buttons(greeting),
    )


async def test_more_leads_through_all_fields_and_back(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = greeting = ada.messages[-1]
    offers = chips(screen)
    while "More…" in buttons(screen):
        screen = await taps(ada, screen, "More…")
        offers += chips(screen)
        assert "Show my picks →" in buttons(screen)
    while "← Back" in buttons(screen):
        screen = await taps(ada, screen, "← Back")

    assert len(offers) == len(set(offers)) > len(chips(greeting))
    assert buttons(screen) == buttons(greeting)


async def test_a_store_without_any_paper_offers_fields_all_the_same(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        talk.runtime,
        "catalogue",
        Runtime(
            database=talk.database, endpoints=talk.runtime.endpoints
        ).catalogue,
    )

    ada = await talk.started("Ada")

    assert chips(ada.messages[-1])[:2] == ["agents", "reinforcement learning"]


async def test_the_first_picks_of_a_week_end_with_three_topics(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "medical imaging")

    first = await first_digest(talk, ada)
    talk.clock.forward(days=1)
    await talk.deliver()
    tuesday = ada.messages[-1]

    assert OFFER in first.text
    assert len(offered_topics(first)) == 3
    assert "medical imaging" not in offered_topics(first)
    assert buttons(first)[-3:] == offered_topics(first)
    assert "Tuesday" in tuesday.text
    assert OFFER not in tuesday.text
    assert offered_topics(tuesday) == []


async def test_picks_that_were_asked_for_offer_no_topics(talk: Talk) -> None:
    ada = await talk.started("Ada")

    assert OFFER not in (await says(ada, "/picks")).text


async def test_one_tap_adds_a_topic_and_another_takes_it_back(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "medical imaging")
    digest = await first_digest(talk, ada)
    topic = offered_topics(digest)[1]

    added = await taps(ada, digest, topic)
    toast = ada.toasts[-1]
    removed = await taps(ada, added, f"{topic} ✓")

    assert f"“{topic}” is one of your topics now" in added.text
    assert "your next" in added.text.splitlines()[-1]
    assert f"“{topic}” is one of your topics now" in (toast.text or "")
    assert f"“{topic}” is no longer one of your topics" in removed.text
    assert buttons(removed) == buttons(digest)
    assert wanted_topics(talk, ada) == ["medical imaging"]


async def test_pressing_twice_is_pressing_once(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await first_digest(talk, ada)
    topic = offered_topics(digest)[0]

    toasts = [
        await ada.answer_to(press, 20)
        for press in press_twice(ada, digest, topic)
    ]

    assert "Noted already" in {toast.text for toast in toasts}
    assert wanted_topics(talk, ada) == [topic]


async def test_a_topic_is_not_offered_twice(talk: Talk) -> None:
    ada = await talk.started("Ada")
    first = await first_digest(talk, ada)

    talk.clock.forward(days=7)
    await talk.deliver()
    second = ada.messages[-1]

    assert offered_topics(first)
    assert not set(offered_topics(first)) & set(offered_topics(second))


async def test_muted_topics_are_not_offered(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute medical imaging")
    digest = await first_digest(talk, ada)

    assert not {"medical imaging", "segmentation", "radiology"} & set(
        offered_topics(digest)
    )


async def test_of_cards_the_last_one_offers_topics(talk: Talk) -> None:
    ada = await talk.started("Ada")
    readers.change(talk.database, talk.reader(ada).id, style="cards")
    last = await first_digest(talk, ada)
    topic = offered_topics(last)[0]

    added = await taps(ada, last, topic)

    assert [OFFER in m.text for m in ada.messages if "👍" in buttons(m)] == [
        *[False] * 4,
        True,
    ]
    assert f"{topic} ✓" in buttons(added)


async def test_a_reader_with_as_many_topics_as_there_may_be_is_told_so(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]
    digest = await first_digest(talk, ada)
    topics = [f"word{number}" for number in range(MOST_TOPICS)]
    feedback.set_topics(
        talk.database,
        talk.reader(ada).id,
        topics,
        "wanted",
        talk.clock(),
    )

    toast = await ada.answer_to(
        ada.press(digest, offered_topics(digest)[0]), 20
    )

    chip_toast = await ada.answer_to(
        ada.press(greeting, chips(greeting)[0]), 20
    )

    assert (
        toast.text
        == "You have 50 topics, which is as many as I can hold. Remove some first."
    )
    assert chip_toast.text == toast.text
    assert wanted_topics(talk, ada) == topics


async def test_another_readers_offer_cannot_be_taken(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    digest = await first_digest(talk, ada)
    data = digest.button(offered_topics(digest)[0]).data
    assert data is not None

    toast = await bo.answer_to(bo.press_data(bo.messages[-1].id, data), 20)

    assert toast.text == "The paper behind this button is gone."
    assert (wanted_topics(talk, ada), wanted_topics(talk, bo)) == ([], [])


async def test_an_offer_is_taken_after_a_restart(
    runtime: Runtime, server: FaultyServer
) -> None:
    async with talking(runtime, server) as talk:
        ada = await talk.started("Ada")
        digest = await first_digest(talk, ada)
        topic = offered_topics(digest)[0]

    async with talking(runtime, server) as talk:
        added = await taps(ada, digest, topic)

        assert f"{topic} ✓" in buttons(added)
        assert wanted_topics(talk, ada) == [topic]
        stored_digest = digests.by_message(runtime.database, ada.id, digest.id)
        assert stored_digest is not None
        assert [
            offer.text for offer in stored_digest.offers if offer.wanted
        ] == [topic]
