"""Texts for messages: without markup, in whole sentences if possible, and never too long."""

import gzip
import html
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.messages.text import escape, names, readable, whole_sentences
from bot.transport.text import clip, utf16_len
from recommender.papers import one_line

DATA = Path(__file__).parents[3] / "shared" / "data"
LISTS = ("hf-daily-papers.jsonl.gz", "arxiv-2026-04.jsonl.gz")
TEX_ISH = st.text(
    st.sampled_from("ab1 .,%&_#~-`'^$\\{}[]()\"\n") | st.characters(),
    max_size=60,
)
PLAIN_MODULI = "a mod b, a ≡ 3 (mod 4), argmin_x"
PLAIN_LETTERS = "Kurdyka-Łojasiewicz, Straße, Ørsted, François"
# One character to the eye, but eight units.
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SENTENCES = "Ada et al. (2020) read it, e.g. as in Fig. 3. J. Bo gained 3.5 points! Is U.S. law so?"


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (
            r"attention in $O(n^2)$ or $O(n \log n)$ time",
            "attention in O(n²) or O(n log n) time",
        ),
        (r"\textbf{bold} and \emph{two words}", "bold and two words"),
        (
            r"the \texttt{file\_name\_1} by \underline{\textbf{A}}da",
            "the file_name_1 by Ada",
        ),
        (r"\alpha-divergence, $\varepsilon$-greedy", "α-divergence, ε-greedy"),
        (
            r"H\"older, Erd\H{o}s, na{\"\i}ve, \'{E}cole",
            "Hölder, Erdős, naïve, École",
        ),
        (r"a gain of 5\% \& more \#1 for \$3", "a gain of 5% & more #1 for $3"),
        (r"see Fig.~3 of Ada~et~al.", "see Fig. 3 of Ada et al."),
        (
            "cost--benefit --- of ``both'' kinds",
            "cost–benefit — of “both” kinds",
        ),
        (
            r"from $10^{-3}$ to $2^{18}$, $x^{d \times d}$",
            "from 10⁻³ to 2¹⁸, x^(d × d)",
        ),
        ("R^2 of 0.9, G^2RPO, 10^{-6}", "R² of 0.9, G²RPO, 10⁻⁶"),
        (r"$\frac{1}{2}$, $\frac{a+1}{b}$, $\sqrt{T}$", "1/2, (a+1)/b, √(T)"),
        (
            r"$5$--$25\times$ faster, $\sim$2M, R$^2$$>$0.9",
            "5–25× faster, ∼2M, R²>0.9",
        ),
        (r"$\mathcal{O}(n)$ in \( \mathbb{R}^2 \)", "O(n) in ℝ²"),
        (
            r"{\em old} {\bf ways}, 360{\deg}, 30{,}000",
            "old ways, 360°, 30,000",
        ),
        (
            r"we call it \ours, {\name} or \Mine{}, \ie this",
            "we call it ours, name or Mine, i.e. this",
        ),
        (r"as shown~\cite{ada2020,bo2021}, again", "as shown, again"),
        (
            r"\href{https://ada.example/a_b}{code}",
            "code (https://ada.example/a_b)",
        ),
        (
            r"at \url{https://ada.example/~bo/a\_b}",
            "at https://ada.example/~bo/a_b",
        ),
        ("lost on the way: textbf{D}ual \\r{ho}", "lost on the way: Dual ρ"),
        (
            r"tune $\boldsymbol{\theta}$ and $S(\boldsymbol\eta)$ by $\bm x$",
            "tune θ and S(η) by x",
        ),
        (
            r"$a \bmod b$, $a \equiv 3 \pmod{4}$, $\operatorname*{argmin}_x$",
            PLAIN_MODULI,
        ),
        (
            r"${\cal O}(n)$ at 30$\degree$C, 30\degree C, 360^\circ",
            "O(n) at 30°C, 30°C, 360°",
        ),
        (
            r"$\binom{n}{k}$, $\sqrt[3]{n}$, $\sqrt[n]{x}$",
            "(n choose k), ∛(n), ⁿ√(x)",
        ),
        (
            r"Kurdyka-\L ojasiewicz, Stra\ss e, \O rsted, Fran\c cois",
            PLAIN_LETTERS,
        ),
        (
            r"the \texttt{grip} kit, \mbox{whole}, \unheard{of words}",
            "the grip kit, whole, of words",
        ),
        (
            r"$d_\text{model}$, $x^\mathrm{T}$, $\root 3 \of x$, \verb|x_1|",
            "d_model, x^T, ∛(x), x_1",
        ),
        (
            r"$\text{if } x$, $a \stackrel{d}{=} b$, $\xrightarrow{f}$",
            "if x, a =^d b, →^f",
        ),
        (r"$\title{Arms}$ $\maketitle$", "Arms"),
        (
            r"\textquotedblleft hi\textquotedblright, Sm\'\i d, $\Bbb R$",
            "“hi”, Smíd, ℝ",
        ),
        (
            r"a {\textless} b {\textbar} c, FID{}=2.23, V_{0.5}",
            "a < b | c, FID=2.23, V_0.5",
        ),
        (
            r"Hands\thanks{By a grant.} \textcolor{red}{up}\vspace{1em}",
            "Hands up",
        ),
        (
            r"$\mathbb{1}$, $\mathds{R}$, $\widehat{\boldsymbol{x}}$, $\tfrac12$",
            "1, ℝ, x, 1/2",
        ),
    ],
)
def test_latex_reads_as_people_write(tex: str, plain: str):
    assert readable(tex) == plain


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        (
            "<i>in vivo</i> with CO<sub>2</sub> &amp; air",
            "in vivo with CO₂ & air",
        ),
        (
            "10<sup>-3</sup> m<SUP>2</SUP>, the 5<sup>th</sup>",
            "10⁻³ m², the 5th",
        ),
        (
            "<jats:title>Abstract</jats:title><jats:p>We <jats:italic>see</jats:italic>",
            "We see",
        ),
        (
            "a &lt; b, &amp;gt; c, &#8217;tis, &eacute;&#x301;",
            "a < b, > c, ’tis, é\u0301",
        ),
        (
            r"{\textless}i{\textgreater}in vitro{\textless}/i{\textgreater}",
            "in vitro",
        ),
        (r"R\&amp;D in <b>$O(n)$</b>", "R&D in O(n)"),
        ("<p>One</p><p>Two<br/>Three</p>", "One Two Three"),
        ('by <a href="https://ada.example/">this page</a>', "by this page"),
        (
            "<mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup> grows",
            "x² grows",
        ),
        ("<!-- note -->Seen <![CDATA[whole]]>", "Seen whole"),
    ],
)
def test_markup_and_entities_read_as_people_write(markup: str, plain: str):
    assert readable(markup) == plain


@pytest.mark.parametrize(
    "text",
    [
        "the <think> tag, <s>, <EOS> and Clock<D>",
        "where a<b and c>d, x <b or y> z",
        "AT&T; R&D &co",
        "100% of Q&A for a_b, #1, x < y > z",
        "$5 million and $3 million",
        "from $5-$10 to US$5/US$10 a day",
        "https://ada.example/~bo/a_b--c?d=1&e=%20#f",
        "about ~10K of 5~10 --with-flags",
        r"in C:\Users\ada",
        "a set {4, 8, 16} and {",
    ],
)
def test_what_only_looks_like_latex_stays_as_it_is(text: str):
    assert readable(text) == text


def test_dollars_next_to_mathematics_stay_dollars():
    text = "at $0.12 a call, with $n$=5 calls under US$100 million ($k$ in all)"

    plain = readable(text)

    assert (
        plain
        == "at $0.12 a call, with n=5 calls under US$100 million (k in all)"
    )


@pytest.mark.parametrize(
    "tex", [r"broken $x and {\bf never \textbf{closed", r"$a {b$ } \frac{c }{"]
)
def test_broken_latex_keeps_its_words(tex: str):
    words = set(re.findall(r"(?<!\\)\b[a-z]+\b", tex))

    plain = readable(tex)

    assert words <= set(re.findall(r"[a-z]+", plain))


def test_characters_nobody_sees_are_gone_but_those_that_join_stay():
    text = f"so\u00adft \u202eevil\u202c\x00white\u2028 space {FAMILY} \ud800"

    plain = readable(text)

    assert plain == f"soft evil white space {FAMILY}"


@given(TEX_ISH)
@example("{" * 300 + "\\")
@example("$" + "\\frac{" * 40 + "$")
@example("\\" + "a{" * 3000)
def test_any_text_becomes_one_line_without_invisible_characters(text: str):
    plain = readable(text)

    assert plain == one_line(plain)
    assert not {unicodedata.category(c) for c in plain} & {"Cc", "Cs", "Co"}


@pytest.mark.parametrize("name", LISTS)
def test_real_titles_and_abstracts_are_readable_and_keep_their_words(name: str):
    if not (DATA / name).exists():
        pytest.skip(f"the shared data are not here: {name}")

    for text in real_texts(name):
        plain = readable(text)

        assert not re.search(r"\\[A-Za-z%&_#${}]|[\x00-\x1f]|%s", plain), text
        assert not re.search(
            r"</?(?:a|i|b|em|sub|sup|p|br)\b|&(?:\w+|#\d+);", plain
        ), text
        assert missing_words(text, plain) == Counter(), text
        if not re.search(r"[\\${}]|<a href|&\w+;", text):
            assert letters(plain) == letters(text)


@given(st.text(), st.integers(0, 40))
@example(FAMILY * 3, 20)
@example("🇩🇪🇫🇷🇯🇵", 7)
@example("e\u0301" * 20, 12)
def test_a_clipped_text_fits_and_is_a_beginning(text: str, units: int):
    cut = clip(text, units)

    assert utf16_len(cut) <= units
    assert cut == text or text.startswith(cut.removesuffix("…"))
    assert cut == text or not cut or cut.endswith("…")


def test_a_text_is_cut_after_a_word_where_one_ends_near():
    assert clip("linear attention, revisited", 20) == "linear attention…"
    assert clip("linear-attention-revisited", 20) == "linear-attention-re…"


@pytest.mark.parametrize(
    "character", [FAMILY, "🇩🇪", "e\u0301", "👍🏽", "❤\ufe0f"]
)
def test_what_looks_like_one_character_is_not_cut_apart(character: str):
    for units in range(1, utf16_len(character) + 2):
        assert clip(f"{character}{character}ab", units).rstrip("…") in {
            "",
            character,
        }


@pytest.mark.parametrize("text", ["", "a", "é", "𝒪", FAMILY, "中文"])
def test_length_is_counted_as_telegram_does(text: str):
    assert utf16_len(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("units", "beginning"),
    [
        (len(SENTENCES), SENTENCES),
        (
            len(SENTENCES) - 1,
            "Ada et al. (2020) read it, e.g. as in Fig. 3. J. Bo gained 3.5 points!",
        ),
        (60, "Ada et al. (2020) read it, e.g. as in Fig. 3."),
        (45, "Ada et al. (2020) read it, e.g. as in Fig. 3."),
        (20, "Ada et al. (2020)…"),
    ],
)
def test_as_many_whole_sentences_are_kept_as_fit(units: int, beginning: str):
    assert whole_sentences(SENTENCES, units) == beginning


@given(
    st.text(st.sampled_from("Ab. !?😀\n") | st.characters(), max_size=80),
    st.integers(0, 60),
)
def test_whole_sentences_fit_and_are_a_beginning(text: str, units: int):
    beginning = whole_sentences(text, units)

    assert utf16_len(beginning) <= units
    assert beginning == one_line(text) or one_line(text).startswith(
        beginning.removesuffix("…")
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_escaped_text_comes_back_whole_and_ends_no_attribute(text: str):
    escaped = escape(text)

    assert html.unescape(escaped) == text
    assert not set(escaped) & set("<>\"'")


@pytest.mark.parametrize(
    ("name", "short_name"),
    [
        ("Tri Dao", "T. Dao"),
        ("Jürgen Schmidhuber", "J. Schmidhuber"),
        ("Van Gogh, Vincent", "V. Van Gogh"),
        ("Ludwig van Beethoven", "L. van Beethoven"),
        ("Laurens van der Maaten", "L. van der Maaten"),
        ("Benjamin Van Durme", "B. Van Durme"),
        ("Le Zhang", "L. Zhang"),
        ("Martin Luther King, Jr.", "M. King"),
        ("Hal Daumé III", "H. Daumé"),
        ("OpenAI", "OpenAI"),
        ("Gemma Team", "Gemma Team"),
        ("", ""),
    ],
)
def test_a_person_has_an_initial_and_a_group_its_whole_name(
    name: str, short_name: str
):
    assert names([name]) == short_name


def test_the_first_three_authors_are_named_and_the_rest_counted():
    authors = [
        "Rui-Jie Zhu",
        "Yu Zhang",
        "Ethan Sifferman",
        "Ada",
        "Bo",
        "Cy",
        "Di",
        "Eve",
    ]

    assert names(authors) == "R. Zhu, Y. Zhang, E. Sifferman +5"
    assert names(authors[:2]) == "R. Zhu, Y. Zhang"


def real_texts(name: str) -> list[str]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    return [paper[part] for paper in papers for part in ("title", "abstract")]


def letters(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKD", text) if c.isalnum()
    )


def missing_words(text: str, plain: str) -> Counter[str]:
    """Return the words that stand free of LaTeX in `text`, less those in `plain`."""
    tex = r"\$[^$]*\$|\\(?:[Cc]ite\w*|c?ref|label|color)\*?\{[^{}]*\}|\\[a-zA-Z]+|https?://\S+"
    free = re.findall(r"(?<!\S)[A-Za-z]{2,}(?!\S)", re.sub(tex, "#", text))
    return Counter(free) - Counter(re.findall(r"[A-Za-z]+", plain))
