"""`/picks`: the next picks, now."""

from telegram import Update

from bot.handlers import digest_view
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages.callback_data import Picks


async def picks(_update: Update, context: Context) -> None:
    """Answer `/picks`: choose, record and send the next picks."""
    await digest_view.wait_until_ready(context)
    await digest_view.send_next(context)


async def press(press: Press[Picks], context: Context) -> None:
    """Send the next picks, unless a finger slipped or Telegram sent the press twice."""
    await press.answer()
    is_slip = await context.runtime.is_slip(context.reader.chat_id)
    if is_slip and not context.attempt.is_repeated:
        return
    await digest_view.wait_until_ready(context)
    await digest_view.send_next(context)
