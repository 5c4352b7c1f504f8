"""LaTeX in titles and abstracts as characters that people read."""

import logging
import re
from functools import lru_cache
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, SpecialsTextSpec
from pylatexenc.latex2text import get_default_latex_context_db as default_texts
from pylatexenc.latexwalker import LatexWalker
from pylatexenc.latexwalker import get_default_latex_context_db as default_syntax
from pylatexenc.macrospec import MacroStandardArgsParser, SpecialsSpec, std_macro

ADDRESS = r"(?:https?://|www\.)(?:[^\s{}$<>\\]|\\[%&_\#~])+"
BRACED = r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}"  # three deep
POINTER = r"\\(?:[cC]ite\w*|[cC]?ref|autoref|eqref|label)\*?(?:\[[^\]]*\])*\{[^{}]*\}"
ACCENT = r"""\\["'`^~=.](?:\{[^{}]{1,9}\}|\\[ij](?![a-z])|[A-Za-z])"""
# What this does not find is prose and stays as it is: there `%`, `&`, `_` and `#` are no TeX.
TEX = re.compile(
    rf"""(?P<address>{ADDRESS})
    | \\(?P<escaped>[%&_\#${{}}] | (?='s\b))
    | \$\$(?P<display>[^$]{{1,600}})\$\$
    | \$(?P<dollars>(?:[^$\\]|\\.){{1,300}})\$(?P<digit>(?=\d))?
    | \\\((?P<inline>.{{1,300}}?)\\\) | \\\[(?P<block>.{{1,600}}?)\\\]
    | \\href\s*(?P<target>{BRACED})\s*(?P<label>{BRACED})
    | \\url\s*\{{(?P<url>[^{{}}]*)\}}
    | (?P<pointer>[~\s]?{POINTER})
    | (?P<layout>\\(?:begin|end)\s*\{{[^{{}}]*\}} | \\(?:allowbreak|noindent)\b\s* | \\[-!/@])
    | (?P<space>\\(?:[\\,;:\s]|newline\b))
    | (?P<command>{ACCENT} | \\[A-Za-z]+\*?(?:\[[^][]*\])*(?:\s?{BRACED})* | \{{\s*(?=\\){BRACED[2:]})
    | \\(?P<symbol>[^\w\s])
    | (?<=\w)\{{(?P<braced>[^{{}}\s]{{1,30}})\}}
    | (?<=[\w)\]])\^(?:(?P<power>[-+]?\d{{1,4}})|\{{(?P<group>[-+]?\d{{1,4}})\}})
    | (?P<opening>``) | (?P<closing>(?<=[\w.,!?)])'')
    | (?<=[\w.,)}}])(?P<tie>~)(?=[\w(\\$])
    | (?<!-)(?P<dash>---?)(?!-)
    """,
    re.VERBOSE | re.DOTALL,
)
SPOKEN = {"eg": "e.g.", "ie": "i.e.", "etc": "etc.", "etal": "et al.", "LaTeX": "LaTeX"}
SWITCHES = ("sc", "sf", "tt", "rm", "small", "large", "tiny", "footnotesize", "centering", "xspace")
ALPHABETS = ("mathcal", "mathscr", "mathfrak", "mathbf", "mathsf", "mathtt", "mathnormal")
SYMBOLS = {
    "deg": "°",
    "|": "‖",
    "colon": ":",
    "star": "⋆",
    "pmod": "(mod %s)",
    "textsuperscript": "%s",
}
FUNCTION = re.compile(r"(?<=[\w)}])(?=\\(?:log|ln|exp|min|max|sup|inf|lim|cos|sin|tanh|arg)\b)")
RAISED = str.maketrans("0123456789+-−n∘⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ°ᵀ")
LOWERED = str.maketrans("0123456789+-−ijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₋ᵢⱼₖₙ")

# It warns of every text that is no whole document.
logging.getLogger("pylatexenc").setLevel(logging.ERROR)


def plain(text: str) -> str:
    """Return `text` with its LaTeX resolved; what is none, or is broken, keeps its words."""
    parts, at = [], 0
    while found := TEX.search(text, at):
        told = _told(found)
        end = found.end() if told is not None else found.start() + 1
        parts += [text[at : found.start()], found[0][0] if told is None else told]
        at = end
    return "".join([*parts, text[at:]])


def _told(found: re.Match[str]) -> str | None:
    """Return what one find says in plain characters, None where it is no LaTeX after all."""
    kind, inner = found.lastgroup or "", found[found.lastgroup or 0]
    match kind:
        case "address" | "url":
            return re.sub(r"\\([%&_#~])", r"\1", inner)
        case "dollars" | "digit":
            inner = found["dollars"]
            return _resolved(inner.strip()) if _is_formula(inner, kind == "digit") else None
        case "display" | "inline" | "block" | "command":
            return _resolved(inner.strip())
        case "label":
            return _link(found["target"][1:-1], inner[1:-1])
        case "power" | "group":
            return inner.translate(RAISED)
        case "dash":
            return {2: "–", 3: "—"}[len(inner)]
    fixed = {"pointer": "", "layout": "", "space": " ", "tie": " ", "opening": "“", "closing": "”"}
    return fixed.get(kind, inner)
