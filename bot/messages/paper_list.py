"""The papers of a message: each with title, gist, facts and reason, and all of them fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from textwrap import wrap

from bot.messages import gists, paper_line
from bot.messages.gists import Gist
from bot.messages.paper_line import Detail
from bot.messages.translation import Translation
from bot.storage.digests import Pick
from bot.transport.text import plain, seen_len
from recommender import gist

# Characters of a line on a phone: of prose, of bold letters, of names and numbers.
LINE = 41
BOLD_LINE = 36
FACTS_LINE = 47

# Lines of a paper there: five of them with their buttons take a screen and a half.
LINES = 8.0

# Characters of gists: those of one paper or two are shown in full, and among more none is cut
# below the least before other details go.
LONGEST = 300
LONGEST_OF_SEVERAL = 4 * LINE
ENOUGH = 3 * LINE - 10
LEAST = 2 * LINE
STEP = 5

# So few papers have room for everything.
ALONE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How papers are shown: `text` is `gist`, `abstract` or `both`."""

    language: str
    today: date
    text: str
    is_numbered: bool
    longest_abstract: int = 4096


@dataclass(frozen=True, slots=True)
class _Entry:
    """A paper without its gist and its abstract, in HTML."""

    pick: Pick
    title: str
    facts: str
    gist: Gist | None

    @property
    def length(self) -> int:
        """How long it is, in UTF-16 units."""
        return seen_len(self.title) + seen_len(self.facts) + 3

    @property
    def lines(self) -> int:
        """How many lines it takes on a phone."""
        facts, *reason = plain(self.facts).split("\n")
        lines = [
            _line_count(plain(self.title), BOLD_LINE),
            _line_count(facts, FACTS_LINE),
            _line_count(" ".join(reason), LINE),
        ]
        return sum(lines)


# Wrapping is slow, and a message is rendered again after every tap.
@lru_cache(maxsize=16_384)
def _line_count(text: str, width: int) -> int:
    return len(wrap(text, width))


@lru_cache(maxsize=16_384)
def _gist_lines(text: str, longest: int) -> int:
    """Return how many lines a gist takes that is shortened to some characters."""
    return len(wrap(gist.shorten(text, longest), LINE))


def paragraphs(
    t: Translation, picks: Sequence[Pick], form: Form, room: int
) -> tuple[list[str], str]:
    """Return each paper in HTML, and the line about their gists: together at most `room` units."""
    entries, longest = _entries(t, picks, form)
    marks = gists.marks(entry.gist for entry in entries)
    note = gists.origin_line(t, marks, len(entries))

    used = sum(entry.length for entry in entries) + seen_len(note) + 2
    share = (room - used) // max(len(entries), 1)
    papers = [
        _paper(entry, form, marks, longest=min(longest, share - 1), share=share)
        for entry in entries
    ]
    return papers, note


def _entries(
    t: Translation, picks: Sequence[Pick], form: Form
) -> tuple[list[_Entry], int]:
    """Return papers with as many details as leave room for their gists, and that room."""
    entries: list[_Entry] = []
    longest = LONGEST

    for detail in Detail:
        entries = [_entry(t, pick, form, detail) for pick in picks]
        longest = _longest_gist(entries)
        if longest >= ENOUGH:
            break
    return entries, longest


def _entry(t: Translation, pick: Pick, form: Form, detail: Detail) -> _Entry:
    number = f"{pick.rank} · " if form.is_numbered else ""
    facts = paper_line.facts(
        t,
        pick.paper,
        language=form.language,
        today=form.today,
        detail=detail,
    )
    return _Entry(
        pick,
        title=paper_line.heading(pick.paper, number, detail),
        facts=paper_line.with_reason(t, facts, pick.reason),
        gist=gists.of_paper(pick.paper) if form.text != "abstract" else None,
    )


def _longest_gist(entries: Sequence[_Entry]) -> int:
    """Return how long gists may be, so that all papers take their lines on a phone together."""
    if len(entries) <= ALONE:
        return LONGEST

    free = LINES * len(entries) - sum(entry.lines for entry in entries)
    texts = [entry.gist.text for entry in entries if entry.gist is not None]
    for longest in range(LONGEST_OF_SEVERAL, LEAST, -STEP):
        if sum(_gist_lines(text, longest) for text in texts) <= free:
            return longest
    return LEAST


def _paper(
    entry: _Entry,
    form: Form,
    marks: Mapping[str, str],
    *,
    longest: int,
    share: int,
) -> str:
    """Return a paper as far as there is room: the gist goes before the abstract."""
    lines = [entry.title]
    if entry.gist is not None and longest > 0:
        mark = marks[entry.gist.origin]
        lines.append(gists.sentence(entry.gist, longest, mark))
        share -= seen_len(lines[-1]) + 1
    if entry.facts:
        lines.append(entry.facts)

    text = "\n".join(lines)
    if form.text == "gist":
        return text

    room = min(share - 1, form.longest_abstract)
    return text + paper_line.quote(entry.pick.paper, room)
