"""An unchanged python-telegram-bot application works in groups, and inline."""

import pytest
from telegram import (
    ChatMemberAdministrator,
    ChatMemberRestricted,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
)

TOKEN = "42:local-chat-token"


async def echo(update, context):
    await update.message.reply_html(f"<b>{update.message.text}</b>")


async def test_every_membership_of_the_bot_is_understood(run, server, ada):
    members = []

    async def changed(update, context):
        members.append(update.my_chat_member.new_chat_member)

    lab = server.group("Lab")
    lab.add(ada, "creator")
    papers = server.group("Lab papers", kind="channel")
    papers.add(ada, "creator")
    async with run(ChatMemberHandler(changed)):
        lab.add_bot(by=ada)
        lab.restrict_bot(by=ada)
        lab.add_bot(by=ada, status="administrator")
        lab.remove_bot(by=ada)
        papers.add_bot(by=ada, status="administrator")
        papers.delete()
        await ada.wait_until(lambda: len(members) == 6 or None)

    member, restricted, admin, banned, poster, left = members
    statuses = [m.status for m in (member, banned, left)]
    assert statuses == ["member", "kicked", "left"]
    assert isinstance(restricted, ChatMemberRestricted)
    assert not restricted.can_send_messages
    assert isinstance(admin, ChatMemberAdministrator)
    assert isinstance(poster, ChatMemberAdministrator)
    assert poster.can_post_messages


async def test_a_forum_and_its_members_are_understood(run, server, ada):
    forum = server.group("Lab", is_forum=True)
    forum.add(ada, "creator")
    forum.add_bot(by=ada)
    topic = forum.create_topic("Papers")

    async with run(CommandHandler("here", echo)) as application:
        bot = application.bot
        ada.write_in(forum, "/here", thread_id=topic)
        answer = await ada.wait_until(
            lambda: next((m for m in forum.messages if m.by_bot), None)
        )
        chat = await bot.get_chat(forum.id)
        (admin,) = await bot.get_chat_administrators(forum.id)
        itself = await bot.get_chat_member(forum.id, bot.id)
        forum.close_topic(topic)
        with pytest.raises(BadRequest, match="Topic_closed"):
            await bot.send_message(forum.id, "x", message_thread_id=topic)
        await bot.leave_chat(forum.id)
        with pytest.raises(Forbidden, match="not a member"):
            await bot.send_message(forum.id, "x")

    assert answer.text == "/here"
    assert answer.thread_id == topic
    assert chat.is_forum
    assert admin.user.id == ada.id
    assert itself.status == "member"


async def test_a_migration_names_the_new_chat(run, server, ada):
    group = server.group("Lab", kind="group")
    group.add(ada, "creator")
    group.add_bot(by=ada)

    async with run() as application:
        supergroup = group.migrate()
        with pytest.raises(ChatMigrated) as refused:
            await application.bot.send_message(group.id, "x")

    assert refused.value.new_chat_id == supergroup.id


async def test_an_inline_result_is_chosen_pressed_and_edited(run, server, ada):
    feedback = []
    like = InlineKeyboardMarkup(
        [[InlineKeyboardButton("👍 0", callback_data="up")]]
    )
    liked = InlineKeyboardMarkup(
        [[InlineKeyboardButton("👍 1", callback_data="up")]]
    )

    async def answer_query(update, context):
        article = InlineQueryResultArticle(
            id="1",
            title=update.inline_query.query,
            input_message_content=InputTextMessageContent("a paper"),
            reply_markup=like,
        )
        button = InlineQueryResultsButton(
            "Your picks", start_parameter="inline"
        )
        await update.inline_query.answer(
            [article], cache_time=10, is_personal=True, button=button
        )

    async def note(update, context):
        feedback.append(update.chosen_inline_result.inline_message_id)

    async def press(update, context):
        await update.callback_query.answer("👍 1")
        await update.callback_query.edit_message_reply_markup(liked)

    handlers = (
        InlineQueryHandler(answer_query),
        ChosenInlineResultHandler(note),
        CallbackQueryHandler(press),
    )
    bo = server.person("Bo")
    async with run(*handlers):
        answer = await ada.answer_to_query(ada.inline_query("diffusion"))
        message = ada.choose(answer, "1", bo)
        toast = await bo.answer_to(bo.press(message, "👍 0"))
        edited = await bo.wait_until(
            lambda: next((m for m in bo.messages_with(ada) if m.edits), None)
        )
        await ada.wait_until(lambda: feedback or None)

    assert answer.results[0].title == "diffusion"
    assert answer.button == {"text": "Your picks", "start_parameter": "inline"}
    assert toast.text == "👍 1"
    assert edited.button("👍 1").data == "up"
    assert feedback == [message.inline_id]
