"""Read words and phrases as readers mean them: case, plural and hyphen make no difference."""

import re
from collections import Counter
from collections.abc import Sequence

# Any run of letters and digits that holds a letter: "3d" and "gpt4" are words, "2024" is not.
WORD = re.compile(r"\d*[^\W\d_][^\W_]*")

# Chinese, Japanese, Thai, Lao, Khmer and Burmese, which put no spaces between words.
UNSPACED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+)"
)

# A hyphen within a word.
HYPHEN = re.compile(r"[-‐‑](?<=\w.)(?=\w)")

# Formulas and commands of LaTeX.
MATHEMATICS = re.compile(r"\$[^$]{1,200}\$|\\[a-zA-Z]+")

# What ends a phrase: punctuation, and a boast that would otherwise leave "state" and "art" behind.
BREAK = re.compile(
    r"state[- ]of[- ]the[- ]arts?|[^\w\s'’/-]+|\s-+\s", re.IGNORECASE
)

# Where the ending misleads: what only looks like a plural, and plurals that hide it. From the
# words of 19,000 abstracts, so that "GPUs" are muted with "GPU" and nobody is shown a "len".
SINGULAR_ENDINGS = ("ss", "us", "is", "ics")
SINGULAR = frozenset(
    """
    3dgs adas alias atlas bayes bias canvas chaos cmos cosmos diabetes ethos lens lpips mcts news
    nuscenes pandas series species texas
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)

IRREGULAR = dict(
    pair.split(":")
    for pair in """
    aliases:alias analyses:analysis apis:api bcis:bci biases:bias caches:cache canvases:canvas
    characteristics:characteristic cpus:cpu critics:critic diagnoses:diagnosis focuses:focus
    fms:fm gpus:gpu guis:gui heuristics:heuristic hypotheses:hypothesis indices:index
    infographics:infographic kgs:kg lenses:lens lms:lm logics:logic matrices:matrix menus:menu
    metrics:metric mosaics:mosaic movies:movie niches:niche npus:npu plateaus:plateau rois:roi
    rubrics:rubric syntheses:synthesis tactics:tactic ties:tie topics:topic tpus:tpu uis:ui
    vertices:vertex viruses:virus wsis:wsi
    """.split()  # noqa: SIM905 - as above
)

# Words that say nothing about what a paper is about: grammar, and what every abstract says.
STOPWORDS = frozenset(
    """
    a able about above across after against all allow allowing almost along already also although
    always among an and any are aim around as at available based be because been before being below
    besides best better between beyond both but by can cannot code could demonstrate despite
    different do does done due during e each effective effectively eg either enable enabling
    especially et al etc even evaluate evaluated evaluation every existing experiment experimental
    extensive far few find finding first for from further furthermore general given good had has
    have having hence here how however i ie if improve improved improvement improving in include
    including increase instead into introduce introduced is issue it its itself key large larger
    later lead leading least less like limited limitation made main mainly make making many may
    method might more moreover most much multiple must nearly need new no nor not novel now number
    numerous of often on once one only or other our out outperform outperforming over overall own
    paper particular per perform performance possible present presented prior problem project
    propose proposed provide provided providing publicly range rather recent recently related
    release released remain require required research respectively result resulting same second see
    set several should show showed showing shown significant significantly simple simply since
    single small so some sometimes specifically still strong study such suggest superior than that
    the their them themselves then there thereby these they third this those three through thus to
    today together too toward towards two under unlike until up upon us use used using usually
    various very via was way we well were what when where whereas whether which while who whose why
    wide widely will with within without work would yet you your https http com github io www org
    page website
    """.split()  # noqa: SIM905 - a list of quoted words fills three screens
)


def words(text: str) -> list[str]:
    """Return the words of a text, casefolded and singular."""
    plain = MATHEMATICS.sub(" ", text).casefold()
    return [
        singular(word) if word[-1] == "s" else word
        for word in WORD.findall(plain)
    ]


def singular(word: str) -> str:
    """Return the singular of an English plural; a word that only looks like one stays."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word in SINGULAR or word.endswith(SINGULAR_ENDINGS):
        return word

    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def terms(text: str) -> list[str]:
    """Return the single words and two-word phrases of a text that can carry a subject.

    A phrase ends at punctuation and at a stop word, so that every one reads as people write it.
    """
    tokens: list[str] = []
    for stretch in BREAK.split(MATHEMATICS.sub(" . ", text)):
        previous = ""
        for raw in WORD.findall(stretch.casefold()):
            word = singular(raw)
            if raw in STOPWORDS or word in STOPWORDS or len(word) < 2:
                previous = ""
                continue
            for part in parts(word):
                tokens.append(part)
                if previous:
                    tokens.append(f"{previous} {part}")
                previous = part
    return tokens


def parts(word: str) -> list[str]:
    """Split text of scripts without spaces into pairs of characters, so that words match."""
    if word.isascii():
        return [word]

    pieces: list[str] = []
    for run in UNSPACED.split(word):
        if UNSPACED.match(run) and len(run) > 1:
            pieces += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            pieces.append(run)
    return [piece for piece in pieces if piece]


def forms(text: str) -> tuple[str, str]:
    """Return a text ready for `contains`: with hyphens as spaces, and with hyphens left out.

    In scripts without spaces each character is a word: a topic may stand anywhere within.
    """
    closed = HYPHEN.sub("", text)
    spaced_form = _space_out(" ".join(words(text)))
    closed_form = spaced_form
    if closed != text:
        closed_form = _space_out(" ".join(words(closed)))
    return f" {spaced_form} ", f" {closed_form} "


def contains(text: tuple[str, str], phrase: tuple[str, str]) -> bool:
    """Tell whether a text contains all words of a phrase in a row; both as `forms` returns them."""
    return any(
        phrase_form.strip() and phrase_form in text_form
        for phrase_form in phrase
        for text_form in text
    )


def plainest(spellings: Sequence[str]) -> str:
    """Return the spelling with the fewest capitals, and of these the most frequent one.

    A spelling in title case loses its capitals: "Gaussian Splatting" as in a sentence.
    """
    counts = Counter(spellings)
    best = min(
        counts,
        key=lambda spelling: (
            sum(map(str.isupper, spelling)),
            -counts[spelling],
        ),
    )

    telling = [word for word in WORD.findall(best) if word not in STOPWORDS]
    if all(word[0].isupper() or word[0].isdigit() for word in telling):
        return WORD.sub(lambda match: _without_title_case(match[0]), best)
    return best


def _without_title_case(word: str) -> str:
    """Return a word of a title as it stands in a sentence: "splatting", but "3D" and "LoRA"."""
    is_title_case = word[0].isupper() and word[1:].islower()
    return word.casefold() if is_title_case else word


def _space_out(folded: str) -> str:
    """Put spaces between the characters of scripts that have none."""
    if folded.isascii():
        return folded
    spaced = UNSPACED.sub(lambda run: f" {' '.join(run[0])} ", folded)
    return " ".join(spaced.split())
