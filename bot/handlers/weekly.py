"""The switch below the sum of a week: no more of them, or again."""

from telegram import InlineKeyboardButton, Message

from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import weekly as screens
from bot.messages.top_buttons import WeeklySwitch
from bot.transport import sender


async def switch(press: Press[WeeklySwitch], context: Context) -> None:
    """Send weeks or no more of them; the button then offers the other."""
    is_on = press.button.on
    await context.change_reader(weekly=is_on)
    await press.answer(screens.toast(context.t, is_on=is_on))
    if press.message_id is not None:
        keyboard = screens.switched(context.t, _rows(context), is_on=is_on)
        await sender.edit_buttons(
            context.bot,
            keyboard,
            chat_id=context.reader.chat_id,
            message_id=press.message_id,
        )


def _rows(context: Context) -> list[list[InlineKeyboardButton]]:
    """Return the buttons of the pressed message; none of one that is too old to be read."""
    message = context.query.message if context.query else None
    if not isinstance(message, Message) or message.reply_markup is None:
        return []
    return [list(row) for row in message.reply_markup.inline_keyboard]
