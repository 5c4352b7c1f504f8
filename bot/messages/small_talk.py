"""Answers to greetings, thanks, questions, and commands in plain words."""

import re

from bot.messages.buttons import close_button
from bot.messages.callback_data import SearchWords
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip

# Characters of a reader's name.
LONGEST_NAME = 40

# The words of a question, by the subject it is about. The first subject that matches is answered.
SUBJECT_WORDS = {
    "stop": r"stop|unsubscribe|quit|cancel|turn (?:it |this |you )?off|get rid",
    "forget": r"delete|erase|forget|privacy|personal data|my (?:data|account)|gdpr|know about me",
    "top": r"popular|upvote|trending|top\b|most (?:liked|read|voted)",
    "settings": r"pause|holiday|vacation|(?:the|what|my) time|time ?zone|hour|when|how often|"
    r"how many|language|settings?|notification|every day|weekend",
    "mute": r"mute|hide|block|never (?:see|show)|less of|exclude",
    "sources": r"sources?|arxiv|biorxiv|medrxiv|journals?|rss|feeds?|daily papers",
    "topics": r"topics?|interests?|add|more of",
    "follow": r"follow|authors?",
    "search": r"search|find|look up",
    "saved": r"save|bookmark|later|keep",
    "export": r"export|bibtex|zotero|csv|download",
    "why": r"why|reason",
    "taste": r"taste|learn|rat(?:e|ing)|like|choose|recommend|thumb|work",
    "help": r"who|what (?:is|are|can|do|does) (?:this|you|i|it)|what['’]?s this|help|commands?|"
    r"paperpicks|use this|start",
}
SUBJECTS = {
    subject: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for subject, words in SUBJECT_WORDS.items()
}


def answer(t: Translation, kind: str, name: str, text: str) -> Screen:
    """Answer a text that is no topic.

    Its `kind` is small talk, `question`, or the name of a command; `name` is the reader's.
    """
    if kind == "question":
        return _answer_question(t, text)

    small_talk = {
        "greeting": t.gettext(
            "Hi {name}. Write a topic such as “diffusion models”, send a paper's link, "
            "or tap /picks for your next papers."
        ).format(name=clip(name, LONGEST_NAME) or "🙂"),
        "thanks": t.gettext(
            "You're welcome. Tap 👍 or 👎 under your papers, and the next ones fit better."
        ),
        "nod": t.gettext(
            "🙂 Whenever you like: write a topic, or tap /picks for your next papers."
        ),
        "thumb": t.gettext(
            "Tap 👍 or 👎 under a paper, or react to its message: then I know which one you mean."
        ),
    }
    if kind in small_talk:
        return Screen(escape(small_talk[kind]))
    return Screen(escape(_help_texts(t)[kind]))


def _answer_question(t: Translation, text: str) -> Screen:
    """Name the command that helps; if there is none, offer to search for the words."""
    for subject, pattern in SUBJECTS.items():
        if pattern.search(text):
            return Screen(escape(_help_texts(t)[subject]))

    apology = t.gettext(
        "I can't answer that, I only know papers. /help shows what I can do."
    )
    rows = []
    search = SearchWords(text.strip(" ?"))
    if search.fits:
        rows.append([button(t.gettext("🔎 Search for it"), search.data)])
    rows.append([close_button(t)])
    return Screen(escape(apology), keyboard(rows))


def _help_texts(t: Translation) -> dict[str, str]:
    """Return which command helps, by the subject of a question or the name of a command."""
    return _help_on_reader(t) | _help_on_papers(t) | _help_on_learning(t)


def _help_on_reader(t: Translation) -> dict[str, str]:
    return {
        "stop": t.gettext(
            "/stop ends the daily picks, and /settings pauses them for "
            "a few days. /forget deletes everything I store about you."
        ),
        "forget": t.gettext(
            "/privacy tells you what I store about you, /export data "
            "gives you all of it, and /forget deletes it."
        ),
        "settings": t.gettext(
            "/settings changes the hour, the days, your city and the "
            "number of papers, and pauses them."
        ),
        "start": t.gettext(
            "/start asks for your topics again, and brings the daily "
            "picks back."
        ),
        "help": t.gettext(
            "I read the new machine-learning papers every day and send you the few that fit you. "
            "/help shows all that I can do."
        ),
    }


def _help_on_papers(t: Translation) -> dict[str, str]:
    return {
        "picks": t.gettext("/picks brings your next papers."),
        "sources": t.gettext(
            "/sources says where your papers come from, and adds arXiv, bioRxiv, journals "
            "and feeds."
        ),
        "top": t.gettext(
            "/top lists the most upvoted papers; /top week and /top "
            "month look further back. /day shows all papers of a day."
        ),
        "follow": t.gettext(
            "“/follow” and a name follows an author: their papers always come."
        ),
        "search": t.gettext(
            "“/search” and a few words looks through all papers I have."
        ),
        "saved": t.gettext(
            "🔖 under a paper saves it, and /saved shows your saved papers."
        ),
        "export": t.gettext(
            "/export gives you your saved papers as BibTeX, RIS or "
            "CSV, or everything I store about you."
        ),
    }


def _help_on_learning(t: Translation) -> dict[str, str]:
    return {
        "mute": t.gettext(
            "“/topics mute medical imaging” hides a topic; so does ⋯ under a paper."
        ),
        "topics": t.gettext(
            "/topics lists your topics. Write some to add them, or “mute …” for what you "
            "never want to see."
        ),
        "why": t.gettext(
            "⋯ under a paper says why I chose it; /taste shows what I believe you like."
        ),
        "taste": t.gettext(
            "I learn from your 👍 and 👎, your topics, and the papers you send me. "
            "/taste shows what I believe you like, and lets you correct it."
        ),
        "stats": t.gettext(
            "/stats shows how your picks have done, as a picture."
        ),
    }
