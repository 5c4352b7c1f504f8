"""The table of what each command, button and message leads to."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    TypeHandler,
    filters,
)

from bot.handlers import (
    admin,
    approvals,
    deep_links,
    export,
    failures,
    follow,
    gate,
    group_cards,
    group_settings,
    groups,
    inline,
    links,
    membership,
    missed,
    offers,
    onboarding,
    paper,
    picks,
    plain_text,
    privacy,
    rating_list,
    ratings,
    saved,
    search,
    settings,
    sources,
    standing,
    start,
    stats,
    taste,
    top,
    topics,
    voters,
    weekly,
)
from bot.handlers.context import Context
from bot.handlers.press import Press
from bot.messages import (
    callback_data,
    group_buttons,
    replies,
    source_buttons,
    standing_buttons,
    top_buttons,
)
from bot.messages.button_codec import Button
from bot.transport.sender import Bot

App = Application[Bot, Context, Any, Any, Any, None]
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
PressHandler = Callable[[Press[Any], Context], Coroutine[Any, Any, None]]

# The kinds of updates that Telegram is asked for.
UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
    "message_reaction",
)

COMMANDS: dict[str, Handler] = {
    "start": deep_links.start,
    "picks": picks.picks,
    "topics": plain_text.topics_command,
    "taste": taste.taste,
    "sources": sources.sources,
    "settings": settings.settings,
    "groups": group_settings.list_,
    "help": plain_text.help_,
    "stop": settings.stop,
    "follow": follow.follow,
    "search": search.search,
    "saved": saved.saved,
    "top": top.top,
    "day": top.day,
    "stats": stats.stats,
    "export": export.export,
    "privacy": privacy.privacy,
    "forget": privacy.forget,
    "invite": admin.invite,
    "status": admin.status,
}

# The commands that groups have; no other one is answered there.
GROUP_COMMANDS: dict[str, Handler] = {
    "picks": groups.picks,
    "topics": groups.topics,
    "search": groups.search,
    "here": groups.here,
    "help": groups.help_,
}

BUTTONS: dict[type[Button], PressHandler] = {
    callback_data.Rate: ratings.rate,
    callback_data.RateMeant: ratings.rate_meant,
    callback_data.SavePick: saved.save,
    callback_data.PaperAction: paper.act,
    callback_data.RateOpened: ratings.rate_opened,
    callback_data.SaveOpened: saved.save_opened,
    callback_data.FollowAuthor: paper.follow_author,
    callback_data.MutePhrase: paper.mute_phrase,
    callback_data.OfferedTopic: offers.choose,
    callback_data.Picks: picks.press,
    callback_data.ShowMissed: missed.show,
    callback_data.Close: ratings.close,
    callback_data.AddChip: start.add_topic,
    callback_data.DropChip: start.drop_topic,
    callback_data.RespellChip: start.respell_topic,
    callback_data.ChipPage: start.turn_page,
    source_buttons.OfferedCategory: start.choose_category,
    callback_data.AskMe: onboarding.begin,
    callback_data.AnswerQuestion: onboarding.answer,
    callback_data.EndQuestions: onboarding.end,
    callback_data.EditTopic: topics.edit_topic,
    callback_data.RespellTopic: topics.respell_topic,
    source_buttons.SuggestedCategory: topics.choose_category,
    callback_data.Setting: settings.press,
    callback_data.RateBundle: links.rate_bundle,
    callback_data.Follow: follow.press,
    callback_data.FollowName: follow.follow_name,
    callback_data.SavedPage: saved.turn_page,
    callback_data.Export: export.press,
    callback_data.SearchPage: search.turn_page,
    callback_data.SearchWords: search.search_again,
    standing_buttons.StandSearch: search.stand,
    standing_buttons.StopSearch: topics.stop_search,
    standing_buttons.MoreMatches: standing.more,
    callback_data.TasteWord: taste.press,
    callback_data.RatingList: rating_list.turn_page,
    callback_data.Reset: rating_list.reset,
    top_buttons.TopPage: top.turn_page,
    top_buttons.DayPage: top.turn_day,
    top_buttons.WeeklySwitch: weekly.switch,
    source_buttons.SourcesPage: sources.open_page,
    source_buttons.CategoryGroup: sources.open_group,
    source_buttons.ChooseSource: sources.choose,
    source_buttons.ChooseMatch: sources.choose_match,
    source_buttons.JournalWords: sources.search_journals,
    callback_data.Forget: privacy.press,
    callback_data.ForgetVotes: voters.press_of_reader,
    group_buttons.GroupList: group_settings.press_list,
    group_buttons.GroupSetting: group_settings.press,
    group_buttons.DropGroupTopic: group_settings.drop_topic,
    group_buttons.DecidePost: approvals.decide,
}

# The buttons that stand in groups; in a private chat they are forged.
GROUP_BUTTONS: dict[type[Button], PressHandler] = {
    group_buttons.Vote: group_cards.vote,
    group_buttons.KeepPick: group_cards.keep,
    group_buttons.OpenPick: group_cards.open_,
    group_buttons.GroupSearchPage: groups.turn_page,
}

# The buttons below inline messages, which anybody may press.
INLINE_BUTTONS: dict[type[Button], PressHandler] = {
    callback_data.VoteInline: inline.vote,
}


def wire(app: App) -> None:
    """Give an application its handlers; of each group, the first that fits is the only one."""
    app.add_handler(TypeHandler(Update, gate.gate), group=-1)
    # An edited command is not a new one.
    new = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
    in_group = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS
    for name, handler in COMMANDS.items():
        app.add_handler(CommandHandler(name, handler, filters=new))
    for name, handler in GROUP_COMMANDS.items():
        app.add_handler(CommandHandler(name, handler, filters=in_group))
    app.add_handler(CallbackQueryHandler(press))
    app.add_handler(InlineQueryHandler(inline.answer))
    app.add_handler(ChosenInlineResultHandler(inline.note_card))
    app.add_handler(MessageReactionHandler(ratings.react))
    app.add_handler(ChatMemberHandler(membership.membership))
    app.add_handler(MessageHandler(new & filters.COMMAND, plain_text.unknown))
    text = new & ~filters.StatusUpdate.ALL
    app.add_handler(MessageHandler(text, plain_text.words))
    app.add_error_handler(failures.handle_error)


async def press(update: Update, context: Context) -> None:
    """Lead a press to the handler of its button; data that no button has are out of date."""
    query = update.callback_query
    if query is None:
        return
    button = callback_data.parse(query.data or "")
    handlers = _handlers(query.inline_message_id, context)
    handler = handlers.get(type(button)) if button is not None else None
    if button is None or handler is None:
        await context.answer(replies.stale(context.t))
        return
    message_id = query.message.message_id if query.message else None
    await handler(Press(button, context, message_id), context)


def _handlers(
    inline_message_id: str | None, context: Context
) -> dict[type[Button], PressHandler]:
    """Return the handlers of the buttons that stand where somebody pressed."""
    if inline_message_id is not None:
        return INLINE_BUTTONS
    return BUTTONS if context.group is None else GROUP_BUTTONS
