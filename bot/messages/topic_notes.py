"""What changes of topics do, as notes below the list of topics."""

from bot.messages import topics
from bot.messages.translation import Translation
from bot.picks.topics import TopicMatch, TopicsResult
from bot.storage.feedback import MOST_TOPICS, TOPIC_LENGTH
from bot.storage.receipts import PicksChange


def notes(t: Translation, result: TopicsResult) -> list[str]:
    """Return what became of changes of topics, a sentence each."""
    texts = []
    if result.too_long:
        texts.append(topics.too_long(t, TOPIC_LENGTH))
    texts += [topics.not_there(t, text) for text in result.missing]
    for kind in ("wanted", "muted"):
        if kind in result.full:
            texts.append(topics.too_many(t, MOST_TOPICS))
        matches = [match for match in result.matches if match.kind == kind]
        texts += [match_note(t, match) for match in matches]
    texts.append(change_note(t, result.change))
    return [text for text in texts if text]


def match_note(t: Translation, match: TopicMatch) -> str:
    """Say what a topic matches in the papers on offer; empty if there is nothing to say."""
    if match.kind == "muted":
        return topics.hides(t, match.topic, match.fresh_papers)
    return "" if match.is_known else topics.unheard(t, match.topic)


def change_note(t: Translation, change: PicksChange | None) -> str:
    """Say what a change does to the next picks; empty if nothing was changed."""
    if change is None:
        return ""
    return topics.changes(t, change.changed, change.of)
