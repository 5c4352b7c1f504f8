"""One name for each person, however a source writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (r"J\"urgen Roe, Ren\'e Roe, {\L}ukasz Doe", ["Jürgen Roe", "René Roe", "Łukasz Doe"]),
        ("Jane Doe (Institute of Arms, Hall 3), Rob Roe (Hall 3)", ["Jane Doe", "Rob Roe"]),
        ("Jane Doe (1), Rob Roe (2) ((1) Arms, (2) Hands)", ["Jane Doe", "Rob Roe"]),
        ("Ada Bo, Cy Do, and Eve Fo", ["Ada Bo", "Cy Do", "Eve Fo"]),
        ("Ada Bo; Cy Do & Eve Fo", ["Ada Bo", "Cy Do", "Eve Fo"]),
        ("Martin King, Jr., Ada Bo", ["Martin King, Jr.", "Ada Bo"]),
        ("Arm Collaboration: A. Bo, C. Do, et al. (90 additional authors not shown)",
         ["Arm Collaboration", "A. Bo", "C. Do"]),
        ("Center for Hands and Arms, M&uuml;ller", ["Center for Hands and Arms", "Müller"]),
        ("Ada Bo, Member, IEEE, Cy Do, Ph.D.", ["Ada Bo", "Cy Do"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_that_names_everybody_is_parted_into_people(
    text: str, names: list[str]
) -> None:
    assert list(people.listed(text)) == names


@pytest.mark.parametrize(
    ("raw_name", "name"),
    [
        ("Lovelace, Ada", "Ada Lovelace"),
        ("Bo Peep, Jr.", "Bo Peep, Jr."),
        ("Google, Inc.", "Google, Inc."),
        ("Ada  Lovelace*", "Ada Lovelace"),
        ("Ada Lovelace$^{1,2}$", "Ada Lovelace"),
        ("Ada Lovelace¹²†", "Ada Lovelace"),
        ("Ada Lovelace <ada@example.org>", "Ada Lovelace"),
        ("Ada (Countess) Lovelace", "Ada (Countess) Lovelace"),
        ("Ada Lovelace et al.", "Ada Lovelace"),
        (r"Fran{\c{c}}ois Ol\'ah", "François Oláh"),
        ("Jane O'Neill", "Jane O'Neill"),
        ("李明", "李明"),
        ("Ada Lovelace, Ph.D.", "Ada Lovelace"),
        ("Ada Member", "Ada Member"),
        (":", ""),
        ("et al.", ""),
        ("others", ""),
        ("(12)", ""),
    ],
)
def test_a_name_is_the_persons_alone(raw_name: str, name: str) -> None:
    assert people.named(raw_name) == name


def test_what_was_parted_inside_brackets_and_what_stands_twice_is_one_name() -> (
    None
):
    names = [
        "Ada Bo (Institute of Arms",
        "Hall 3)",
        "The Arm Team: Cy Do",
        ":",
        "Cy Do",
    ]

    assert people.several(names) == ("Ada Bo", "The Arm Team", "Cy Do")


@given(
    st.lists(
        st.text(
            st.sampled_from("Ab,;:()[]{}\\'*^1 and") | st.characters(),
            max_size=40,
        )
    )
)
def test_no_list_of_names_is_too_odd_to_be_read(names: list[str]) -> None:
    assert all(name == name.strip() != "" for name in people.several(names))


@pytest.mark.parametrize(
    "name",
    ["Gripper Team", "Center for Hands and Arms", "the ARM", "Mistral AI"],
)
def test_organisations_are_told_from_people(name: str) -> None:
    assert people.is_group(name)
    assert not people.is_group("Qingyao Ai")
