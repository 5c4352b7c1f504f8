"""What a card shows of a paper is kept, and renewed when the paper is fetched again."""

from dataclasses import replace

from bot.storage import papers
from bot.storage.card_values import MODEL
from bot.storage.database import Database
from recommender.papers import Paper
from tests.storage.factories import TODAY, paper, stored

PICTURE = "https://cdn-thumbnails.huggingface.co/1.png"
FULL = paper(
    "A Memory",
    arxiv_id="2605.00001",
    gist="It keeps what a long text said.",
    gist_source="huggingface",
    organization="The Lab",
    stars=12,
    thumbnail=PICTURE,
)
BARE = paper("A Memory", arxiv_id="2605.00001")


def card(database: Database) -> tuple[object, ...]:
    one = stored(database, "A Memory")
    return one.gist, one.gist_source, one.organization, one.stars, one.thumbnail


def card_of(one: Paper) -> tuple[object, ...]:
    return one.gist, one.gist_source, one.organization, one.stars, one.thumbnail


def test_an_old_row_gets_what_is_new_when_its_paper_is_fetched_again(
    database: Database,
) -> None:
    papers.store(database, [BARE])
    assert card(database) == ("", "", "", None, "")

    papers.store(database, [FULL])

    assert card(database) == card_of(FULL)


def test_what_another_source_does_not_know_is_kept(database: Database) -> None:
    papers.store(database, [FULL, replace(BARE, source="arxiv")])

    assert card(database) == card_of(FULL)


def test_newer_stars_and_words_of_the_source_replace_the_old(
    database: Database,
) -> None:
    newer = replace(FULL, gist="It keeps a text in little room.", stars=11)

    papers.store(database, [FULL, newer])

    assert card(database) == card_of(newer)


def test_a_sources_gist_beats_a_models(database: Database) -> None:
    guess = replace(BARE, gist="It is a memory of texts.", gist_source=MODEL)

    papers.store(database, [guess, FULL, guess])

    assert card(database)[:2] == (FULL.gist, "huggingface")


def test_two_rows_that_turn_out_to_be_one_paper_keep_what_either_knows(
    database: Database,
) -> None:
    by_title = paper("A Memory", gist=FULL.gist, gist_source="huggingface")
    by_id = paper("Memory, A", arxiv_id="2605.00001", stars=4, listed=TODAY)

    papers.store(database, [by_title, by_id])
    papers.store(database, [BARE])

    assert card(database)[:2] == (FULL.gist, "huggingface")
    assert card(database)[3] == 4
