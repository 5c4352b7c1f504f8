"""What happens to a group: who may set it up, rights, topics, moves, and the end."""

import pytest

from bot.sandbox.localchat.people import Person
from bot.storage import cleanup, groups, readers, votes
from tests.e2e.lab import Lab, lab_of
from tests.e2e.talk import Talk, buttons, eventually, logged_errors, says


@pytest.fixture
async def lab(talk: Talk) -> Lab:
    return await lab_of(talk)


async def hears(person: Person, text: str) -> None:
    """Wait until the bot said something to a person in private."""
    await person.wait_for(lambda m: text in m.text, 20)


async def test_who_is_no_admin_is_told_once_and_nothing_is_posted(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    chat = talk.server.group("Lab")
    chat.add(ada, "creator")
    chat.add(bo, "member")
    chat.add_bot(by=bo)
    lab = Lab(talk, chat, ada, bo, bo)
    await bo.wait_until(lambda: lab.posts or None)
    bo.write_in(chat, "/help")
    bo.write_in(chat, "/picks")
    await says(bo, "/help")

    (line,) = lab.posts
    assert "Only an admin" in line.text
    assert groups.find(talk.database, chat.id) is None


async def test_a_closed_installation_serves_no_strangers_group(
    talk: Talk,
) -> None:
    talk.runtime.access = "invite"
    stranger = talk.person("Stranger")
    chat = talk.server.group("Lab")
    chat.add(stranger, "creator")
    chat.add_bot(by=stranger)
    lab = Lab(talk, chat, stranger, stranger, stranger)
    await stranger.wait_until(lambda: lab.posts or None)

    (line,) = lab.posts
    assert "by invitation only" in line.text
    assert groups.find(talk.database, chat.id) is None


async def test_an_admin_sets_up_a_group_that_the_bot_was_in_before(
    talk: Talk,
) -> None:
    stranger = talk.person("Stranger")
    chat = talk.server.group("Lab")
    chat.add(stranger, "creator")
    talk.runtime.access = "invite"
    chat.add_bot(by=stranger)
    talk.runtime.access = "open"
    lab = Lab(talk, chat, stranger, stranger, stranger)
    await stranger.wait_until(lambda: lab.posts or None)

    answer = await lab.says(stranger, "/topics")

    assert "No topics yet" in answer.text
    assert lab.stored.owner_id == stranger.id


async def test_a_bot_that_was_sent_away_posts_nothing_and_comes_back(
    lab: Lab,
) -> None:
    cards = await lab.deliver()
    await lab.votes(lab.bo, cards[0], "👍")
    await lab.says(lab.ada, "/topics add diffusion")

    lab.chat.remove_bot(by=lab.ada, status="kicked")
    await eventually(lambda: lab.stored.left_at is not None)
    none = await lab.deliver()
    lab.chat.add_bot(by=lab.ada)
    await eventually(lambda: lab.stored.left_at is None)
    more = await lab.deliver()

    assert none == []
    assert len(more) == 3
    assert "diffusion" in (await lab.says(lab.ada, "/topics")).text
    assert votes.of_group(lab.talk.database, lab.stored.id)


async def test_the_data_of_a_group_go_thirty_days_after_the_bot(
    lab: Lab,
) -> None:
    card, *_ = await lab.deliver()
    await lab.votes(lab.bo, card, "👍")
    lab.chat.remove_bot(by=lab.ada, status="left")
    await eventually(lambda: lab.stored.left_at is not None)

    lab.talk.clock.forward(days=29)
    cleanup.clean_up(lab.talk.database, lab.talk.clock())
    before = groups.find(lab.talk.database, lab.chat.id)
    lab.talk.clock.forward(days=2)
    cleanup.clean_up(lab.talk.database, lab.talk.clock())

    assert before is not None
    assert groups.find(lab.talk.database, lab.chat.id) is None
    assert votes.count_of_person(lab.talk.database, lab.bo.id) == 0


async def test_without_rights_posts_stop_and_the_owner_is_told_once(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(lab.ada.messages)
    lab.chat.restrict_bot(by=lab.ada, can_send_messages=False)
    await hears(lab.ada, "I can't post in Lab")
    await lab.deliver()
    await lab.deliver()

    told = [
        m for m in lab.ada.messages[before:] if "I can't post in Lab" in m.text
    ]
    assert len(told) == 1
    assert lab.stored.paused == "rights"
    assert logged_errors(caplog) == []

    lab.chat.restrict_bot(by=lab.ada, can_send_messages=True)
    await eventually(lambda: not lab.stored.paused)
    assert len(await lab.deliver()) == 3


async def test_a_lost_change_of_rights_is_learnt_by_posting(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    account = lab.talk.server.bots[next(iter(lab.talk.server.bots))]
    with account.lock:
        lab.chat.restrict_bot(by=lab.ada, can_send_messages=False)
        account.updates.clear()

    await lab.deliver()
    await lab.deliver()

    told = [m for m in lab.ada.messages if "I can't post in Lab" in m.text]
    assert len(told) == 1
    assert lab.stored.paused == "rights"
    assert logged_errors(caplog) == []


async def test_a_closed_topic_pauses_posts_until_the_owner_tries_again(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    lab = await lab_of(talk, is_forum=True)
    thread = lab.chat.create_topic("Papers")
    await lab.says(lab.ada, "/here", thread_id=thread)
    lab.chat.close_topic(thread)

    none = await lab.deliver()
    await lab.deliver()
    told = [m for m in lab.ada.messages if "The topic is closed" in m.text]
    lab.chat.reopen_topic(thread)
    lab.ada.press(told[0], "Try again")
    await eventually(lambda: not lab.stored.paused)
    cards = await lab.deliver()

    assert none == []
    assert len(told) == 1
    assert {card.thread_id for card in cards} == {thread}
    assert logged_errors(caplog) == []


async def test_after_a_topic_was_deleted_papers_come_in_general(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    lab = await lab_of(talk, is_forum=True)
    thread = lab.chat.create_topic("Papers")
    await lab.says(lab.ada, "/here", thread_id=thread)
    lab.chat.delete_topic(thread)

    await lab.deliver()
    await lab.talk.deliver()

    assert len(lab.cards) == 3
    assert {card.thread_id for card in lab.cards} == {None}
    await hears(lab.ada, "General")
    assert logged_errors(caplog) == []


async def test_a_group_that_becomes_a_supergroup_is_followed(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    lab = await lab_of(talk, kind="group")
    await lab.says(lab.ada, "/topics add diffusion")
    group_id = lab.stored.id
    new = lab.chat.migrate()
    await eventually(
        lambda: (
            (group := groups.find(talk.database, new.id)) is not None
            and group.id == group_id
        )
    )
    lab.chat = new
    cards = await lab.deliver()

    assert len(cards) == 3
    assert "diffusion" in (await lab.says(lab.ada, "/topics")).text
    # Nobody is welcomed a second time.
    assert not [post for post in lab.posts if "I post" in post.text]
    assert logged_errors(caplog) == []


async def test_a_move_that_nobody_told_of_is_learnt_by_posting(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    lab = await lab_of(talk, kind="group")
    group_id = lab.stored.id
    account = talk.server.bots[next(iter(talk.server.bots))]
    with account.lock:
        new = lab.chat.migrate()
        account.updates.clear()
    lab.chat = new

    await lab.deliver()
    await talk.deliver()

    assert len(lab.cards) == 3
    assert lab.stored.id == group_id
    assert logged_errors(caplog) == []


async def test_a_deleted_group_is_left_in_silence(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    lab.chat.delete()
    await lab.deliver()

    assert lab.stored.left_at is not None
    assert logged_errors(caplog) == []


async def test_a_vote_on_a_card_of_another_group_does_nothing(
    lab: Lab,
) -> None:
    card, *_ = await lab.deliver()
    other = lab.talk.server.group("Other")
    other.add(lab.bo, "creator")
    other.add_bot(by=lab.bo)
    await lab.bo.wait_until(
        lambda: [m for m in other.messages if m.by_bot] or None
    )
    (line,) = [m for m in other.messages if m.by_bot]
    data = card.button("👍").data
    assert data is not None

    toast = await lab.bo.answer_to(lab.bo.press_data_in(other, line.id, data))

    assert "The paper behind this button is gone" in toast.text
    assert votes.count_of_person(lab.talk.database, lab.bo.id) == 0


@pytest.mark.parametrize(
    "data", ["y1:99999:+", "s1:at:09", "u1:1:picks:9", "g1:1", "y5:1:0", "\0"]
)
async def test_forged_data_change_nothing_in_private_or_in_a_group(
    lab: Lab, caplog: pytest.LogCaptureFixture, data: str
) -> None:
    cards = await lab.deliver()
    in_group = await lab.bo.answer_to(
        lab.bo.press_data_in(lab.chat, cards[0].id, data)
    )
    await says(lab.bo, "/start")
    message = lab.bo.messages[-1]
    await lab.bo.answer_to(lab.bo.press_data(message.id, data))

    assert "Lab" not in in_group.text
    assert lab.stored.reader.picks == 3
    assert votes.count_of_person(lab.talk.database, lab.bo.id) == 0
    assert logged_errors(caplog) == []


async def test_settings_open_for_admins_alone(lab: Lab) -> None:
    link = lab.posts[0].keyboard[0][0].url
    assert link is not None
    payload = link.partition("?start=")[2]
    lab.bo.start(payload)
    await hears(lab.bo, "Only admins of that group")
    lab.ada.start(payload)
    settings = await lab.ada.wait_for(
        lambda m: "3 papers, a card each" in m.text, 20
    )

    forged = f"u1:{lab.stored.id}:picks:9"
    await lab.bo.answer_to(lab.bo.press_data(lab.bo.messages[-1].id, forged))
    unchanged = lab.stored.reader.picks
    lab.ada.press(settings, "🔢 How many")
    choices = await lab.ada.wait_for(lambda m: "5" in buttons(m), 20)
    lab.ada.press(choices, "5")
    await eventually(lambda: lab.stored.reader.picks == 5)

    assert unchanged == 3


async def test_an_admin_who_is_none_any_more_changes_nothing(lab: Lab) -> None:
    lab.ada.write("/groups")
    chooser = await lab.ada.wait_for(lambda m: "Lab" in buttons(m), 20)
    lab.chat.promote(lab.bo)
    lab.chat.demote(lab.ada)

    lab.ada.press(chooser, "Lab")

    await hears(lab.ada, "Only admins of that group")


async def test_topics_and_the_city_are_typed_in_private(lab: Lab) -> None:
    lab.ada.write("/groups")
    chooser = await lab.ada.wait_for(lambda m: "Lab" in buttons(m), 20)
    lab.ada.press(chooser, "Lab")
    settings = await lab.ada.wait_for(lambda m: "➕ Topics" in buttons(m), 20)
    lab.ada.press(settings, "➕ Topics")
    await hears(lab.ada, "Write topics to add them")
    await says(lab.ada, "diffusion\n- surveys")
    listed = await lab.says(lab.ada, "/topics")

    lab.ada.press(settings, "🌍 City")
    await hears(lab.ada, "Which city")
    await says(lab.ada, "Tokyo")

    assert "➕ diffusion" in listed.text
    assert "🔇 surveys" in listed.text
    assert lab.stored.reader.zone == "Asia/Tokyo"
    own = lab.talk.reader(lab.ada)
    assert own.zone != "Asia/Tokyo"
    assert readers.by_id(lab.talk.database, own.id) is not None


async def test_a_linked_channel_and_other_bots_have_no_say(lab: Lab) -> None:
    news = lab.talk.server.group("News", kind="channel")
    news.add(lab.ada, "creator")
    lab.chat.link(news)
    lab.ada.write_in(news, "/topics add spam")
    lab.ada.write_in(lab.chat, "/topics add spam", sender_chat=news)

    answer = await lab.says(lab.ada, "/topics")

    assert "spam" not in answer.text


async def test_picks_that_are_asked_for_come_in_general_once_their_topic_is_gone(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    lab = await lab_of(talk, is_forum=True)
    thread = lab.chat.create_topic("Papers")
    await lab.says(lab.ada, "/here", thread_id=thread)
    lab.chat.delete_topic(thread)

    lab.ada.write_in(lab.chat, "/picks")
    await eventually(lambda: len(lab.cards) == 3)

    assert {card.thread_id for card in lab.cards} == {None}
    assert logged_errors(caplog) == []


async def test_a_command_where_the_bot_may_not_write_is_no_error(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    lab.chat.restrict_bot(by=lab.ada, can_send_messages=False)
    await eventually(lambda: lab.stored.paused == "rights")
    count = len(lab.posts)
    for command in ("/help", "/topics", "/picks", "/search diffusion"):
        lab.ada.write_in(lab.chat, command, force_delivery=True)
    await says(lab.ada, "/help")

    assert len(lab.posts) == count
    assert logged_errors(caplog) == []
