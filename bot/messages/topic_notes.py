"""Notes below the list of topics that say what a change of them did."""

from bot.messages import topics
from bot.messages.translation import Translation
from bot.picks.topics import TopicMatch, TopicsResult
from bot.storage.feedback import MOST_TOPICS, TOPIC_LENGTH
from bot.storage.receipts import PicksChange


def notes(t: Translation, result: TopicsResult) -> list[str]:
    """Return the results of changes of topics, a sentence each."""
    texts = []

    if result.too_long:
        texts.append(topics.too_long(t, TOPIC_LENGTH))
    texts += [topics.not_found(t, text) for text in result.missing]

    for kind in ("wanted", "muted"):
        if kind in result.full:
            texts.append(topics.too_many(t, MOST_TOPICS))
        matches = [match for match in result.matches if match.kind == kind]
        texts += [match_note(t, match) for match in matches]

    texts.append(change_note(t, result.change))
    return [text for text in texts if text]


def match_note(t: Translation, match: TopicMatch) -> str:
    """Say how many papers a topic hides, or that no paper is about it; empty otherwise."""
    if match.kind == "muted":
        return topics.hidden_count(t, match.topic, match.fresh_papers)
    if match.is_known:
        return ""
    return topics.no_papers(t, match.topic)


def change_note(t: Translation, change: PicksChange | None) -> str:
    """Say how many of the next picks changed; empty if the topics did not change."""
    if change is None:
        return ""
    return topics.picks_change(t, change.changed, change.of)
