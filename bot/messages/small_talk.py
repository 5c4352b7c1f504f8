"""Answers to what is no wish: a greeting, thanks, a question, a command in plain words."""

import re

from bot.messages import callback_data
from bot.messages.text import escape
from bot.messages.translation import Translation
from bot.transport.screen import Screen, button, keyboard
from bot.transport.text import clip

# What a question is about, by its words; the first that fits is answered.
ABOUT = {
    "stop": r"stop|unsubscribe|quit|cancel|turn (?:it |this |you )?off|get rid",
    "forget": r"delete|erase|forget|privacy|personal data|my (?:data|account)|gdpr|know about me",
    "settings": r"pause|holiday|vacation|(?:the|what|my) time|time ?zone|hour|when|how often|"
    r"how many|language|settings?|notification|every day|weekend",
    "mute": r"mute|hide|block|never (?:see|show)|less of|exclude",
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
QUESTIONS = {
    name: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for name, words in ABOUT.items()
}


def answer(t: Translation, kind: str, name: str, written: str) -> Screen:
    """Answer what a reader by some name wrote, which is of that `kind`."""
    if kind == "question":
        return _question(t, written)
    said = {
        "greeting": t.gettext(
            "Hi {name}. Write a topic such as “diffusion models”, send a paper's link, "
            "or tap /picks for your next papers."
        ).format(name=clip(name, 40) or "🙂"),
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
    text = said[kind] if kind in said else _help_with(t, kind)
    return Screen(escape(text))


def _question(t: Translation, written: str) -> Screen:
    """Answer a question with the command that helps; else offer to search for its words."""
    about = next(
        (name for name, words in QUESTIONS.items() if words.search(written)), ""
    )
    if about:
        return Screen(escape(_help_with(t, about)))
    text = t.gettext(
        "I can't answer that, I only know papers. /help shows what I can do."
    )
    search = callback_data.SearchWords(written.strip(" ?"))
    rows = []
    if search.fits:
        rows.append([button(t.gettext("🔎 Search for it"), search.data)])
    rows.append([button(t.gettext("Close"), callback_data.Close().data)])
    return Screen(escape(text), keyboard(rows))


def _help_with(t: Translation, about: str) -> str:
    """Say which command helps with something."""
    told = {
        "stop": t.gettext(
            "/stop ends the daily picks, and /settings pauses them for some days. "
            "/forget deletes everything I keep of you."
        ),
        "forget": t.gettext(
            "/privacy tells what I keep of you, /export data gives it to you, "
            "and /forget deletes all of it."
        ),
        "settings": t.gettext(
            "/settings has the hour, the days, your city, how many papers come, and a pause."
        ),
        "mute": t.gettext(
            "“/topics mute medical imaging” hides a topic; so does ⋯ under a paper."
        ),
        "topics": t.gettext(
            "/topics lists your topics. Write some to add them, or “mute …” for what you "
            "never want to see."
        ),
        "follow": t.gettext(
            "“/follow” and a name follows an author: their papers always come."
        ),
        "search": t.gettext(
            "“/search” and a few words looks through all papers I have."
        ),
        "saved": t.gettext(
            "🔖 under a paper keeps it, and /saved shows what you kept."
        ),
        "export": t.gettext(
            "/export gives your saved papers as BibTeX or CSV, or all I keep of you."
        ),
        "why": t.gettext(
            "⋯ under a paper says why I chose it; /taste shows what I believe you like."
        ),
        "taste": t.gettext(
            "I learn from your 👍 and 👎, your topics, and the papers you send me. "
            "/taste shows what I believe you like, and lets you correct it."
        ),
        "picks": t.gettext("/picks brings your next papers."),
        "stats": t.gettext(
            "/stats shows how your picks have done, as a picture."
        ),
        "start": t.gettext(
            "/start begins anew with your topics, and brings the daily picks back."
        ),
        "help": t.gettext(
            "I read the new machine-learning papers every day and send you the few that fit you. "
            "/help shows all that I can do."
        ),
    }
    return told[about]
