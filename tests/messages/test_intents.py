"""Recognizing topics, small talk, questions and commands in what readers type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import intents
from bot.messages.intents import parse
from recommender.concepts import Concepts
from recommender.fields import FIELDS

CONCEPTS = Concepts()
NAMES = sorted({*FIELDS, *CONCEPTS.names()})


def topics(text: str, kind: str = "wanted") -> dict[str, str]:
    return dict(parse(text, kind, CONCEPTS.__contains__).topics)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add robots, mute drones", {"robots": "wanted", "drones": "muted"}),
        (
            "add robots, planning, mute drones, SLAM",
            "robots planning -drones -SLAM",
        ),
        ("robots\nmute drones\nplanning", "robots -drones planning"),
        ("Mute: drones", "-drones"),
        ("mute:\ndrones\nSLAM", "-drones -SLAM"),
        ("+ robots\n- drones", "robots -drones"),
        ("➕ robots · planning\n🔇 drones", "robots planning -drones"),
        ("1. robots\n2) planning\n• speech", "robots planning speech"),
        ("robots and planning", "robots planning"),
        ("robots, planning, and speech", "robots planning speech"),
        ("robots & planning; speech", "robots planning speech"),
        ("mute drones or SLAM", "-drones -SLAM"),
        (
            "exploration and exploitation",
            {"exploration and exploitation": "wanted"},
        ),
        ("I work on robots", "robots"),
        ("I'm interested in robots and planning.", "robots planning"),
        ("I’m a PhD student working on robots", "robots"),
        ("My research is on robots", "robots"),
        ("I'd like to see more papers on robots", "robots"),
        ("papers about robots", "robots"),
        ("do you have anything on robots?", "robots"),
        ("what papers are there about robots?", "robots"),
        ("is there anything new on robots?", "robots"),
        ("Can you add robots, please?", "robots"),
        ("robots?", "robots"),
        ("hi! I work on robots", "robots"),
        ("thanks, please mute drones", "-drones"),
        ("robots but not drones", "robots -drones"),
        ("robots, no drones, planning", "robots -drones planning"),
        ("I don't want drones", "-drones"),
        ("not interested in drones", "-drones"),
        ("stop showing me drones", "-drones"),
        ("not interested in drones, SLAM", "-drones -SLAM"),
        (
            "Not interested in drones or SLAM, but in robots",
            "-drones -SLAM robots",
        ),
        ("I don't want drones but robots", "-drones robots"),
        ("no drones, no SLAM", "-drones -SLAM"),
        ("机器人、强化学习", {"机器人": "wanted", "强化学习": "wanted"}),
        ("robots, https://example.com/x", "robots"),
        ("robots\nhello there", "robots"),
        ("#robots #planning", "robots planning"),
        ("“robots” / `planning`", "robots planning"),
        ("Ich arbeite an robots und planning", "robots planning"),
    ],
)
def test_topics_are_recognized_in_all_usual_forms(
    text: str, expected: str | dict[str, str]
):
    if isinstance(expected, str):
        kinds = {"-": "muted"}
        expected = {
            word.lstrip("-"): kinds.get(word[0], "wanted")
            for word in expected.split()
        }

    assert topics(text) == expected


def test_the_kind_of_a_command_holds_for_topics_without_a_verb():
    assert topics("robots\nplanning", "muted") == {
        "robots": "muted",
        "planning": "muted",
    }
    assert topics("robots and planning", "gone") == {
        "robots": "gone",
        "planning": "gone",
    }


def test_every_name_of_the_field_is_a_topic_as_it_stands():
    forms = ["{}", "add {}", "I work on {}", "{}, please", "papers about {}"]
    mistakes = [
        form.format(name)
        for name in NAMES
        for form in forms
        if topics(form.format(name)) != {name: "wanted"}
    ]

    assert mistakes == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hi", "greeting"),
        ("Hello there!", "greeting"),
        ("good morning 🙂", "greeting"),
        ("hello world", "greeting"),
        ("thanks", "thanks"),
        ("Thank you so much!!", "thanks"),
        ("thanks, these look great", "thanks"),
        ("merci", "thanks"),
        ("no, thanks", "thanks"),
        ("nice", "nod"),
        ("I love this bot", "nod"),
        ("never mind", "nod"),
        ("good night", "nod"),
        ("😀", "nod"),
        ("👍", "thumb"),
        ("👎👎", "thumb"),
        ("how do I stop?", "question"),
        ("what is this?", "question"),
        ("what is flow matching?", "question"),
        ("what do you do with my data", "question"),
        ("why do I only get papers about these old things?", "question"),
        ("stop", "stop"),
        ("Please stop sending me papers", "stop"),
        ("unsubscribe", "stop"),
        ("arxiv?", "sources"),
        ("more sources", "sources"),
        ("Add a journal", "sources"),
        ("my feeds", "sources"),
        ("help", "help"),
        ("?", "help"),
        ("more papers", "picks"),
        ("delete my data", "forget"),
        ("follow Ada Lovelace", "follow"),
        ("!!!", ""),
    ],
)
def test_small_talk_questions_and_commands_are_no_topics(text: str, kind: str):
    intent = parse(text)

    assert intent.topics == ()
    assert intent.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/paper",
        "www.example.com",
        "example.com/paper?x=1",
        "doi:10.1000/182",
        "10.1145/3297858.3304076",
        "add ftp://example.com/a.pdf",
    ],
)
def test_an_address_is_no_topic(text: str):
    intent = parse(text)

    assert intent.topics == ()
    assert intent.has_links


@pytest.mark.parametrize(
    "text",
    [
        "Hi-C data",
        "no-reference image quality",
        "skip connections",
        "stop words",
    ],
)
def test_what_only_begins_like_a_greeting_or_a_verb_is_a_topic(text: str):
    assert topics(text) == {text: "wanted"}
    assert not parse(text).is_explicit


@pytest.mark.parametrize(
    "text",
    [
        "I saw drones on the roof",
        "I like your bot but the picks are dull",
        "👎 too long",
    ],
)
def test_a_remark_is_no_topic(text: str):
    assert parse(text).is_sentence
    assert not parse("I work on drones").is_sentence


def test_no_name_of_the_field_is_taken_for_a_remark():
    assert [name for name in NAMES if parse(name).is_sentence] == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("papers about diffusion for robots", "diffusion for robots"),
        ("show me papers on robots please", "robots"),
        ("hi, do you have anything on planning?", "planning"),
        ("attention is all you need", "attention is all you need"),
        ("the", "the"),
    ],
)
def test_a_search_leaves_out_the_words_around_its_subject(
    text: str, query: str
):
    assert intents.search_words(text) == query


@given(st.text(max_size=300))
def test_any_text_has_topics_or_a_kind_but_never_both(text: str):
    intent = parse(text)

    assert not (intent.topics and intent.kind)
    assert all(topic.strip() for topic, _ in intent.topics)
