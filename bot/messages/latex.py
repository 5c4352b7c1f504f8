"""LaTeX in titles and abstracts as characters that people read."""

import logging
import re
from functools import lru_cache
from typing import Any, TypeAlias

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, SpecialsTextSpec
from pylatexenc.latex2text import get_default_latex_context_db as default_texts
from pylatexenc.latexwalker import LatexWalker
from pylatexenc.latexwalker import get_default_latex_context_db as default_syntax
from pylatexenc.macrospec import MacroStandardArgsParser, SpecialsSpec, std_macro

Node: TypeAlias = Any  # pylatexenc has no types

ADDRESS = r"(?:https?://|www\.)(?:[^\s{}$<>\\]|\\[%&_\#~])+"
BRACED = r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}"  # three deep
# A common loss on the way here is the backslash: "textbf{D}istraction".
STRIPPED = r"(?<![\\\w])(?:text(?:bf|it|tt|sc)|emph|underline|math(?:cal|rm|bf|bb))(?=\{)"
COMMAND = rf"(?:\\[A-Za-z]+|{STRIPPED})\*?(?:\[[^][]*\])*(?:\s?{BRACED})*"
POINTER = r"\\(?:[cC]ite\w*|[cC]?ref|autoref|eqref|label)\*?(?:\[[^\]]*\])*\{[^{}]*\}"
ACCENT = (
    r"""\\["'`^~=.](?:\{[^{}]{1,9}\}|\\[ij](?![a-z])|[A-Za-z])|\\[bcdkrtuvH][ ][A-Za-z](?![a-z])"""
)
# What this does not find is prose and stays as it is: there `%`, `&`, `_` and `#` are no TeX.
TEX = re.compile(
    rf"""(?=[\\${{~`'^-]|[ ]\\|http|www|text|math|emph|under)(?:  # the cheap part first
    (?P<address>{ADDRESS})(?:\{{(?P<name>[^{{}}]*)\}})?
    | \\(?P<escaped>[%&_\#${{}}] | (?='s\b))
    | \$\$(?P<display>[^$]{{1,600}})\$\$
    | \$(?P<dollars>(?:[^$\\]|\\.){{1,300}})\$(?P<digit>(?=\d))?
    | \\\((?P<inline>.{{1,300}}?)\\\) | \\\[(?P<block>.{{1,600}}?)\\\]
    | \\href\s*(?P<target>{BRACED})\s*(?P<label>{BRACED})
    | \\url\s*\{{(?P<url>[^{{}}]*)\}}
    | (?P<pointer>[~\s]?{POINTER})
    | (?P<layout>\\(?:begin|end)\s*\{{[^{{}}]*\}} | \\(?:allowbreak|noindent)\b\s* | \\[-!/@])
    | (?P<space>\\(?:[\\,;:\s]|newline\b))
    | (?P<command>{ACCENT} | {COMMAND} | \{{\s*(?=\\){BRACED[2:]})
    | \\(?P<symbol>[^\w\s])
    | (?<=\w)\{{(?P<braced>[^{{}}\s]{{1,30}})\}}
    | (?<=[\w)\]])\^(?:(?P<power>[-+]?\d{{1,4}})|\{{(?P<group>[-+]?\d{{1,4}})\}})
    | (?P<opening>``) | (?P<closing>(?<=[\w.,!?)])'')
    | (?P<tie>(?<=[A-Za-z.,)}}])~(?=[\w(\\$]) | (?<=\d)~(?=[A-Za-z(\\$]))
    | (?<!-)(?:(?P<emdash>---)|(?P<endash>--))(?!-)(?:(?<=[^\s-]--)|(?<=[^\s-]---)|(?=\s))
    )""",
    re.VERBOSE | re.DOTALL,
)
COLOURS = {"textcolor", "colorbox", "foreignlanguage"}
PROSE = COLOURS | {"text" + style for style in ("", "bf", "it", "tt", "sc", "sf", "rm", "sl")}
PROSE |= {"emph", "underline", "mbox", "footnote", "b"}
INSTEAD = {"pointer": "", "layout": "", "space": " ", "tie": " "}
INSTEAD |= {"opening": "“", "closing": "”", "endash": "–", "emdash": "—"}
SPOKEN = {
    "eg": "e.g.",
    "ie": "i.e.",
    "etc": "etc.",
    "etal": "et al.",
    "LaTeX": "LaTeX",
    "xspace": "",
}
SYMBOLS = {"deg": "°", "|": "‖", "colon": ":", "pmod": " (mod %s)"}
FONTS = ("em", "bf", "it", "sc", "sf", "sl", "tt", "rm", "small", "large", "tiny", "centering")
SIZES = ("left", "right", "middle", "big", "bigl", "bigr", "Big", "Bigl", "Bigr", "limits")
ALPHABETS = ("mathcal", "mathscr", "mathfrak", "mathbf", "mathsf", "mathtt", "boldsymbol")
SCRIPTS = {"textsuperscript": "^", "textsubscript": "_"}
FUNCTION = re.compile(r"(?<=[\w)}])(?=\\(?:log|ln|exp|min|max|sup|inf|lim|cos|sin|tanh|arg)\b)")
RAISED = str.maketrans("0123456789+-−n∘⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ°ᵀ")
LOWERED = str.maketrans("0123456789+-−ijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₋ᵢⱼₖₙ")

# It warns of every text that is no whole document.
logging.getLogger("pylatexenc").setLevel(logging.ERROR)


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
        case "power" | "group":
            return found[kind].translate(RAISED)
    return INSTEAD.get(kind, found[kind])


def _is_prose(found: re.Match[str]) -> bool:
    if found["command"]:
        return _is_path(found)
    money = found["dollars"] is not None
    return money and not _is_formula(found["dollars"], digit_follows=found["digit"] is not None)


def _command(written: str) -> str:
    """Resolve one command; the words it dresses are prose again."""
    if written[0] == "{":
        return plain(written[1:-1].strip()).strip()
    written = re.sub(r"^\\([bcdkrtuv])\{([a-z]{2,})\}", r"\\\1\2", written)  # \r{ho} was \rho
    parts = re.match(r"\\?([A-Za-z]+)", written)
    name, dressed = (parts[1] if parts else ""), re.findall(BRACED, written)
    if name not in PROSE and (not name or _is_known(name)):
        return _resolved(written if written[0] == "\\" else "\\" + written)
    kept = dressed[-1:] if name in COLOURS else dressed
    words = " ".join(plain(each[1:-1]) for each in kept)
    if name in PROSE:
        return f" ({words})" if name == "footnote" and words else words
    return words or name  # a command of the authors' own stands for its name


def _is_known(name: str) -> bool:
    return name in SCRIPTS or MEANING.get_macro_spec(name) is not None


def _is_formula(inner: str, *, digit_follows: bool) -> bool:
    """Tell `$n$` and `$41\\%$` from the dollars of "$5 million and $3 million"."""
    if inner[0].isspace() or inner[-1].isspace():
        return inner[0].isspace() and inner[-1].isspace() and "\\" in inner
    before_tex = re.split(r"[\\^_{}=]", inner, maxsplit=1)[0]
    if inner[0].isdigit():
        has_tex = before_tex != inner
        return not re.search(r"[A-Za-z]{2}", before_tex) and (has_tex or not digit_follows)
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
    piece = re.sub(r"(?<!\\)([%&#])", r"\\\1", tex)  # else a comment would take the rest with it
    piece = re.sub(r"\\([A-Za-z]+)\*?(?=(\s*\{[^}])?)", _known, piece)
    piece = re.sub(r"(\\[A-Za-z]+)(?=[^\x00-\x7f])", r"\1 ", piece)  # "\hatθ" is \hat and θ
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
    if found[1] in SCRIPTS or not _is_known(found[1]):
        return SCRIPTS.get(found[1], "" if found[2] else found[1])
    return found[0]


def _argument(node: Node, to_text: Node) -> str:
    parsed = node.nodeargd
    return str(to_text.nodelist_to_text([parsed.argnlist[-1]])) if parsed else ""


def _script(node: Node, l2tobj: Node) -> str:
    """Raise or lower what has such characters; the rest keeps its mark, and brackets if long."""
    mark, inner = node.specials_chars, _argument(node, l2tobj).strip()
    if inner in {"*", "⋆", "†", "'", "th", "st", "nd", "rd"}:
        return inner
    table = RAISED if mark == "^" else LOWERED
    if inner and all(ord(character) in table for character in inner):
        return inner.translate(table)
    return str(mark) + (inner if inner.isalnum() or len(inner) < 2 else f"({inner})")


def _fraction(node: Node, l2tobj: Node) -> str:
    parts = [l2tobj.nodelist_to_text([part]).strip() for part in node.nodeargd.argnlist]
    return "/".join(part if re.fullmatch(r"[\w√]*", part) else f"({part})" for part in parts)


def _syntax() -> Node:
    known = default_syntax()
    scripts = [SpecialsSpec(mark, args_parser=MacroStandardArgsParser("{")) for mark in "^_"]
    more = [std_macro(name, "", 2) for name in ("tfrac", "dfrac", "binom")]
    known.add_context_category("paperpicks", macros=more, specials=scripts, prepend=True)
    return known


def _meaning() -> Node:
    known = default_texts()
    macros = [MacroTextSpec(name, text) for name, text in (SPOKEN | SYMBOLS).items()]
    macros += [MacroTextSpec(name, "") for name in FONTS + SIZES]
    macros += [MacroTextSpec(name, "%s") for name in ALPHABETS]
    macros += [MacroTextSpec(name, _fraction) for name in ("frac", "tfrac", "dfrac")]
    scripts = [SpecialsTextSpec(mark, _script) for mark in "^_"]
    known.add_context_category("paperpicks", macros=macros, specials=scripts, prepend=True)
    return known


SYNTAX, MEANING = _syntax(), _meaning()
TEXTS = LatexNodes2Text(
    latex_context=MEANING,
    math_mode="text",
    keep_comments=True,
    strict_latex_spaces="based-on-source",
)
