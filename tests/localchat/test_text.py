"""Telegram's HTML becomes the text and the entities that Telegram would store."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text.entities import Entity, utf16_length
from bot.sandbox.localchat.text.formatting import MAX_ENTITIES, normalize
from bot.sandbox.localchat.text.html import parse_html


def parse_and_normalize(source: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, entities = normalize(*parse_html(source))
    return text, [
        (entity.type, entity.offset, entity.length) for entity in entities
    ]


def link_urls(source: str) -> list[str | None]:
    _, entities = normalize(*parse_html(source))
    return [entity.url for entity in entities]


def part(text: str, entity: Entity) -> str:
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("B", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
    ],
)
def test_each_tag_becomes_its_entity(tag, kind):
    assert parse_and_normalize(f"a <{tag}>word</{tag}>") == (
        "a word",
        [(kind, 2, 4)],
    )


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<blockquote expandable>long</blockquote>", "expandable_blockquote"),
        (
            "<blockquote expandable=''>long</blockquote>",
            "expandable_blockquote",
        ),
        ('<span class="tg-spoiler">long</span>', "spoiler"),
    ],
)
def test_attributes_choose_the_entity(source, kind):
    assert parse_and_normalize(source) == ("long", [(kind, 0, 4)])


def test_offsets_count_utf16_units():
    assert parse_and_normalize("🎉🎉 <b>é🎉</b>!") == (
        "🎉🎉 é🎉!",
        [("bold", 5, 3)],
    )


def test_character_references_are_decoded_and_unknown_ones_stay():
    source = "&lt;b&gt; &amp;amp; &quot;x&quot; &#8211; &#x1F389; &copy; &#12345678; &lt"

    assert (
        parse_and_normalize(source)[0]
        == '<b> &amp; "x" – 🎉 &copy; &#12345678; <'
    )


def test_a_link_keeps_its_decoded_address():
    text, entities = normalize(
        *parse_html('<a href="https://arxiv.org/a?b=1&amp;c=2">paper</a>')
    )

    assert text == "paper"
    assert entities == (
        Entity("text_link", 0, 5, url="https://arxiv.org/a?b=1&c=2"),
    )


def test_an_address_is_completed_and_a_wrong_one_leaves_plain_text():
    assert link_urls("<a href='Example.org'>x</a>") == ["http://example.org/"]
    assert link_urls("<a href='http://localhost/'>x</a>") == []
    assert link_urls("<a href='ftp://a.org'>y</a>") == []
    assert link_urls("<a href='http://['>x</a>") == []

    telegram_url = "tg://resolve?domain=x"
    assert link_urls(f"<a href='{telegram_url}'>y</a>") == [telegram_url]


def test_code_in_a_block_gives_the_block_its_language():
    _, entities = normalize(
        *parse_html('<pre><code class="language-bibtex">@a{}</code></pre>')
    )

    assert entities == (Entity("pre", 0, 4, language="bibtex"),)


def test_styles_are_cut_where_others_begin_and_dropped_inside_code():
    assert parse_and_normalize("<b>one <i>two</i> three</b>") == (
        "one two three",
        [("bold", 0, 4), ("bold", 4, 9), ("italic", 4, 3)],
    )
    assert parse_and_normalize("<b>a<code>b</code>c</b>") == (
        "abc",
        [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)],
    )


def test_styles_of_one_kind_that_touch_are_one():
    assert parse_and_normalize("<b>a</b><b>b</b><strong><b>c</b></strong>") == (
        "abc",
        [("bold", 0, 3)],
    )


def test_white_space_around_the_text_is_cut_and_the_entities_move():
    assert parse_and_normalize(" \n <b> word </b>\r\n next \n") == (
        "word \n next",
        [("bold", 0, 5)],
    )


def test_links_and_commands_in_plain_text_are_recognised_but_not_in_code():
    text = "See https://arxiv.org/abs/2401.00001, huggingface.co/papers (arxiv.org) or /picks@x_bot"
    plain, entities = normalize(f"{text} /no/path a/b", ())

    spans = [(entity.type, part(plain, entity)) for entity in entities]
    assert spans == [
        ("url", "https://arxiv.org/abs/2401.00001"),
        ("url", "huggingface.co/papers"),
        ("url", "arxiv.org"),
        ("bot_command", "/picks@x_bot"),
    ]
    assert parse_and_normalize("<code>arxiv.org /picks</code>")[1] == [
        ("code", 0, 16)
    ]


def test_brackets_belong_to_an_address_only_in_pairs():
    text, entities = normalize("(x.org/a_(b)) x.org/c_(d)!", ())

    assert [part(text, entity) for entity in entities] == [
        "x.org/a_(b)",
        "x.org/c_(d)",
    ]


def test_entities_beyond_a_hundred_are_dropped_and_the_text_stays():
    text, entities = normalize(*parse_html("<b>x</b> " * 130))

    assert len(entities) == MAX_ENTITIES
    assert len(text) == 2 * 130 - 1


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("é <p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("é<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b>x</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<b =1>x</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        (
            "<span>x</span>",
            'Tag "span" must have class "tg-spoiler" at byte offset 0',
        ),
        (
            "&#xD83C;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
def test_malformed_html_is_refused_in_telegrams_words(source, reason):
    with pytest.raises(Refused) as refused:
        parse_html(source)

    assert refused.value.refusal.code == 400
    assert str(refused.value) == f"Bad Request: can't parse entities: {reason}"


def test_an_end_tag_may_leave_its_name_out():
    assert parse_and_normalize("<b>x</> y") == ("x y", [("bold", 0, 1)])


# Words, so that no part is white space that Telegram would cut, some outside the basic plane.
WORDS = st.text("ab é🎉𝔘文", min_size=1, max_size=6).map(
    lambda word: f"x{word}y"
)
TAGS = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strikethrough",
    "tg-spoiler": "spoiler",
}
TREES = st.recursive(
    st.tuples(st.none(), WORDS),
    lambda inner: st.tuples(
        st.sampled_from(sorted(TAGS)), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


def render(node):
    tag, content = node
    return f"<{tag}>{''.join(map(render, content))}</{tag}>" if tag else content


def styles(
    node: Any, outer_styles: frozenset[str] = frozenset()
) -> list[tuple[str, frozenset[str]]]:
    """Return every character with the styles it should have."""
    tag, content = node
    if tag is None:
        return [(character, outer_styles) for character in content]
    return [
        pair
        for child in content
        for pair in styles(child, outer_styles | {TAGS[tag]})
    ]


@given(st.lists(TREES, min_size=1, max_size=5))
def test_every_character_has_exactly_the_styles_of_the_tags_around_it(nodes):
    expected = [pair for node in nodes for pair in styles(node)]

    text, entities = normalize(*parse_html("".join(map(render, nodes))))

    assert text == "".join(character for character, _ in expected)
    offset = 0
    for character, expected_styles in expected:
        offset += utf16_length(character)
        actual_styles = {
            entity.type
            for entity in entities
            if entity.offset < offset <= entity.end
        }
        assert actual_styles == expected_styles


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text):
    assert parse_html(html.escape(text)) == (text, [])
