"""Writes titles and names in LaTeX that needs no packages: only commands of its kernel."""

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

# Characters with a meaning of their own in LaTeX, and others with a better form than the
# encoder's. Braces are written as commands because BibTeX counts even escaped ones.
CHARACTERS = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": "{$<$}",
    ">": "{$>$}",
    "|": "{$|$}",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
    "…": r"{\ldots}",
    "°": r"{$^{\circ}$}",
    "√": r"{$\surd$}",
    "ℝ": r"{$\mathbf{R}$}",
    "×": r"{$\times$}",
    "→": r"{$\rightarrow$}",
    "←": r"{$\leftarrow$}",
    "·": r"{$\cdot$}",
    "∛": r"{$\sqrt[3]{}$}",
    "↛": r"{$\not\rightarrow$}",
    "≈": r"{$\approx$}",
}
CHARACTERS |= {character: f"\\{character}" for character in "&%#_$"}

# Superscripts and subscripts, and the characters that are raised or lowered.
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ", "0123456789+-nT")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙ", "0123456789+-ijkn")

# A run of superscripts or subscripts, or any other character.
RUN = re.compile(
    r"(?P<superscripts>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ]+)|(?P<subscripts>[₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙ]+)|."
)

# Commands for accents, by the code point of the combining character.
ACCENTS = {
    0x300: "`",
    0x301: "'",
    0x302: "^",
    0x303: "~",
    0x304: "=",
    0x306: "u",
    0x307: ".",
    0x308: '"',
    0x30A: "r",
    0x30B: "H",
    0x30C: "v",
    0x323: "d",
    0x327: "c",
    0x331: "b",
}

# The commands that LaTeX knows without packages.
KERNEL_COMMANDS = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota
    kappa lambda mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi
    varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi
    Psi Omega ensuremath leq geq neq sim simeq equiv cong propto infty
    partial nabla sum prod int pm mp in ni notin subset supset subseteq
    supseteq cup cap vee wedge neg forall exists emptyset rightarrow
    leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow mapsto
    uparrow downarrow langle rangle lfloor rfloor lceil rceil Vert parallel
    perp angle star ast circ bullet cdot cdots ldots times div oplus ominus
    otimes oslash odot ell hbar Re Im aleph dagger ddagger prime surd top
    bot ll gg prec succ models vdash dashv triangle textsection
    textparagraph textbullet copyright dag ddag pounds quotedblbase
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)

# A word whose capitals BibTeX must keep: "GPT", "LLaMA", "arXiv".
CAPITALIZED = re.compile(r"[^\W_]*[A-Z][^\W_]*[A-Z][^\W_]*|[^\W_]+[A-Z][^\W_]*")

# A formula in LaTeX that is simple enough to be copied as it is.
FORMULA = re.compile(
    r"(\$(?:[A-Za-z0-9 +\-*/=(),.]|[_^](?:\w|\{[A-Za-z0-9+\-]+\})(?![_^]))+\$)"
)


def title(text: str) -> str:
    """Return a title in which the capitals of names and the formulas are kept."""
    parts = []
    for part in FORMULA.split(text):
        is_formula = FORMULA.fullmatch(part) is not None
        parts.append(part if is_formula else _with_capitals(part))
    return "".join(parts)


def prose(text: str) -> str:
    """Return a text in LaTeX, its special and unknown characters as commands."""
    return "".join(map(_run, RUN.finditer(text)))


def _with_capitals(text: str) -> str:
    """Return a part of a title in LaTeX, with braces around words whose capitals are kept."""
    plain = readable(text)
    parts = []
    end = 0
    for word in CAPITALIZED.finditer(plain):
        parts.append(prose(plain[end : word.start()]))
        parts.append(f"{{{prose(word[0])}}}")
        end = word.end()
    parts.append(prose(plain[end:]))

    # `readable` strips the spaces that separate this part from the formulas beside it.
    before = " " if text[:1].isspace() else ""
    after = " " if plain and text[-1:].isspace() else ""
    return before + "".join(parts) + after


def _run(run: re.Match[str]) -> str:
    if run["superscripts"]:
        return f"{{$^{{{run[0].translate(SUPERSCRIPTS)}}}$}}"
    if run["subscripts"]:
        return f"{{$_{{{run[0].translate(SUBSCRIPTS)}}}$}}"
    return _character(run[0])


@lru_cache(maxsize=4096)
def _character(character: str) -> str:
    """Return a character in LaTeX: as it is, as a command, with accents, or simplified."""
    if character in CHARACTERS:
        return CHARACTERS[character]

    # LaTeX reads the letters of Latin-1 and Latin Extended-A without packages.
    is_latin_letter = character.isalpha() and character <= "\u017f"
    if character.isascii() or is_latin_letter:
        return character

    encoded = str(ENCODER.unicode_to_latex(character))
    commands = re.findall(r"\\([A-Za-z]+)", encoded)
    if (
        commands
        and encoded != character
        and KERNEL_COMMANDS.issuperset(commands)
    ):
        return encoded

    return _accented(character) or _simplified(character)


def _accented(character: str) -> str:
    """Return a letter with a command for each accent; empty if it is not accented ASCII."""
    decomposed = unicodedata.normalize("NFD", character)
    letter = decomposed[0]
    marks = decomposed[1:]
    if not marks or not letter.isascii():
        return ""

    for mark in marks:
        command = ACCENTS.get(ord(mark))
        if command:
            letter = f"\\{command}{{{letter}}}"
    return f"{{{letter}}}"


def _simplified(character: str) -> str:
    """Return a character in ASCII; other letters stay as they are, other signs are left out."""
    plain = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
    if plain.isascii():
        return prose(plain)

    return character if character.isalpha() else ""
