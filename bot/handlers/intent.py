"""Reads what a reader typed, knowing their topics and the papers on offer."""

from bot.handlers.context import Context
from bot.messages import intent_patterns, intents
from bot.messages.intents import Intent
from bot.picks.catalogue import Catalogue
from bot.storage import feedback
from bot.storage.feedback import topic_key


def parse_intent(context: Context, text: str, kind: str = "wanted") -> Intent:
    """Read what a reader typed, who may have topics with an "and" in them."""
    keys = {
        topic_key(topic.text)
        for topic in feedback.topics(
            context.runtime.database, context.reader.id
        )
    }

    def is_one_topic(phrase: str) -> bool:
        is_own = topic_key(phrase) in keys
        return is_own or _is_one_topic(context.runtime.catalogue, phrase)

    return intents.parse(text, kind, is_one_topic)


def _is_one_topic(catalogue: Catalogue, phrase: str) -> bool:
    """Tell whether words with an "and" in them are one topic, as papers write it."""
    if phrase in catalogue.concepts:
        return True
    parts = intent_patterns.CONJUNCTION.split(phrase)
    if all(part in catalogue.concepts for part in parts):
        return False
    return bool(catalogue.about([phrase]).any())
