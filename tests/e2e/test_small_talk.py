"""Any message or reaction gets a useful answer, and no failure shows a traceback."""

import pytest

from bot.picks import selection
from tests.e2e.talk import TOKEN, Talk, buttons, says, taps, wait_for_deletion


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/pick", "I don't know /pick. Did you mean /picks?"),
        ("/setings", "Did you mean /settings?"),
        ("/hlep", "Did you mean /help?"),
        ("/rop", "I don't know /rop. /help shows what I can do."),
        ("/icks", "I don't know /icks. /help shows what I can do."),
        ("/xyzzy", "I don't know /xyzzy. /help shows what I can do."),
        ("/<b>", "Is “/<b>” something for your topics?"),
        ("x" * 2000, "That is a lot of text"),
        ("!!!", "I read words and links"),
        ("שלום", "Is “שלום” something for your topics?"),
        (
            "🤖 robots & <i>arms</i>",
            "Is “🤖 robots, <i>arms</i>” something for your topics?",
        ),
        ("'; DROP TABLE readers; --", "something for your topics?"),
    ],
)
async def test_odd_words_are_answered(
    talk: Talk, text: str, answer: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/help")

    message = await says(ada, text)

    assert answer in message.text


async def test_a_file_is_answered(talk: Talk) -> None:
    ada = await talk.started("Ada")

    ada.send_document("notes.bin", b"\x00\x01")
    answer = await ada.wait_for(
        lambda message: "That file is no bibliography" in message.text
    )

    assert answer.by_bot


async def test_an_edited_command_is_not_answered_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    command = ada.write("/help")
    await ada.wait_for(lambda message: message.id > command.id)
    before = len(ada.messages)

    ada.edit(command, "/settings")
    await says(ada, "/help")

    assert len(ada.messages) == before + 2


async def test_the_neither_button_closes_the_question(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/help")
    question = await says(ada, "kettles")

    ada.press(question, "Neither")

    await wait_for_deletion(ada, question)


async def test_help_names_every_command_that_is_in_the_menu(talk: Talk) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, "/help")

    menu = [
        command
        for bot in talk.server.bots.values()
        for command in bot.commands.values()
    ]
    assert menu
    for command in ("picks", "topics", "settings", "help", "stop"):
        assert f"/{command} · " in answer.text


async def test_a_failure_is_answered_kindly_and_without_a_traceback(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(selection, "choose", broken)
    monkeypatch.setattr("bot.picks.learning.rate_pick", broken)
    answer = await says(ada, "/picks")
    toast = await ada.answer_to(ada.press(digest, "👍 1"))

    assert answer.text == "Something went wrong here. Please try again."
    assert toast.text == answer.text
    assert "secret detail" in caplog.text
    assert not any("secret" in message.text for message in ada.messages)


async def test_an_empty_library_says_what_to_do(talk: Talk) -> None:
    ada = await talk.started("Ada")
    for _ in range(24):
        talk.clock.forward(minutes=1)
        await says(ada, "/picks")

    answer = await says(ada, "/picks")

    assert "you have seen every paper I have" in answer.text


async def test_a_reaction_on_a_digest_asks_once_which_paper_is_meant(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    ada.react(digest, "👍")
    question = await ada.wait_for(
        lambda message: "Which one do you mean?" in message.text
    )
    ada.press(question, "👍 2")
    rated = await ada.wait_for(
        lambda m: m.id == digest.id and "👍 2 ✓" in buttons(m)
    )
    await wait_for_deletion(ada, question)
    ada.react(rated, None)
    ada.react(rated, "👎")
    await says(ada, "/help")

    assert "Learned from 👍 2" in rated.text
    assert not any("Which one" in message.text for message in ada.messages)


async def test_a_reaction_on_a_single_paper_rates_it_and_taking_it_back_undoes_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    choices = await taps(ada, await says(ada, "/settings"), "🔢 5 papers")
    await taps(ada, choices, "1")
    digest = await says(ada, "/picks")

    ada.react(digest, "👎")
    rated = await ada.wait_for(
        lambda m: m.id == digest.id and "👎 1 ✓" in buttons(m)
    )
    # Applause in the place of the thumb.
    ada.react(rated, "🔥")
    await says(ada, "/help")
    after_applause = next(m for m in ada.messages if m.id == digest.id)
    ada.react(rated, "👎")
    ada.react(rated, None)
    undone = await ada.wait_for(
        lambda m: m.id == digest.id and m.edits > rated.edits
    )

    assert "Learned from 👎 1" in rated.text
    assert "👎 1 ✓" in buttons(after_applause)
    assert "👎 1 ✓" not in buttons(undone)


async def test_an_album_is_answered_once_and_a_service_message_never(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    bot = talk.server.bots[TOKEN]
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]
    before = len(ada.messages)

    for number in range(4):
        body: dict[str, object] = {
            "message_id": 9_000 + number,
            "date": int(talk.clock().timestamp()),
            "chat": ada.user.as_chat(),
            "from": ada.user.as_json(),
        }
        picture: dict[str, object] = {"photo": photo, "media_group_id": "77"}
        service: dict[str, object] = {"no_such_service": {}}
        bot.updates.add("message", body | (picture if number < 3 else service))
    await says(ada, "/help")

    answers = [
        message.text for message in ada.messages[before:] if message.by_bot
    ]
    assert (
        sum(text.startswith("I read words and links") for text in answers) == 1
    )


async def test_a_chosen_thumb_is_taken_back_by_the_next_tap_in_every_list(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await taps(ada, await says(ada, "/picks"), "👎 1")
    results = await taps(ada, await says(ada, "/search graph networks"), "👍 1")

    undone = [
        await taps(ada, digest, "👎 1 ✓"),
        await taps(ada, results, "👍 1 ✓"),
    ]

    assert buttons(digest)[1] == "👎 1 ✓"
    assert all("Undone" in message.text for message in undone)
    assert all("✓" not in "".join(buttons(message)[:2]) for message in undone)


async def test_undoing_a_change_of_mind_says_that_all_is_as_before(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    liked = await taps(ada, await says(ada, "/picks"), "👍 1")
    disliked = await taps(ada, liked, "👎 1")

    undone = await taps(ada, disliked, "↩ Undo 👎 1")

    assert "Unchanged: 👍 1" in undone.text
    assert buttons(undone)[0] == "👍 1 ✓"


async def test_only_a_chosen_like_is_green(talk: Talk) -> None:
    ada = await talk.started("Ada")
    liked = await taps(ada, await says(ada, "/picks"), "👍 1")
    disliked = await taps(ada, liked, "👎 2")

    styles = {b.text: b.style for row in disliked.keyboard or () for b in row}

    assert styles["👍 1 ✓"] == "success"
    assert styles["👎 2 ✓"] is None


async def test_channels_are_shown_no_commands(talk: Talk) -> None:
    await talk.started("Ada")

    menus = [
        call.parameters
        for call in talk.server.calls
        if call.method == "setMyCommands"
    ]
    assert menus
    assert all("scope" in parameters for parameters in menus)
    assert any(call.method == "deleteMyCommands" for call in talk.server.calls)
