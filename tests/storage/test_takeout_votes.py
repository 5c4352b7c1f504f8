"""A reader's document lists their votes, and so does that of somebody who never started."""

import json

from bot.storage import groups, papers, readers, votes
from bot.storage.database import Database
from bot.storage.subscriptions import Limits
from bot.storage.takeout import document as takeout
from bot.storage.takeout.document import Vote
from bot.storage.takeout.export import export_reader, export_voter
from bot.storage.takeout.restore import restore_reader
from bot.storage.votes import Card
from tests.storage.factories import (
    CHATS,
    NOW,
    existing,
    join,
    paper,
    store,
    stored,
)

ADA = CHATS["Ada"]


def vote_everywhere(database: Database) -> None:
    """Let Ada vote in a group, in a channel, and on a shared card; that vote they take back."""
    papers.store(database, [paper("Attention", abstract="All you need.")])
    [_, two, three] = store(database, "Attention", "Diffusion", "Mamba")
    one = stored(database, "Attention").id
    for number, (kind, paper_id) in enumerate(
        (("group", one), ("channel", two))
    ):
        reader = existing(
            groups.set_up(
                database,
                -100 - number,
                owner_id=1,
                name="A secret name",
                approval=None,
                values={"kind": kind, "at": NOW.time(), "created_at": NOW},
            )
        )
        card = Card(id=f"pick {number}", paper_id=paper_id, group_id=reader.id)
        votes.toggle(database, card, ADA, (-1) ** number, NOW)
        votes.toggle(database, card, CHATS["Bo"], 1, NOW)

    shared = existing(votes.inline_card(database, "shared", three, NOW))
    for _ in range(2):
        votes.toggle(database, shared, ADA, 1, NOW)


VOTES = (
    Vote(paper=0, value=1, voted_at=NOW, place="group"),
    Vote(paper=1, value=-1, voted_at=NOW, place="channel"),
    Vote(paper=2, value=0, voted_at=NOW, place="shared"),
)


def test_the_document_of_a_reader_has_their_votes_and_no_groups_name(
    database: Database,
):
    ada = join(database, "Ada")
    vote_everywhere(database)

    taken = export_reader(database, ada.id, NOW)

    assert taken.votes == VOTES
    assert [entry.title for entry in taken.papers] == [
        "Attention",
        "Diffusion",
        "Mamba",
    ]
    assert taken.papers[0].abstract == "All you need."
    content = takeout.to_json(taken)
    assert b"secret" not in content
    assert takeout.read(content) == taken


def test_the_document_of_a_voter_has_their_votes_alone(database: Database):
    vote_everywhere(database)

    taken = export_voter(database, ADA, NOW)

    assert taken.votes == VOTES
    content = takeout.to_json(taken)
    assert json.loads(content)["telegram_id"] == ADA
    assert b"secret" not in content
    assert export_voter(database, 4711, NOW).votes == ()


def test_another_instance_takes_in_the_setting_and_no_vote(database: Database):
    ada = join(database, "Ada", votes_count=False)
    vote_everywhere(database)
    taken = export_reader(database, ada.id, NOW)
    bo = join(database, "Bo")
    before = votes.count_of_person(database, CHATS["Bo"])

    restored = restore_reader(
        database, bo.id, taken, now=NOW, limits=Limits(), replace=True
    )

    assert restored.ratings == 0
    assert votes.count_of_person(database, CHATS["Bo"]) == before
    assert existing(readers.by_id(database, bo.id)).votes_count is False
