"""Regular expressions for what readers type: topics, small talk, questions and commands."""

import re

# The kind of the topics behind a verb.
VERB_KINDS = {
    "add": "wanted",
    "want": "wanted",
    "mute": "muted",
    "hide": "muted",
    "never": "muted",
    "unmute": "gone",
    "remove": "gone",
    "delete": "gone",
}

# These hold for the next topic only: "robots, no drones, planning".
NEGATION_KINDS = {"no": "muted", "not": "muted"}

# The kind of the topics behind a mark.
MARK_KINDS = {
    "-": "muted",
    "−": "muted",
    "–": "muted",
    "🔇": "muted",
    "+": "wanted",
    "➕": "wanted",
}

MARK = re.compile(r"([-−–+]|➕|🔇)\ufe0f?\s*(?=\w)")
BULLET = re.compile(r"(?:[•*·▪◦]|\d{1,2}[.)])\s+(?=\w)")

# Between the topics of a list.
SEPARATOR = re.compile(r"[,;、，；|]|\s[·+]\s|\s/\s|[.!]\s+(?=\w)|\s(?=#\w)")

# A refusal ends here: "not drones, but robots".
BUT = re.compile(
    r"[\s,;]+but\s+(?:(?:also |rather )?(?:in|on|about) )?", re.IGNORECASE
)

# Joins two topics, or the words of one: "exploration and exploitation".
CONJUNCTION = re.compile(
    r"\s+(?:and|&|und|or|plus|as well as)\s+", re.IGNORECASE
)

VERB = re.compile(
    rf"({'|'.join((*VERB_KINDS, *NEGATION_KINDS))})"
    r"(?:\s*:\s*|\s+|$)(?:topics?:?\s+)?",
    re.IGNORECASE,
)

CAN_YOU = r"(?:(?:can|could|would|will) (?:you|u) )?(?:please |pls |just )?"

PAPERS_ABOUT = (
    r"(?:(?:any|some|more|new|the|latest|recent|all|good) )*"
    r"(?:papers?|articles?|preprints?|research|work|stuff|something|anything|everything|news)"
    r"(?: new| good| recent)?"
    r" (?:(?:that|which) )?(?:are |is )?(?:there |out there )?"
    r"(?:about|on|in|for|with|related to|regarding|around|using)"
)

# "I don't want to see papers about …"
REFUSAL = re.compile(
    rf"{CAN_YOU}(?:i (?:really )?(?:do not|don['’]?t) (?:want|like|need|care (?:about|for))"
    r"(?: to (?:see|read|get))?|(?:i(?:['’]?m| am) )?not interested in|i hate|no more|enough of|"
    r"i(?:['’]?m| am) (?:tired|sick) of|nothing (?:about|on)|"
    r"(?:do not|don['’]?t|never|stop) (?:show|send|giv)(?:e|ing)?(?: me)?)"
    rf"(?: (?:any(?:thing)?|more))*(?: {PAPERS_ABOUT}| about| on)? ",
    re.IGNORECASE,
)

WORK_ON = (
    r"(?:work(?:ing)? (?:on|in|with)|stud(?:y|ying)|research(?:ing)?|focus(?:ing|ed)? on|into|"
    r"interested in|curious about|care about|enjoy|need|"
    r"do(?:ing)? (?:(?:my |some )?(?:research|phd|work|thesis) )?(?:on|in|about)|"
    r"(?:want|like|love)(?: to (?:see|read|get|know|learn|have))?)"
)

# "I mostly work on …", "My research interests are …"
INTEREST = re.compile(
    r"(?:(?:i|we)(?:['’]?(?:m|re|d|ve)| am| are| have been| would)?(?: been)?"
    r"(?: an? [\w -]{1,40}?)?"
    rf"(?: (?:mostly|mainly|currently|really|also|very|particularly|especially|now))* {WORK_ON}|"
    r"(?:my|our) (?:main |current )?(?:research |work )?"
    r"(?:interests?|topics?|fields?|areas?|work|research|phd|thesis|focus)"
    r" (?:are|is|includes?)(?: (?:on|in|about))?|interested in|topics?\s*:|interests?\s*:|"
    r"ich (?:arbeite an|forsche (?:an|zu)|interessiere mich für|mag))"
    r"(?: (?:more|all|also|mostly|mainly|especially))*(?: of)?"
    rf"(?: {PAPERS_ABOUT}| about| on)? ?(?<=[\s:])",
    re.IGNORECASE,
)

# "Show me papers about …", "Do you have …"
SEARCH_REQUEST = re.compile(
    rf"{CAN_YOU}(?:(?:"
    r"(?:show|give|send|find|get|bring|recommend|suggest|tell) (?:me|us)|find|show|search for|"
    r"(?:i(?:['’]?m| am) )?look(?:ing)? for|(?:what|how) about|what(?:['’]?s| is) new (?:in|on)|"
    r"do you have|have you(?: got)?|are there|is there|got)"
    rf"(?: {PAPERS_ABOUT}| about| on| more(?: of)?)?|more(?: of)?|"
    rf"(?:(?:what|which) )?{PAPERS_ABOUT}) ",
    re.IGNORECASE,
)

# "And could you please …"
POLITE_START = re.compile(
    rf"(?:(?:and|also|then|or|und) ){{0,2}}{CAN_YOU}", re.IGNORECASE
)

# "… as well, please."
POLITE_END = re.compile(
    r"(?:,?\s+(?:please|pls|thanks|thank you|as well|too|papers?|topics?|again|for me))*"
    r"[\s.,;:!?。？]*$",
    re.IGNORECASE,
)

# Words that stand in sentences, and in no name of a topic.
SENTENCE_WORD = re.compile(
    r"\b(?:i|you|your|it|this|that|we|they|there|he|she|is|are|was|were|too|picks?|my|me|"
    r"(?:don|can|didn|won|isn|doesn)['’]?t)\b",
    re.IGNORECASE,
)

LINK = re.compile(
    r"[a-z][a-z+.-]{1,9}://|\bwww\.\w|\b(?:[\w-]+\.)+[a-z]{2,}/|"
    r"\bdoi:|\b10\.\d{4,9}/|\barxiv[:.\s]*\d",
    re.IGNORECASE,
)

HELLO = (
    r"(?:hi+|hiya|hello+|hallo|hey+|howdy|greetings|good ?(?:morning|afternoon|evening|day)|"
    r"guten (?:morgen|tag|abend)|moin|servus|bonjour|salut|hola|ciao|olá|привет|你好|"
    r"こんにちは|안녕)"
    r"(?: (?:there|again|all|everyone|everybody|friend|bot|paperpicks|you|world(?=\W*$)))*"
)
GREETING = re.compile(rf"{HELLO}(?![\w-])[\s,.!:)]*", re.IGNORECASE)

THANK_YOU = (
    r"(?:(?:ok(?:ay)?|great|cool|perfect|nice|no|yes),? )?(?:(?:many|big) )?"
    r"(?:thanks?(?: (?:you|u))?|thx|ty|"
    r"cheers|danke(?: ?(?:schön|sehr))?|vielen dank|merci|gracias|grazie|obrigad[oa]|спасибо|谢谢|"
    r"ありがとう)"
    r"(?: (?:so much|very much|a lot|again|bot|paperpicks|for (?:the |these |this |your )?\w+))*"
)
THANKS = re.compile(rf"{THANK_YOU}(?![\w-])[\s,.!:)]*", re.IGNORECASE)

QUESTION_START = re.compile(
    r"(?:how|what|what['’]?s|why|when|who|where|which|can i|could i|may i|do i|do you|does|did|"
    r"are you|is (?:it|this|there)|will you|should i|wie|was ist|warum|wann|wer)\b",
    re.IGNORECASE,
)

# Words that name no subject, in any combination.
FILLERS = frozenset(
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

# A command in plain words, by the name of the command.
PLAIN_COMMANDS = {
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
    "topics": r"topics",
    "sources": r"(?:(?:add|choose|change|show)(?: me)? )?(?:my |the |an? |some |more |other )*"
    r"(?:sources?|feeds?|journals?|arxiv|biorxiv|medrxiv|rss)(?: (?:papers?|feeds?|too|as well))*",
    "top": r"(?:(?:show|give|send|get)(?: me)? )?(?:the )?"
    r"(?:top|trending|(?:most )?(?:popular|upvoted))(?: papers?)?"
    r"(?: (?:of|in|for|this|last|the|week|month|today|day|now))*",
    "taste": r"taste",
    "saved": r"saved",
    "stats": r"stats",
    "export": r"export",
    "start": r"start",
}
COMMANDS = {
    name: re.compile(
        rf"(?:please )?(?:{pattern})[\s.!?]*(?:please)?[.!]*", re.IGNORECASE
    )
    for name, pattern in PLAIN_COMMANDS.items()
}
