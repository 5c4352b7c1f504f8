"""HTML, JATS, MathML and entities in titles and abstracts as plain characters."""

import html
import re

from bot.markup.macros import script

HINT = re.compile(r"<[!/A-Za-z]|&[#A-Za-z]")
ENTITY = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
# Names that only markup has; of the others, papers write too: "the <s> token", "a <b and c> d".
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
UNSEEN = re.compile(
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
BETWEEN = {"msub": "_", "msup": "^"}


def plain(text: str) -> str:
    """Return `text` without tags and entities; what only looks like one stays."""
    if not HINT.search(text):
        return text
    for _ in range(2):  # what was escaped twice on its way
        text = ENTITY.sub(_entity, text)
    if "<" not in text:
        return text
    text = UNSEEN.sub("", text)
    text = MATHEMATICS.sub(_mathematics, text)
    text = SCRIPT.sub(_script, text)
    names = {found[2].lower() for found in TAG.finditer(text) if found[1]}
    return TAG.sub(lambda found: _tag(found, names), text)


def _entity(found: re.Match[str]) -> str:
    return html.unescape(found[0])


def _script(found: re.Match[str]) -> str:
    return script("^" if found[2].lower() == "sup" else "_", found[3])


def _mathematics(found: re.Match[str]) -> str:
    between = BETWEEN.get(found[2])
    return found[3] + (script(between, found[4]) if between else f"/{found[4]}")


def _tag(found: re.Match[str], closed: set[str]) -> str:
    """Leave a tag out where it is markup for sure, or one of a pair that may be."""
    name = found[2].lower()
    bare = name.removeprefix("jats:")
    if not re.fullmatch(MARKUP, name) and not (
        bare in PAIRED.split() and name in closed
    ):
        return found[0]
    return " " if bare in BLOCKS else ""
