"""`/privacy`, `/forget` and `/export data` of people who voted, and never started the bot."""

import asyncio
from collections.abc import Callable, Coroutine

from telegram import Update

from bot.handlers.context import Context, person
from bot.handlers.press import Press
from bot.messages import callback_data
from bot.messages import privacy as screens
from bot.messages.callback_data import Close, Export, ForgetVotes
from bot.storage import erasure, votes
from bot.storage.takeout import document
from bot.storage.takeout import export as takeout
from bot.transport import sender

# An answer to a person, by the number that they have in Telegram.
Answer = Callable[[Context, int], Coroutine[None, None, None]]


async def answer(update: Update, context: Context) -> bool:
    """Answer a person who has votes, if they ask about what is kept of them."""
    user_id = person(update).id
    reply = _reply(update)
    if reply is None:
        return False
    has_voted = await asyncio.to_thread(
        votes.has_voted, context.runtime.database, user_id
    )
    if has_voted:
        await reply(context, user_id)
    return has_voted


async def press_of_reader(press: Press[ForgetVotes], context: Context) -> None:
    """Refuse to delete the votes alone of somebody who has become a reader since."""
    await press.answer(screens.old_question(context.t))


def _reply(update: Update) -> Answer | None:
    """Return what answers a command or a button; None for anything else."""
    if update.callback_query is not None:
        return _reply_to_press(update.callback_query.data or "")
    text = update.message.text if update.message is not None else None
    return _reply_to_text(text or "")


def _reply_to_press(data: str) -> Answer | None:
    match callback_data.parse(data):
        case ForgetVotes() | Close():
            return _press
        case Export("data"):
            return _export
    return None


def _reply_to_text(text: str) -> Answer | None:
    command, *arguments = text.casefold().split() or [""]
    match command.partition("@")[0], arguments:
        case "/privacy", _:
            return _privacy
        case "/forget", _:
            return _ask_to_forget
        case "/export", ["data"]:
            return _export
    return None


async def _privacy(context: Context, user_id: int) -> None:
    screen = screens.privacy_of_voter(context.t, await _count(context, user_id))
    await sender.send(context.bot, user_id, screen)


async def _ask_to_forget(context: Context, user_id: int) -> None:
    screen = screens.question_to_voter(
        context.t, await _count(context, user_id)
    )
    await sender.send(context.bot, user_id, screen)


async def _export(context: Context, user_id: int) -> None:
    """Send all that is kept of a voter as one file."""
    await context.answer()
    runtime = context.runtime
    now = runtime.clock()
    archive = await asyncio.to_thread(
        takeout.export_voter, runtime.database, user_id, now
    )
    name = f"paperpicks-{now.date()}.json"
    content = await asyncio.to_thread(document.to_json, archive)
    await sender.send_file(context.bot, user_id, name, content)


async def _press(context: Context, user_id: int) -> None:
    """Delete everything, or keep it: the answer to the question of `/forget`."""
    query = context.query
    if query is None or query.message is None:
        return
    message_id = query.message.message_id
    button = callback_data.parse(query.data or "")
    if not isinstance(button, ForgetVotes):
        await context.answer()
        await sender.close(context.bot, user_id, message_id)
        return

    # Whoever voted since was asked about less than would be deleted.
    if button.votes != await _count(context, user_id):
        await context.answer(screens.old_question(context.t))
        return
    await asyncio.to_thread(
        erasure.delete_voter, context.runtime.database, user_id
    )
    await context.answer(screens.deleted(context.t))
    # They never began, so nothing can begin anew.
    goodbye = screens.goodbye(context.t, needs_invitation=True)
    await sender.edit(context.bot, user_id, message_id, goodbye)


async def _count(context: Context, user_id: int) -> int:
    return await asyncio.to_thread(
        votes.count_of_person, context.runtime.database, user_id
    )
