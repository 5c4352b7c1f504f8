"""Words and phrases as readers mean them, and as papers spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.phrases import (
    STOPWORDS,
    contains,
    forms,
    plainest,
    singular,
    terms,
    words,
)

TEXTS = st.lists(
    st.sampled_from(
        [
            "graph",
            "Graphs",
            "image-text",
            "pre-training",
            "speech's",
            "of",
            "the",
            "state-of-the-art",
            "$x_1$",
            "\\alpha",
            "3D",
            "2024",
            ".",
            ",",
            ";",
            "-",
            "–",
            "(",
            ")",
            "/",
            "models",
            "reasoning",
        ]
    ),
    max_size=20,
).map(" ".join)


def hides(topic: str, text: str) -> bool:
    """Tell whether a mute of a topic hides a paper with this text."""
    return contains(forms(text), forms(topic))


@pytest.mark.parametrize(
    ("plural", "word"),
    [
        ("models", "model"),
        ("policies", "policy"),
        ("losses", "loss"),
        ("meshes", "mesh"),
        ("patches", "patch"),
        ("boxes", "box"),
        ("databases", "database"),
        ("images", "image"),
        ("videos", "video"),
        ("cameras", "camera"),
        ("metrics", "metric"),
        ("topics", "topic"),
        ("gpus", "gpu"),
        ("apis", "api"),
        ("vlas", "vla"),
        ("biases", "bias"),
        ("lenses", "lens"),
        ("caches", "cache"),
        ("movies", "movie"),
        ("ties", "tie"),
        ("hypotheses", "hypothesis"),
        ("matrices", "matrix"),
    ],
)
def test_a_plural_is_the_same_word_as_its_singular(plural: str, word: str):
    assert singular(plural) == word
    assert singular(word) == word


@pytest.mark.parametrize(
    "word",
    [
        "loss",
        "corpus",
        "analysis",
        "bias",
        "canvas",
        "chaos",
        "virus",
        "gas",
        "process",
        "physics",
        "robotics",
        "dynamics",
        "semantics",
        "series",
        "species",
        "news",
        "lens",
        "bayes",
        "diabetes",
        "previous",
        "mcts",
        "3dgs",
        "dns",
    ],
)
def test_a_word_that_only_looks_plural_stays(word: str):
    assert singular(word) == word


@given(
    st.sampled_from(
        ["Graph-based", "policies", "Vision", "losses", "text/image", "GPUs"]
    )
)
def test_folding_twice_is_folding_once(text: str):
    once = words(text)

    assert words(" ".join(once)) == once


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("diffusion model", "Fast Diffusion Models"),
        ("Diffusion Models", "a diffusion model."),
        ("pre-training", "language pretraining"),
        ("pretraining", "Pre-training at scale"),
        ("pre training", "pre-training"),
        ("pre-training", "pre\N{NON-BREAKING HYPHEN}training"),
        ("state-space models", "a state space model"),
        ("state space model", "State-Space Models"),
        ("art", "art: a survey"),
        ("art", "modern arts"),
        ("news", "news recommendation"),
        ("video", "long videos"),
        ("3d", "3D scenes"),
        ("künstliche bilder", "KÜNSTLICHE Bilder"),
    ],
)
def test_case_plural_and_hyphen_make_no_difference_to_a_mute(
    topic: str, text: str
):
    assert hides(topic, text)


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("art", "smart start"),
        ("model", "remodelling"),
        ("medical imaging", "imaging in medical practice"),
        ("medical imaging", "medical and biological imaging"),
        ("new", "news recommendation"),
        ("diffusion models", "diffusion"),
        ("graph network", "$graph$ network"),
        ("", "anything"),
        ("", ""),
        ("2024", "in 2024"),
        ("$x$", "$x$"),
        ("$x$", "the letter x"),
    ],
)
def test_a_mute_hides_nothing_else(topic: str, text: str):
    assert not hides(topic, text)


@given(TEXTS, TEXTS)
def test_a_text_contains_every_phrase_of_its_own(before: str, after: str):
    assert all(
        hides(term, f"{before} . {term} . {after}")
        for term in terms(f"{before} {after}")
    )


@pytest.mark.parametrize(
    "between", [".", ",", ";", ":", "(", "–", " - ", " of ", " the ", " a "]
)
def test_a_phrase_ends_at_punctuation_and_stop_words(between: str):
    tokens = terms(f"graph {between} speech")

    assert tokens == ["graph", "speech"]


def test_a_phrase_is_two_words_that_stand_together():
    tokens = terms("Robust Image-text models’ of reasoning")

    assert tokens == [
        "robust",
        "image",
        "robust image",
        "text",
        "image text",
        "model",
        "text model",
        "reasoning",
    ]


def test_a_boast_leaves_no_words_behind():
    tokens = terms("State-of-the-art speech and state of the art images")

    assert tokens == ["speech", "image"]


@pytest.mark.parametrize(
    "latex", [r"$\mathcal{O}(n \log n)$", r"\textbf", r"\alpha", "$x_{speech}$"]
)
def test_latex_is_dropped_and_ends_a_phrase(latex: str):
    tokens = terms(f"graph {latex} image")

    assert tokens == ["graph", "image"]
    assert words(f"graph {latex} image") == ["graph", "image"]


@given(TEXTS)
def test_a_term_is_one_or_two_words_and_none_is_a_stop_word(text: str):
    for term in terms(text):
        parts = term.split()

        assert len(parts) in {1, 2}
        assert not STOPWORDS & set(parts)
        assert all(len(part) > 1 and not part.isdigit() for part in parts)


def test_a_number_is_no_word_but_a_name_with_a_digit_is():
    assert words("3D GPT4 in 2024") == ["3d", "gpt4", "in"]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("基于机器人的模仿学习", "机器人"),
        ("我们用GPT模型抓取。", "GPT 模型"),
        ("ロボットの学習", "ロボット"),
        ("การเรียนรู้ของหุ่นยนต์", "หุ่นยนต์"),
        ("로봇 학습", "로봇"),
    ],
)
def test_a_text_without_spaces_contains_a_topic(text: str, topic: str):
    assert contains(forms(text), forms(topic))
    assert set(terms(topic)) <= set(terms(text))


def test_a_text_without_spaces_contains_no_other_word():
    assert not contains(forms("图像分类"), forms("机器人"))
    assert set(terms("图像分类")).isdisjoint(terms("机器人"))


def test_the_parts_of_words_without_spaces_are_pairs_of_characters():
    assert terms("机器人") == ["机器", "器人", "机器 器人"]
    assert terms("人") == []


@pytest.mark.parametrize(
    ("spellings", "plain"),
    [
        (
            ["Gated Linear Attention", "gated linear attention"],
            "gated linear attention",
        ),
        (
            ["state-space model", "State-space models", "state-space model"],
            "state-space model",
        ),
        (["LoRA"], "LoRA"),
        (["Gaussian splatting", "Gaussian Splatting"], "Gaussian splatting"),
    ],
)
def test_the_way_with_the_fewest_capitals_is_shown(
    spellings: list[str], plain: str
):
    assert plainest(spellings) == plain


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Deep Tokens", "deep tokens"),
        ("3D Human Pose Estimation", "3D human pose estimation"),
        ("AI Coding Agents", "AI coding agents"),
        ("Chain of Thought", "chain of thought"),
    ],
)
def test_the_capitals_of_a_title_are_no_way_of_writing(title: str, plain: str):
    assert plainest([title]) == plain
