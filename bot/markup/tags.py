"""Replaces HTML, JATS, MathML and entities by plain characters."""

import html
import re

from bot.markup.macros import script

HINT = re.compile(r"<[!/A-Za-z]|&[#A-Za-z]")
ENTITY = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)

# Names that only markup has. The paired ones also stand in papers as text, as in
# "the <s> token" and "a <b and c> d", so they are markup only if they are closed.
MARKUP = r"(?:jats|mml|m|xhtml):[\w-]+|br|hr|inline-formula|disp-formula|tex-math|alternatives"
PAIRED = (
    "i b u s p a q em tt sc ol ul li td tr th h1 h2 h3 h4 sub sup inf "
    "div pre var big bold scp cite code span font mark small strong "
    "italic roman underline monospace overline strike sec abstract "
    "title ext-link xref uri math mrow mi mo mn msub msup msubsup mfrac "
    "msqrt mtext mstyle mover munder semantics annotation nobr center "
    "blockquote section ins del"
)

TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,30})((?:\s[^<>]{0,500})?)/?>")

# Elements that separate the words on both sides.
BLOCKS = {
    "p",
    "br",
    "hr",
    "div",
    "li",
    "ol",
    "ul",
    "td",
    "tr",
    "title",
    "sec",
    "abstract",
    "h1",
}
BLOCKS |= {"h2", "h3", "h4", "section", "blockquote", "disp-formula"}

# Comments and the like, and headings that only say "abstract".
INVISIBLE = re.compile(
    r"<!--.{0,300}?-->|<!\[CDATA\[|\]\]>|<(?:mml:)?annotation\b[^<>]*>[^<]*</(?:mml:)?annotation>"
    r"|<(?:jats:)?title>\s*(?:abstract|summary)\s*:?\s*</(?:jats:)?title>",
    re.IGNORECASE | re.DOTALL,
)

SCRIPT = re.compile(
    r"<((?:jats:)?(sub|sup|inf))\b[^<>]*>\s*([^<>]{0,60}?)\s*</\1>",
    re.IGNORECASE,
)
LEAF = r"<(?:\w+:)?m[ino]>([^<>]*)</(?:\w+:)?m[ino]>\s*"
MATHEMATICS = re.compile(rf"<((?:\w+:)?(msub|msup|mfrac))>\s*{LEAF}{LEAF}</\1>")

# The mark between two parts of a formula in MathML.
BETWEEN = {"msub": "_", "msup": "^"}


def plain(text: str) -> str:
    """Return a text without tags and entities; what only looks like one stays."""
    if not HINT.search(text):
        return text

    # Twice, because some texts were escaped twice on their way.
    for _ in range(2):
        text = ENTITY.sub(_entity, text)
    if "<" not in text:
        return text

    text = INVISIBLE.sub("", text)
    text = MATHEMATICS.sub(_mathematics, text)
    text = SCRIPT.sub(_script, text)

    closed_names = {tag[2].lower() for tag in TAG.finditer(text) if tag[1]}
    return TAG.sub(lambda tag: _tag(tag, closed_names), text)


def _entity(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _script(element: re.Match[str]) -> str:
    mark = "^" if element[2].lower() == "sup" else "_"

    return script(mark, element[3])


def _mathematics(element: re.Match[str]) -> str:
    mark = BETWEEN.get(element[2])
    if mark is None:
        return f"{element[3]}/{element[4]}"

    return element[3] + script(mark, element[4])


def _tag(tag: re.Match[str], closed_names: set[str]) -> str:
    """Return what replaces a tag: the tag itself if it may be text."""
    name = tag[2].lower()
    bare_name = name.removeprefix("jats:")

    is_pair = bare_name in PAIRED.split() and name in closed_names
    if not is_pair and not re.fullmatch(MARKUP, name):
        return tag[0]

    return " " if bare_name in BLOCKS else ""
