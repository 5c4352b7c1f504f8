"""On a phone no label is cut, signs can be seen, and what is tapped stays where it is."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    ask_for_picks,
    key,
    message_menu,
    messages,
    newest,
    open_taste,
    press_start,
    write,
)
from tests.browser.conftest import OpenPage, Run, Watch

PHONES = [(390, 844), (360, 740)]
FIND_CUT_LABELS = """() => [...document.querySelectorAll(".key, .head p, .tomorrow")]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
    .map((e) => e.textContent)"""


def key_top(page: Page, label: str) -> float:
    box = page.locator(".key").filter(has_text=label).last.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize("size", PHONES, ids=["390", "360"])
def test_no_label_is_cut_and_a_tapped_row_stays_under_the_finger(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(size, dark=True, touch=True)
    press_start(page)
    write(
        page,
        "vision-language models, reinforcement learning from human feedback",
    )
    expect(newest(page)).to_contain_text("vision-language")
    taste = open_taste(page)
    labels = taste.locator(".labelled .key:first-child")
    texts = labels.all_inner_texts()
    plus = taste.get_by_role("button", name="➕", exact=True)
    plus_count = plus.count()
    plus.last.scroll_into_view_if_needed()
    position = key_top(page, texts[-1])
    plus.last.click()
    expect(key(taste, "➕ ✓")).to_be_visible()

    assert labels.all_inner_texts() == texts
    assert plus.count() == plus_count - 1
    assert abs(key_top(page, texts[-1]) - position) <= 2
    assert page.evaluate(FIND_CUT_LABELS) == []


def test_signs_are_drawn_in_white_on_buttons(open_page: OpenPage) -> None:
    page = open_page(PHONES[0], dark=True)
    press_start(page)
    key(ask_for_picks(page), "👍 1").click()
    write(page, "/taste")
    sign = newest(page).locator(".key .sign").first

    expect(sign).to_have_css("filter", "brightness(0) invert(1)")


def test_tomorrow_says_to_which_day_it_goes_until_it_is_there(
    page: Page,
) -> None:
    press_start(page)
    button = page.locator("#tomorrow")
    button.click()

    expect(button).to_contain_text("To ")
    expect(button).to_be_disabled()
    expect(button).to_have_text("Tomorrow")
    expect(button).to_be_enabled()


def test_tomorrow_says_so_where_nobody_answers(
    page: Page, run: Run, watch: Watch
) -> None:
    press_start(page)
    run.end()
    page.locator("#tomorrow").click()

    expect(page.locator("#toast")).to_contain_text("does not answer")
    expect(page.locator("#tomorrow")).to_be_enabled()
    page.goto("about:blank")
    # The requests failed on purpose.
    watch.faults.clear()


def test_a_document_is_sent_again_with_replace_as_its_caption(
    page: Page, tmp_path: Path
) -> None:
    press_start(page)
    write(page, "/export data")
    link = newest(page).locator(".file")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    file = tmp_path / "me.json"
    file.write_bytes(Path(download.value.path()).read_bytes())
    assert json.loads(file.read_text())["format"] == "paperpicks"
    page.get_by_label("File to send").set_input_files(file)
    expect(newest(page)).to_contain_text(
        "with the word “replace” as its caption"
    )

    file_message = messages(page).filter(has=page.locator(".file")).last
    menu = message_menu(page, file_message)
    menu.get_by_role("menuitem", name="Send again with a caption").click()
    write(page, "replace")
    expect(newest(page)).to_contain_text("Your file has replaced what I had")

    page.get_by_label("Message", exact=True).fill("Replace")
    page.get_by_label("File to send").set_input_files(file)
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    expect(
        messages(page).filter(has_text="Your file has replaced")
    ).to_have_count(2)
