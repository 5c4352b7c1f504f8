"""Short replies without a module of their own: help, refusals, errors, and days without picks."""

from datetime import date
from difflib import get_close_matches

from bot.messages.callback_data import Close, EditTopic, Picks, SearchWords
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip

# How similar a word must be to a command to be taken for a misspelling of it; 1 is equal.
MIN_SIMILARITY = 0.75

# Characters of an unknown command, and of a topic.
LONGEST_COMMAND = 40
LONGEST_TOPIC = 60

SATURDAY = 5


def commands(t: Translation) -> list[tuple[str, str]]:
    """Return all commands with their descriptions, for Telegram's menu and for `/help`."""
    return [
        ("picks", t.gettext("your next papers, now")),
        ("topics", t.gettext("what you want more of, or never want to see")),
        (
            "sources",
            t.gettext("where your papers come from: arXiv, journals, feeds"),
        ),
        ("taste", t.gettext("what I believe you like, and why; correct me")),
        ("follow", t.gettext("authors whose papers you always want")),
        ("search", t.gettext("any paper I have, by words in it")),
        ("saved", t.gettext("your saved papers, with search")),
        ("top", t.gettext("the most upvoted: /top, /top week, /top month")),
        ("day", t.gettext("all papers of a day: /day 20 November")),
        (
            "export",
            t.gettext(
                "your saved papers, or everything I store about you, as a file"
            ),
        ),
        ("stats", t.gettext("how your picks have done, as a picture")),
        ("settings", t.gettext("when, how many and how your picks come")),
        ("help", t.gettext("what I can do")),
        ("groups", t.gettext("groups and channels in which I post")),
        ("stop", t.gettext("no more daily picks")),
        ("privacy", t.gettext("what I store about you")),
        ("forget", t.gettext("delete everything I store about you")),
    ]


def admin_commands(t: Translation) -> list[tuple[str, str]]:
    """Return the commands that only admins have, with their descriptions."""
    return [
        ("status", t.gettext("how the bot is doing")),
        ("invite", t.gettext("a link that lets one person in")),
    ]


def description(t: Translation) -> str:
    """Return the text of an empty chat, shown before Start is pressed."""
    return t.gettext(
        "I read the new machine-learning papers every day, learn from your 👍 and 👎 which ones "
        "you would read, and send you those, each with its reason."
    )


def short_description(t: Translation) -> str:
    """Return the text of the bot's profile."""
    return t.gettext(
        "The few new machine-learning papers that fit you, every day."
    )


def help_(t: Translation) -> Screen:
    """Answer `/help`: say what the bot can do, on one phone screen."""
    lines = [
        f"/{name} · {escape(description)}" for name, description in commands(t)
    ]
    text = t.gettext(
        "I read the new machine-learning papers every day and send you the few that fit you.\n\n"
        "{commands}\n\n"
        "Tap 👍 or 👎 under a paper, and your next picks know it. Send me a link of a paper "
        "you like (arXiv, Hugging Face, DOI, bioRxiv, OpenReview…), or a .bib, .ris or .nbib "
        "file: I learn from that too."
    )
    return Screen(text.format(commands="\n".join(lines)))


def paper_gone(t: Translation) -> Screen:
    """Say that the paper of a link is not stored any more."""
    return Screen(escape(t.gettext("I don't have that paper any more.")))


def unknown_command(t: Translation, command: str) -> Screen:
    """Say that a command does not exist, and suggest one with a similar name."""
    name = command.casefold()
    names = ["start", *(known_name for known_name, _ in commands(t))]
    # A word with another first letter is usually no misspelling: "/log" is not "/help".
    candidates = [candidate for candidate in names if candidate[0] == name[:1]]
    matches = get_close_matches(name, candidates, n=1, cutoff=MIN_SIMILARITY)

    quoted = escape(clip(command, LONGEST_COMMAND))
    if matches:
        text = t.gettext("I don't know /{command}. Did you mean /{close}?")
        return Screen(text.format(command=quoted, close=matches[0]))
    text = t.gettext("I don't know /{command}. /help shows what I can do.")
    return Screen(text.format(command=quoted))


def plain_words(t: Translation, words: str) -> Screen:
    """Ask what to do with words: want them as a topic, mute them, or search for them."""
    want = EditTopic("+", words)
    mute = EditTopic("-", words)
    search = SearchWords(words)
    if not want.fits:
        return Screen(
            t.gettext(
                "To make that a topic, send it after the command: /topics add …"
            )
        )

    text = t.gettext("Is “{words}” something for your topics?")
    text = text.format(words=escape(clip(words, LONGEST_TOPIC)))
    rows = [
        [button(t.gettext("➕ I want more of it"), want.data)],
        [button(t.gettext("🔇 Never show it"), mute.data)],
        [button(t.gettext("🔎 Search for it"), search.data)],
        [button(t.gettext("Neither"), Close().data)],
    ]
    return Screen(text, keyboard(rows))


def which_topic(t: Translation) -> Screen:
    """Ask for the topic after a bare "add" or "mute"."""
    return Screen(
        t.gettext("Which topic? Write for example “add diffusion models”.")
    )


def not_text(t: Translation) -> Screen:
    """Answer a message without text, such as a sticker or a photo."""
    return Screen(
        t.gettext(
            "I read words and links. Write a topic, or send the link of a paper you like: "
            "arXiv, Hugging Face, DOI, bioRxiv, OpenReview…"
        )
    )


def too_long(t: Translation) -> Screen:
    """Answer a text that is too long to be read."""
    return Screen(
        t.gettext(
            "That is a lot of text. Write a topic in a few words, or send a paper's link."
        )
    )


def stopped(t: Translation) -> Screen:
    """Confirm that no more daily picks will come."""
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
    """Tell a new person that an invitation is needed."""
    return Screen(
        t.gettext(
            "This PaperPicks is by invitation. Ask whoever told you about it for a link."
        )
    )


def used_invitation(t: Translation) -> Screen:
    """Tell a new person that their invitation was used already, or does not exist."""
    return Screen(
        t.gettext(
            "That invitation has been used already, or never existed. "
            "Please ask for a new one."
        )
    )


def full(t: Translation) -> Screen:
    """Tell a new person that the number of readers is at its limit."""
    return Screen(
        t.gettext("This PaperPicks has no room for more readers at the moment.")
    )


def invitation(t: Translation, link: str) -> Screen:
    """Answer `/invite`: show an admin a link that lets one person in."""
    text = t.gettext("This link lets one person in:\n{link}")
    return Screen(text.format(link=escape(link)))


def slower(t: Translation) -> Screen:
    """Ask a reader who sends too many messages for a pause."""
    return Screen(
        t.gettext(
            "That was a lot at once. Give me a minute, and I'm all yours again."
        )
    )


def failed(t: Translation) -> str:
    """Say that the bot failed."""
    return t.gettext("Something went wrong here. Please try again.")


def not_saved(t: Translation) -> str:
    """Say that a tap was lost because the database is unreachable or full."""
    return t.gettext("I couldn't save that tap. Please tap again.")


def saved_later(t: Translation) -> str:
    """Say that a tap is not lost: Telegram will deliver it again."""
    return t.gettext("I can't save that right now. I'll try again in a moment.")


def takes_long(t: Translation) -> str:
    """Say that a tap takes long, and may fail yet."""
    return t.gettext(
        "That is taking longer than usual. If nothing changes, "
        "please tap again."
    )


def stale(t: Translation) -> str:
    """Return the toast for a button whose paper does not exist, or is not this reader's."""
    return t.gettext("The paper behind this button is gone.")


def no_papers(t: Translation) -> Screen:
    """Say that no papers are stored yet."""
    return Screen(
        t.gettext(
            "I have no papers yet: I'm fetching them now. Try /picks again in a minute."
        )
    )


def all_seen(t: Translation, *, has_muted: bool) -> Screen:
    """Say that every paper was shown before or, if the reader mutes topics, is muted."""
    if has_muted:
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
    """Say why a day has no picks."""
    if day.weekday() >= SATURDAY:
        text = t.gettext(
            "No picks today: Daily Papers and arXiv rest at weekends."
        )
    else:
        text = t.gettext(
            "No picks today: nothing new that you haven't seen or muted."
        )
    return Screen(text)


def below_bar(t: Translation) -> Screen:
    """Say that no paper is above the reader's quality bar; a button shows the best ones."""
    text = t.gettext("No picks today: nothing above your bar.")
    show = button(t.gettext("Show the best anyway"), Picks().data)
    return Screen(text, keyboard([[show]]))


def empty_late(t: Translation, silence: str) -> Screen:
    """Say that there are no picks because a source has not answered; `silence` says since when."""
    text = t.gettext(
        "No picks today: {silence}. You'll see its papers when it does."
    )
    return Screen(escape(text.format(silence=silence)))


def no_such_link(t: Translation) -> Screen:
    """Say that a link leads to no paper."""
    return Screen(
        t.gettext(
            "I couldn't find a paper at that link. I understand links to arXiv, Hugging Face, "
            "bioRxiv, medRxiv, OpenReview, the ACL Anthology and Semantic Scholar, and any "
            "that holds a DOI. Is there one on its page?"
        )
    )
