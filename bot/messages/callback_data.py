"""Button data, written and read back: 64 bytes that name the wanted state, never a change."""

import re
from dataclasses import dataclass
from hashlib import blake2b

from recommender.papers import author_key

SIGNS = {"+": 1, "-": -1, "0": 0}
MARKS = {value: sign for sign, value in SIGNS.items()}
LONGEST = 64
RATE = re.compile(r"[rw]1:(\d{1,18}):([+0-])")
BROUGHT = re.compile(r"l2:(\d{1,18}):(\d{1,18}):([+0])")
ASK = re.compile(r"q1:(\d{1,18}):([+0-])")
SAVE = re.compile(r"v1:(\d{1,18}):([+0])")
SAVED = re.compile(r"b1:(?:(\d{1,18})x)?(\d{1,4}):?(.{0,40})", re.DOTALL)
FORGET = re.compile(r"g1:(\d{1,18})")
EXPORT = re.compile(r"e1:(bib|csv|data)")
PAPER = re.compile(
    r"d1:(p?)(\d{1,18}):([opambl])(?::([+-])(.{1,40}))?", re.DOTALL
)
TOPIC = re.compile(r"t1:([+x?=-]):(.{1,60})", re.DOTALL)
CHIPS = re.compile(r"c1m:?(\d{0,2})")
OFFER = re.compile(r"o1:(\d{1,18}):(\d):([+0])")
CHIP = re.compile(r"c1:([+x=]):(.{1,60})", re.DOTALL)
SETTING = re.compile(r"s1:([a-z]{1,12})(?::([\w/+:-]{1,44}))?")
TASTE = re.compile(r"k1:([wi])(?::([+m0?<=-]):(.{1,56}))?", re.DOTALL)
RATED = re.compile(r"k1:r(\d{1,4})(?::(\d{1,18}):([+0-]))?")
RESET = re.compile(r"k1:([xu])(\d{0,11})")
FOLLOW = re.compile(r"f1:([?+~x]):(\d{1,18}):([0-9a-f]{12})")
WATCH = re.compile(r"f1:!:(.{1,60})", re.DOTALL)
SEARCH = re.compile(r"h1:(\d{1,18}):(\d{1,3})(?::([rv])(\d{1,18}):([+0-]))?")
SEEK = re.compile(r"h2:(.{1,60})", re.DOTALL)

TOPICS, CHOSEN = "t1", "c1"
PICKS = "p1"
CLOSE = "x1"
ASK_ME = "q1"
ENOUGH = "q1e"
EXPORT_WHAT = "e1"
# Bytes of what is sought in the saved list: it travels in its buttons.
SOUGHT = 37


@dataclass(frozen=True, slots=True)
class Rate:
    """What a button says of a pick, or of a paper (`id` names which)."""

    id: int
    value: int


def rate(pick_id: int, value: int) -> str:
    """Write what a button says of a pick."""
    return f"r1:{pick_id}:{MARKS[value]}"


def which(pick_id: int, value: int) -> str:
    """Write `rate` for a message that only asks which pick is meant, and goes when it is told."""
    return f"w1:{pick_id}:{MARKS[value]}"


def brought(bundle_id: int, paper_id: int, *, liked: bool) -> str:
    """Write whether a paper that was brought is liked; 0 stands for all of its bundle."""
    return f"l2:{bundle_id}:{paper_id}:{'+' if liked else '0'}"


def answer(pick_id: int, value: int) -> str:
    """Write what a reader answers when asked about a paper; 0 is that they don't know."""
    return f"q1:{pick_id}:{MARKS[value]}"


def save(pick_id: int, value: int) -> str:
    """Write whether a pick is to be kept for later (1 or 0)."""
    return f"v1:{pick_id}:{MARKS[value]}"


def sought(words: str) -> str:
    """Return as much of what is sought as every button of the list has room for."""
    return words.encode()[:SOUGHT].decode(errors="ignore")


def saved(page: int, sought: str) -> str:
    """Write a page of the saved list, or of what was found in it."""
    return f"b1:{page}:{sought}"


def drop(paper_id: int, page: int, sought: str) -> str:
    """Write that a saved paper is to go, and which page to show then."""
    return f"b1:{paper_id}x{page}:{sought}"


def export(kind: str) -> str:
    """Write what is wanted as a file: the saved list, as `bib` or `csv`, or all `data`."""
    return f"e1:{kind}"


def forget(reader_id: int) -> str:
    """Write which reader is to be deleted: who comes again is another one."""
    return f"g1:{reader_id}"


def paper(ref: str, what: str) -> str:
    """Write what to see of a paper: `o` open it, `p` the paper again, its `a` authors, what to
    `m` mute of it, its `b` BibTeX, more `l` like it. `ref` is a pick's number, or as `found`."""
    return f"d1:{ref}:{what}"


def found(paper_id: int) -> str:
    """Return the `ref` of a paper that may be nobody's pick."""
    return f"p{paper_id}"


def author(ref: str, name: str, *, follow: bool) -> str:
    """Write whether one of a paper's authors is to be followed."""
    return f"d1:{ref}:a:{'+' if follow else '-'}{checksum(name)}"


def follow(action: str, paper_id: int, name: str) -> str:
    """Write what to do with an author of a paper: `?` show what they wrote, `+` follow
    them, `~` only where it fits."""
    return f"f1:{action}:{paper_id}:{checksum(name)}"


def watch(name: str) -> str:
    """Write that somebody whom no paper names is to be followed; empty where it has no room."""
    data = f"f1:!:{name}"
    return data if len(data.encode()) <= LONGEST else ""


def unfollow(name: str) -> str:
    """Write that somebody is to be followed no more."""
    return f"f1:x:0:{checksum(name)}"


def mute(ref: str, phrase: str, *, muted: bool) -> str:
    """Write whether a phrase of a paper is to be muted."""
    return f"d1:{ref}:m:{'+' if muted else '-'}{phrase}"


def search(search_id: int, page: int) -> str:
    """Write a page of what a search found."""
    return f"h1:{search_id}:{page}"


def mark(
    search_id: int, page: int, what: str, paper_id: int, value: int
) -> str:
    """Write what a reader says of a paper on a page: `r` a rating, `v` whether it is saved."""
    return f"{search(search_id, page)}:{what}{paper_id}:{MARKS[value]}"


def seek(words: str) -> str:
    """Write words to search for; empty where a button has no room for them."""
    data = f"h2:{words}"
    return data if words and len(data.encode()) <= LONGEST else ""


def taste(screen: str, state: str = "", term: str = "") -> str:
    """Write what a word of the taste is to be on a screen (`w` words, `i` interests): `+` more
    of it, `-` less, `m` muted, `0` none of these. `?` asks where it stands, as do `<` among the
    words of which less is wanted, and `=` among those that are only moved."""
    return f"k1:{screen}:{state}:{term}" if term else f"k1:{screen}"


def rated(page: int) -> str:
    """Write a page of the ratings."""
    return f"k1:r{page}"


def rerate(paper_id: int, value: int, page: int) -> str:
    """Write what a button in the list of ratings says of a paper."""
    return f"k1:r{page}:{paper_id}:{MARKS[value]}"


def reset(what: str, seconds: int | None = None) -> str:
    """Write `x` to reset the taste, or `u` to undo that; without its moment `x` only asks."""
    return f"k1:{what}{'' if seconds is None else seconds}"


def checksum(name: str) -> str:
    """Return what stands for a person's name in a button: names are longer than its 64 bytes."""
    return blake2b(author_key(name).encode(), digest_size=6).hexdigest()


def read_rate(data: str, pattern: re.Pattern[str] = RATE) -> Rate | None:
    """Read `rate` (or, with ASK, `answer`) back; None for anything forged."""
    found = pattern.fullmatch(data)
    return Rate(int(found[1]), SIGNS[found[2]]) if found else None


def topic(action: str, text: str) -> str:
    """Write what to do with a topic: `+` want, `-` mute, `x` remove, `?` show what it hides
    (for the last two `text` is its number)."""
    return f"t1:{action}:{text}"


def chip(action: str, text: str) -> str:
    """Write what to do with an interest: `+` want it, `x` drop it (then `text` is its number)."""
    return f"c1:{action}:{text}"


def instead(screen: str, number: int, name: str) -> str:
    """Write that a topic is to be called otherwise, on the list (TOPICS) or the first screen
    (CHOSEN); empty where it has no room."""
    data = f"{screen}:=:{number} {name}"
    return data if len(data.encode()) <= LONGEST else ""


def chips(screen: int) -> str:
    """Write which screen of interests to show; 0 is the first one."""
    return f"c1m:{screen}"


def offer(digest_id: int, number: int, *, wanted: bool) -> str:
    """Write whether a topic that a digest offers, by its place there, is to be wanted."""
    return f"o1:{digest_id}:{number}:{'+' if wanted else '0'}"


def setting(name: str, value: str = "") -> str:
    """Write a setting to open, or its new value."""
    return f"s1:{name}:{value}" if value else f"s1:{name}"
