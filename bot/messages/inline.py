"""Papers to share in any chat: what the asker chooses from, and the card that is posted."""

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.markup import list_keys
from bot.messages import votes
from bot.messages.callback_data import VoteInline
from bot.messages.paper_line import LONGEST_NAMES, LONGEST_TITLE, quote, title
from bot.messages.text import escape, names, readable
from bot.messages.translation import Translation
from bot.storage.votes import Count
from bot.transport.screen import Screen, keyboard
from bot.transport.text import clip
from recommender.papers import Paper, StoredPaper

# Characters of an abstract: ten cards together have to fit into one answer.
LONGEST_GIST = 800

# What `/start` gets from the button above the results.
START = "inline"

# The pictures that Hugging Face draws of its papers.
PICTURE = (
    "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{}.png"
)


def article(paper: StoredPaper) -> InlineQueryResultArticle:
    """Return a paper to choose, with the card that is posted then."""
    screen = card(paper)
    return InlineQueryResultArticle(
        id=str(paper.id),
        title=clip(readable(paper.title), LONGEST_TITLE),
        description=_facts(paper) or None,
        thumbnail_url=_picture(paper),
        input_message_content=InputTextMessageContent(
            screen.text,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=screen.keyboard,
    )


def card(paper: StoredPaper) -> Screen:
    """Return what everybody sees of a shared paper: nothing in it is about who shared it."""
    lines = (f"<b>{title(paper)}</b>", escape(_facts(paper)))
    head = "\n".join(line for line in lines if line)
    text = head + quote(paper, LONGEST_GIST)
    return Screen(text, thumbs(paper.id, Count()))


def thumbs(paper_id: int, count: Count) -> InlineKeyboardMarkup:
    """Return the buttons below a shared paper."""
    row = votes.thumbs(
        count,
        VoteInline(paper_id, 1).data,
        VoteInline(paper_id, -1).data,
    )
    return keyboard([row])


def nothing(t: Translation, text: str) -> InlineQueryResultsButton:
    """Say that nothing is there to share; the button opens the private chat."""
    if text.strip():
        return _button(t.gettext("Nothing with these words"))
    return _button(t.gettext("No papers yet"))


def by_invitation(t: Translation) -> InlineQueryResultsButton:
    """Say why somebody gets no results; the button opens the private chat."""
    return _button(t.gettext("For invited readers. What is this?"))


def _button(text: str) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(text, start_parameter=START)


def _facts(paper: Paper) -> str:
    """Return who wrote a paper, and how many upvotes it has."""
    facts = (
        clip(names(paper.authors), LONGEST_NAMES),
        f"▲ {paper.upvotes}" if paper.upvotes else "",
    )
    return " · ".join(fact for fact in facts if fact)


def _picture(paper: Paper) -> str | None:
    if paper.source != list_keys.DAILY or not paper.arxiv_id:
        return None
    return PICTURE.format(paper.arxiv_id)
