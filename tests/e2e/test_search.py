"""Search: any paper by its words or by another one, in pages, rated and saved in place."""

from datetime import date

import pytest

from bot.sandbox.localchat.messages import Message
from bot.storage import feedback, own, papers, saves, searches
from recommender.papers import Paper
from tests.corpus import field_of
from tests.e2e.talk import BOTH_WAYS, MONDAY, Talk, buttons, says, taps

OLD = Paper(
    title="Élodie's ancient embeddings",
    abstract="Before anybody fitted anything. It helps graph networks.",
    authors=("José Ñandú",),
    listed=date(2019, 3, 1),
    source="file",
)

CHINESE = Paper(
    title="基于机器人的模仿学习",
    abstract="我们的机器人学习抓取。",
    listed=MONDAY.date(),
    source="file",
)


def numbers(message: Message) -> list[str]:
    """Return the numbers of the papers on a page."""
    return [b.split()[1] for b in buttons(message) if b.startswith("👎")]


def shown(talk: Talk, message: Message) -> list[Paper]:
    """Return the papers on a page, by the titles that it links."""
    stored = {
        paper.title: paper
        for paper in papers.newest(talk.runtime.database, 1000)
    }
    lines = [line.partition(" · ")[2] for line in message.text.split("\n")]
    return [stored[line] for line in lines if line in stored]


@BOTH_WAYS
async def test_words_find_papers_in_pages_that_are_turned_in_place(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    first = await says(ada, "/search graph networks")
    second = await taps(ada, first, "→")
    back = await taps(ada, second, "←")

    assert first.text.startswith("“graph networks” · 1–5 of 20 papers")
    assert {field_of(paper) for paper in shown(talk, first)} == {
        "graph networks"
    }
    assert numbers(first) == ["1", "2", "3", "4", "5"]
    assert numbers(second) == ["6", "7", "8", "9", "10"]
    assert "←" not in buttons(first)
    assert back.text == first.text


async def test_an_old_paper_is_found_rated_and_saved_where_it_stands(
    talk: Talk,
) -> None:
    papers.store(talk.runtime.database, [OLD])
    ada = await talk.started("Ada")
    mine, database = talk.reader(ada).id, talk.runtime.database

    found = await says(ada, "/search jose nandu")
    liked = await taps(ada, found, "👍 1")
    again = await ada.answer_to(
        ada.press_data(liked.id, found.button("👍 1").data or "")
    )
    kept = await taps(ada, liked, "🔖")
    taken_back = await taps(ada, await taps(ada, kept, "👎 1"), "↩ Undo 👎 1")

    assert found.text.startswith(
        "“jose nandu” · 1 paper\n\n1 · Élodie's ancient embeddings\n"
    )
    assert "\nJ. Ñandú · " in found.text
    assert "Learned from 👍 1: +" in liked.text
    assert (again.text, kept.edits) == ("Noted already", liked.edits + 1)
    assert "↩ Undo 👍 1" in buttons(liked)
    assert [paper.title for paper in saves.of_reader(database, mine)] == [
        OLD.title
    ]
    assert buttons(taken_back)[:4] == ["👍 1 ✓", "👎 1", "🔖 ✓", "⋯"]
    assert [
        r.value
        for r in feedback.of_reader(
            database, mine, "UTC", MONDAY.date()
        ).ratings
    ] == [1]


async def test_what_was_only_found_still_comes_as_a_pick_and_what_was_rated_does_not(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    found = await says(ada, "/search graph networks")
    liked, *listed = shown(talk, found)
    await taps(ada, found, "👍 1")

    picked = ""
    for _ in range(30):
        talk.clock.forward(minutes=1)
        picked += (await says(ada, "/picks")).text

    assert all(f" · {paper.title}\n" in picked for paper in listed)
    assert f" · {liked.title}\n" not in picked


async def test_the_reader_s_taste_orders_what_is_found(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await says(ada, "/topics add medical imaging")
    await says(bo, "/topics add robot learning")

    for_ada, for_bo = [
        await says(person, "/search benchmark") for person in (ada, bo)
    ]

    assert {field_of(paper) for paper in shown(talk, for_ada)} == {
        "medical imaging"
    }
    assert {field_of(paper) for paper in shown(talk, for_bo)} == {
        "robot learning"
    }


async def test_more_like_this_shows_papers_near_one_and_never_itself(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    found = await says(ada, "/search speech recognition")
    ada.press_data(found.id, found.keyboard[0][3].data or "")
    paper = await ada.wait_for(lambda m: m.id > found.id)
    ada.press(paper, "More like this")
    like = await ada.wait_for(lambda m: m.id > paper.id)

    original, near = shown(talk, found)[0], shown(talk, like)
    assert paper.text.startswith(original.title)
    assert like.reply_to == paper.id
    assert like.text.startswith(f"More like {original.title} · 1–5 of ")
    assert [field_of(each) for each in near] == ["speech recognition"] * 5
    assert original not in near


async def test_what_is_muted_is_not_found_and_goes_from_the_pages_that_are_there(
    talk: Talk,
) -> None:
    papers.store(talk.runtime.database, [OLD])
    ada = await talk.started("Ada")
    before = await says(ada, "/search graph networks")
    await says(ada, "/topics mute graph networks")

    after = await says(ada, "/search graph networks")
    old = await says(ada, "/search jose nandu")
    turned = await taps(ada, before, "→")

    muted = "All papers that say “{}” are about a topic you mute. /topics lists them."
    assert after.text == muted.format("graph networks")
    assert old.text == muted.format("jose nandu")
    assert numbers(turned) == []


async def test_nothing_found_names_the_word_and_offers_fewer_and_a_topic(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    typo = await says(ada, "/search graph qwertyzxcv")
    parted = await says(ada, "/search graph tumour")
    fewer = await taps(ada, parted, "🔎 tumour")
    wanted = await taps(ada, typo, "➕ I want more of it")

    assert typo.text == "No paper I have says “qwertyzxcv”."
    assert buttons(typo) == ["🔎 graph", "➕ I want more of it", "Close"]
    assert parted.text == "No paper I have says all of “graph tumour”."
    assert buttons(parted)[:2] == ["🔎 tumour", "🔎 graph"]
    assert fewer.text.startswith("“tumour” · 1–5 of ")
    assert "➕ graph qwertyzxcv" in wanted.text


async def test_a_misspelt_word_is_sought_as_it_was_meant(talk: Talk) -> None:
    ada = await talk.started("Ada")

    typo = await says(ada, "/search graph netwroks")
    person = await says(ada, "/search Gina Grpah")
    found = await taps(ada, typo, "🔎 graph networks")

    assert (
        typo.text
        == "No paper I have says “netwroks”.\nDid you mean “graph networks”?"
    )
    assert buttons(typo)[:2] == ["🔎 graph networks", "🔎 graph"]
    assert "🔎 gina graph" in buttons(person)
    assert found.text.startswith("“graph networks” · 1–5 of 20 papers")


@pytest.mark.parametrize(
    "written",
    [
        "papers about speech recognition",
        "show me papers on speech recognition, please",
    ],
)
async def test_words_that_only_join_others_are_not_sought(
    talk: Talk, written: str
) -> None:
    ada = await talk.started("Ada")

    found = await says(ada, f"/search {written}")
    joined = await says(ada, "/search speech and the recognition")

    assert found.text.startswith("“speech recognition” · 1–5 of 20 papers")
    assert "· 1–5 of 20 papers" in joined.text


async def test_a_paper_is_sought_by_its_link_or_id(talk: Talk) -> None:
    ada = await talk.started("Ada")

    by_link = await says(ada, "/search https://arxiv.org/abs/2610.00003v2")
    by_id = await says(ada, "/search arXiv:2610.00003")
    await says(ada, "/search")
    asked = await says(ada, "https://www.alphaxiv.org/abs/2610.00003")
    absent = await says(ada, "/search 2601.00001")
    odd = await says(ada, "/search https://example.com/paper")

    for shown_ in (by_link, by_id, asked):
        assert "· 1 paper" in shown_.text.splitlines()[0]
        assert shown(talk, shown_)[0].arxiv_id == "2610.00003"
    assert absent.text.startswith("I don't have 2601.00001 yet.")
    assert odd.text.startswith("I couldn't find a paper at that link.")


async def test_words_of_a_script_without_spaces_are_found(talk: Talk) -> None:
    papers.store(talk.runtime.database, [CHINESE])
    ada = await talk.started("Ada")

    found = await says(ada, "/search 机器人")

    assert "基于机器人的模仿学习" in found.text


async def test_the_command_alone_asks_for_words_until_there_are_some(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    asked = await says(ada, "/search")
    empty = await says(ada, "of the \N{ROBOT FACE}")
    endless = await says(ada, "graph " * 100)
    found = await says(ada, "graph networks")
    after = await says(ada, "speech recognition")
    sought = await taps(ada, after, "🔎 Search for it")

    assert asked.text.startswith("What are you looking for?")
    assert empty.text.startswith(
        "Those words stand in every paper, or in none."
    )
    assert (
        endless.text
        == "That is a lot to look for. A few words find more; which ones?"
    )
    assert found.text.startswith("“graph networks” · 1–5 of 20 papers")
    assert after.text == "Is “speech recognition” something for your topics?"
    assert sought.text.startswith("“speech recognition” · 1–5 of 20 papers")


@pytest.mark.parametrize("what", ["1", "0:r{paper}:+", "0:v{paper}:+"])
async def test_nobody_turns_or_marks_the_pages_of_somebody_else(
    talk: Talk, what: str
) -> None:
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    await says(bo, "/search graph networks")
    found = searches.read(talk.runtime.database, talk.reader(bo).id, 1)
    assert found is not None

    pressed = f"h1:{found.id}:{what.format(paper=found.paper_ids[0])}"
    toast = await mallory.answer_to(mallory.press_data(1, pressed))

    mine, database = talk.reader(mallory).id, talk.runtime.database
    assert toast.text == "This search is an old one. /search looks again."
    assert saves.of_reader(database, mine) == []
    assert (
        feedback.of_reader(database, mine, "UTC", MONDAY.date()).ratings == ()
    )


async def test_a_paper_from_somebody_s_own_file_does_not_open(
    talk: Talk,
) -> None:
    ada, mallory = await talk.started("Ada"), await talk.started("Mallory")
    [mine] = own.import_papers(
        talk.runtime.database, talk.reader(ada).id, [OLD]
    )

    toast = await mallory.answer_to(mallory.press_data(1, f"d1:p{mine}:o"))

    assert toast.text == "This button has no paper behind it any more."
