"""An unchanged python-telegram-bot application talks to the local chat as it does to Telegram."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from telegram import (
    ChatMemberAdministrator,
    ChatMemberRestricted,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import KeyboardButtonStyle
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from bot.sandbox.localchat.refusals import too_many_requests
from tests.bot_api.people import forward_from, press_twice

TOKEN = "42:local-chat-token"

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
Run = Callable[..., AbstractAsyncContextManager[AnyApplication]]


@pytest.fixture
def run(server) -> Run:
    """Run an application that polls the local chat with the given handlers."""

    @asynccontextmanager
    async def running(
        *handlers, allowed_updates=None
    ) -> AsyncIterator[AnyApplication]:
        builder = ApplicationBuilder().token(TOKEN)
        builder = builder.base_url(server.base_url).base_file_url(
            server.base_file_url
        )
        async with builder.build() as application:
            application.add_handlers(handlers)
            await application.start()
            updater = application.updater
            assert updater is not None
            await updater.start_polling(allowed_updates=allowed_updates)
            try:
                yield application
            finally:
                await updater.stop()
                await application.stop()

    return running


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
