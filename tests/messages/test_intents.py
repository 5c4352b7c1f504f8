"""What people type is read as they mean it: topics, small talk, questions, commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import intents
from bot.messages.intents import read
from recommender.concepts import Concepts
from recommender.fields import FIELDS

CONCEPTS = Concepts()
NAMES = sorted({*FIELDS, *CONCEPTS.names()})


def topics(written: str, kind: str = "wanted") -> dict[str, str]:
    return dict(read(written, kind, CONCEPTS.__contains__).topics)


@pytest.mark.parametrize(
    ("written", "meant"),
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
def test_topics_are_read_however_they_are_written(
    written: str, meant: str | dict[str, str]
):
    if isinstance(meant, str):
        kinds = {"-": "muted"}
        meant = {
            word.lstrip("-"): kinds.get(word[0], "wanted")
            for word in meant.split()
        }

    assert topics(written) == meant


def test_a_command_s_own_verb_holds_until_another_is_written():
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
    other = [
        form.format(name)
        for name in NAMES
        for form in forms
        if topics(form.format(name)) != {name: "wanted"}
    ]

    assert other == []


@pytest.mark.parametrize(
    ("written", "kind"),
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
        ("help", "help"),
        ("?", "help"),
        ("more papers", "picks"),
        ("delete my data", "forget"),
        ("follow Ada Lovelace", "follow"),
        ("!!!", ""),
    ],
)
def test_what_is_no_topic_is_known_for_what_it_is(written: str, kind: str):
    said = read(written)

    assert said.topics == ()
    assert said.kind == kind


@pytest.mark.parametrize(
    "written",
    [
        "https://example.com/paper",
        "www.example.com",
        "example.com/paper?x=1",
        "doi:10.1000/182",
        "10.1145/3297858.3304076",
        "add ftp://example.com/a.pdf",
    ],
)
def test_an_address_is_no_topic(written: str):
    said = read(written)

    assert said.topics == ()
    assert said.links


@pytest.mark.parametrize(
    "written",
    [
        "Hi-C data",
        "no-reference image quality",
        "skip connections",
        "stop words",
    ],
)
def test_what_only_begins_like_a_greeting_or_a_verb_is_a_topic(written: str):
    assert topics(written) == {written: "wanted"}
    assert not read(written).plainly


@pytest.mark.parametrize(
    "written",
    [
        "I saw drones on the roof",
        "I like your bot but the picks are dull",
        "👎 too long",
    ],
)
def test_talk_is_told_from_a_topic(written: str):
    assert read(written).sentence
    assert not read("I work on drones").sentence


def test_no_name_of_the_field_is_taken_for_talk():
    assert [name for name in NAMES if read(name).sentence] == []


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("papers about diffusion for robots", "diffusion for robots"),
        ("show me papers on robots please", "robots"),
        ("hi, do you have anything on planning?", "planning"),
        ("attention is all you need", "attention is all you need"),
        ("the", "the"),
    ],
)
def test_what_is_sought_stands_without_the_words_around_it(
    written: str, sought: str
):
    assert intents.sought(written) == sought


@given(st.text(max_size=300))
def test_whatever_is_written_is_read(written: str):
    said = read(written)

    assert not (said.topics and said.kind)
    assert all(topic.strip() for topic, _ in said.topics)
