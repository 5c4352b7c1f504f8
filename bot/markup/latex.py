"""Replaces LaTeX in titles and abstracts by plain characters."""

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
# Braces up to three levels deep.
BRACED = r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}"

# A common loss on the way here is the backslash: "textbf{D}istraction".
STRIPPED = r"(?<![\\\w])(?:text(?:bf|it|tt|sc)|emph|underline|math(?:cal|rm|bf|bb))(?=\{)"

# After the command of a letter, the space only ends the command: "\\L ojasiewicz".
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

# Everything else is prose and stays as it is: there `%`, `&`, `_` and `#` are no TeX.
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
REPLACEMENTS = {
    "pointer": "",
    "layout": "",
    "nothing": "",
    "space": " ",
    "tie": " ",
    "degrees": "°",
}
REPLACEMENTS |= {"opening": "“", "closing": "”", "endash": "–", "emdash": "—"}
REMOVED = set(LAYOUT.split())
SWITCH = re.compile(
    r"\\(?:cal|mit|frak|bf|it|rm|sf|sl|tt|em|displaystyle|(?:left|right|middle)\s*\.)(?![A-Za-z])\s*"
)
ROOT = re.compile(r"\\root\s*\{?([^\s{}\\]{1,9})\}?\s*\\of(?![A-Za-z])")
COMMAND_AS_SCRIPT = re.compile(rf"([_^])\s*(\\[A-Za-z]+(?:{BRACED})+)")
ESCAPED_BRACE = re.compile(r"(?<!\\)((?:\\\\)*)\\([{}])")

# Characters of private use, which no text has, in place of escaped braces.
PLACEHOLDERS = {"{": "\ue000", "}": "\ue001"}
FUNCTION = re.compile(
    r"(?<=[\w)}])(?=\\(?:log|ln|exp|min|max|sup|inf|lim|cos|sin|tanh|arg)\b)"
)


def plain(text: str) -> str:
    """Return a text with its LaTeX resolved; broken LaTeX keeps its words."""
    parts: list[str] = []
    at = 0

    while match := TEX.search(text, at):
        parts.append(text[at : match.start()])

        replacement = _replacement(match)
        if replacement is None:
            parts.append(text[match.start()])
            at = match.start() + 1
        else:
            parts.append(replacement)
            at = match.end()

    return "".join([*parts, text[at:]])


def whole(text: str) -> str:
    """Return a text that is all LaTeX, also without the braces that only group.

    The fields of bibliographies are such texts.
    """
    text = ESCAPED_BRACE.sub(
        lambda brace: brace[1] + PLACEHOLDERS[brace[2]], text
    )
    text = re.sub(r"[{}]", "", plain(text))
    for brace, placeholder in PLACEHOLDERS.items():
        text = text.replace(placeholder, brace)

    return text


def _replacement(piece: re.Match[str]) -> str | None:
    """Return a piece of LaTeX in plain characters, or None if it is prose after all."""
    kind = piece.lastgroup or ""
    if _is_prose(piece):
        return None

    match kind:
        case "address" | "url":
            text = _address(piece[kind])
        case "name" | "label":
            target = piece["address"] or piece["target"][1:-1]
            text = _link(_address(target), plain(piece[kind].strip("{}")))
        case "command":
            text = _command(piece["command"].strip())
        case "dollars" | "digit" | "display" | "inline" | "block":
            text = _resolved((piece["dollars"] or piece[kind]).strip())
        case "power" | "script":
            text = script(piece["mark"] or "^", _resolved(piece[kind]).strip())
        case _:
            text = REPLACEMENTS.get(kind, piece[kind])

    return text


def _is_prose(piece: re.Match[str]) -> bool:
    if piece["command"]:
        return _is_path(piece)
    if piece["dollars"] is None:
        return False

    return not _is_formula(
        piece["dollars"], digit_follows=piece["digit"] is not None
    )


def _command(tex: str) -> str:
    """Resolve one command, whose arguments may be prose again."""
    if tex[0] == "{":
        return plain(tex[1:-1].strip()).strip()

    # A program made \r{ho} of \rho.
    tex = re.sub(r"^\\([bcdkrtuv])\{([a-z]{2,})\}", r"\\\1\2", tex)

    match = re.match(r"\\?([A-Za-z]+)", tex)
    name = match[1] if match else ""
    if name in REMOVED:
        return ""
    if name not in PROSE and (not name or is_known(name)):
        return _resolved(tex.rstrip() if tex[0] == "\\" else "\\" + tex)

    arguments = re.findall(BRACED, tex)
    if name in COLOURS:
        arguments = arguments[-1:]
    words = " ".join(plain(argument[1:-1]) for argument in arguments)

    if name == "footnote" and words:
        return f" ({words})"
    if name in PROSE:
        return words

    # A command of the authors' own stands for its name.
    return words or name


def _is_formula(inner: str, *, digit_follows: bool) -> bool:
    """Return whether `$…$` is a formula, and not "$5 million and $3 million"."""
    if inner[0].isspace() or inner[-1].isspace():
        return (
            "\\" in inner or re.fullmatch(r"\s*[\d.,]+\s*", inner) is not None
        )

    # As in $2d+1$.
    if re.fullmatch(r"\d\w*(?:[-+=*/]\w+)+", inner):
        return not digit_follows

    before_tex = re.split(r"[\\^_{}=]", inner, maxsplit=1)[0]
    if inner[0].isdigit():
        has_tex = before_tex != inner
        return not re.search(r"[A-Za-z]{2}", before_tex) and (
            has_tex or not digit_follows
        )

    return not re.search(r"[a-z]{3,}[ ,]+[a-z]{2,} [a-z]{2,}", before_tex)


def _is_path(command: re.Match[str]) -> bool:
    """Return whether a command is part of a path as in C:\\Users."""
    start = command.start()
    before = command.string[max(start - 100, 0) : start]

    return re.search(r"(?<![A-Za-z])[A-Za-z]:(?:\\\S*)?$", before) is not None


def _address(tex: str) -> str:
    return re.sub(r"\\([%&_#~])", r"\1", tex)


def _link(target: str, label: str) -> str:
    return target if label in target else f"{label} ({target})"


# Cached, since most pieces are the same few.
@lru_cache(maxsize=1024)
def _resolved(tex: str) -> str:
    """Return a piece of LaTeX in plain characters, or its bare words if that fails."""
    # An unescaped % would begin a comment and lose the rest.
    piece = re.sub(r"(?<!\\)([%&#])", r"\\\1", tex)
    piece = SWITCH.sub("", piece)
    piece = ROOT.sub(r"\\sqrt[\1]", piece)
    # The parser would take the command alone for the script.
    piece = COMMAND_AS_SCRIPT.sub(r"\1{\2}", piece)
    piece = re.sub(r"\\([A-Za-z]+)\*?(?=(\s*\{[^}])?)", _supported, piece)
    # "\hatθ" is \hat and θ.
    piece = re.sub(r"(\\[A-Za-z]+)(?=[^\x00-\x7f])", r"\1 ", piece)
    piece = FUNCTION.sub(" ", piece)

    # The parser's tolerant mode would take exponential time on unclosed nesting.
    walker = LatexWalker(piece, latex_context=SYNTAX, tolerant_parsing=False)
    try:
        text = str(TEXTS.nodelist_to_text(walker.get_latex_nodes()[0]))
    except Exception:  # noqa: BLE001 - a parser's bug must not cost a reader their digest
        text = re.sub(r"\\[A-Za-z]+|[\\{}$]", " ", piece)
    return re.sub(r"(?<!\s)([≤≥≈×±·∈≠∼→∝<>=]) ", r"\1", text)


def _supported(command: re.Match[str]) -> str:
    """Return a command that the parser supports, or what replaces it.

    An unknown command is replaced by its arguments, or by its name if it has none.
    """
    name, argument = command[1], command[2]
    if name in SCRIPTS:
        return SCRIPTS[name]
    if not is_known(name):
        return "" if argument else name

    # Without the star, which would be printed.
    return f"\\{name}"
