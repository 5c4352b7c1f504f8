"""A new reader on the page: six papers to learn from, and a .bib file of their own."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chatting import key, messages, newest, press_start
from tests.browser.conftest import PHONE, OpenPage

BIB = """@article{a, title={Scaling laws for robots}, year={2021}}
@article{b, title={Linear attention in a robot}, year={2022}}
@misc{c, note={no title}}
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_topic_is_asked_a_second_one_and_every_screen_of_topics_fits_a_phone(
    open_page: OpenPage, tmp_path: Path, dark: bool
) -> None:
    page = open_page(PHONE, dark=dark, touch=True)
    first = press_start(page)
    expect(key(first, "Show my picks →")).to_be_in_viewport()
    screen = newest(page)
    key(screen, "More…").click()
    expect(key(screen, "← Back")).to_be_in_viewport()
    expect(key(screen, "Show my picks →")).to_be_in_viewport()
    page.screenshot(path=tmp_path / "more.png")
    key(screen, "← Back").click()
    key(screen, "video generation").click()

    expect(screen).to_contain_text("What else are you into?")
    expect(key(screen, "video generation ✓")).to_be_in_viewport()
    expect(key(screen, "Show my picks →")).to_be_in_viewport()
    page.screenshot(path=tmp_path / "second.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_six_papers_are_asked_about_in_one_message_that_becomes_the_picks(
    open_page: OpenPage, tmp_path: Path, dark: bool
) -> None:
    page = open_page(PHONE, dark=dark, touch=True)
    greeting = press_start(page)
    key(greeting, "Rate six to begin").click()
    question = newest(page)
    expect(question).to_contain_text("1 of 6 · Would you read this?")
    count = messages(page).count()
    key(question, "👍 Yes").click()
    expect(question).to_contain_text("2 of 6 · Would you read this?")
    page.screenshot(path=tmp_path / "question.png")
    key(question, "Enough, show my picks →").click()

    expect(key(question, "👍 1")).to_be_visible()
    expect(messages(page)).to_have_count(count)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]


def test_a_bib_file_is_read_and_can_be_taken_back(
    open_page: OpenPage, tmp_path: Path
) -> None:
    file = tmp_path / "mine.bib"
    file.write_text(BIB)
    page = open_page()
    press_start(page)

    page.get_by_label("File to send").set_input_files(file)

    answer = messages(page).filter(
        has_text="2 papers from your file are among your likes now."
    )
    expect(answer).to_contain_text("1 entry I couldn't use:")
    page.screenshot(path=tmp_path / "file.png")
    key(answer.last, "↩ Undo all 2").click()
    expect(newest(page)).to_contain_text("Undone: 2 papers from your file.")
