"""The plain sentences of the conversation: help, goodbye, and what to do when something is off."""

from datetime import date
from difflib import get_close_matches

from bot.messages import callback_data
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip

# How much what was typed must be like a command to stand for it.
CLOSE = 0.75


def commands(t: Translation) -> list[tuple[str, str]]:
    """Return the commands and what each does, for Telegram's menu and for /help."""
    return [
        ("picks", t.gettext("your next papers, now")),
        ("topics", t.gettext("what you want more of, or never want to see")),
        ("taste", t.gettext("what I believe you like, and why; correct me")),
        ("follow", t.gettext("authors whose papers you always want")),
        ("search", t.gettext("any paper I have, by its words")),
        ("saved", t.gettext("the papers you keep, with search")),
        (
            "export",
            t.gettext("your saved papers, or all I keep of you, as a file"),
        ),
        ("stats", t.gettext("how your picks have done, as a picture")),
        ("settings", t.gettext("when, how many and how your picks come")),
        ("help", t.gettext("what I can do")),
        ("stop", t.gettext("no more daily picks")),
        ("privacy", t.gettext("what I keep of you")),
        ("forget", t.gettext("delete everything I keep of you")),
    ]


def admin_commands(t: Translation) -> list[tuple[str, str]]:
    """Return what the operator's people find in their menu beside these."""
    return [
        ("status", t.gettext("how the bot is")),
        ("invite", t.gettext("a link that lets one person in")),
    ]


def description(t: Translation) -> str:
    """Return what stands in an empty chat, before Start is pressed."""
    return t.gettext(
        "I read the new machine-learning papers every day, learn from your 👍 and 👎 which ones "
        "you would read, and send you those, each with its reason."
    )


def short_description(t: Translation) -> str:
    """Return what the bot's profile says of it."""
    return t.gettext(
        "The few new machine-learning papers that fit you, every day."
    )


def help_(t: Translation) -> Screen:
    """Say what the bot can do, on one phone screen."""
    lines = "\n".join(f"/{name} · {escape(does)}" for name, does in commands(t))
    text = t.gettext(
        "I read the new machine-learning papers every day and send you the few that fit you.\n\n"
        "{commands}\n\n"
        "Tap 👍 or 👎 under a paper, and your next picks know it. Send me an arXiv or "
        "Hugging Face link of a paper you like, or a .bib file: I learn from that too."
    )
    return Screen(text.format(commands=lines))


def unknown_command(t: Translation, command: str) -> Screen:
    """Name the command that was probably meant."""
    written = command.casefold()
    # Another first letter is mostly another word: /top is no /stop.
    known = [
        name
        for name, _ in [*commands(t), ("start", "")]
        if name[0] == written[:1]
    ]
    close = get_close_matches(written, known, n=1, cutoff=CLOSE)
    shown = escape(clip(command, 40))
    if close:
        text = t.gettext("I don't know /{command}. Did you mean /{close}?")
        return Screen(text.format(command=shown, close=close[0]))
    return Screen(
        t.gettext("I don't know /{command}. /help shows what I can do.").format(
            command=shown
        )
    )


def plain_words(t: Translation, words: str) -> Screen:
    """Ask what words that answer no question are meant to be."""
    if not callback_data.EditTopic("+", words).fits:
        return Screen(
            t.gettext(
                "To make that a topic, send it after the command: /topics add …"
            )
        )
    text = t.gettext("Is “{words}” something for your topics?").format(
        words=escape(clip(words, 60))
    )
    return Screen(
        text,
        keyboard(
            [
                [
                    button(
                        t.gettext("➕ I want more of it"),
                        callback_data.EditTopic("+", words).data,
                    )
                ],
                [
                    button(
                        t.gettext("🔇 Never show it"),
                        callback_data.EditTopic("-", words).data,
                    )
                ],
                [
                    button(
                        t.gettext("🔎 Search for it"),
                        callback_data.SearchWords(words).data,
                    )
                ],
                [button(t.gettext("Neither"), callback_data.Close().data)],
            ]
        ),
    )


def which_topic(t: Translation) -> Screen:
    """Ask for the topic after a bare "add" or "mute"."""
    return Screen(
        t.gettext("Which topic? Write for example “add diffusion models”.")
    )


def not_text(t: Translation) -> Screen:
    """Answer a sticker, a photo, a voice message."""
    return Screen(
        t.gettext(
            "I read words and links. Write a topic, or send an arXiv or Hugging Face link "
            "of a paper you like."
        )
    )


def too_long(t: Translation) -> Screen:
    """Answer a wall of text."""
    return Screen(
        t.gettext(
            "That is a lot of text. Write a topic in a few words, or send a paper's link."
        )
    )


def stopped(t: Translation) -> Screen:
    """Confirm that no more picks will come."""
    return Screen(
        t.gettext(
            "Your daily picks are off. I keep your topics and ratings; "
            "/start brings the picks back, and /picks works any time."
        )
    )


def not_started(t: Translation) -> Screen:
    """Answer somebody who has not started yet."""
    return Screen(
        t.gettext(
            "We haven't met. Send /start, and I'll find your first papers."
        )
    )


def by_invitation(t: Translation) -> Screen:
    """Tell a stranger that the door is closed."""
    return Screen(
        t.gettext(
            "This PaperPicks is by invitation. Ask whoever told you about it for a link."
        )
    )


def used_invitation(t: Translation) -> Screen:
    """Tell a stranger that a link was somebody else's."""
    return Screen(
        t.gettext(
            "That invitation was used already, or never existed. Please ask for a new one."
        )
    )


def full(t: Translation) -> Screen:
    """Tell a stranger that there is no room."""
    return Screen(
        t.gettext("This PaperPicks has no room for more readers at the moment.")
    )


def invitation(t: Translation, link: str) -> Screen:
    """Give an admin a link for one person."""
    text = t.gettext("This link lets one person in:\n{link}")
    return Screen(text.format(link=escape(link)))


def slower(t: Translation) -> Screen:
    """Ask for a pause."""
    return Screen(
        t.gettext(
            "That was quick. Give me a minute, and I'll be with you again."
        )
    )


def failed(t: Translation) -> str:
    """Say what to do when it was our fault."""
    return t.gettext("Something went wrong here. Please try again.")


def not_saved(t: Translation) -> str:
    """Say that a tap was lost, while the database is away or full."""
    return t.gettext("I couldn't save that tap. Please tap again.")


def saved_later(t: Translation) -> str:
    """Say that a tap is not lost, and need not be made again."""
    return t.gettext("I can't save that right now. I'll try again in a moment.")


def takes_long(t: Translation) -> str:
    """Say that a tap takes longer than taps do; what comes of it is not known yet."""
    return t.gettext(
        "That takes longer than usual. If nothing changes, please tap again."
    )


def stale(t: Translation) -> str:
    """Answer a button that belongs to nobody's paper, or not to this reader's."""
    return t.gettext("This button has no paper behind it any more.")


def no_papers(t: Translation) -> Screen:
    """Say that nothing is stored yet."""
    return Screen(
        t.gettext(
            "I have no papers yet: I'm fetching them now. Try /picks again in a minute."
        )
    )


def all_seen(t: Translation, *, muted: bool) -> Screen:
    """Say that every paper here was shown, or is muted."""
    if muted:
        text = t.gettext(
            "No picks now: you have seen every paper I have, or muted it. "
            "New ones come on weekdays; /topics shows what you mute."
        )
    else:
        text = t.gettext(
            "No picks now: you have seen every paper I have. New ones come on weekdays."
        )
    return Screen(text)


def empty_day(t: Translation, day: date) -> Screen:
    """Say in one line why a morning has no picks."""
    if day.weekday() >= 5:
        text = t.gettext(
            "No picks today: Daily Papers and arXiv rest at weekends."
        )
    else:
        text = t.gettext(
            "No picks today: nothing new that you haven't seen or muted."
        )
    return Screen(text)


def below_bar(t: Translation) -> Screen:
    """Say that nothing new was good enough, and offer it all the same."""
    row = [
        button(t.gettext("Show the best anyway"), callback_data.Picks().data)
    ]
    return Screen(
        t.gettext("No picks today: nothing above your bar."), keyboard([row])
    )


def empty_late(t: Translation, silence: str) -> Screen:
    """Say that the list of papers kept silent, and nothing else is left to send."""
    text = t.gettext(
        "No picks today: {silence}. You'll see its papers when it does."
    )
    return Screen(escape(text.format(silence=silence)))


def no_such_link(t: Translation) -> Screen:
    """Say that a link leads to no paper."""
    return Screen(
        t.gettext(
            "I couldn't find a paper at that link. I understand arXiv and Hugging Face paper links."
        )
    )
