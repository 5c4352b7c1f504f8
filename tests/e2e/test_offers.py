"""Topics to tap: two or three on the first screen, and once a week three below the picks."""

import pytest

from bot.jobs import delivery
from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import digests, feedback, readers
from bot.storage.feedback import MOST_TOPICS
from recommender.fields import FIELDS
from tests.bot_api.people import press_twice
from tests.bot_api.server import FaultyServer
from tests.e2e.talk import Talk, buttons, says, talking, taps

ALSO = "Also into one of these? A tap adds a topic."


def wanted(talk: Talk, person: Person) -> list[str]:
    told = feedback.topics(talk.runtime.database, talk.reader(person).id)
    return [text for _, text, kind in told if kind == "wanted"]


def chips(message: Message) -> list[str]:
    """Return the fields on a screen that are not chosen yet."""
    return [text for text in buttons(message) if text in FIELDS]


def offered(message: Message) -> list[str]:
    """Return the topics below a digest, pressed or not."""
    texts = (text.removesuffix(" ✓") for text in buttons(message))
    return [text for text in texts if text in FIELDS]


async def monday(talk: Talk, person: Person) -> Message:
    """Return the first digest of the week."""
    talk.clock.forward(hours=2)
    await delivery.deliver(talk.runtime, talk.bot)
    return person.messages[-1]


async def test_a_first_topic_is_asked_a_second_and_a_third(talk: Talk) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]

    first = await taps(ada, greeting, "medical imaging")
    second = await taps(ada, first, chips(first)[0])
    third = await taps(ada, second, chips(second)[0])

    assert "What are you into? Tap two or three" in greeting.text
    assert "What else are you into? Two or three topics" in first.text
    assert "A third one helps" in second.text
    assert "That is plenty to begin with" in third.text
    assert wanted(talk, ada) == [
        "medical imaging",
        chips(first)[0],
        chips(second)[0],
    ]
    assert [text for text in buttons(third) if "✓" in text] == [
        f"{topic} ✓" for topic in wanted(talk, ada)
    ]


async def test_a_topic_says_how_much_there_is_to_read_on_it(talk: Talk) -> None:
    ada = await talk.started("Ada")

    tapped = await taps(ada, ada.messages[-1], "medical imaging")
    written = await says(ada, "beekeeping")

    assert "✓ medical imaging: about 14 papers a week" in tapped.text
    assert "✓ beekeeping: seldom, I'll keep watching for it" in written.text


async def test_what_a_chosen_topic_covers_is_not_offered_beside_it(
    talk: Talk,
) -> None:
    """Every paper on medical imaging speaks of segmentation and of radiology."""
    ada = await talk.started("Ada")
    screen = await taps(ada, ada.messages[-1], "medical imaging")
    seen = chips(screen)
    while "More…" in buttons(screen):
        screen = await taps(ada, screen, "More…")
        seen += chips(screen)

    assert seen
    assert not {"medical imaging", "segmentation", "radiology"} & set(seen)


async def test_a_chip_is_taken_back(talk: Talk) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]
    tapped = await taps(ada, greeting, "medical imaging")

    again = await taps(ada, tapped, "medical imaging ✓")

    assert wanted(talk, ada) == []
    assert (again.text, buttons(again)) == (greeting.text, buttons(greeting))


async def test_more_leads_through_all_fields_and_back(talk: Talk) -> None:
    ada = await talk.started("Ada")
    screen = greeting = ada.messages[-1]
    seen = chips(screen)
    while "More…" in buttons(screen):
        screen = await taps(ada, screen, "More…")
        seen += chips(screen)
        assert "Show my picks →" in buttons(screen)
    while "← Back" in buttons(screen):
        screen = await taps(ada, screen, "← Back")

    assert len(seen) == len(set(seen)) > len(chips(greeting))
    assert buttons(screen) == buttons(greeting)


async def test_a_store_without_any_paper_offers_fields_all_the_same(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        talk.runtime,
        "catalogue",
        Runtime(
            database=talk.runtime.database, endpoints=talk.runtime.endpoints
        ).catalogue,
    )

    ada = await talk.started("Ada")

    assert chips(ada.messages[-1])[:2] == ["agents", "reinforcement learning"]


async def test_the_first_picks_of_a_week_end_with_three_topics(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "medical imaging")

    first = await monday(talk, ada)
    talk.clock.forward(days=1)
    await delivery.deliver(talk.runtime, talk.bot)
    tuesday = ada.messages[-1]

    assert ALSO in first.text
    assert len(offered(first)) == 3
    assert "medical imaging" not in offered(first)
    assert buttons(first)[-3:] == offered(first)
    assert "Tuesday" in tuesday.text
    assert ALSO not in tuesday.text
    assert offered(tuesday) == []


async def test_picks_that_were_asked_for_offer_no_topics(talk: Talk) -> None:
    ada = await talk.started("Ada")

    assert ALSO not in (await says(ada, "/picks")).text


async def test_one_tap_adds_a_topic_and_another_takes_it_back(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "medical imaging")
    digest = await monday(talk, ada)
    topic = offered(digest)[1]

    added = await taps(ada, digest, topic)
    toast = ada.toasts[-1]
    taken = await taps(ada, added, f"{topic} ✓")

    assert f"“{topic}” is one of your topics now" in added.text
    assert "your next" in added.text.splitlines()[-1]
    assert f"“{topic}” is one of your topics now" in (toast.text or "")
    assert f"“{topic}” is no topic of yours any more" in taken.text
    assert buttons(taken) == buttons(digest)
    assert wanted(talk, ada) == ["medical imaging"]


async def test_pressing_twice_is_pressing_once(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await monday(talk, ada)
    topic = offered(digest)[0]

    toasts = [
        await ada.answer_to(press, 20)
        for press in press_twice(ada, digest, topic)
    ]

    assert "Noted already" in {toast.text for toast in toasts}
    assert wanted(talk, ada) == [topic]


async def test_what_was_offered_once_is_not_offered_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    first = await monday(talk, ada)

    talk.clock.forward(days=7)
    await delivery.deliver(talk.runtime, talk.bot)
    second = ada.messages[-1]

    assert offered(first)
    assert not set(offered(first)) & set(offered(second))


async def test_what_is_muted_is_not_offered(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute medical imaging")
    digest = await monday(talk, ada)

    assert not {"medical imaging", "segmentation", "radiology"} & set(
        offered(digest)
    )


async def test_of_cards_the_last_one_offers_topics(talk: Talk) -> None:
    ada = await talk.started("Ada")
    readers.change(talk.runtime.database, talk.reader(ada).id, style="cards")
    last = await monday(talk, ada)
    topic = offered(last)[0]

    added = await taps(ada, last, topic)

    assert [ALSO in m.text for m in ada.messages if "👍" in buttons(m)] == [
        *[False] * 4,
        True,
    ]
    assert f"{topic} ✓" in buttons(added)


async def test_who_has_as_many_topics_as_there_may_be_is_told(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    greeting = ada.messages[-1]
    digest = await monday(talk, ada)
    many = [f"word{number}" for number in range(MOST_TOPICS)]
    feedback.set_topics(
        talk.runtime.database, talk.reader(ada).id, many, "wanted", talk.clock()
    )

    toast = await ada.answer_to(ada.press(digest, offered(digest)[0]), 20)

    another = await ada.answer_to(ada.press(greeting, chips(greeting)[0]), 20)

    assert (
        toast.text
        == "50 topics are as many as I can keep apart. Remove some first."
    )
    assert another.text == toast.text
    assert wanted(talk, ada) == many


async def test_another_readers_offer_cannot_be_taken(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    digest = await monday(talk, ada)
    data = digest.button(offered(digest)[0]).data
    assert data is not None

    toast = await bo.answer_to(bo.press_data(bo.messages[-1].id, data), 20)

    assert toast.text == "This button has no paper behind it any more."
    assert (wanted(talk, ada), wanted(talk, bo)) == ([], [])


async def test_an_offer_is_taken_after_a_restart(
    runtime: Runtime, server: FaultyServer
) -> None:
    async with talking(runtime, server) as talk:
        ada = await talk.started("Ada")
        digest = await monday(talk, ada)
        topic = offered(digest)[0]

    async with talking(runtime, server) as talk:
        added = await taps(ada, digest, topic)

        assert f"{topic} ✓" in buttons(added)
        assert wanted(talk, ada) == [topic]
        shown = digests.by_message(runtime.database, ada.id, digest.id)
        assert shown is not None
        assert [offer.text for offer in shown.offers if offer.wanted] == [topic]
