"""The messages of `/groups`: an admin's groups, and the settings of each, in private."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from telegram import InlineKeyboardButton

from bot.messages import callback_data, groups, text_form, translation
from bot.messages import settings as setting_screens
from bot.messages.group_buttons import (
    DropGroupTopic,
    GroupList,
    GroupSetting,
)
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.storage.feedback import Topic
from bot.storage.groups import NEVER, Group
from bot.transport.screen import Screen, button, grid, keyboard
from bot.transport.text import clip

# Minutes after which a post goes without its owner's word, to choose from.
MINUTES = (15, 60, 180)

# Characters of a name in a button, and of a topic.
LONGEST_NAME = 40
LONGEST_TOPIC = 30

# Topics with a button.
MAX_TOPICS = 40


def own_groups(t: Translation, own: Sequence[Group]) -> Screen:
    """List the groups whose admin somebody is, with a button for each."""
    if not own:
        text = t.gettext(
            "You are an admin of no group or channel that I post in. "
            "Add me to one: I post the day's papers there, and all who "
            "read them can vote.\n"
            "In a channel I need the right to post."
        )
        return Screen(escape(text))
    text = t.gettext("Which one do you want to set up?")
    rows = [
        [
            button(
                clip(_name(group), LONGEST_NAME),
                GroupSetting(group.id, "all").data,
            )
        ]
        for group in own
    ]
    return Screen(escape(text), keyboard(rows))


def settings(
    t: Translation, group: Group, topics: Sequence[Topic], today: date
) -> Screen:
    """Render the settings of a group, with a button for each."""
    reader = group.reader
    lines = [
        f"<b>{escape(_name(group))}</b>",
        *_problem(t, group),
        escape(groups.schedule(t, reader)),
        escape(_form(t, group)),
        *groups.topic_lines(topics),
        *_approval_line(t, group),
    ]

    def opens(text: str, name: str) -> InlineKeyboardButton:
        return button(text, GroupSetting(group.id, name).data)

    hour = reader.at.strftime("%H:%M")
    rows = [
        [opens(f"🕗 {hour}", "at"), opens(t.gettext("🌍 City"), "zone")],
        [
            opens(t.gettext("📅 Days"), "days"),
            opens(t.gettext("🔢 How many"), "picks"),
        ],
        [
            opens(t.gettext("➕ Topics"), "topics"),
            opens(t.gettext("📄 Layout"), "style"),
        ],
        [
            opens(f"📝 {text_form.name(t, reader.text)}", "text"),
            *_preview_switch(t, group),
        ],
        [*_language_button(t, group), _own_setting(t, group)],
        [_pause_button(t, group, today)],
        [button(t.gettext("← Other groups"), GroupList().data)],
    ]
    return Screen("\n".join(lines), keyboard(rows))


def choices(group: Group, screen: Screen) -> Screen:
    """Return the choices of a reader's setting as those of a group."""
    rows = screen.keyboard.inline_keyboard if screen.keyboard else ()
    return replace(
        screen,
        keyboard=keyboard(
            [[_of_group(group, key) for key in row] for row in rows]
        ),
    )


def form_choices(t: Translation, group: Group) -> Screen:
    """Offer a card for each paper, or one message for all."""
    labels = {
        "cards": t.gettext("A card for each paper"),
        "digest": t.gettext("One message, with numbered buttons"),
    }
    rows = [
        [_choice(group, label, "style", style, group.reader.style)]
        for style, label in labels.items()
    ]
    return _question(t, group, t.gettext("How should papers come?"), rows)


def asking_choices(t: Translation, group: Group) -> Screen:
    """Offer who may ask for more papers."""
    labels = {
        "admins": t.gettext("Admins"),
        "everybody": t.gettext("Everybody"),
    }
    rows = [
        [_choice(group, label, "asking", who, group.asking)]
        for who, label in labels.items()
    ]
    text = t.gettext("Who may ask for more papers with /picks, once an hour?")
    return _question(t, group, text, rows)


def approval_choices(t: Translation, group: Group) -> Screen:
    """Offer whether the owner sees posts first, and how long they wait."""
    present = "off" if group.approval is None else str(group.approval)
    labels = {
        "-1": t.gettext("Show me each post; never post on your own"),
        **{
            str(n): t.ngettext(
                "Show me; post after {n} minute",
                "Show me; post after {n} minutes",
                n,
            ).format(n=n)
            for n in MINUTES
        },
        "off": t.gettext("Post at once"),
    }
    rows = [
        [_choice(group, label, "approval", value, present)]
        for value, label in labels.items()
    ]
    text = t.gettext("Do you want to see posts before they go out?")
    return _question(t, group, text, rows)


def language_choices(t: Translation, group: Group) -> Screen:
    """Offer the languages that there are."""
    present = translation.nearest(group.reader.language)
    rows = [
        [_choice(group, name, "language", code, present)]
        for code, name in translation.available()
    ]
    return _question(t, group, t.gettext("Which language?"), rows)


def topic_list(
    t: Translation,
    group: Group,
    topics: Sequence[Topic],
    notes: Sequence[str] = (),
) -> Screen:
    """List a group's topics, with a button to drop each; the next words add more."""
    lines = groups.topic_lines(topics) or [escape(t.gettext("No topics yet."))]
    hint = t.gettext(
        "Write topics to add them, separated by commas or one per "
        "line.\n"
        "Start a line with - to mute: “- medical imaging”."
    )
    heading = t.gettext("Topics of {name}").format(name=group.reader.name)
    parts = (
        "\n".join([f"<b>{escape(heading)}</b>", *lines]),
        *map(escape, notes),
        escape(hint),
    )
    drops = [
        button(
            f"✕ {clip(topic.text, LONGEST_TOPIC)}",
            DropGroupTopic(group.id, topic.id).data,
        )
        for topic in topics[:MAX_TOPICS]
    ]
    rows = [*grid(drops, 2), [_back(t, group)]]
    return Screen("\n\n".join(parts), keyboard(rows))


def no_admin(t: Translation) -> Screen:
    """Say that somebody can't change a group's settings."""
    text = t.gettext(
        "Only admins of that group can change its settings, and I have to be in it."
    )
    return Screen(escape(text))


def paused(t: Translation, group: Group, reason: str) -> Screen:
    """Tell the admin who set the bot up why nothing is posted, and what to change."""
    text = t.gettext("I can't post in {name}. {what}").format(
        name=group.reader.name, what=_remedy(t, reason)
    )
    again = button(
        t.gettext("Try again"), GroupSetting(group.id, "resume", "on").data
    )
    return Screen(escape(text), keyboard([[again]]))


def topic_gone(t: Translation, group: Group) -> Screen:
    """Tell the admin that the forum topic was deleted, and where papers come now."""
    text = t.gettext(
        "The topic in {name} that I posted in is gone. Papers come "
        "in General now; /here in another topic moves them there."
    )
    return Screen(escape(text.format(name=group.reader.name)))


def channel_set_up(t: Translation, group: Group) -> str:
    """Return what to say to whoever added the bot to a channel."""
    return t.gettext(
        "I'm in {name}. Before each post I show it to you: nothing goes out without your word "
        "unless you choose so below."
    ).format(name=group.reader.name)


def below(text: str, screen: Screen) -> Screen:
    """Return a screen with a sentence above it."""
    return replace(screen, text=f"{escape(text)}\n\n{screen.text}")


def post_sent(t: Translation) -> str:
    """Return the toast for a post that was approved."""
    return t.gettext("It goes out within a minute.")


def post_skipped(t: Translation) -> str:
    """Return the toast for a post that was skipped."""
    return t.gettext("Not posted.")


def post_over(t: Translation) -> str:
    """Return the toast for a post that waits no more."""
    return t.gettext("That post is no longer waiting.")


def no_other_paper(t: Translation) -> str:
    """Return the toast where no paper is left to take a place."""
    return t.gettext("I have no other paper for that place.")


def decided(t: Translation, group: Group, *, is_sent: bool) -> Screen:
    """Replace a preview once its post is decided."""
    if is_sent:
        text = t.gettext("It goes out in {name} now.")
    else:
        text = t.gettext("Skipped: nothing is posted in {name} this time.")
    return Screen(escape(text.format(name=group.reader.name)))


def _name(group: Group) -> str:
    return group.reader.name or str(group.reader.chat_id)


def _problem(t: Translation, group: Group) -> list[str]:
    """Say why nothing is posted, if something is wrong."""
    if not group.paused:
        return []
    return [f"⚠️ {escape(_remedy(t, group.paused))}"]


def _remedy(t: Translation, reason: str) -> str:
    """Say what an admin can change so that papers come again."""
    match reason:
        case "closed":
            return t.gettext(
                "The topic is closed: open it, or use /here in another one."
            )
        case "channel":
            return t.gettext("I need the right to post messages there.")
    return t.gettext("I need the right to send messages there.")


def _form(t: Translation, group: Group) -> str:
    """Say how many papers come and in which form."""
    n = group.reader.picks
    if group.reader.style == "cards":
        text = t.ngettext(
            "{n} paper, a card each", "{n} papers, a card each", n
        )
    else:
        text = t.ngettext(
            "{n} paper in one message", "{n} papers in one message", n
        )
    return text.format(n=n)


def _approval_line(t: Translation, group: Group) -> list[str]:
    """Say whether posts are shown to an admin first."""
    if group.approval is None:
        return []
    if group.approval == NEVER:
        return [escape(t.gettext("I post only what you approve"))]
    text = t.ngettext(
        "I show you each post, and send it after {n} minute",
        "I show you each post, and send it after {n} minutes",
        group.approval,
    )
    return [escape(text.format(n=group.approval))]


def _own_setting(t: Translation, group: Group) -> InlineKeyboardButton:
    """Return the button of what only channels have, or only groups."""
    if group.is_channel:
        text, name = t.gettext("👁 Approval"), "approval"
    else:
        text, name = t.gettext("🙋 Who may ask"), "asking"
    return button(text, GroupSetting(group.id, name).data)


def _language_button(
    t: Translation, group: Group
) -> list[InlineKeyboardButton]:
    """Return the button that opens the languages, if there are several."""
    if len(translation.available()) < 2:
        return []
    data = GroupSetting(group.id, "language").data
    return [button(t.gettext("🗣 Language"), data)]


def _pause_button(
    t: Translation, group: Group, today: date
) -> InlineKeyboardButton:
    """Return the button that pauses a group's papers, or lets them come again."""
    until = group.reader.paused_until
    if until is not None and until > today:
        text, value = t.gettext("▶️ Post again"), "0"
    else:
        text = t.gettext("⏸ Pause")
        value = setting_screens.FOREVER.isoformat()
    return button(text, GroupSetting(group.id, "pause", value).data)


def _preview_switch(t: Translation, group: Group) -> list[InlineKeyboardButton]:
    """Return the switch for the pictures on a group's cards."""
    switches = setting_screens.preview_switch(t, group.reader)
    return [_of_group(group, switch) for switch in switches]


def _of_group(group: Group, key: InlineKeyboardButton) -> InlineKeyboardButton:
    """Return a button of a reader's settings as one of a group's."""
    setting = callback_data.Setting.parse(str(key.callback_data))
    if setting is None:
        return key
    name = "all" if setting.name == "back" else setting.name
    data = GroupSetting(group.id, name, setting.value).data
    return button(key.text, data, pressed=key.style is not None)


def _choice(
    group: Group, label: str, name: str, value: str, present: str
) -> InlineKeyboardButton:
    is_present = value == present
    text = f"{label} ✓" if is_present else label
    data = GroupSetting(group.id, name, value).data
    return button(text, data, pressed=is_present)


def _question(
    t: Translation,
    group: Group,
    text: str,
    rows: Sequence[Sequence[InlineKeyboardButton]],
) -> Screen:
    return Screen(escape(text), keyboard([*rows, [_back(t, group)]]))


def _back(t: Translation, group: Group) -> InlineKeyboardButton:
    return button(t.gettext("← Back"), GroupSetting(group.id, "all").data)
