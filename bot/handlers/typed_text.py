"""Reads what a reader typed, knowing their topics and the papers on offer."""

from bot.handlers.context import Context
from bot.messages import intent_patterns, intents
from bot.messages.intents import Intent
from bot.picks.catalogue import Catalogue
from bot.storage import feedback
from bot.storage.feedback import topic_key


def parse(context: Context, text: str, kind: str = "wanted") -> Intent:
    """Return what a text means for a reader, who may have topics with an "and" in them."""
    own_topics = feedback.topics(context.runtime.database, context.reader.id)
    keys = {topic_key(topic.text) for topic in own_topics}

    def is_one_topic(phrase: str) -> bool:
        is_own = topic_key(phrase) in keys
        return is_own or _is_concept(context.runtime.catalogue, phrase)

    return intents.parse(text, kind, is_one_topic)


def _is_concept(catalogue: Catalogue, phrase: str) -> bool:
    """Tell whether papers use a phrase with an "and" as the name of one thing."""
    if phrase in catalogue.concepts:
        return True

    parts = intent_patterns.CONJUNCTION.split(phrase)
    if all(part in catalogue.concepts for part in parts):
        return False
    return bool(catalogue.about([phrase]).any())
