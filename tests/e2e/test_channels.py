"""A channel: its owner sees each post first, and nothing goes out without their word."""

import pytest

from bot.sandbox.localchat.messages import Message
from bot.storage import groups
from tests.e2e.lab import Lab, lab_of
from tests.e2e.talk import Talk, buttons, eventually, logged_errors


@pytest.fixture
async def channel(talk: Talk) -> Lab:
    lab = await lab_of(talk, kind="channel")
    await lab.ada.wait_for(lambda m: "Before each post" in m.text, 20)
    return lab


async def preview(lab: Lab) -> Message:
    """Let a day come; return the preview that the owner is shown."""
    assert await lab.deliver() == []
    return await lab.ada.wait_for(
        lambda m: "Send" in buttons(m) and "To post in Lab" in m.text, 20
    )


async def test_nothing_is_posted_before_the_owner_says_so(
    channel: Lab,
) -> None:
    shown = await preview(channel)
    channel.talk.clock.forward(hours=5)
    await channel.talk.deliver()
    before = list(channel.posts)

    toast = await channel.ada.answer_to(channel.ada.press(shown, "Send"))
    await channel.talk.deliver()

    assert before == []
    assert "goes out" in toast.text
    assert len(channel.cards) == 3
    titles = [card.text.splitlines()[0] for card in channel.cards]
    assert all(title in shown.text for title in titles)
    await channel.ada.wait_for(lambda m: "It goes out in Lab" in m.text)


async def test_a_post_that_is_approved_late_goes_out_all_the_same(
    channel: Lab,
) -> None:
    shown = await preview(channel)
    channel.talk.clock.forward(hours=9)
    await channel.talk.deliver()

    channel.ada.press(shown, "Send")
    await channel.ada.wait_for(lambda m: "It goes out in Lab" in m.text)
    await channel.talk.deliver()

    assert len(channel.cards) == 3


async def test_a_post_without_a_word_is_never_sent(channel: Lab) -> None:
    shown = await preview(channel)
    channel.talk.clock.forward(days=1, hours=1)
    await channel.talk.deliver()
    toast = await channel.ada.answer_to(channel.ada.press(shown, "Send"))
    await channel.talk.deliver()

    assert channel.posts == []
    assert "no longer waiting" in toast.text


async def test_a_skipped_post_is_not_sent(channel: Lab) -> None:
    shown = await preview(channel)

    channel.ada.press(shown, "Skip")
    await channel.ada.wait_for(lambda m: "Skipped" in m.text)
    channel.talk.clock.forward(hours=2)
    await channel.talk.deliver()

    assert channel.posts == []


async def test_one_paper_is_swapped_for_another(channel: Lab) -> None:
    shown = await preview(channel)

    channel.ada.press(shown, "Swap 2")
    after = await channel.ada.wait_for(
        lambda m: m.id == shown.id and m.edits > shown.edits, 20
    )
    channel.ada.press(after, "Send")
    await channel.ada.wait_for(lambda m: "It goes out in Lab" in m.text)
    await channel.talk.deliver()

    def title(message: Message, number: int) -> str:
        line = next(
            line
            for line in message.text.splitlines()
            if line.startswith(f"{number} · ")
        )
        return line.removeprefix(f"{number} · ")

    posted = [card.text.splitlines()[0] for card in channel.cards]
    assert title(after, 2) != title(shown, 2)
    assert title(after, 1) == title(shown, 1)
    assert posted == [title(after, n) for n in (1, 2, 3)]
    # What the owner did not want comes on no other day.
    again = await preview(channel)
    assert title(shown, 2) not in again.text


async def test_a_post_goes_by_itself_after_the_time_that_was_chosen(
    channel: Lab,
) -> None:
    groups.change(channel.talk.database, channel.stored.id, approval=60)
    await preview(channel)
    channel.talk.clock.forward(minutes=59)
    await channel.talk.deliver()
    before = list(channel.posts)
    channel.talk.clock.forward(minutes=2)
    await channel.talk.deliver()

    assert before == []
    assert len(channel.cards) == 3


async def test_the_owner_chooses_to_be_asked_no_more(channel: Lab) -> None:
    settings = await channel.ada.wait_for(
        lambda m: "👁 Approval" in buttons(m), 20
    )
    channel.ada.press(settings, "👁 Approval")
    choices = await channel.ada.wait_for(
        lambda m: "Post at once" in buttons(m), 20
    )
    channel.ada.press(choices, "Post at once")
    await eventually(lambda: channel.stored.approval is None)

    assert len(await channel.deliver()) == 3


async def test_subscribers_vote_under_a_post(channel: Lab) -> None:
    groups.change(channel.talk.database, channel.stored.id, approval=None)
    card, *_ = await channel.deliver()

    await channel.votes(channel.bo, card, "👍")
    await channel.votes(channel.cy, card, "👍")

    await channel.shows(card, "👍 2")


async def test_nobody_but_an_admin_decides(channel: Lab) -> None:
    shown = await preview(channel)
    data = shown.button("Send").data
    assert data is not None
    channel.bo.start()
    greeting = await channel.bo.wait_for(lambda m: m.by_bot, 20)

    toast = await channel.bo.answer_to(channel.bo.press_data(greeting.id, data))
    await channel.talk.deliver()

    assert "Only admins" in toast.text
    assert channel.posts == []


async def test_without_the_right_to_post_the_channel_is_paused(
    channel: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    channel.chat.restrict_bot(by=channel.ada, can_send_messages=False)
    await eventually(lambda: channel.stored.paused == "channel")
    await channel.deliver()
    channel.chat.restrict_bot(by=channel.ada, can_send_messages=True)
    await eventually(lambda: not channel.stored.paused)

    assert channel.posts == []
    assert logged_errors(caplog) == []
