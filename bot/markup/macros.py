"""Plain characters for the LaTeX commands that pylatexenc does not know."""

import logging
import re
from typing import Any, TypeAlias

from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    SpecialsTextSpec,
)
from pylatexenc.latex2text import get_default_latex_context_db as default_texts
from pylatexenc.latexwalker import (
    get_default_latex_context_db as default_syntax,
)
from pylatexenc.macrospec import (
    MacroStandardArgsParser,
    SpecialsSpec,
    std_macro,
)

Node: TypeAlias = Any  # pylatexenc has no types

# Words of commands that dress them; in prose these are prose again.
PROSE = {
    "text" + style
    for style in ("", "bf", "it", "tt", "sc", "sf", "rm", "sl", "md", "up")
}
# pylatexenc would keep a title for the next text, and print sections as headings.
PROSE |= {
    "title",
    "author",
    "date",
    "chapter",
    "section",
    "subsection",
    "subsubsection",
    "url",
}
PROSE |= {
    "textnormal",
    "emph",
    "underline",
    "uline",
    "mbox",
    "hbox",
    "fbox",
    "footnote",
    "b",
}
COLOURS = {
    "textcolor",
    "colorbox",
    "foreignlanguage",
    "raisebox",
    "scalebox",
    "rotatebox",
}  # the last of their words is the text
# What stands in a text for its layout or its other pages goes, with its words.
LAYOUT = "color vspace hspace phantom hphantom vphantom includegraphics thanks index inst tag"
LAYOUT += " footnotemark setlength setcounter selectlanguage usepackage bibliography input include"
LAYOUT += " maketitle pagestyle thispagestyle ref autoref cref Cref eqref cite citet citep nocite"
LAYOUT += " citeauthor citeyear citeyearpar citenum"
SPOKEN = {
    "eg": "e.g.",
    "ie": "i.e.",
    "etc": "etc.",
    "etal": "et al.",
    "xspace": "",
}
SPOKEN |= {name: name for name in ("LaTeX", "TeX", "BibTeX")}
SYMBOLS = {
    "deg": "°",
    "degree": "°",
    "celsius": "°C",
    "|": "‖",
    "colon": ":",
    "coloneqq": "≔",
}
SYMBOLS |= {
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textunderscore": "_",
}
SYMBOLS |= {
    "textbraceleft": "{",
    "textbraceright": "}",
    "slash": "/",
    "lq": "‘",
    "rq": "’",
}
SYMBOLS |= {
    "textpercent": "%",
    "hfill": " ",
    "euro": "€",
    "pounds": "£",
    "copyright": "©",
    "S": "§",
    "P": "¶",
    "iff": "⇔",
}
SYMBOLS |= {
    "choose": " choose ",
    "bmod": " mod ",
    "mod": " mod ",
    "ng": "ŋ",
    "NG": "Ŋ",
}
SYMBOLS |= {
    "dh": "ð",
    "DH": "Ð",
    "dj": "đ",
    "DJ": "Đ",
    "th": "þ",
    "TH": "Þ",
    "SS": "ẞ",
}
FONTS = "em it bf sc sf sl tt rm cal mit frak bb boldmath unboldmath normalfont bfseries itshape"
FONTS += " scshape ttfamily sffamily rmfamily slshape upshape mdseries displaystyle textstyle"
FONTS += " scriptstyle scriptscriptstyle tiny scriptsize footnotesize small normalsize large Large"
FONTS += " LARGE huge Huge centering protect relax nolimits limits left right middle big bigl bigr"
FONTS += " bigm Big Bigl Bigr Bigm bigg biggl biggr Bigg Biggl Biggr allowbreak nobreak noindent"
DRESSED = "mathcal mathscr mathfrak mathbf mathsf mathtt mathit mathnormal boldsymbol bm pmb"
DRESSED += " operatorname mathop mathord mathbin mathrel mathopen mathclose mathinner textnormal"
DRESSED += " textup textmd textsf texttt mbox hbox substack boxed cancel smash mathstrut text"
TWO = {
    "tfrac",
    "dfrac",
    "cfrac",
    "binom",
    "tbinom",
    "dbinom",
    "stackrel",
    "overset",
    "underset",
}
BLACKBOARD = {"Bbb", "mathbbm", "mathds", "mathbbmss"}
SCRIPTS = {"textsuperscript": "^", "textsubscript": "_"}
RAISED = str.maketrans("0123456789+-−n∘⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ°ᵀ")
LOWERED = str.maketrans("0123456789+-−ijkn", "₀₁₂₃₄₅₆₇₈₉₊₋₋ᵢⱼₖₙ")
ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}

# It warns of every text that is no whole document.
logging.getLogger("pylatexenc").setLevel(logging.ERROR)


def is_known(name: str) -> bool:
    """Tell whether a command means something by itself."""
    return name in SCRIPTS or MEANING.get_macro_spec(name) is not None


def script(mark: str, inner: str) -> str:
    """Raise or lower what has such characters; the rest keeps its mark, and brackets if long."""
    if inner in {"", "*", "⋆", "†", "'", "′", "th", "st", "nd", "rd"}:
        return inner
    table = RAISED if mark == "^" else LOWERED
    if all(ord(character) in table for character in inner):
        return inner.translate(table)
    bare = len(inner) < 2 or re.fullmatch(r"[^\W_]+(?:\.\d+)?", inner)
    return mark + (inner if bare else f"({inner})")


def _arguments(node: Node, to_text: Node) -> list[str]:
    parsed = node.nodeargd.argnlist if node.nodeargd else []
    return [
        str(to_text.nodelist_to_text([part])) if part else "" for part in parsed
    ]


def _last(node: Node, l2tobj: Node) -> str:
    return next(reversed(_arguments(node, l2tobj)), "")


def _script(node: Node, l2tobj: Node) -> str:
    return script(str(node.specials_chars), _last(node, l2tobj).strip())


def _fraction(node: Node, l2tobj: Node) -> str:
    parts = [part.strip() for part in _arguments(node, l2tobj)[-2:]]
    return "/".join(
        part if re.fullmatch(r"[\w√]*", part) else f"({part})" for part in parts
    )


def _choice(node: Node, l2tobj: Node) -> str:
    return "({} choose {})".format(*_arguments(node, l2tobj))


def _root(node: Node, l2tobj: Node) -> str:
    degree, inner = _arguments(node, l2tobj)[-2:]
    return ROOTS.get(degree, f"{degree.translate(RAISED)}√") + f"({inner})"


def _modulus(node: Node, l2tobj: Node) -> str:
    return f" (mod {_last(node, l2tobj)})"


def _stacked(node: Node, l2tobj: Node) -> str:
    first, second = _arguments(node, l2tobj)
    return second + script("_" if node.macroname == "underset" else "^", first)


def _arrow(node: Node, l2tobj: Node) -> str:
    return ("→" if node.macroname == "xrightarrow" else "←") + script(
        "^", _last(node, l2tobj).strip()
    )


def _syntax() -> Node:
    context = default_syntax()
    scripts = [
        SpecialsSpec(mark, args_parser=MacroStandardArgsParser("{"))
        for mark in "^_"
    ]
    more = [std_macro(name, "", 2) for name in TWO]
    more += [
        std_macro(name, "", 1)
        for name in (*DRESSED.split(), *BLACKBOARD, "pmod", "pod")
    ]
    more += [
        std_macro(name, "", 1)
        for name in ("phantom", "hphantom", "vphantom", "tag")
    ]
    context.add_context_category(
        "paperpicks", macros=more, specials=scripts, prepend=True
    )
    return context


def _meaning() -> Node:
    context = default_texts()
    blackboard = context.get_macro_spec("mathbb").simplify_repl
    macros = [
        MacroTextSpec(name, text) for name, text in (SPOKEN | SYMBOLS).items()
    ]
    macros += [
        MacroTextSpec(name, "") for name in (*FONTS.split(), *LAYOUT.split())
    ]
    macros += [
        MacroTextSpec(name, _last)
        for name in (*DRESSED.split(), *PROSE - {"b"})
    ]
    macros += [MacroTextSpec(name, blackboard) for name in BLACKBOARD]
    macros += [
        MacroTextSpec(name, _fraction)
        for name in ("frac", "tfrac", "dfrac", "cfrac")
    ]
    macros += [
        MacroTextSpec(name, _choice) for name in ("binom", "tbinom", "dbinom")
    ]
    macros += [
        MacroTextSpec(name, _stacked)
        for name in ("stackrel", "overset", "underset")
    ]
    macros += [MacroTextSpec(name, _modulus) for name in ("pmod", "pod")]
    macros += [
        MacroTextSpec("sqrt", _root),
        MacroTextSpec("xrightarrow", _arrow),
    ]
    macros += [
        MacroTextSpec("xleftarrow", _arrow),
        MacroTextSpec("textfrac", ""),
    ]
    scripts = [SpecialsTextSpec(mark, _script) for mark in "^_"]
    context.add_context_category(
        "paperpicks", macros=macros, specials=scripts, prepend=True
    )
    return context


SYNTAX, MEANING = _syntax(), _meaning()
TEXTS = LatexNodes2Text(
    latex_context=MEANING,
    math_mode="text",
    keep_comments=True,
    strict_latex_spaces="based-on-source",
)
