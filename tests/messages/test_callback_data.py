"""Callback data: whatever a button writes, its own kind reads back, and no other kind does."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.handlers.routes import BUTTONS, GROUP_BUTTONS, INLINE_BUTTONS
from bot.messages import callback_data as cb
from bot.messages import group_buttons as gb
from bot.messages import (
    saved,
    source_buttons,
    standing_buttons,
    top_buttons,
)
from bot.messages.button_codec import LONGEST, Button
from recommender.fields import FIELDS

KINDS = Button.__subclasses__()
# What buttons that stand in chats today hold, and how they are read.
IN_CHATS = {
    "r1:17:+": cb.Rate(17, 1),
    "r1:17:-": cb.Rate(17, -1),
    "r1:17:0": cb.Rate(17, 0),
    "w1:17:-": cb.RateMeant(17, -1),
    "q1": cb.AskMe(),
    "q1:17:0": cb.AnswerQuestion(17, 0),
    "q1e": cb.EndQuestions(),
    "l2:3:0:+": cb.RateBundle(3, 0, liked=True),
    "l2:3:9:0": cb.RateBundle(3, 9, liked=False),
    "v1:17:+": cb.SavePick(17, saved=True),
    "v1:17:0": cb.SavePick(17, saved=False),
    "b1:0:": cb.SavedPage(0),
    "b1:2:state space": cb.SavedPage(2, "state space"),
    "b1:9x2:mamba": cb.SavedPage(2, "mamba", drop=9),
    "e1": cb.Export(),
    "e1:bib": cb.Export("bib"),
    "e1:ris": cb.Export("ris"),
    "e1:data": cb.Export("data"),
    "g1:4": cb.Forget(4),
    "g2:3": cb.ForgetVotes(3),
    "y1:17:+": gb.Vote(17, 1),
    "y1:17:-": gb.Vote(17, -1),
    "y3:17": gb.KeepPick(17),
    "y4:17": gb.OpenPick(17),
    "y5:3:0": gb.GroupSearchPage(3, 0),
    "u1:5:all": gb.GroupSetting(5, "all"),
    "u1:5:zone:Europe/Berlin": gb.GroupSetting(5, "zone", "Europe/Berlin"),
    "u1:5:approval:-1": gb.GroupSetting(5, "approval", "-1"),
    "u2:5:8": gb.DropGroupTopic(5, 8),
    "u3:6:s": gb.DecidePost(6, "s"),
    "u3:6:w2": gb.DecidePost(6, "w", 2),
    "u4": gb.GroupList(),
    "y2:9:+": cb.VoteInline(9, 1),
    "y2:9:-": cb.VoteInline(9, -1),
    "d1:17:o": cb.PaperAction("17", "o"),
    "d1:p9:l": cb.PaperAction("p9", "l"),
    "d2:17:+": cb.RateOpened("17", 1),
    "d2:p9:0": cb.RateOpened("p9", 0),
    "d3:17:+": cb.SaveOpened("17", saved=True),
    "d3:p9:0": cb.SaveOpened("p9", saved=False),
    "d1:17:a:+0123456789ab": cb.FollowAuthor(
        "17", "0123456789ab", followed=True
    ),
    "d1:p9:m:-neural fields": cb.MutePhrase("p9", "neural fields", muted=False),
    "t1:+:diffusion models": cb.EditTopic("+", "diffusion models"),
    "t1:-:MRI": cb.EditTopic("-", "MRI"),
    "t1:x:12": cb.EditTopic("x", "12"),
    "t1:?:12": cb.EditTopic("?", "12"),
    "t1:=:12 robotics": cb.RespellTopic(12, "robotics"),
    "c1:+:robotics": cb.AddChip("robotics"),
    "c1:x:12": cb.DropChip(12),
    "c1:=:12 robotics": cb.RespellChip(12, "robotics"),
    "c1m": cb.ChipPage(1),
    "c1m:0": cb.ChipPage(0),
    "c1m:2": cb.ChipPage(2),
    "o1:5:2:+": cb.OfferedTopic(5, 2, wanted=True),
    "o1:5:2:0": cb.OfferedTopic(5, 2, wanted=False),
    "s1:at": cb.Setting("at"),
    "s1:zone:Europe/Berlin": cb.Setting("zone", "Europe/Berlin"),
    "k1:w": cb.TasteWord("w"),
    "k1:i:+:state space": cb.TasteWord("i", "+", "state space"),
    "k1:w:<:MRI": cb.TasteWord("w", "<", "MRI"),
    "k1:r0": cb.RatingList(0),
    "k1:r2:9:-": cb.RatingList(2, 9, -1),
    "k1:x": cb.Reset("x"),
    "k1:u1764000000": cb.Reset("u", 1764000000),
    "f1:?:9:0123456789ab": cb.Follow("?", 9, "0123456789ab"),
    "f1:x:0:0123456789ab": cb.Follow("x", 0, "0123456789ab"),
    "f1:!:Tri Dao": cb.FollowName("Tri Dao"),
    "h1:5:0": cb.SearchPage(5, 0),
    "h1:5:1:r9:-": cb.SearchPage(5, 1, "r", 9, -1),
    "h1:5:1:v9:+": cb.SearchPage(5, 1, "v", 9, 1),
    "h2:state space": cb.SearchWords("state space"),
    "h3:5:1:+": standing_buttons.StandSearch(5, 1, stands=True),
    "h3:5:0:0": standing_buttons.StandSearch(5, 0, stands=False),
    "h4:7": standing_buttons.StopSearch(7),
    "h5:12:10": standing_buttons.MoreMatches(12, 10),
    "n1:m": source_buttons.SourcesPage("m"),
    "n1:b:2": source_buttons.SourcesPage("b", 2),
    "n2:q-bio": source_buttons.CategoryGroup("q-bio"),
    "n2:physics:3": source_buttons.CategoryGroup("physics", 3),
    "n3:m0feed:7": source_buttons.ChooseSource("m", "feed:7", chosen=False),
    "n3:g+arxiv:cs.RO": source_buttons.ChooseSource(
        "g", "arxiv:cs.RO", chosen=True
    ),
    "n3:j+journal:0028-0836": source_buttons.ChooseSource(
        "j", "journal:0028-0836", chosen=True
    ),
    "n4:+0123456789ab:robots": source_buttons.ChooseMatch(
        "0123456789ab", "robots", chosen=True
    ),
    "n5:nature neuroscience": source_buttons.JournalWords(
        "nature neuroscience"
    ),
    "n6:+cs.RO": source_buttons.OfferedCategory("cs.RO", chosen=True),
    "n7:0cs.RO": source_buttons.SuggestedCategory("cs.RO", chosen=False),
    "z1:week": top_buttons.TopPage("week"),
    "z1:today:3": top_buttons.TopPage("today", 3),
    "z2:2026-11-20": top_buttons.DayPage("2026-11-20"),
    "z2:2026-11-20:2": top_buttons.DayPage("2026-11-20", 2),
    "z3:0": top_buttons.WeeklySwitch(on=False),
    "z3:+": top_buttons.WeeklySwitch(on=True),
    "p1": cb.Picks(),
    "p2:5": cb.ShowMissed(5),
    "x1": cb.Close(),
}


def buttons(kind: type[Button]) -> st.SearchStrategy[Button]:
    """Return buttons of a kind with any data that it reads."""
    data = st.from_regex(kind._pattern, fullmatch=True)
    return data.map(kind.parse).filter(lambda button: button is not None)  # type: ignore[return-value]  # filtered


ANY_BUTTON = st.one_of([buttons(kind) for kind in KINDS])


@given(ANY_BUTTON)
def test_a_button_is_read_back_as_it_was_written(button: Button) -> None:
    assert cb.parse(button.data) == button


@given(ANY_BUTTON)
def test_no_data_are_read_by_two_kinds(button: Button) -> None:
    readers = [kind for kind in KINDS if kind.parse(button.data) is not None]

    assert readers == [type(button)]


@given(st.text(max_size=64))
def test_any_other_data_are_read_by_one_kind_at_most(data: str) -> None:
    readers = [kind for kind in KINDS if kind.parse(data) is not None]

    assert len(readers) <= 1


@given(ANY_BUTTON)
def test_a_button_that_fits_takes_64_bytes_at_most(button: Button) -> None:
    assume(button.fits)

    assert len(button.data.encode()) <= LONGEST == 64


@given(
    st.integers(0, 10**18 - 1),
    st.integers(0, 9999),
    st.sampled_from([-1, 0, 1]),
    st.booleans(),
)
def test_buttons_of_numbers_alone_always_fit(
    number: int, page: int, value: int, yes: bool
) -> None:
    buttons = [
        cb.Rate(number, value),
        cb.RateMeant(number, value),
        cb.AnswerQuestion(number, value),
        cb.RateBundle(number, number, yes),
        cb.SavePick(number, yes),
        cb.SavedPage(page, drop=number),
        cb.RatingList(page, number, value),
        cb.SearchPage(number, min(page, 999), "r", number, value),
        cb.PaperAction(cb.paper_ref(number), "o"),
        cb.Follow("+", number, cb.checksum("Ada Lovelace")),
        cb.FollowAuthor(cb.paper_ref(number), cb.checksum("Ada"), yes),
        cb.OfferedTopic(number, 3, yes),
        cb.Reset("x", 10**11 - 1),
        cb.Forget(number),
        cb.ForgetVotes(number),
        cb.VoteInline(number % 10**9, value or 1),
    ]

    assert all(button.fits for button in buttons)


@given(st.text(max_size=200))
def test_a_query_in_the_saved_list_always_fits(words: str) -> None:
    query = saved.clip_query(words)

    assert cb.SavedPage(9999, query, drop=10**18 - 1).fits


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_that_is_offered_as_a_topic_fits(name: str) -> None:
    assert cb.AddChip(name).fits


def test_words_that_are_too_long_or_none_do_not_fit() -> None:
    assert not cb.SearchWords("w" * 62).fits
    assert not cb.SearchWords("").fits
    assert not cb.FollowName("李" * 20 + "x").fits


@pytest.mark.parametrize("data", IN_CHATS)
def test_the_buttons_in_chats_of_today_are_read_for_ever(data: str) -> None:
    assert cb.parse(data) == IN_CHATS[data]


def test_buttons_of_every_kind_stand_in_chats() -> None:
    assert {type(button) for button in IN_CHATS.values()} == set(KINDS)


def test_every_kind_of_button_has_a_handler() -> None:
    assert {*BUTTONS, *GROUP_BUTTONS, *INLINE_BUTTONS} == set(KINDS)


@pytest.mark.parametrize("data", ["", "r1:17:+\n", "r2:17:+", "t1:=:x y", "f1"])
def test_data_that_no_button_writes_are_read_by_none(data: str) -> None:
    assert cb.parse(data) is None
