"""What the bot says in a group: few lines, and nothing about any one member."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.messages import settings as setting_texts
from bot.messages.group_buttons import GroupSearchPage
from bot.messages.paper_line import title
from bot.messages.text import escape, names
from bot.messages.translation import Translation
from bot.schedule.cities import city_name
from bot.storage.feedback import Topic
from bot.storage.readers import Reader
from bot.storage.searches import Search
from bot.transport.screen import Screen, address, button, keyboard
from bot.transport.text import clip
from recommender.papers import StoredPaper

# Papers on a page of a search.
PAGE_SIZE = 5

# Characters of authors' names, of a query, and of a line of topics.
LONGEST_NAMES = 60
LONGEST_QUERY = 80
LONGEST_TOPICS = 600

# The commands that only admins of a group may use, and so only their menus list.
ADMIN_COMMANDS = {"here"}


def commands(t: Translation) -> list[tuple[str, str]]:
    """Return the commands that groups have, with their descriptions."""
    return [
        ("picks", t.gettext("the group's next papers, now")),
        ("topics", t.gettext("what this group wants more of, or never")),
        ("search", t.gettext("any paper I have, by words in it")),
        ("here", t.gettext("post in this topic of the forum")),
        ("help", t.gettext("what I do here")),
    ]


def schedule(t: Translation, reader: Reader) -> str:
    """Return when a group's picks come, in words."""
    text = t.gettext("{days} at {at}, {city} time")
    return text.format(
        days=setting_texts.days(t, reader),
        at=reader.at.strftime("%H:%M"),
        city=city_name(reader.zone),
    )


def welcome(t: Translation, reader: Reader, settings_link: str) -> Screen:
    """Say in one line what comes, with a button that opens the settings in private."""
    text = t.ngettext(
        "I post {n} new paper here: {schedule}. Your votes choose the next ones.",
        "I post {n} new papers here: {schedule}. Your votes choose the next ones.",
        reader.picks,
    )
    text = text.format(n=reader.picks, schedule=schedule(t, reader))
    settings = address(t.gettext("Settings for admins"), settings_link)
    return Screen(escape(text), keyboard([[settings]]))


def not_admitted(t: Translation, *, is_admin: bool) -> Screen:
    """Say why nothing is posted, once."""
    if is_admin:
        text = t.gettext(
            "I'm here by invitation only: somebody who reads with me already has to add me."
        )
    else:
        text = t.gettext(
            "Only an admin of this group can set me up: please let one add me."
        )
    return Screen(escape(text))


def help_(t: Translation, reader: Reader, settings_link: str) -> Screen:
    """Answer `/help` in a group."""
    lines = [
        f"/{name} · {escape(description)}" for name, description in commands(t)
    ]
    text = t.gettext(
        "I post new machine-learning papers: {schedule}. Vote with 👍 and 👎: the next ones are "
        "chosen for all who vote, and nobody sees who voted how.\n\n{commands}"
    )
    text = text.format(
        schedule=escape(schedule(t, reader)), commands="\n".join(lines)
    )
    settings = address(t.gettext("Settings for admins"), settings_link)
    return Screen(text, keyboard([[settings]]))


def only_admins(t: Translation) -> Screen:
    """Say that somebody may not do that."""
    return Screen(escape(t.gettext("Only admins of this group can do that.")))


def picks_again_at(t: Translation, moment: datetime, reader: Reader) -> Screen:
    """Say when more picks can be asked for."""
    local = moment.astimezone(ZoneInfo(reader.zone))
    text = t.gettext(
        "You can ask for more papers once an hour; the next time is from {at}."
    )
    return Screen(escape(text.format(at=local.strftime("%H:%M"))))


def no_more_papers(t: Translation) -> Screen:
    """Say that there is nothing that the group has not seen."""
    return Screen(escape(t.gettext("You have seen all I have for today.")))


def posts_here(t: Translation, *, is_topic: bool) -> Screen:
    """Confirm where picks come from now on."""
    if is_topic:
        return Screen(
            escape(t.gettext("Papers come in this topic from now on."))
        )
    return Screen(escape(t.gettext("Papers come in this chat from now on.")))


def topics(
    t: Translation, topics: Sequence[Topic], notes: Sequence[str] = ()
) -> Screen:
    """List a group's topics; `notes` say what the last change did."""
    lines = topic_lines(topics) or [
        escape(t.gettext("No topics yet: I go by your votes alone."))
    ]
    hint = t.gettext(
        "Admins change them: “/topics add world models”, “/topics mute surveys”, "
        "“/topics remove surveys”."
    )
    heading = escape(t.gettext("Topics of this group"))
    parts = ("\n".join([f"<b>{heading}</b>", *lines]), *map(escape, notes))
    return Screen("\n\n".join((*parts, escape(hint))))


def topic_lines(topics: Sequence[Topic]) -> list[str]:
    """Return a line of HTML with the wanted topics, and one with the muted ones, if any."""
    lines = []
    for kind, mark in (("wanted", "➕"), ("muted", "🔇")):
        texts = [topic.text for topic in topics if topic.kind == kind]
        if texts:
            line = clip(" · ".join(texts), LONGEST_TOPICS)
            lines.append(f"{mark} {escape(line)}")
    return lines


def which_words(t: Translation) -> Screen:
    """Ask for words to search for."""
    text = t.gettext("Say what to look for: “/search state space models”.")
    return Screen(escape(text))


def nothing(t: Translation, query: str) -> Screen:
    """Say that no paper has the words."""
    text = t.gettext("I have no paper with “{words}”.")
    return Screen(escape(text.format(words=clip(query, LONGEST_QUERY))))


def results(
    t: Translation,
    search: Search,
    page: int,
    papers: Sequence[StoredPaper],
) -> Screen:
    """Render a page of search results in a group."""
    n = len(search.paper_ids)
    heading = t.ngettext(
        "{n} paper with “{words}”", "{n} papers with “{words}”", n
    )
    heading = heading.format(n=n, words=clip(search.words, LONGEST_QUERY))
    first = page * PAGE_SIZE + 1
    entries = [
        f"{number} · {_entry(paper)}"
        for number, paper in enumerate(papers, start=first)
    ]
    row = []
    if page:
        row.append(button("←", GroupSearchPage(search.id, page - 1).data))
    if first + PAGE_SIZE <= n:
        row.append(button("→", GroupSearchPage(search.id, page + 1).data))
    text = "\n\n".join([f"<b>{escape(heading)}</b>", *entries])
    return Screen(text, keyboard([row]) if row else None)


def _entry(paper: StoredPaper) -> str:
    """Return a paper's title, authors and upvotes, in HTML."""
    facts = (
        escape(clip(names(paper.authors), LONGEST_NAMES)),
        f"▲ {paper.upvotes}" if paper.upvotes else "",
    )
    line = " · ".join(fact for fact in facts if fact)
    return f"{title(paper)}\n{line}" if line else title(paper)


def kept(t: Translation, *, was_kept: bool) -> str:
    """Return the toast of a paper that was saved."""
    if was_kept:
        return t.gettext("You saved it already: /saved in our chat")
    return t.gettext("🔖 Saved for you: /saved in our chat")
