"""Reads what a reader typed, knowing their topics and the papers on offer."""

from bot.handlers.context import Context
from bot.messages import intents
from bot.messages.intents import Wishes
from bot.picks.catalogue import Catalogue
from bot.storage import feedback
from bot.storage.feedback import topic_key


def read(context: Context, text: str, kind: str = "wanted") -> Wishes:
    """Read what a reader typed, who may have topics with an "and" in them."""
    keys = {
        topic_key(topic.text)
        for topic in feedback.topics(
            context.runtime.database, context.reader.id
        )
    }

    def is_one(phrase: str) -> bool:
        is_own = topic_key(phrase) in keys
        return is_own or _is_one_name(context.runtime.catalogue, phrase)

    return intents.read(text, kind, is_one)


def _is_one_name(catalogue: Catalogue, phrase: str) -> bool:
    """Tell whether words with an "and" in them are one name, as papers write it."""
    if phrase in catalogue.concepts:
        return True
    parts = intents.JOINT.split(phrase)
    if all(part in catalogue.concepts for part in parts):
        return False
    return bool(catalogue.about([phrase]).any())
