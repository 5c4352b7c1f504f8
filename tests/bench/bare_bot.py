"""The least a bot can do with a tap, for comparison: answer it and edit its message."""

import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
)

TEXT = "A paper. " * 300


def markup(label: str) -> InlineKeyboardMarkup:
    rows = [
        [InlineKeyboardButton(f"{label} {n}", callback_data=f"{n}")] * 2
        for n in range(1, 6)
    ]
    return InlineKeyboardMarkup(rows)


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
