"""A lab's group: set up by who adds the bot, papers in cards, votes of everybody, few commands."""

import pytest

from bot.storage import readers, saves, votes
from tests.e2e.lab import Lab, lab_of
from tests.e2e.talk import Talk, buttons, eventually, logged_errors, says


@pytest.fixture
async def lab(talk: Talk) -> Lab:
    return await lab_of(talk)


async def test_who_adds_the_bot_reads_one_line_with_a_button_to_the_settings(
    lab: Lab,
) -> None:
    (line,) = lab.posts

    assert "\n" not in line.text
    assert "3 new papers here" in line.text
    (link,) = [button for row in line.keyboard for button in row]
    assert link.url is not None
    assert link.url.endswith(f"?start=g{lab.stored.id}")


async def test_a_day_brings_three_cards_with_votes(lab: Lab) -> None:
    cards = await lab.deliver()

    assert len(cards) == 3
    assert buttons(cards[0]) == ["👍", "👎", "🔖", "⋯"]
    assert len({card.text.splitlines()[0] for card in cards}) == 3


async def test_in_one_message_the_buttons_name_the_papers(lab: Lab) -> None:
    reader_id = lab.stored.id
    readers.change(lab.talk.database, reader_id, style="digest", picks=2)

    await lab.deliver()
    digest = lab.posts[-1]
    await lab.votes(lab.bo, digest, "2 👍")
    await lab.shows(digest, "1 👍", "2 👍 1")

    assert len(lab.posts) == 2
    assert digest.text.startswith("1 · ")
    assert "\n2 · " in digest.text
    assert buttons(digest) == [
        *("1 👍", "1 👎", "1 🔖", "1 ⋯"),
        *("2 👍", "2 👎", "2 🔖", "2 ⋯"),
    ]


async def test_votes_of_three_are_counted_changed_and_taken_back(
    lab: Lab,
) -> None:
    card, *_ = await lab.deliver()

    ada_toast = await lab.votes(lab.ada, card, "👍")
    bo_toast = await lab.votes(lab.bo, card, "👍")
    await lab.shows(card, "👍 2")
    await lab.votes(lab.cy, card, "👎")
    await lab.votes(lab.bo, card, "👎")
    await lab.shows(card, "👍 1", "👎 2")
    lab.talk.clock.forward(seconds=5)
    undo_toast = await lab.votes(lab.bo, card, "👎")
    await lab.shows(card, "👍 1", "👎 1")

    # Only Ada has started the bot.
    assert ada_toast == "👍 1 · counts for your own picks, too"
    assert bo_toast == "👍 2"
    assert undo_toast == "Your vote is removed."


async def test_a_finger_that_slips_votes_once(lab: Lab) -> None:
    card, *_ = await lab.deliver()

    await lab.votes(lab.bo, card, "👍")
    await lab.votes(lab.bo, card, "👍")

    await lab.shows(card, "👍 1")


async def test_who_changes_their_mind_at_once_is_taken_at_the_last_word(
    lab: Lab,
) -> None:
    card, *_ = await lab.deliver()

    for thumb in ("👍", "👎", "👍"):
        await lab.votes(lab.bo, card, thumb)

    await lab.shows(card, "👍 1", "👎")


async def test_a_vote_teaches_a_reader_unless_they_switched_that_off(
    lab: Lab,
) -> None:
    card, *_ = await lab.deliver()
    await lab.votes(lab.ada, card, "👍")
    await lab.votes(lab.bo, card, "👍")

    ratings = lab.talk.feedback(lab.ada).ratings
    reader = lab.talk.reader(lab.ada)
    readers.change(lab.talk.database, reader.id, votes_count=False)
    without = lab.talk.feedback(lab.ada).ratings

    assert [rating.value for rating in ratings] == [1]
    assert without == ()


async def test_votes_choose_the_next_papers(lab: Lab) -> None:
    for card in await lab.deliver():
        await lab.votes(lab.bo, card, "👍")
    members = votes.of_group(lab.talk.database, lab.stored.id)

    assert list(members) == [lab.bo.id]
    assert len(members[lab.bo.id]) == 3


async def test_before_three_have_voted_no_reason_names_a_taste(
    lab: Lab,
) -> None:
    for card in await lab.deliver():
        for person in (lab.ada, lab.bo):
            await lab.votes(person, card, "👍")
    two = [card.text for card in await lab.deliver()]
    for card in lab.cards[-3:]:
        await lab.votes(lab.cy, card, "👍")
    three = [card.text for card in await lab.deliver()]

    assert not [text for text in two if "For:" in text]
    assert [text for text in three if "For:" in text]
    for text in (*two, *three):
        assert not {"Ada", "Bo", "Cy"} & set(text.replace(",", " ").split())


async def test_a_topic_of_the_group_is_the_reason_from_the_first_day(
    lab: Lab,
) -> None:
    answer = await lab.says(lab.ada, "/topics add diffusion")
    cards = await lab.deliver()

    assert "➕ diffusion" in answer.text
    assert any("For: diffusion" in card.text for card in cards)


async def test_who_is_no_admin_reads_topics_and_changes_none(lab: Lab) -> None:
    await lab.says(lab.ada, "/topics add diffusion")

    listed = await lab.says(lab.bo, "/topics")
    refused = await lab.says(lab.bo, "/topics mute diffusion")
    anonymous = await lab.says(
        lab.ada, "/topics remove diffusion", anonymous=True
    )

    assert "diffusion" in listed.text
    assert "Only admins" in refused.text
    assert "No topics yet" in anonymous.text


async def test_a_paper_is_kept_by_a_reader_and_opened_by_a_newcomer(
    lab: Lab,
) -> None:
    card, *_ = await lab.deliver()

    kept = await lab.ada.answer_to(lab.ada.press_in(lab.chat, card, "🔖"))
    again = await lab.ada.answer_to(lab.ada.press_in(lab.chat, card, "🔖"))
    link = await lab.bo.answer_to(lab.bo.press_in(lab.chat, card, "🔖"))
    payload = link.url.partition("?start=")[2]
    lab.bo.start(payload)
    paper = await lab.bo.wait_for(lambda m: "Saved: /saved" in m.text, 20)

    reader = lab.talk.reader(lab.ada)
    assert "Saved for you" in kept.text
    assert "already" in again.text
    assert len(saves.of_reader(lab.talk.database, reader.id)) == 1
    assert not link.text
    assert card.text.splitlines()[0] in paper.text
    assert (
        len(saves.of_reader(lab.talk.database, lab.talk.reader(lab.bo).id)) == 1
    )


async def test_the_dots_open_the_paper_in_private(lab: Lab) -> None:
    card, *_ = await lab.deliver()

    link = await lab.ada.answer_to(lab.ada.press_in(lab.chat, card, "⋯"))
    lab.ada.start(link.url.partition("?start=")[2])
    paper = await lab.ada.wait_for(lambda m: "BibTeX" in buttons(m), 20)

    assert card.text.splitlines()[0] in paper.text
    # Who opens a paper is not greeted again.
    assert "What are you into" not in lab.ada.messages[-1].text


async def test_more_papers_come_once_an_hour_and_only_for_admins(
    lab: Lab,
) -> None:
    refused = await lab.says(lab.bo, "/picks")
    lab.ada.write_in(lab.chat, "/picks")
    await eventually(lambda: len(lab.cards) == 3)
    too_soon = await lab.says(lab.ada, "/picks")
    lab.talk.clock.forward(hours=1, minutes=1)
    lab.ada.write_in(lab.chat, "/picks")
    await eventually(lambda: len(lab.cards) == 6)

    assert "Only admins" in refused.text
    assert "once an hour" in too_soon.text


async def test_a_search_in_a_group_shows_papers_in_nobodys_order(
    lab: Lab,
) -> None:
    found = await lab.says(lab.bo, "/search diffusion")
    nothing = await lab.says(lab.bo, "/search zebrafish")
    which = await lab.says(lab.bo, "/search")

    assert "with “diffusion”" in found.text
    assert "I have no paper with" in nothing.text
    assert "what to look for" in which.text


async def test_help_lists_what_works_in_a_group_and_nothing_else(
    lab: Lab,
) -> None:
    answer = await lab.says(lab.cy, "/help")

    assert "/picks" in answer.text
    assert "/taste" not in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "/taste",
        "/start",
        "/status",
        "/help@AnotherBot",
        "https://arxiv.org/abs/1706.03762",
        "thanks!",
    ],
)
async def test_whatever_else_is_said_in_a_group_is_left_alone(
    lab: Lab, text: str
) -> None:
    lab.bo.write_in(lab.chat, text, force_delivery=True)
    answer = await lab.says(lab.bo, "/help")

    assert lab.posts[1:] == [answer]


async def test_papers_come_in_the_topic_of_a_forum_that_was_named(
    talk: Talk,
) -> None:
    lab = await lab_of(talk, is_forum=True)
    thread = lab.chat.create_topic("Papers")

    refused = await lab.says(lab.bo, "/here", thread_id=thread)
    await lab.says(lab.ada, "/here", thread_id=thread)
    cards = await lab.deliver()

    assert "Only admins" in refused.text
    assert {card.thread_id for card in cards} == {thread}


async def test_nothing_private_of_a_member_stands_in_the_group(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    await says(lab.ada, "knowledge graphs")
    for card in await lab.deliver():
        for person in (lab.ada, lab.bo, lab.cy):
            await lab.votes(person, card, "👍")
    await lab.deliver()

    assert not [post for post in lab.posts if "knowledge graph" in post.text]
    assert logged_errors(caplog) == []


@pytest.mark.timeout(400)
async def test_a_thousand_presses_make_one_vote_each_and_few_edits(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    card, *_ = await lab.deliver()
    people = [lab.talk.person(f"Person {n}") for n in range(200)]
    for person in people:
        lab.chat.add(person, "member")
    data = card.button("👍").data
    assert data is not None

    presses = [
        person.press_data_in(lab.chat, card.id, data)
        for _ in range(5)
        for person in people
    ]
    for press, person in zip(presses, people * 5, strict=True):
        await person.answer_to(press, 150)
    await lab.shows(card, "👍 200", seconds=60)

    edits = [
        call
        for call in lab.talk.server.calls
        if call.method == "editMessageReplyMarkup"
    ]
    assert len(edits) <= 10
    assert not [m for m in caplog.messages if "Too Many" in m]


async def test_the_menu_of_a_group_lists_only_what_works_there(
    lab: Lab,
) -> None:
    account = next(iter(lab.talk.server.bots.values()))
    group = {command["command"] for command in account.menu("group")}
    admins = {command["command"] for command in account.menu("admins")}

    assert group == {"picks", "topics", "search", "help"}
    assert admins == group | {"here"}
