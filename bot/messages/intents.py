"""Recognizes topics, questions, small talk and commands in what readers type."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

from bot.messages import intent_patterns as patterns
from bot.picks.topics import TopicChange
from recommender.phrases import words

# Tells whether words with an "and" are one topic: "exploration and exploitation".
IsOneTopic = Callable[[str], bool]

# Kinds of messages that are no topics. A command in plain words has its name as its kind.
GREETING = "greeting"
THANKS = "thanks"
NOD = "nod"
THUMB = "thumb"
QUESTION = "question"

# Answered even if the bot has just asked for something else.
ALWAYS = {GREETING, THANKS, "stop", "help"}

# With at most so many words, a question mark may belong to a topic that a reader tries.
MAX_TOPIC_WORDS = 4


@dataclass(frozen=True, slots=True)
class Intent:
    """What a reader means by a message.

    Attributes
    ----------
    topics
        The topics to add, mute or remove.
    kind
        If there are no topics: small talk, a question, or the name of a command; empty if
        nothing was recognized.
    is_explicit
        Whether the message itself says what to do with its topics, as in "add robots".
    has_links
        Whether the message contains a link.
    is_sentence
        Whether one of the topics may be a remark and no topic.

    """

    topics: tuple[TopicChange, ...] = ()
    kind: str = ""
    is_explicit: bool = False
    has_links: bool = False
    is_sentence: bool = False


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A part of a message that may be a topic.

    `is_search` is set by words such as "do you have …"; `is_negated` by a "no" or "not", which
    says nothing about the phrases that follow.
    """

    topic: str
    kind: str
    is_explicit: bool = False
    is_search: bool = False
    is_negated: bool = False


def parse(
    text: str,
    kind: str = "wanted",
    is_one_topic: IsOneTopic = lambda _: False,
) -> Intent:
    """Return what a reader means by a text.

    `kind` holds for the topics about which the text itself says nothing.
    """
    small_talk, text = _split_greeting(text.strip())
    command = _command(text)
    if command:
        return Intent(kind=command)
    if small_talk and not _has_subject(text):
        return Intent(kind=small_talk)

    phrases = list(_phrases(text, kind, is_one_topic))
    is_explicit = any(phrase.is_explicit for phrase in phrases)
    is_search = any(phrase.is_search for phrase in phrases)
    if _is_question(text) and not is_explicit and not is_search:
        return Intent(kind=QUESTION)

    topics = [
        phrase
        for phrase in phrases
        if _has_subject(phrase.topic) and not is_link(phrase.topic)
    ]
    has_links = any(is_link(phrase.topic) for phrase in phrases)
    if not topics and not has_links:
        return Intent(
            kind=_kind_without_subject(text, phrases), is_explicit=is_explicit
        )

    return Intent(
        topics=tuple(TopicChange(topic.topic, topic.kind) for topic in topics),
        is_explicit=is_explicit,
        has_links=has_links,
        is_sentence=any(
            patterns.SENTENCE_WORD.search(topic.topic) for topic in topics
        ),
    )


def search_words(text: str) -> str:
    """Return what to search for: "diffusion" in "papers about diffusion, please"."""
    _, query = _split_greeting(text.strip())
    for pattern in (
        patterns.POLITE_START,
        patterns.INTEREST,
        patterns.SEARCH_REQUEST,
        patterns.SEARCH_REQUEST,
    ):
        match = pattern.match(query)
        if match:
            query = query[match.end() :]

    return patterns.POLITE_END.sub("", query) or text


def is_link(text: str) -> bool:
    """Tell whether a text contains an address, and so is no topic."""
    return bool(patterns.LINK.search(text))


def _split_greeting(text: str) -> tuple[str, str]:
    """Return the kind of small talk at the start of a text, and the text behind it."""
    for kind, pattern in (
        (GREETING, patterns.GREETING),
        (THANKS, patterns.THANKS),
    ):
        match = pattern.match(text)
        if match:
            return kind, text[match.end() :]
    return "", text


def _has_subject(text: str) -> bool:
    """Tell whether a text has a word that can name a topic."""
    without_apostrophes = text.replace("'", "").replace("’", "")
    return any(
        word not in patterns.FILLERS for word in words(without_apostrophes)
    )


def _is_question(text: str) -> bool:
    if patterns.QUESTION_START.match(text):
        return True
    return text.endswith(("?", "？")) and len(text.split()) > MAX_TOPIC_WORDS


def _command(text: str) -> str:
    """Return the name of the command that a text says in plain words; empty if none."""
    for name, pattern in patterns.COMMANDS.items():
        if pattern.fullmatch(text.strip()):
            return name
    return ""


def _kind_without_subject(text: str, phrases: Sequence[_Phrase]) -> str:
    """Return the kind of a text without topics: a nod, a thumb, or empty for nothing known."""
    is_bare_verb = any(
        phrase.is_explicit
        and (not phrase.topic or patterns.VERB.fullmatch(phrase.topic))
        for phrase in phrases
    )
    if is_bare_verb:
        return ""
    if "👍" in text or "👎" in text:
        return THUMB

    has_emoji = any(category(character) == "So" for character in text)
    return NOD if words(text) or has_emoji else ""


def _phrases(
    text: str, kind: str, is_one_topic: IsOneTopic
) -> Iterator[_Phrase]:
    """Yield the phrases of all lines; a verb alone on a line holds for the lines below it."""
    for line in text.splitlines():
        phrases = list(_phrases_of_line(line, kind, is_one_topic))
        has_topic = any(phrase.topic for phrase in phrases)
        if phrases and phrases[-1].is_explicit and not has_topic:
            kind = phrases[-1].kind
        yield from phrases


def _phrases_of_line(
    line: str, kind: str, is_one_topic: IsOneTopic
) -> Iterator[_Phrase]:
    """Yield the phrases of a line; a mark or a verb holds until the next one."""
    line = line.strip()
    is_explicit = False

    mark = patterns.MARK.match(line)
    if mark and kind != "gone":
        kind = patterns.MARK_KINDS[mark[1]]
        is_explicit = True
    bullet = mark or patterns.BULLET.match(line)
    if bullet:
        line = line[bullet.end() :]

    for clause in patterns.BUT.split(line):
        for text in patterns.SEPARATOR.split(clause):
            phrase = _phrase(text, kind, is_explicit=is_explicit)
            if not phrase.is_negated:
                kind = phrase.kind
                is_explicit = phrase.is_explicit
            yield from _split_at_conjunctions(phrase, is_one_topic)
        if kind == "muted":
            kind = "wanted"


def _phrase(text: str, kind: str, *, is_explicit: bool) -> _Phrase:
    """Return a phrase without the words around its topic.

    `kind` and `is_explicit` are those of the phrase before it, and hold if it has no verb.
    """
    text = " ".join(text.split())
    is_negated = False

    text, _ = _strip_start(patterns.POLITE_START, text)
    text, refusal = _strip_start(patterns.REFUSAL, text)
    previous_kind = kind
    if refusal:
        kind = "muted"

    text, verb = _strip_start(patterns.VERB, text)
    if verb:
        name = verb[1].casefold()
        is_negated = name in patterns.NEGATION_KINDS
        kind = (patterns.VERB_KINDS | patterns.NEGATION_KINDS)[name]

    interest = None
    if kind == previous_kind:
        text, interest = _strip_start(patterns.INTEREST, text)
    if interest:
        is_negated = False
        kind = "wanted"

    text, search = _strip_start(patterns.SEARCH_REQUEST, text)
    if patterns.GREETING.fullmatch(text) or patterns.THANKS.fullmatch(text):
        text = ""
    topic = patterns.POLITE_END.sub("", text).strip(" \"'`“”„«»:").lstrip("#")

    return _Phrase(
        topic=topic,
        kind=kind,
        is_explicit=is_explicit or bool(refusal or verb or interest),
        is_search=search is not None,
        is_negated=is_negated,
    )


def _strip_start(
    pattern: re.Pattern[str], text: str
) -> tuple[str, re.Match[str] | None]:
    """Return a text without the words that a pattern matches at its start, and the match."""
    # The space lets a pattern that ends in one match a whole text.
    match = pattern.match(f"{text} ")
    if match is None or not match[0]:
        return text, None
    return text[match.end() :], match


def _split_at_conjunctions(
    phrase: _Phrase, is_one_topic: IsOneTopic
) -> Iterator[_Phrase]:
    """Yield the topics that an "and" joins, or the whole phrase if it is one topic."""
    pieces = patterns.CONJUNCTION.split(phrase.topic)
    if len(pieces) == 1 or is_one_topic(phrase.topic):
        yield phrase
        return

    for piece in pieces:
        phrase = _phrase(piece, phrase.kind, is_explicit=phrase.is_explicit)
        yield phrase
