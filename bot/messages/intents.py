"""Reads what people type: the topics they wish for or never want, small talk, and questions."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

from bot.picks.topics import TopicChange
from recommender.phrases import words

# Tells whether words with an "and" in them are one name: "exploration and exploitation".
IsOne = Callable[[str], bool]


VERBS = {
    "add": "wanted",
    "want": "wanted",
    "mute": "muted",
    "hide": "muted",
    "never": "muted",
}
VERBS |= {"unmute": "gone", "remove": "gone", "delete": "gone"}
# These hold for what follows directly alone: "robots, no drones, planning".
SHORTLY = {"no": "muted", "not": "muted"}
MARKS = {
    "-": "muted",
    "−": "muted",
    "–": "muted",
    "🔇": "muted",
    "+": "wanted",
    "➕": "wanted",
}

MARK = re.compile(r"([-−–+]|➕|🔇)\ufe0f?\s*(?=\w)")
BULLET = re.compile(r"(?:[•*·▪◦]|\d{1,2}[.)])\s+(?=\w)")
PART = re.compile(r"[,;、，；|]|\s[·+]\s|\s/\s|[.!]\s+(?=\w)|\s(?=#\w)")
# What was refused before it is not meant behind it: "not drones, but robots".
BUT = re.compile(
    r"[\s,;]+but\s+(?:(?:also |rather )?(?:in|on|about) )?", re.IGNORECASE
)
JOINT = re.compile(r"\s+(?:and|&|und|or|plus|as well as)\s+", re.IGNORECASE)
VERB = re.compile(
    rf"({'|'.join((*VERBS, *SHORTLY))})(?:\s*:\s*|\s+|$)(?:topics?:?\s+)?",
    re.IGNORECASE,
)
CAN_YOU = r"(?:(?:can|could|would|will) (?:you|u) )?(?:please |pls |just )?"
PAPERS = (
    r"(?:(?:any|some|more|new|the|latest|recent|all|good) )*"
    r"(?:papers?|articles?|preprints?|research|work|stuff|something|anything|everything|news)"
    r"(?: new| good| recent)?"
    r" (?:(?:that|which) )?(?:are |is )?(?:there |out there )?"
    r"(?:about|on|in|for|with|related to|regarding|around|using)"
)
# Somebody's own words for what they never want; for what they do; and for what they look for now.
REFUSED = re.compile(
    rf"{CAN_YOU}(?:i (?:really )?(?:do not|don['’]?t) (?:want|like|need|care (?:about|for))"
    r"(?: to (?:see|read|get))?|(?:i(?:['’]?m| am) )?not interested in|i hate|no more|enough of|"
    r"i(?:['’]?m| am) (?:tired|sick) of|nothing (?:about|on)|"
    r"(?:do not|don['’]?t|never|stop) (?:show|send|giv)(?:e|ing)?(?: me)?)"
    rf"(?: (?:any(?:thing)?|more))*(?: {PAPERS}| about| on)? ",
    re.IGNORECASE,
)
DOING = (
    r"(?:work(?:ing)? (?:on|in|with)|stud(?:y|ying)|research(?:ing)?|focus(?:ing|ed)? on|into|"
    r"interested in|curious about|care about|enjoy|need|"
    r"do(?:ing)? (?:(?:my |some )?(?:research|phd|work|thesis) )?(?:on|in|about)|"
    r"(?:want|like|love)(?: to (?:see|read|get|know|learn|have))?)"
)
WANTED = re.compile(
    r"(?:(?:i|we)(?:['’]?(?:m|re|d|ve)| am| are| have been| would)?(?: been)?"
    r"(?: an? [\w -]{1,40}?)?"
    rf"(?: (?:mostly|mainly|currently|really|also|very|particularly|especially|now))* {DOING}|"
    r"(?:my|our) (?:main |current )?(?:research |work )?"
    r"(?:interests?|topics?|fields?|areas?|work|research|phd|thesis|focus)"
    r" (?:are|is|includes?)(?: (?:on|in|about))?|interested in|topics?\s*:|interests?\s*:|"
    r"ich (?:arbeite an|forsche (?:an|zu)|interessiere mich für|mag))"
    r"(?: (?:more|all|also|mostly|mainly|especially))*(?: of)?"
    rf"(?: {PAPERS}| about| on)? ?(?<=[\s:])",
    re.IGNORECASE,
)
SOUGHT = re.compile(
    rf"{CAN_YOU}(?:(?:"
    r"(?:show|give|send|find|get|bring|recommend|suggest|tell) (?:me|us)|find|show|search for|"
    r"(?:i(?:['’]?m| am) )?look(?:ing)? for|(?:what|how) about|what(?:['’]?s| is) new (?:in|on)|"
    r"do you have|have you(?: got)?|are there|is there|got)"
    rf"(?: {PAPERS}| about| on| more(?: of)?)?|more(?: of)?|(?:(?:what|which) )?{PAPERS}) ",
    re.IGNORECASE,
)
POLITE = re.compile(
    rf"(?:(?:and|also|then|or|und) ){{0,2}}{CAN_YOU}", re.IGNORECASE
)
TAIL = re.compile(
    r"(?:,?\s+(?:please|pls|thanks|thank you|as well|too|papers?|topics?|again|for me))*"
    r"[\s.,;:!?。？]*$",
    re.IGNORECASE,
)
# What no name of a field holds: talk, which is asked about.
SENTENCE = re.compile(
    r"\b(?:i|you|your|it|this|that|we|they|there|he|she|is|are|was|were|too|picks?|my|me|"
    r"(?:don|can|didn|won|isn|doesn)['’]?t)\b",
    re.IGNORECASE,
)
LINK = re.compile(
    r"[a-z][a-z+.-]{1,9}://|\bwww\.\w|\b(?:[\w-]+\.)+[a-z]{2,}/|\bdoi:|\b10\.\d{4,9}/|\barxiv[:.\s]*\d",
    re.IGNORECASE,
)

HI = (
    r"(?:hi+|hiya|hello+|hallo|hey+|howdy|greetings|good ?(?:morning|afternoon|evening|day)|"
    r"guten (?:morgen|tag|abend)|moin|servus|bonjour|salut|hola|ciao|olá|привет|你好|"
    r"こんにちは|안녕)"
    r"(?: (?:there|again|all|everyone|everybody|friend|bot|paperpicks|you|world(?=\W*$)))*"
)
THANKS = (
    r"(?:(?:ok(?:ay)?|great|cool|perfect|nice|no|yes),? )?(?:(?:many|big) )?"
    r"(?:thanks?(?: (?:you|u))?|thx|ty|"
    r"cheers|danke(?: ?(?:schön|sehr))?|vielen dank|merci|gracias|grazie|obrigad[oa]|спасибо|谢谢|"
    r"ありがとう)"
    r"(?: (?:so much|very much|a lot|again|bot|paperpicks|for (?:the |these |this |your )?\w+))*"
)
HELLO = re.compile(rf"{HI}(?![\w-])[\s,.!:)]*", re.IGNORECASE)
THANK_YOU = re.compile(rf"{THANKS}(?![\w-])[\s,.!:)]*", re.IGNORECASE)
# Words that name no subject, whichever of them stand together.
SMALL = frozenset(
    """
    a all am amazing and are awesome bad bot boring brilliant bye can clear cool day do does done
    enough excellent everything fine for from fun funny get good goodbye got great haha he helpful
    i im in interesting is it its job just k know later like lol look looks lot love lovely luck me
    mind much my nice night no nope not of ok okay on one paper papers perfect pick picks please
    pretty read really right see seems she so some sorry stuff sure test testing that the them then
    there these they thing things this those to today too u useful very was we well wonderful work
    works wow yeah yep yes you your
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)
# Words with a question mark that may be a topic all the same.
SHORT = 4
ASKS = re.compile(
    r"(?:how|what|what['’]?s|why|when|who|where|which|can i|could i|may i|do i|do you|does|did|"
    r"are you|is (?:it|this|there)|will you|should i|wie|was ist|warum|wann|wer)\b",
    re.IGNORECASE,
)
# Small talk, questions; the first two, and whoever asks for help or an end, are answered wherever
# they stand.
GREETING, GRATITUDE, NOD, THUMB, QUESTION = (
    "greeting",
    "thanks",
    "nod",
    "thumb",
    "question",
)
ALWAYS = {GREETING, GRATITUDE, "stop", "help"}
# A command in plain words, by its name.
COMMANDS = {
    "stop": r"(?:unsubscribe|stop|quit|cancel|leave me alone|go away|turn (?:it )?off)"
    r"(?: (?:it|this|that|now|please|send(?:ing)?|the|my|all|these|me|messages?|picks?|papers?|"
    r"daily|updates?))*",
    "settings": r"pause\b.{0,40}|settings?|options|preferences|time ?zone",
    "help": r"help(?: me)?|menu|commands?|\?+",
    "picks": r"(?:(?:show|give|send|get)(?: me)? )?(?:my |the |some |more |new |next )*"
    r"(?:picks|papers|recommendations)|more|next",
    "forget": r"(?:delete|erase|forget|remove) (?:me|my (?:data|account|profile)|everything)",
    "follow": r"follow(?: .{1,80})?",
    "search": r"search",
} | {
    name: name
    for name in ("topics", "taste", "saved", "stats", "export", "start")
}
COMMANDED = {
    name: re.compile(
        rf"(?:please )?(?:{pattern})[\s.!?]*(?:please)?[.!]*", re.IGNORECASE
    )
    for name, pattern in COMMANDS.items()
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wrote: topics, or else its `kind`: small talk, a question, a command's name.

    `plainly` tells that the words themselves say what to do with the topics; `links` that some of
    what was written is a link; `sentence` that a topic may be somebody's talk instead.
    """

    topics: tuple[TopicChange, ...] = ()
    kind: str = ""
    plainly: bool = False
    links: bool = False
    sentence: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    topic: str
    kind: str
    plainly: bool = False
    sought: bool = False
    # Whether its verb says nothing of what follows.
    shortly: bool = False


def read(
    text: str, kind: str = "wanted", is_one: IsOne = lambda _: False
) -> Wishes:
    """Read what somebody wrote; `kind` is what its topics are meant to be where it says nothing."""
    small, rest = _split_greeting(text.strip())
    if command := _command(rest):
        return Wishes(kind=command)
    if small and not _has_subject(rest):
        return Wishes(kind=small)
    parts = list(_lines(rest, kind, is_one))
    plainly = any(part.plainly for part in parts)
    if not plainly and _asks(rest) and not any(part.sought for part in parts):
        return Wishes(kind=QUESTION)
    topics = [
        part
        for part in parts
        if _has_subject(part.topic) and not is_link(part.topic)
    ]
    linked = any(is_link(part.topic) for part in parts)
    if not topics and not linked:
        return Wishes(kind=_nothing_named(rest, parts), plainly=plainly)
    return Wishes(
        tuple(TopicChange(part.topic, part.kind) for part in topics),
        plainly=plainly,
        links=linked,
        sentence=any(SENTENCE.search(part.topic) for part in topics),
    )


def sought(text: str) -> str:
    """Return what is sought by words such as "papers about diffusion, please"."""
    _, rest = _split_greeting(text.strip())
    for lead in (POLITE, WANTED, SOUGHT, SOUGHT):
        rest = rest[match.end() :] if (match := lead.match(rest)) else rest
    return TAIL.sub("", rest) or text


def is_link(text: str) -> bool:
    """Tell whether words are an address, understood or not, and so no topic."""
    return bool(LINK.search(text))


def _split_greeting(text: str) -> tuple[str, str]:
    """Return what kind of small talk a text begins with, and the rest of it."""
    for kind, pattern in ((GREETING, HELLO), (GRATITUDE, THANK_YOU)):
        if match := pattern.match(text):
            return kind, text[match.end() :]
    return "", text


def _has_subject(text: str) -> bool:
    return any(
        word not in SMALL
        for word in words(text.replace("'", "").replace("’", ""))
    )


def _asks(text: str) -> bool:
    """Tell a question; a few words with a question mark may be a topic that somebody tries."""
    return bool(ASKS.match(text)) or (
        text.endswith(("?", "？")) and len(text.split()) > SHORT
    )


def _command(text: str) -> str:
    """Return the command that is written in plain words."""
    plain = text.strip()
    return next(
        (
            name
            for name, pattern in COMMANDED.items()
            if pattern.fullmatch(plain)
        ),
        "",
    )


def _nothing_named(text: str, parts: Sequence[_Part]) -> str:
    """Return the kind of what names no subject: a nod, a thumb, or nothing that can be read."""
    if any(
        VERB.fullmatch(part.topic) or not part.topic
        for part in parts
        if part.plainly
    ):
        return ""
    if "👍" in text or "👎" in text:
        return THUMB
    return NOD if words(text) or any(category(c) == "So" for c in text) else ""


def _lines(text: str, kind: str, is_one: IsOne) -> Iterator[_Part]:
    """Yield the topics of all lines; a verb alone on a line holds for those below."""
    for line in text.splitlines():
        parts = list(_parts(line, kind, is_one))
        if (
            parts
            and parts[-1].plainly
            and not any(part.topic for part in parts)
        ):
            kind = parts[-1].kind
        yield from parts


def _parts(line: str, kind: str, is_one: IsOne) -> Iterator[_Part]:
    """Yield the topics of a line; a mark or a verb holds until the next."""
    stripped, plainly = line.strip(), False
    if (mark := MARK.match(stripped)) and kind != "gone":
        kind, plainly = MARKS[mark[1]], True
    mark = mark or BULLET.match(stripped)
    for clause in BUT.split(stripped[mark.end() :] if mark else stripped):
        for written in PART.split(clause):
            part = _part(written, _Part("", kind, plainly))
            if not part.shortly:
                kind, plainly = part.kind, part.plainly
            yield from _pieces(part, is_one)
        kind = "wanted" if kind == "muted" else kind


def _part(written: str, before: _Part) -> _Part:
    """Read one topic; what stood before it says what it is where it says nothing itself."""
    rest, kind, plainly, looked_for = (
        " ".join(written.split()),
        before.kind,
        before.plainly,
        False,
    )
    verb = ""
    leads = (
        (POLITE, ""),
        (REFUSED, "muted"),
        (VERB, "verb"),
        (WANTED, "wanted"),
        (SOUGHT, ""),
    )
    for pattern, means in leads:
        match = pattern.match(f"{rest} ")
        if (
            not match
            or not match[0]
            or (pattern is WANTED and kind != before.kind)
        ):
            continue
        if means:
            plainly = True
            verb = match[1].casefold() if means == "verb" else ""
            kind = (VERBS | SHORTLY).get(verb, means)
        looked_for |= pattern is SOUGHT
        rest = rest[match.end() :]
    if HELLO.fullmatch(rest) or THANK_YOU.fullmatch(rest):
        rest = ""
    topic = TAIL.sub("", rest).strip(" \"'`“”„«»:").lstrip("#")
    return _Part(topic, kind, plainly, looked_for, verb in SHORTLY)


def _pieces(part: _Part, is_one: IsOne) -> Iterator[_Part]:
    """Yield the topics that an "and" joins, unless all of it is one name."""
    pieces = JOINT.split(part.topic)
    if len(pieces) == 1 or is_one(part.topic):
        yield part
        return
    for piece in pieces:
        part = _part(piece, part)
        yield part
