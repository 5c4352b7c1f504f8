"""The sources of a reader's document are taken in, within the limits that hold here."""

from bot.storage import (
    papers,
    saves,
    subscriptions,
)
from bot.storage.database import Database
from bot.storage.subscriptions import Limits
from bot.storage.takeout.export import export_reader
from bot.storage.takeout.restore import restore_reader
from tests.storage.factories import (
    NOW,
    choose,
    choose_feed,
    document,
    join,
    paper,
    stored,
)
from tests.storage.test_takeout import elsewhere, keys, source

__all__ = ["elsewhere"]


def test_a_feed_is_taken_in_by_its_address_and_never_by_its_number(
    database: Database, elsewhere: Database
):
    ada, bo = join(database, "Ada"), join(elsewhere, "Bo")
    choose_feed(database, ada, "https://lab.example/secret")
    choose_feed(elsewhere, bo, "https://other.example/secret")
    other = join(elsewhere, "Ada")
    taken = export_reader(database, ada.id, NOW)
    forged = document(subscriptions=(source("feed:1"),))

    restore_reader(elsewhere, other.id, taken, NOW, Limits(), replace=False)
    restore_reader(elsewhere, other.id, forged, NOW, Limits(), replace=False)

    assert [entry.key for entry in taken.subscriptions] == [
        "huggingface",
        "feed:1",
    ]
    restored = subscriptions.of_reader(elsewhere, other.id)
    assert [(s.key, s.name, s.address) for s in restored] == [
        ("huggingface", "", ""),
        ("feed:2", "The lab's news", "https://lab.example/secret"),
    ]


def test_no_more_sources_are_taken_in_than_a_reader_may_have(
    database: Database,
):
    limits = Limits(
        kinds=frozenset({"huggingface", "arxiv", "feed"}),
        categories_of_reader=2,
        feeds_of_reader=1,
    )
    ada = join(database, "Ada")
    taken = document(
        subscriptions=(
            source("biorxiv:neuroscience"),
            source("gopher:hole"),
            *(source(f"arxiv:cs.{letter}A") for letter in "ABCD"),
            *(source("feed:9", f"https://lab.example/{n}") for n in range(3)),
        )
    )

    counts = restore_reader(database, ada.id, taken, NOW, limits, replace=False)

    assert keys(database, ada) == [
        "huggingface",
        "arxiv:cs.AA",
        "arxiv:cs.BA",
        "feed:1",
    ]
    assert counts.sources == 3


def test_sources_come_beside_what_is_here_or_in_its_place(
    database: Database,
):
    ada = join(database, "Ada")
    choose(database, ada, "arxiv:cs.RO")
    taken = document(subscriptions=(source("arxiv:cs.CL"),))

    restore_reader(database, ada.id, taken, NOW, Limits(), replace=False)
    beside = keys(database, ada)
    counts = restore_reader(
        database, ada.id, taken, NOW, Limits(), replace=True
    )

    assert beside == ["huggingface", "arxiv:cs.RO", "arxiv:cs.CL"]
    assert keys(database, ada) == ["arxiv:cs.CL"]
    assert counts.sources == 1


def test_a_document_from_before_there_were_sources_leaves_them_alone(
    database: Database,
):
    ada = join(database, "Ada")
    choose(database, ada, "arxiv:cs.RO")

    restore_reader(database, ada.id, document(), NOW, Limits(), replace=True)

    assert keys(database, ada) == ["huggingface", "arxiv:cs.RO"]


def test_a_paper_keeps_its_dois_and_its_journal(
    database: Database, elsewhere: Database
):
    published = paper(
        "Old sums",
        doi="10.1038/s41586-026-1",
        preprint_doi="10.1101/2026.01.01.123456",
        venue="Nature",
    )
    papers.store(database, [published])
    ada, other = join(database, "Ada"), join(elsewhere, "Ada")
    saves.save(database, ada.id, stored(database, "Old sums").id, NOW)

    restore_reader(
        elsewhere,
        other.id,
        export_reader(database, ada.id, NOW),
        NOW,
        Limits(),
        replace=False,
    )

    [saved] = saves.of_reader(elsewhere, other.id)
    assert (saved.doi, saved.preprint_doi, saved.venue) == (
        published.doi,
        published.preprint_doi,
        published.venue,
    )
