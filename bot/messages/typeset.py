"""Titles and names as LaTeX that runs anywhere: with the commands of its kernel alone."""

import re
import unicodedata
from functools import lru_cache

from pylatexenc.latexencode import UnicodeToLatexEncoder

from bot.messages.text import readable

ENCODER = UnicodeToLatexEncoder(
    non_ascii_only=True,
    replacement_latex_protection="braces-all",
    unknown_char_policy="keep",
)
# BibTeX counts every brace, an escaped one too.
PLAIN = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
}
PLAIN |= {
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": "{$<$}",
    ">": "{$>$}",
}
PLAIN |= {
    "|": "{$|$}",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
}
PLAIN |= {
    "…": r"{\ldots}",
    "°": r"{$^{\circ}$}",
    "√": r"{$\surd$}",
    "ℝ": r"{$\mathbf{R}$}",
}
PLAIN |= {
    "×": r"{$\times$}",
    "→": r"{$\rightarrow$}",
    "←": r"{$\leftarrow$}",
    "·": r"{$\cdot$}",
}
PLAIN |= {
    "∛": r"{$\sqrt[3]{}$}",
    "↛": r"{$\not\rightarrow$}",
    "≈": r"{$\approx$}",
    "·": r"{$\cdot$}",
}
PLAIN |= {character: f"\\{character}" for character in "&%#_$"}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ", "0123456789+-nT")
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙ", "0123456789+-ijkn")
RUN = re.compile(
    r"(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ]+)|(?P<lowered>[₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙ]+)|."
)
ACCENTS = {
    0x300: "`",
    0x301: "'",
    0x302: "^",
    0x303: "~",
    0x304: "=",
    0x306: "u",
    0x307: ".",
}
ACCENTS |= {
    0x308: '"',
    0x30A: "r",
    0x30B: "H",
    0x30C: "v",
    0x323: "d",
    0x327: "c",
    0x331: "b",
}
GREEK = "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu"
GREEK += " xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta"
GREEK += " Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
SIGNS = "ensuremath leq geq neq sim simeq equiv cong propto infty partial nabla sum prod int pm mp"
SIGNS += " in ni notin subset supset subseteq supseteq cup cap vee wedge neg forall exists emptyset"
SIGNS += " rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow mapsto uparrow"
SIGNS += " downarrow langle rangle lfloor rfloor lceil rceil Vert parallel perp angle star ast circ"
SIGNS += " bullet cdot cdots ldots times div oplus ominus otimes oslash odot ell hbar Re Im aleph"
SIGNS += " dagger ddagger prime surd top bot ll gg prec succ models vdash dashv triangle"
SIGNS += " textsection textparagraph textbullet copyright dag ddag pounds quotedblbase"
KERNEL = frozenset(f"{GREEK} {SIGNS}".split())
# GPT, LLaMA, arXiv.
NAMES = re.compile(r"[^\W_]*[A-Z][^\W_]*[A-Z][^\W_]*|[^\W_]+[A-Z][^\W_]*")
# A formula that was stored as LaTeX, and that nothing can be wrong with.
FORMULA = re.compile(
    r"(\$(?:[A-Za-z0-9 +\-*/=(),.]|[_^](?:\w|\{[A-Za-z0-9+\-]+\})(?![_^]))+\$)"
)


def title(text: str) -> str:
    """Return a title that keeps the capitals of its names."""
    parts = FORMULA.split(text)
    return "".join(
        p if p.startswith("$") and FORMULA.fullmatch(p) else _prose(p)
        for p in parts
    )


def prose(text: str) -> str:
    """Return a text with what LaTeX would take for commands, or not know, as it writes them."""
    return "".join(_typeset(found) for found in RUN.finditer(text))


def _prose(text: str) -> str:
    seen, at = readable(text), 0
    parts = []
    for found in NAMES.finditer(seen):
        parts += [prose(seen[at : found.start()]), f"{{{prose(found[0])}}}"]
        at = found.end()
    edges = text[:1].isspace(), text[-1:].isspace() and bool(seen)
    return " " * edges[0] + "".join([*parts, prose(seen[at:])]) + " " * edges[1]


def _typeset(found: re.Match[str]) -> str:
    if found["raised"]:
        return f"{{$^{{{found[0].translate(RAISED)}}}$}}"
    if found["lowered"]:
        return f"{{$_{{{found[0].translate(LOWERED)}}}$}}"
    return _character(found[0])


@lru_cache(maxsize=4096)
def _character(character: str) -> str:
    if character in PLAIN or character.isascii():
        return PLAIN.get(character, character)
    if (
        character.isalpha() and character <= "\u017f"
    ):  # LaTeX reads these as they are
        return character
    encoded = str(ENCODER.unicode_to_latex(character))
    commands = re.findall(r"\\([A-Za-z]+)", encoded)
    if encoded != character and KERNEL.issuperset(commands) and commands:
        return encoded
    return _accented(character) or _nearest(character)


def _accented(character: str) -> str:
    """Write a letter with its accents one by one; empty where that can't be."""
    apart = unicodedata.normalize("NFD", character)
    letter, marks = apart[0], apart[1:]
    if not marks or not letter.isascii():
        return ""
    for mark in marks:
        if accent := ACCENTS.get(ord(mark)):
            letter = f"\\{accent}{{{letter}}}"
    return f"{{{letter}}}"


def _nearest(character: str) -> str:
    """Return the plain form of a character; a letter of another script stays, a sign goes."""
    plain = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
    if plain.isascii():
        return prose(plain)
    return character if character.isalpha() else ""
