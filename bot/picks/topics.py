"""Changes a reader's topics, and tells what that does to the papers on offer and to their picks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from bot.picks import learning, selection
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue
from bot.picks.shelf import Shelf
from bot.storage import feedback
from bot.storage.database import Database
from bot.storage.feedback import MOST_TOPICS, TOPIC_LENGTH, Feedback, topic_key
from bot.storage.readers import Reader
from bot.storage.receipts import PicksChange

# Topics of one message whose spelling is looked at.
MOST_DOUBTED = 5
# Topics of one message that are told about.
MOST_MATCHES = 5


class TopicChange(NamedTuple):
    """A topic that a reader adds, mutes or removes; `kind` is `wanted`, `muted` or `gone`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """What a topic matches: the fresh papers that say it, and whether any paper speaks of it."""

    topic: str
    kind: str
    fresh_papers: int
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsResult:
    """What became of changes of topics.

    `too_long` says that some topics have too many letters, `full` names the kinds for which
    there was no room, `missing` are topics to remove that the reader did not have. `matches` are
    of the topics that were added, `change` of the next picks; None if nothing was changed.
    `corrections` are how topics that no paper names are probably spelled, by the topic's id.
    """

    too_long: bool
    missing: tuple[str, ...]
    full: tuple[str, ...]
    matches: tuple[TopicMatch, ...]
    change: PicksChange | None
    corrections: dict[int, str]


def change_topics(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    changes: Sequence[TopicChange],
    now: datetime,
) -> TopicsResult:
    """Want, mute and remove topics, as far as a reader has room for them."""
    short = [change for change in changes if len(change.text) <= TOPIC_LENGTH]
    before = selection.read_feedback(database, reader, now)
    removals = [change.text for change in short if change.kind == "gone"]
    missing = _remove(database, reader.id, removals)
    room = max(MOST_TOPICS - len(before.wanted) - len(before.muted), 0)
    shelf = shelves.of_reader(database, catalogue, before)
    today = reader.local_date(now)
    full = []
    matches: list[TopicMatch] = []
    for kind in ("wanted", "muted"):
        texts = [change.text for change in short if change.kind == kind]
        added = texts[:room]
        if added:
            feedback.set_topics(database, reader.id, added, kind, now)
        if len(texts) > room:
            full.append(kind)
        matches += [
            match(catalogue, shelf, text, kind, today)
            for text in added[:MOST_MATCHES]
        ]
        room = max(room - len(texts), 0)
    return TopicsResult(
        too_long=len(short) < len(changes),
        missing=tuple(missing),
        full=tuple(full),
        matches=tuple(matches),
        change=effect(database, catalogue, reader, before, now),
        corrections=_corrections(database, catalogue, reader.id, short),
    )


def respell(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    *,
    topic_id: int,
    name: str,
    now: datetime,
) -> TopicsResult | None:
    """Replace a misspelt topic by its probable spelling; None if it is gone."""
    if not topic_key(name):
        return None
    for topic in feedback.topics(database, reader.id):
        if topic.id == topic_id:
            changes = [
                TopicChange(topic.text, "gone"),
                TopicChange(name, topic.kind),
            ]
            return change_topics(database, catalogue, reader, changes, now)
    return None


def _corrections(
    database: Database,
    catalogue: Catalogue,
    reader_id: int,
    changes: Sequence[TopicChange],
) -> dict[int, str]:
    """Return how topics that no paper names are probably spelled, by the id of the topic."""
    if not len(catalogue):
        return {}
    unknown = [
        change.text
        for change in changes
        if change.kind != "gone" and not catalogue.about([change.text]).any()
    ]
    if not unknown:
        return {}
    keys = {topic_key(text) for text in unknown[:MOST_DOUBTED]}
    spellings = {
        topic.id: catalogue.spelling.phrase(topic.text)
        for topic in feedback.topics(database, reader_id)
        if topic_key(topic.text) in keys
    }
    return {topic_id: name for topic_id, name in spellings.items() if name}


def match(
    catalogue: Catalogue, shelf: Shelf, topic: str, kind: str, today: date
) -> TopicMatch:
    """Return what a topic matches in the papers on offer to a reader, and in all."""
    fresh = shelf.about([topic])[: shelf.count_fresh(today)]
    is_said = bool(catalogue.about([topic]).any())
    is_known = is_said or bool(catalogue.topic(topic).sparse.nnz)
    return TopicMatch(
        topic=topic,
        kind=kind,
        fresh_papers=int(fresh.sum()),
        # Before the first papers nothing can be said.
        is_known=is_known or not len(catalogue),
    )


def effect(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    before: Feedback,
    now: datetime,
) -> PicksChange | None:
    """Count the next picks that differ now; None if nothing was said, or there are no papers."""
    if not len(catalogue):
        return None
    return learning.change_since(database, catalogue, reader, before, now)


def _remove(
    database: Database, reader_id: int, texts: Sequence[str]
) -> list[str]:
    """Remove topics; return those that the reader did not have."""
    if not texts:
        return []
    removed = feedback.remove_topics(database, reader_id, texts)
    keys = {topic_key(text) for text in removed}
    return [text for text in texts if topic_key(text) not in keys]
