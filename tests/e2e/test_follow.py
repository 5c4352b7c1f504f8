"""/follow: names as people write them, confirmed by their papers, listed, let go."""

import pytest

from bot.localchat.people import Person
from bot.storage import follows
from recommender import authors
from tests.e2e.talk import BOTH_WAYS, Talk, buttons, says, taps

pytestmark = BOTH_WAYS


def followed(talk: Talk, person: Person) -> list[str]:
    reader = talk.reader(person)
    return list(follows.of_reader(talk.world.database, reader.id))


@pytest.mark.parametrize("written", ["Gina Graph", "graph, gína", "G. Graph"])
async def test_three_papers_are_shown_before_a_name_is_followed(talk: Talk, written: str) -> None:
    ada = await talk.started("Ada")

    asked = await says(ada, f"/follow {written}")
    before = followed(talk, ada)
    listed = await taps(ada, asked, "Follow Gina Graph")
    digest = await says(ada, "/picks")

    assert asked.text.startswith("I have 20 papers by Gina Graph; the newest:\n· ")
    assert asked.text.count("\n· ") == 3
    assert before == []
    assert listed.text.startswith("You follow Gina Graph now.\n\nYou follow 1 author.")
    assert digest.text.count("By Gina Graph, whom you follow") == 3


async def test_a_crowded_name_offers_what_fits_and_the_list_says_so(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authors, "CIRCLES", 1)
    ada = await talk.started("Ada")
    await says(ada, "/topics add robot learning")

    asked = await says(ada, "/follow Gina Graph")
    listed = await taps(ada, asked, "Only what also fits me")
    digest = await says(ada, "/picks")
    again = await taps(ada, listed, "Gina Graph, if it fits ✕")
    every = await taps(ada, await says(ada, "/follow Gina Graph"), "All their papers")

    assert "Several people seem to write under this name." in asked.text
    assert asked.text.count("\n· ") == 3
    assert listed.text.startswith("You follow Gina Graph now, where it fits you.")
    assert digest.text.count("By Gina Graph") < 3
    assert buttons(again) == []
    assert buttons(every) == ["Gina Graph ✕"]


async def test_the_list_has_a_button_to_let_each_go(talk: Talk) -> None:
    ada = await talk.started("Ada")
    for name in ("Gina Graph", "Max Scan"):
        await taps(ada, await says(ada, f"/follow {name}"), f"Follow {name}")

    listed = await says(ada, "/follow")
    left = await taps(ada, listed, "Gina Graph ✕")
    again = await says(ada, "/follow Max Scan")
    nobody = await taps(ada, left, "Max Scan ✕")

    assert buttons(listed) == ["Gina Graph ✕", "Max Scan ✕"]
    assert buttons(left) == ["Max Scan ✕"]
    assert again.text.startswith("You follow Max Scan already.")
    assert nobody.text.startswith("You follow nobody yet.")
    assert followed(talk, ada) == []


async def test_a_name_that_is_not_quite_one_is_answered_with_those_that_come_close(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    close = await says(ada, "/follow Tina Graph")
    asked = await taps(ada, close, "Gina Graph")
    await taps(ada, asked, "Follow Gina Graph")

    assert close.text == "I'm not sure who “Tina Graph” is. Did you mean one of these?"
    assert "by Gina Graph" in asked.text
    assert followed(talk, ada) == ["Gina Graph"]


@pytest.mark.parametrize(
    "written", ["Ursula <b>Le Guin", "'; DROP TABLE follows", "🙂", "x" * 4000]
)
async def test_a_name_that_nobody_has_is_answered_kindly(talk: Talk, written: str) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, f"/follow {written}")

    assert answer.text.startswith(f"No paper I have is by “{written[:20]}")
    assert followed(talk, ada) == []


@pytest.mark.parametrize("data", ["f1:+:{n}:0123456789ab", "f1:?:0:{sum}", "f1:x:0:{sum}"])
async def test_a_button_that_fits_nobody_is_answered_and_follows_nobody(
    talk: Talk, data: str
) -> None:
    ada, mallory = await talk.started("Ada"), await talk.started("Mallory")
    asked = await says(ada, "/follow Gina Graph")
    _, _, number, checksum = (asked.button("Follow Gina Graph").data or "").split(":")
    await taps(ada, asked, "Follow Gina Graph")

    forged = mallory.press_data(asked.id, data.format(n=number, sum=checksum))
    toast = await mallory.answer_to(forged)

    assert toast.text == "This button has no paper behind it any more."
    assert (followed(talk, ada), followed(talk, mallory)) == (["Gina Graph"], [])
