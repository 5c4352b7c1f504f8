"""An unchanged python-telegram-bot application talks to the local chat as it does to Telegram."""

from datetime import timedelta
from typing import Any

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.constants import KeyboardButtonStyle
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from bot.sandbox.localchat.refusals import too_many_requests
from tests.bot_api.people import forward_from, press_twice

TOKEN = "42:local-chat-token"


async def echo(update, context):
    await update.message.reply_html(f"<b>{update.message.text}</b>")


async def test_the_bot_answers_what_a_person_writes(run, server):
    ada = server.person("Ada", language_code="de")

    async with run(MessageHandler(filters.TEXT, echo)):
        ada.write("hello 🎉")
        answer = await ada.wait_for(lambda message: message.text == "hello 🎉")

    assert [(e.type, e.offset, e.length) for e in answer.entities] == [
        ("bold", 0, 8)
    ]


async def test_a_deep_link_reaches_the_command_with_its_payload(run, server):
    async def start(update, context):
        await update.message.reply_text(
            f"{update.effective_user.language_code} {context.args}"
        )

    bo = server.person("Bo", language_code="fr")
    async with run(CommandHandler("start", start)):
        bo.start("invite-7")
        answer = await bo.wait_for(lambda message: True)

    assert answer.text == "fr ['invite-7']"


async def test_a_press_is_answered_and_the_message_edited(run, ada):
    async def offer(update, context):
        like = InlineKeyboardButton(
            "👍", callback_data="like", style=KeyboardButtonStyle.SUCCESS
        )
        await update.message.reply_text(
            "paper", reply_markup=InlineKeyboardMarkup([[like]])
        )

    async def liked(update, context):
        await update.callback_query.answer("Noted")
        await update.callback_query.edit_message_text(
            f"{update.callback_query.data}d"
        )

    async with run(CommandHandler("start", offer), CallbackQueryHandler(liked)):
        offer_message = await ada.wait_for(
            lambda message: message.text == "paper"
        )
        press = ada.press(offer_message, "👍")
        toast = await ada.answer_to(press)
        edited = await ada.wait_for(lambda message: message.edits == 1)

    assert offer_message.button("👍").style == "success"
    assert toast.text == "Noted"
    assert edited.id == offer_message.id
    assert edited.text == "liked"
    assert edited.keyboard == ()


async def test_two_presses_at_once_are_two_queries(run, ada):
    query_ids = []

    async def offer(update, context):
        button = InlineKeyboardButton("👍", callback_data="like")
        await update.message.reply_text(
            "paper", reply_markup=InlineKeyboardMarkup([[button]])
        )

    async def pressed(update, context):
        query_ids.append(update.callback_query.id)
        await update.callback_query.answer()

    async with run(
        CommandHandler("start", offer), CallbackQueryHandler(pressed)
    ):
        offer_message = await ada.wait_for(lambda message: True)
        first, second = press_twice(ada, offer_message, "👍")
        await ada.answer_to(first)
        await ada.answer_to(second)

    assert query_ids == [first.id, second.id]


async def test_a_document_is_downloaded_byte_by_byte(run, ada):
    content = bytes(range(256)) * 10
    download = bytearray()

    async def keep(update, context):
        file = await update.message.document.get_file()
        download.extend(await file.download_as_bytearray())
        await update.message.reply_document(
            bytes(download), filename="back.bin", caption="here"
        )

    async with run(MessageHandler(filters.Document.ALL, keep)):
        ada.send_document("papers.bib", content, caption="my list")
        answer = await ada.wait_for(lambda message: message.file is not None)

    assert bytes(download) == content
    assert answer.text == "here"
    assert answer.file.name == "back.bin"
    assert answer.file.content == content


async def test_a_forwarded_message_names_its_origin_and_its_hidden_links(
    run, ada
):
    origins_and_links = []

    async def read(update, context):
        origin = update.message.forward_origin.sender_user_name
        origins_and_links.append((origin, update.message.entities[0].url))
        await update.message.reply_text("read")

    async with run(MessageHandler(filters.FORWARDED, read)):
        forward_from(
            ada,
            '<a href="https://arxiv.org/abs/2401.00001">paper</a>',
            sender="Bo",
        )
        await ada.wait_for(lambda message: message.text == "read")

    assert origins_and_links == [("Bo", "https://arxiv.org/abs/2401.00001")]


async def test_an_edited_message_arrives_as_an_edit(run, ada):
    message = ada.write("old")

    async with run(
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, reply_to_edit)
    ):
        ada.edit(message, "new /picks")
        answer = await ada.wait_for(lambda message: True)

    assert answer.text == "new /picks"


async def reply_to_edit(update, context):
    await update.edited_message.reply_text(update.edited_message.text)


async def test_a_block_is_forbidden_and_is_told_as_membership(run, ada):
    statuses = []

    async def changed(update, context):
        status = update.my_chat_member.new_chat_member.status
        statuses.append(status)
        if status == "member":
            await context.bot.send_message(ada.id, "welcome back")

    async with run(ChatMemberHandler(changed)) as application:
        ada.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await application.bot.send_message(ada.id, "hello")
        ada.unblock()
        await ada.wait_for(lambda message: message.text == "welcome back")

    assert statuses == ["kicked", "member"]


async def test_an_edit_without_a_change_is_a_bad_request(run, ada):
    async with run() as application:
        sent = await application.bot.send_message(ada.id, "same")

        with pytest.raises(
            BadRequest, match="Message is not modified: specified new message"
        ):
            await application.bot.edit_message_text(
                "same", ada.id, sent.message_id
            )


async def test_a_reaction_arrives_with_what_was_there_before(run, ada):
    changes = []

    def emojis(reactions: Any) -> list[str]:
        return [reaction.emoji for reaction in reactions]

    async def reacted(update, context):
        change = update.message_reaction
        changes.append(
            (emojis(change.old_reaction), emojis(change.new_reaction))
        )
        await context.bot.send_message(ada.id, f"saw {len(changes)}")

    handlers = (
        MessageHandler(filters.TEXT, echo),
        MessageReactionHandler(reacted),
    )
    async with run(*handlers, allowed_updates=Update.ALL_TYPES):
        paper = await ada.wait_for(lambda message: True)
        ada.react(paper, "👍")
        await ada.wait_for(lambda message: message.text == "saw 1")
        ada.react(paper, None)
        await ada.wait_for(lambda message: message.text == "saw 2")

    assert changes == [([], ["👍"]), (["👍"], [])]


async def test_a_reaction_does_not_arrive_unless_asked_for(run, ada):
    updates = []

    async def reacted(update, context):
        updates.append(update)

    async with run(
        MessageHandler(filters.TEXT, echo), MessageReactionHandler(reacted)
    ):
        paper = await ada.wait_for(lambda message: message.text == "/start")
        ada.react(paper, "👍")
        ada.write("after it")
        await ada.wait_for(lambda message: message.text == "after it")

    assert updates == []


async def test_a_429_names_the_seconds_to_wait(run, ada, server, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    server.fail_next("sendMessage", too_many_requests(3))

    async with run() as application:
        with pytest.raises(RetryAfter) as refused:
            await application.bot.send_message(ada.id, "hello")

    assert refused.value.retry_after == timedelta(seconds=3)
    assert len(ada.messages) == 1
