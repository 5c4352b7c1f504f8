"""A bot for comparison, which does the least with a tap: answers it and edits the message."""

import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
)

# The length of a digest.
TEXT = "A paper. " * 300


def markup(label: str) -> InlineKeyboardMarkup:
    """Return five rows of two buttons."""
    buttons = [
        InlineKeyboardButton(f"{label} {number}", callback_data=f"{number}")
        for number in range(1, 6)
    ]
    return InlineKeyboardMarkup([[button, button] for button in buttons])


async def start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(TEXT, reply_markup=markup("👍"))


async def tap(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("noted")
    # Another text each time, as "not modified" would be cheaper than what a real bot does.
    await query.edit_message_text(
        f"{TEXT}{query.id}", reply_markup=markup("👍")
    )


def main() -> None:
    token, base = sys.argv[1:]
    app: Application = (  # type: ignore[type-arg]  # the library's own defaults
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base}/bot")
        .concurrent_updates(32)
        .build()
    )
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CommandHandler("picks", start))
    app.add_handler(CallbackQueryHandler(tap))
    app.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
