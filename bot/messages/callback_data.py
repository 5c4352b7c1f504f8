"""What the buttons say: one type for each kind of button.

The data name the wanted state, never a change, so a button pressed twice is pressed once; only
the buttons of cards that several people see can't. Forms that stand in chats today are read for
ever.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated

from bot.messages import (  # noqa: F401 - `parse` reads their kinds, too
    source_buttons,
    standing_buttons,
    top_buttons,
)
from bot.messages.button_codec import Button, Written
from bot.messages.button_fields import (
    Flag,
    Name,
    Number,
    Page,
    Phrase,
    Ref,
    Sign,
    Text,
    Thumb,
    Value,
)
from recommender.papers import author_key


@dataclass(frozen=True)
class Rate(Button):
    """Rate a pick."""

    FORM = "r1:{pick_id}:{value}"
    pick_id: Number
    value: Value


@dataclass(frozen=True)
class RateMeant(Button):
    """Rate the pick that a reaction meant; the message that asks for it goes then."""

    FORM = "w1:{pick_id}:{value}"
    pick_id: Number
    value: Value


@dataclass(frozen=True)
class AskMe(Button):
    """Begin the onboarding questions."""

    FORM = "q1"


@dataclass(frozen=True)
class AnswerQuestion(Button):
    """Answer an onboarding question; 0 means that the reader doesn't know."""

    FORM = "q1:{pick_id}:{value}"
    pick_id: Number
    value: Value


@dataclass(frozen=True)
class EndQuestions(Button):
    """End the onboarding questions early."""

    FORM = "q1e"


@dataclass(frozen=True)
class RateBundle(Button):
    """Like papers that came by links or a file, or take that back; paper 0 means all of them."""

    FORM = "l2:{bundle_id}:{paper_id}:{liked}"
    bundle_id: Number
    paper_id: Number
    liked: Flag


@dataclass(frozen=True)
class SavePick(Button):
    """Save a pick for later, or not any more."""

    FORM = "v1:{pick_id}:{saved}"
    pick_id: Number
    saved: Flag


@dataclass(frozen=True)
class SavedPage(Button):
    """Show a page of the saved list, or of a query in it; first drop a paper from the list."""

    FORM = "b1:[{drop}x]{page}[:{query}]"
    page: Page
    query: Annotated[str, Written(".{0,40}")] = ""
    drop: Annotated[int | None, Written(r"\d{1,18}", int)] = None


@dataclass(frozen=True)
class Export(Button):
    """Send the saved list as `bib`, `ris` or `csv`, or all `data`; without a kind, ask which."""

    FORM = "e1[:{kind}]"
    kind: Annotated[str, Written("bib|ris|csv|data")] = ""


@dataclass(frozen=True)
class Forget(Button):
    """Delete a reader; one who comes again has another number."""

    FORM = "g1:{reader_id}"
    reader_id: Number


@dataclass(frozen=True)
class ForgetVotes(Button):
    """Delete all votes of a person who never started the bot, if they are as many as asked."""

    FORM = "g2:{votes}"
    votes: Number


@dataclass(frozen=True)
class VoteInline(Button):
    """Vote on the paper of an inline message, or take that vote back."""

    FORM = "y2:{paper_id}:{value}"
    # Anybody may forge it, and every column takes nine digits.
    paper_id: Annotated[int, Written(r"\d{1,9}", int)]
    value: Thumb


@dataclass(frozen=True)
class PaperAction(Button):
    """See more of a paper.

    The actions: `o` open it, `p` the paper again, `a` its authors, `m` what to mute of it,
    `b` its BibTeX, `l` more papers like it.
    """

    FORM = "d1:{ref}:{action}"
    ref: Ref
    action: Annotated[str, Written("[opambl]")]


@dataclass(frozen=True)
class RateOpened(Button):
    """Rate the paper that a message shows in full."""

    FORM = "d2:{ref}:{value}"
    ref: Ref
    value: Value


@dataclass(frozen=True)
class SaveOpened(Button):
    """Save the paper that a message shows in full, or not any more."""

    FORM = "d3:{ref}:{saved}"
    ref: Ref
    saved: Flag


@dataclass(frozen=True)
class FollowAuthor(Button):
    """Follow one of a paper's authors, or not any more."""

    FORM = "d1:{ref}:a:{followed}{checksum}"
    ref: Ref
    checksum: Phrase
    followed: Sign


@dataclass(frozen=True)
class MutePhrase(Button):
    """Mute a phrase of a paper, or not any more."""

    FORM = "d1:{ref}:m:{muted}{phrase}"
    ref: Ref
    phrase: Phrase
    muted: Sign


@dataclass(frozen=True)
class EditTopic(Button):
    """Change a topic: `+` want, `-` mute, `x` remove it, `?` show what it hides.

    For the last two, `text` is the topic's number.
    """

    FORM = "t1:{action}:{text}"
    action: Annotated[str, Written("[+x?-]")]
    text: Text


@dataclass(frozen=True)
class RespellTopic(Button):
    """Replace a misspelt topic in the list of topics."""

    FORM = "t1:=:{topic_id} {name}"
    topic_id: Number
    name: Name


@dataclass(frozen=True)
class AddChip(Button):
    """Want a topic that the first screen offers."""

    FORM = "c1:+:{text}"
    text: Text


@dataclass(frozen=True)
class DropChip(Button):
    """Remove a topic on the first screen."""

    FORM = "c1:x:{topic_id}"
    topic_id: Number


@dataclass(frozen=True)
class RespellChip(Button):
    """Replace a misspelt topic on the first screen."""

    FORM = "c1:=:{topic_id} {name}"
    topic_id: Number
    name: Name


@dataclass(frozen=True)
class ChipPage(Button):
    """Show a page of topics to choose from: 0 is the first, 1 the one after it."""

    FORM = "c1m[:{page}]"
    page: Annotated[int, Written(r"\d{1,2}", int)] = 1


@dataclass(frozen=True)
class OfferedTopic(Button):
    """Want a topic that a digest offers, by its place there, or not any more."""

    FORM = "o1:{digest_id}:{number}:{wanted}"
    digest_id: Number
    number: Annotated[int, Written(r"\d", int)]
    wanted: Flag


@dataclass(frozen=True)
class Setting(Button):
    """Set a setting to a value; without one, open it."""

    FORM = "s1:{name}[:{value}]"
    name: Annotated[str, Written("[a-z]{1,12}")]
    value: Annotated[str, Written(r"[\w/+:-]{1,44}")] = ""


@dataclass(frozen=True)
class TasteWord(Button):
    """Change a word of the taste on a screen: `w` words, `i` interests.

    The states: `+` more of it, `-` less, `m` muted, `0` none of these. `?` asks where the word
    stands; so do `<` among the words of which less is wanted, and `=` among those that are only
    moved. Without a word the screen is shown.
    """

    FORM = "k1:{screen}[:{state}:{term}]"
    screen: Annotated[str, Written("[wi]")]
    state: Annotated[str, Written("[+m0?<=-]")] = ""
    term: Annotated[str, Written(".{1,56}")] = ""


@dataclass(frozen=True)
class RatingList(Button):
    """Show a page of the ratings; first rate a paper on it."""

    FORM = "k1:r{page}[:{paper_id}:{value}]"
    page: Page
    paper_id: Annotated[int | None, Written(r"\d{1,18}", int)] = None
    value: Value = 0


@dataclass(frozen=True)
class Reset(Button):
    """Reset the taste with `x`, or undo that with `u`; without its moment, `x` only asks."""

    FORM = "k1:{action}[{seconds}]"
    action: Annotated[str, Written("[xu]")]
    seconds: Annotated[int | None, Written(r"\d{1,11}", int)] = None


@dataclass(frozen=True)
class Follow(Button):
    """Follow an author of a paper.

    The actions: `?` show what they wrote, `+` follow, `~` follow only what also fits, `x` follow
    no more (then the paper is 0).
    """

    FORM = "f1:{action}:{paper_id}:{checksum}"
    action: Annotated[str, Written("[?+~x]")]
    paper_id: Number
    checksum: Annotated[str, Written("[0-9a-f]{12}")]


@dataclass(frozen=True)
class FollowName(Button):
    """Follow somebody whom no paper names."""

    FORM = "f1:!:{name}"
    name: Text


@dataclass(frozen=True)
class SearchPage(Button):
    """Show a page of a search; first mark a paper on it: `r` rate it, `v` save it."""

    FORM = "h1:{search_id}:{page}[:{mark}{paper_id}:{value}]"
    search_id: Number
    page: Annotated[int, Written(r"\d{1,3}", int)]
    mark: Annotated[str, Written("[rv]")] = ""
    paper_id: Number = 0
    value: Value = 0


@dataclass(frozen=True)
class SearchWords(Button):
    """Search for words."""

    FORM = "h2:{words}"
    words: Text


@dataclass(frozen=True)
class Picks(Button):
    """Send the next picks."""

    FORM = "p1"


@dataclass(frozen=True)
class ShowMissed(Button):
    """Send the papers that a digest offers, as they were missed."""

    FORM = "p2:{digest_id}"
    digest_id: Number


@dataclass(frozen=True)
class Close(Button):
    """Delete the message of the button."""

    FORM = "x1"


def parse(data: str) -> Button | None:
    """Return the button with these data, or None for data that no button here has."""
    for kind in Button.__subclasses__():
        button = kind.parse(data)
        if button is not None:
            return button
    return None


def paper_ref(paper_id: int) -> str:
    """Return the `ref` of a paper that may be nobody's pick."""
    return f"p{paper_id}"


def checksum(name: str) -> str:
    """Return what stands for a long name in a button: that of a person, or a source's key."""
    return blake2b(author_key(name).encode(), digest_size=6).hexdigest()
