"""LaTeX in titles and abstracts as characters that people read."""

import re
from functools import lru_cache

from pylatexenc.latexwalker import LatexWalker

from bot.markup.macros import (
    COLOURS,
    LAYOUT,
    PROSE,
    SCRIPTS,
    SYNTAX,
    TEXTS,
    is_known,
    script,
)

ADDRESS = r"(?:https?://|www\.)(?:[^\s{}$<>\\]|\\[%&_\#~])+"
BRACED = (
    r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}"  # three deep
)
# A common loss on the way here is the backslash: "textbf{D}istraction".
STRIPPED = r"(?<![\\\w])(?:text(?:bf|it|tt|sc)|emph|underline|math(?:cal|rm|bf|bb))(?=\{)"
# After a letter's own command the space only ends the command: "\\L ojasiewicz".
LETTER = (
    r"\\(?:ss|[oOlLij]|ae|AE|oe|OE|aa|AA|dj|DJ|dh|DH|textquote(?:dblleft|left))"
)
LETTER += r"(?![A-Za-z])(?:\{\}|\s+(?=\w))?"
DEGREE = (
    r"\\(?:deg|degree|textdegree|celsius)(?![A-Za-z])(?:\{\}|\s+(?=[CFK]\b))?"
)
COMMAND = rf"(?:\\[A-Za-z]+|{STRIPPED})\*?(?:\[[^][]*\])*(?:\s?{BRACED})*"
POINTER = (
    r"\\(?:[cC]ite\w*|[cC]?ref|autoref|eqref|label)\*?(?:\[[^\]]*\])*\{[^{}]*\}"
)
ACCENT = (
    r"""\\["'`^~=.](?:\s?\{[^{}]{0,9}\}|\s?\{\\[ij]\}|\s?\\[ij](?![A-Za-z])(?:\s(?=[a-z]))?|[A-Za-z])"""
    r"""|\\[cvuHk][ ][A-Za-z]|\\[bdrt][ ][A-Za-z](?![a-z])"""
)
# What this does not find is prose and stays as it is: there `%`, `&`, `_` and `#` are no TeX.
TEX = re.compile(
    rf"""(?=[\\${{~`'^_-]|[ ]\\|http|www|text|math|emph|under)(?:  # the cheap part first
    (?P<address>{ADDRESS})(?:\{{(?P<name>[^{{}}]*)\}})?
    | \\(?P<escaped>[%&_\#${{}}] | (?='s\b))
    | \$\$(?P<display>[^$]{{1,600}})\$\$
    | \$(?P<dollars>(?:[^$\\]|\\.){{1,300}})\$(?P<digit>(?=\d))?
    | \\\((?P<inline>.{{1,300}}?)\\\) | \\\[(?P<block>.{{1,600}}?)\\\]
    | \\href\s*(?P<target>{BRACED})\s*(?P<label>{BRACED})
    | \\url\s*\{{(?P<url>[^{{}}]*)\}}
    | \\verb\*?(?P<quote>[|+!"])(?P<verbatim>[^|+!"]{{1,80}})(?P=quote)
    | (?P<pointer>[~\s]?{POINTER})
    | (?P<layout>\\(?:begin|end)\s*\{{[^{{}}]*\}} | \\(?:allowbreak|noindent)\b\s* | \\[-!/@])
    | (?P<space>\\(?:[\\,;:\s]|newline\b))
    | (?P<command>{ACCENT} | {LETTER} | {DEGREE} | {COMMAND} | \{{\s*(?=\\){BRACED[2:]})
    | \\(?P<symbol>[^\w\s])
    | (?<=[\w)\]%}}])(?P<nothing>\{{\}})
    | (?<=\w)\{{(?P<braced>,|[^{{}}\s,]{{1,30}})\}}
    | (?<=\d)(?P<degrees>\^(?:\\circ(?![A-Za-z])|\{{\s*\\circ\s*\}}))
    | (?<=[\w()\]}}])(?:\^(?P<power>\*|[-+]?\d{{1,4}}(?!\d|\.\d))
                      | (?P<mark>[\^_])\{{(?P<script>[^{{}}]{{1,40}})\}})
    | (?P<opening>``) | (?P<closing>(?<=[\w.,!?)])'')
    | (?P<tie>(?<=[A-Za-z.,)}}])~(?=[\w(\\$]) | (?<=\d)~(?=[A-Za-z(\\$]))
    | (?<!-)(?:(?P<emdash>---)|(?P<endash>--))(?!-)(?:(?<=[^\s-]--)|(?<=[^\s-]---)|(?=\s))
    )""",
    re.VERBOSE | re.DOTALL,
)
INSTEAD = {
    "pointer": "",
    "layout": "",
    "nothing": "",
    "space": " ",
    "tie": " ",
    "degrees": "°",
}
INSTEAD |= {"opening": "“", "closing": "”", "endash": "–", "emdash": "—"}
GONE = set(LAYOUT.split())
SWITCH = re.compile(
    r"\\(?:cal|mit|frak|bf|it|rm|sf|sl|tt|em|displaystyle|(?:left|right|middle)\s*\.)(?![A-Za-z])\s*"
)
ROOT = re.compile(r"\\root\s*\{?([^\s{}\\]{1,9})\}?\s*\\of(?![A-Za-z])")
DRESSED_SCRIPT = re.compile(rf"([_^])\s*(\\[A-Za-z]+(?:{BRACED})+)")
ESCAPED_BRACE = re.compile(r"(?<!\\)((?:\\\\)*)\\([{}])")
KEPT = {"{": "\ue000", "}": "\ue001"}  # of private use: no text holds them
FUNCTION = re.compile(
    r"(?<=[\w)}])(?=\\(?:log|ln|exp|min|max|sup|inf|lim|cos|sin|tanh|arg)\b)"
)


def plain(text: str) -> str:
    """Return `text` with its LaTeX resolved; what is broken keeps its words."""
    parts, at = [], 0
    while found := TEX.search(text, at):
        told, end = _told(found), found.end()
        if told is None:
            told, end = text[found.start()], found.start() + 1
        parts += [text[at : found.start()], told]
        at = end
    return "".join([*parts, text[at:]])


def whole(text: str) -> str:
    """Return what is LaTeX as a whole, as in bibliographies: braces that only group go too."""
    text = ESCAPED_BRACE.sub(lambda found: found[1] + KEPT[found[2]], text)
    text = re.sub(r"[{}]", "", plain(text))
    return text.replace(KEPT["{"], "{").replace(KEPT["}"], "}")


def _told(found: re.Match[str]) -> str | None:
    """Return what a find says in plain characters, None where it is no LaTeX after all."""
    kind = found.lastgroup or ""
    if _is_prose(found):
        return None
    match kind:
        case "address" | "url":
            return _address(found[kind])
        case "name" | "label":
            target = found["address"] or found["target"][1:-1]
            return _link(_address(target), plain(found[kind].strip("{}")))
        case "command" | "dollars" | "digit" | "display" | "inline" | "block":
            inner = (found["dollars"] or found[kind]).strip()
            return _command(inner) if kind == "command" else _resolved(inner)
        case "power" | "script":
            return script(found["mark"] or "^", _resolved(found[kind]).strip())
    return INSTEAD.get(kind, found[kind])


def _is_prose(found: re.Match[str]) -> bool:
    if found["command"]:
        return _is_path(found)
    money = found["dollars"] is not None
    return money and not _is_formula(
        found["dollars"], digit_follows=found["digit"] is not None
    )


def _command(written: str) -> str:
    """Resolve one command; the words it dresses are prose again."""
    if written[0] == "{":
        return plain(written[1:-1].strip()).strip()
    written = re.sub(
        r"^\\([bcdkrtuv])\{([a-z]{2,})\}", r"\\\1\2", written
    )  # \r{ho} was \rho
    parts = re.match(r"\\?([A-Za-z]+)", written)
    name, dressed = (parts[1] if parts else ""), re.findall(BRACED, written)
    if name in GONE:
        return ""
    if name not in PROSE and (not name or is_known(name)):
        return _resolved(
            written.rstrip() if written[0] == "\\" else "\\" + written
        )
    kept = dressed[-1:] if name in COLOURS else dressed
    words = " ".join(plain(each[1:-1]) for each in kept)
    if name in PROSE:
        return f" ({words})" if name == "footnote" and words else words
    return words or name  # a command of the authors' own stands for its name


def _is_formula(inner: str, *, digit_follows: bool) -> bool:
    """Tell `$n$` and `$41\\%$` from the dollars of "$5 million and $3 million"."""
    if inner[0].isspace() or inner[-1].isspace():
        return (
            "\\" in inner or re.fullmatch(r"\s*[\d.,]+\s*", inner) is not None
        )
    if re.fullmatch(r"\d\w*(?:[-+=*/]\w+)+", inner):  # $2d+1$
        return not digit_follows
    before_tex = re.split(r"[\\^_{}=]", inner, maxsplit=1)[0]
    if inner[0].isdigit():
        has_tex = before_tex != inner
        return not re.search(r"[A-Za-z]{2}", before_tex) and (
            has_tex or not digit_follows
        )
    return not re.search(r"[a-z]{3,}[ ,]+[a-z]{2,} [a-z]{2,}", before_tex)


def _is_path(found: re.Match[str]) -> bool:
    """Tell the backslashes of C:\\Users from commands."""
    before = found.string[max(found.start() - 100, 0) : found.start()]
    return re.search(r"(?<![A-Za-z])[A-Za-z]:(?:\\\S*)?$", before) is not None


def _address(written: str) -> str:
    return re.sub(r"\\([%&_#~])", r"\1", written)


def _link(target: str, label: str) -> str:
    return target if label in target else f"{label} ({target})"


@lru_cache(maxsize=1024)  # most of them are the same few
def _resolved(tex: str) -> str:
    """Resolve a piece that is LaTeX; where that fails, its bare words."""
    piece = re.sub(
        r"(?<!\\)([%&#])", r"\\\1", tex
    )  # else a comment would take the rest with it
    piece = SWITCH.sub("", piece)
    piece = ROOT.sub(r"\\sqrt[\1]", piece)
    piece = DRESSED_SCRIPT.sub(
        r"\1{\2}", piece
    )  # its parser would take the command alone
    piece = re.sub(r"\\([A-Za-z]+)\*?(?=(\s*\{[^}])?)", _known, piece)
    piece = re.sub(
        r"(\\[A-Za-z]+)(?=[^\x00-\x7f])", r"\1 ", piece
    )  # "\hatθ" is \hat and θ
    piece = FUNCTION.sub(" ", piece)
    # Its tolerant mode would take exponential time on nesting that is never closed.
    walker = LatexWalker(piece, latex_context=SYNTAX, tolerant_parsing=False)
    try:
        text = str(TEXTS.nodelist_to_text(walker.get_latex_nodes()[0]))
    except Exception:  # noqa: BLE001 - a parser's bug must not cost a reader their digest
        text = re.sub(r"\\[A-Za-z]+|[\\{}$]", " ", piece)
    return re.sub(r"(?<!\s)([≤≥≈×±·∈≠∼→∝<>=]) ", r"\1", text)


def _known(found: re.Match[str]) -> str:
    """Put an unknown command's name in its place, or leave it to its arguments."""
    if found[1] in SCRIPTS or not is_known(found[1]):
        return SCRIPTS.get(found[1], "" if found[2] else found[1])
    return f"\\{found[1]}"  # a star would be printed
