"""Concepts of the field: what papers name, however they spell it, and never a coinage of one."""

from datetime import date

import pytest

from recommender.concept_mining import MIN_PAPERS
from recommender.concepts import Concepts, distinct
from recommender.papers import Paper
from recommender.phrases import words
from recommender.stoplist import is_coined, is_stop_phrase, tells_no_subject

LISTED = Concepts()


def paper(
    title: str, abstract: str = "", keywords: tuple[str, ...] = ()
) -> Paper:
    day = date(2026, 5, 29)
    return Paper(
        title=title,
        abstract=abstract,
        keywords=keywords,
        listed=day,
        source="huggingface",
    )


def surfaces_in(abstract: str, concepts: Concepts = LISTED) -> list[str]:
    return [
        mention.surface
        for mention in concepts.in_paper(paper("Untitled", abstract))
    ]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        (
            "We study retrieval augmented generation.",
            ["retrieval augmented generation"],
        ),
        (
            "Retrieval-Augmented Generation (RAG)",
            ["retrieval-augmented generation", "RAG"],
        ),
        (
            "A multi-modal large language model",
            ["multi-modal large language model"],
        ),
        ("finetuning is fine-tuning", ["finetuning"]),
        ("tuned by LoRA", ["LoRA"]),
        (
            "Diffusion Models for Text-To-Image Generation",
            ["diffusion models", "text-to-image generation"],
        ),
    ],
)
def test_a_concept_is_named_as_the_paper_spells_it(
    text: str, surfaces: list[str]
):
    assert sorted(surfaces_in(text)) == sorted(surfaces)


def test_the_longest_concept_stands_and_none_inside_it():
    assert surfaces_in("text-to-image generation") == [
        "text-to-image generation"
    ]
    assert set(
        surfaces_in("text-to-image generation, and image generation")
    ) == {
        "text-to-image generation",
        "image generation",
    }


def test_no_concept_goes_over_punctuation():
    assert surfaces_in("Large. Language: models") == []
    assert surfaces_in("image (generation)") == []


def test_an_abbreviation_is_one_where_it_is_written_as_one():
    assert surfaces_in("we clip a video clip of a rag") == ["video"]
    assert surfaces_in("CLIP and RAG") == ["CLIP", "RAG"]


def test_the_name_of_a_system_is_no_concept_of_the_same_letters():
    assert surfaces_in("SearchAgent, searchagent and ImageGeneration") == []
    assert surfaces_in("search agents") == ["search agents"]


@pytest.mark.parametrize(
    "text",
    [
        "substantially faster by 20 percent within an hour on an RTX 4090",
        "the dominant approach to execution in the real world",
        "extensive experiments show that our method outperforms strong baselines",
        "a new framework, pipeline and benchmark with high accuracy and low latency",
    ],
)
def test_what_every_paper_says_is_no_concept(text: str):
    assert surfaces_in(text) == []


def test_phrases_of_several_titles_or_keywords_become_concepts():
    titles = [
        paper(f"{name} tidal flow maps")
        for name in ("Fast", "Slow", "Wet", "Dry")
    ]
    keywords = [
        paper(f"Number {n}", keywords=("marsh hydraulics (MH)",))
        for n in range(MIN_PAPERS)
    ]

    concepts = Concepts([*titles, *keywords])

    assert "tidal flow maps" in concepts
    # A part of the longer phrase.
    assert "flow maps" not in concepts
    assert concepts.name("Marsh-Hydraulics") == "marsh hydraulics"


def test_a_papers_own_coinage_is_no_concept_however_often_it_says_it():
    coining = paper(
        "TideNet marsh: TideNet marsh",
        "TideNet marsh " * 9,
        ("TideNet marsh",) * 9,
    )

    assert "TideNet marsh" not in Concepts([coining] * (MIN_PAPERS - 1))


@pytest.mark.parametrize(
    "phrase",
    [
        "strong baseline",
        "gpt 4o",
        "swe bench",
        "towards agent",
        "memory footprint",
        "real world",
    ],
)
def test_what_tells_no_subject_is_not_mined_from_any_number_of_papers(
    phrase: str,
):
    papers = [
        paper(f"{phrase}: part {n}", keywords=(phrase,)) for n in "abcdefgh"
    ]

    assert phrase not in Concepts(papers)


def test_a_single_word_is_a_concept_only_where_the_project_lists_it():
    papers = [
        paper("Hours: part", keywords=("hour", "percent", "execution"))
    ] * 9

    assert not {"hour", "percent", "execution"} & set(Concepts(papers).names())
    assert "robotics" in LISTED


def test_the_shares_of_a_term_are_those_of_its_places():
    text = "image generation, image generation, music generation and generation"
    mentions = LISTED.in_paper(
        Paper(title="", abstract=text, listed=date(2026, 5, 29), source="x")
    )

    shares = {
        mention.concept: mention.terms["generation"] for mention in mentions
    }

    assert shares == {"image generation": 0.5, "music generation": 0.25}


def test_two_that_say_the_same_are_not_named_together():
    order = [
        "LLM",
        "large language models",
        "diffusion transformers",
        "DiT",
        "speech",
    ]

    assert distinct(order, 3) == ["LLM", "diffusion transformers", "speech"]


def test_the_list_holds_nothing_twice_and_nothing_of_the_stoplist():
    names = list(LISTED.names())
    keys = ["".join(words(name)) for name in names]
    stopped = [name for name in names if is_stop_phrase(" ".join(words(name)))]

    assert len(keys) == len(set(keys))
    assert stopped == []
    assert min(map(len, names)) > 1


@pytest.mark.parametrize(
    ("word", "expected"), [("qwen3", True), ("3d", False), ("video", False)]
)
def test_names_with_numbers_are_of_one_system(word: str, expected: bool):
    assert is_coined(word) is expected
    assert tells_no_subject(f"video {word}") is (expected or word == "video")
