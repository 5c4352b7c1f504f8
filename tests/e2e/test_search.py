"""/search finds papers by words, ids or another paper, in pages with rate and save buttons."""

from datetime import date

import pytest

from bot.sandbox.localchat.messages import Message
from bot.storage import own, papers, saves, searches
from recommender.papers import Paper
from tests.corpus import field_of
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps

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


def papers_on_page(talk: Talk, message: Message) -> list[Paper]:
    """Return the papers on a page, by the titles that it links."""
    stored = {
        paper.title: paper for paper in papers.newest(talk.database, 1000)
    }
    lines = [line.partition(" · ")[2] for line in message.text.split("\n")]
    return [stored[line] for line in lines if line in stored]


async def test_words_find_papers_in_pages_that_are_turned_in_place(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    first = await says(ada, "/search graph networks")
    second = await taps(ada, first, "→")
    first_again = await taps(ada, second, "←")

    assert first.text.startswith("“graph networks” · 1–5 of 20 papers")
    assert {field_of(paper) for paper in papers_on_page(talk, first)} == {
        "graph networks"
    }
    assert numbers(first) == ["1", "2", "3", "4", "5"]
    assert numbers(second) == ["6", "7", "8", "9", "10"]
    assert "←" not in buttons(first)
    assert first_again.text == first.text


async def test_an_old_paper_is_found_and_rated_and_saved_on_the_page(
    talk: Talk,
) -> None:
    papers.store(talk.database, [OLD])
    ada = await talk.started("Ada")
    reader_id, database = talk.reader(ada).id, talk.database

    results = await says(ada, "/search jose nandu")
    liked = await taps(ada, results, "👍 1")
    toast = await ada.answer_to(
        ada.press_data(liked.id, results.button("👍 1").data or "")
    )
    saved = await taps(ada, liked, "🔖")
    undone = await taps(ada, await taps(ada, saved, "👎 1"), "↩ Undo 👎 1")

    assert results.text.startswith(
        "“jose nandu” · 1 paper\n\n1 · Élodie's ancient embeddings\n"
    )
    assert "\nJ. Ñandú · " in results.text
    assert "Learned from 👍 1: +" in liked.text
    assert (toast.text, saved.edits) == ("Noted already", liked.edits + 1)
    assert "↩ Undo 👍 1" in buttons(liked)
    assert [paper.title for paper in saves.of_reader(database, reader_id)] == [
        OLD.title
    ]
    assert buttons(undone)[:4] == ["👍 1 ✓", "👎 1", "🔖 ✓", "⋯"]
    assert [r.value for r in talk.feedback(ada).ratings] == [1]


async def test_found_papers_may_still_be_picked_and_rated_ones_may_not(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    results = await says(ada, "/search graph networks")
    liked, *others = papers_on_page(talk, results)
    await taps(ada, results, "👍 1")

    digests = ""
    for _ in range(30):
        talk.clock.forward(minutes=1)
        digests += (await says(ada, "/picks")).text

    assert all(f" · {paper.title}\n" in digests for paper in others)
    assert f" · {liked.title}\n" not in digests


async def test_the_reader_s_taste_orders_the_results(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await says(ada, "/topics add medical imaging")
    await says(bo, "/topics add robot learning")

    for_ada, for_bo = [
        await says(person, "/search benchmark") for person in (ada, bo)
    ]

    assert {field_of(paper) for paper in papers_on_page(talk, for_ada)} == {
        "medical imaging"
    }
    assert {field_of(paper) for paper in papers_on_page(talk, for_bo)} == {
        "robot learning"
    }


async def test_more_like_this_shows_papers_near_one_and_never_itself(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    results = await says(ada, "/search speech recognition")
    ada.press_data(results.id, results.keyboard[0][3].data or "")
    paper = await ada.wait_for(lambda m: m.id > results.id)
    ada.press(paper, "More like this")
    similar = await ada.wait_for(lambda m: m.id > paper.id)

    original = papers_on_page(talk, results)[0]
    neighbours = papers_on_page(talk, similar)
    assert paper.text.startswith(original.title)
    assert similar.reply_to == paper.id
    assert similar.text.startswith(f"More like {original.title} · 1–5 of ")
    assert [field_of(paper) for paper in neighbours] == [
        "speech recognition"
    ] * 5
    assert original not in neighbours


async def test_papers_on_a_muted_topic_are_not_found_and_leave_older_pages(
    talk: Talk,
) -> None:
    papers.store(talk.database, [OLD])
    ada = await talk.started("Ada")
    old_page = await says(ada, "/search graph networks")
    await says(ada, "/topics mute graph networks")

    new_search = await says(ada, "/search graph networks")
    old_paper_search = await says(ada, "/search jose nandu")
    turned = await taps(ada, old_page, "→")

    all_muted = (
        "Every paper with “{}” is about a topic you mute. /topics lists them."
    )
    assert new_search.text == all_muted.format("graph networks")
    assert old_paper_search.text == all_muted.format("jose nandu")
    assert numbers(turned) == []


async def test_without_results_the_unknown_word_is_named_and_shorter_queries_are_offered(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    typo = await says(ada, "/search graph qwertyzxcv")
    no_common_paper = await says(ada, "/search graph tumour")
    one_word = await taps(ada, no_common_paper, "🔎 tumour")
    topics = await taps(ada, typo, "➕ I want more of it")

    assert typo.text == "No paper I have contains “qwertyzxcv”."
    assert buttons(typo) == [
        "🔎 graph",
        "🔔 Tell me of new ones",
        "➕ I want more of it",
        "Close",
    ]
    assert (
        no_common_paper.text
        == "No paper I have contains all of “graph tumour”."
    )
    assert buttons(no_common_paper)[:2] == ["🔎 tumour", "🔎 graph"]
    assert one_word.text.startswith("“tumour” · 1–5 of ")
    assert "➕ graph qwertyzxcv" in topics.text


async def test_a_misspelt_word_is_corrected_by_a_button(talk: Talk) -> None:
    ada = await talk.started("Ada")

    typo = await says(ada, "/search graph netwroks")
    author_typo = await says(ada, "/search Gina Grpah")
    results = await taps(ada, typo, "🔎 graph networks")

    assert (
        typo.text
        == "No paper I have contains “netwroks”.\nDid you mean “graph networks”?"
    )
    assert buttons(typo)[:2] == ["🔎 graph networks", "🔎 graph"]
    assert "🔎 gina graph" in buttons(author_typo)
    assert results.text.startswith("“graph networks” · 1–5 of 20 papers")


@pytest.mark.parametrize(
    "text",
    [
        "papers about speech recognition",
        "show me papers on speech recognition, please",
    ],
)
async def test_words_that_only_join_others_are_ignored(
    talk: Talk, text: str
) -> None:
    ada = await talk.started("Ada")

    results = await says(ada, f"/search {text}")
    joined_words = await says(ada, "/search speech and the recognition")

    assert results.text.startswith("“speech recognition” · 1–5 of 20 papers")
    assert "· 1–5 of 20 papers" in joined_words.text


async def test_a_paper_is_found_by_its_link_or_id(talk: Talk) -> None:
    ada = await talk.started("Ada")

    by_link = await says(ada, "/search https://arxiv.org/abs/2610.00003v2")
    by_id = await says(ada, "/search arXiv:2610.00003")
    await says(ada, "/search")
    by_next_words = await says(ada, "https://www.alphaxiv.org/abs/2610.00003")
    unknown_id = await says(ada, "/search 2601.00001")
    unknown_link = await says(ada, "/search https://example.com/paper")

    for results in (by_link, by_id, by_next_words):
        assert "· 1 paper" in results.text.splitlines()[0]
        assert papers_on_page(talk, results)[0].arxiv_id == "2610.00003"
    assert unknown_id.text.startswith("I don't have 2601.00001 yet.")
    assert unknown_link.text.startswith("I couldn't find a paper at that link.")


async def test_words_of_a_script_without_spaces_are_found(talk: Talk) -> None:
    papers.store(talk.database, [CHINESE])
    ada = await talk.started("Ada")

    results = await says(ada, "/search 机器人")

    assert "基于机器人的模仿学习" in results.text


async def test_the_command_alone_asks_for_words_until_there_are_some(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    question = await says(ada, "/search")
    empty = await says(ada, "of the \N{ROBOT FACE}")
    too_long = await says(ada, "graph " * 100)
    results = await says(ada, "graph networks")
    next_answer = await says(ada, "speech recognition")
    next_results = await taps(ada, next_answer, "🔎 Search for it")

    assert question.text.startswith("What are you looking for?")
    assert empty.text.startswith("Those words are in every paper, or in none.")
    assert (
        too_long.text
        == "That is a lot to look for. A few words find more; which ones?"
    )
    assert results.text.startswith("“graph networks” · 1–5 of 20 papers")
    assert (
        next_answer.text == "Is “speech recognition” something for your topics?"
    )
    assert next_results.text.startswith(
        "“speech recognition” · 1–5 of 20 papers"
    )


@pytest.mark.parametrize("what", ["1", "0:r{paper}:+", "0:v{paper}:+"])
async def test_nobody_turns_or_marks_the_pages_of_somebody_else(
    talk: Talk, what: str
) -> None:
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    await says(bo, "/search graph networks")
    search = searches.read(talk.database, talk.reader(bo).id, 1)
    assert search is not None

    data = f"h1:{search.id}:{what.format(paper=search.paper_ids[0])}"
    toast = await mallory.answer_to(mallory.press_data(1, data))

    reader_id, database = talk.reader(mallory).id, talk.database
    assert toast.text == "This search has expired. /search looks again."
    assert saves.of_reader(database, reader_id) == []
    assert talk.feedback(mallory).ratings == ()


async def test_a_paper_from_somebody_s_own_file_does_not_open(
    talk: Talk,
) -> None:
    ada, mallory = await talk.started("Ada"), await talk.started("Mallory")
    [paper_id] = own.import_papers(talk.database, talk.reader(ada).id, [OLD])

    toast = await mallory.answer_to(mallory.press_data(1, f"d1:p{paper_id}:o"))

    assert toast.text == "The paper behind this button is gone."
