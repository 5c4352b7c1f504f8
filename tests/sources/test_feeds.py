"""Any RSS or Atom feed of a reader's becomes papers, and what is none says so."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import feeds
from bot.sources.errors import SourceDown
from bot.sources.feeds import FeedState
from bot.sources.records import RecordFilter
from recommender.papers import Paper

from .conftest import Source
from .test_arxiv import item as announcement
from .test_arxiv import rss as announcements

TODAY = date(2026, 5, 6)
BASE = "https://blog.example/feeds/all.xml"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
)


def rss(*items: str, title: str = "A blog", version: str = "2.0") -> bytes:
    return (
        f'<?xml version="1.0"?><rss {NAMESPACES} version="{version}"><channel>'
        f"<title>{title}</title>{''.join(items)}</channel></rss>"
    ).encode()


def item(title: str = "One", inside: str = "") -> str:
    return f"<item><title>{title}</title>{inside}</item>"


def parse(payload: bytes) -> list[Paper]:
    return feeds.parse_feed(payload, BASE, TODAY)


NATURE = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" {NAMESPACES}>
<channel rdf:about="x"><title>Nature</title></channel>
<item rdf:about="https://www.nature.com/articles/s41586-026-1">
<title><![CDATA[Hands that <i>see</i>]]></title>
<link>https://www.nature.com/articles/s41586-026-1</link>
<content:encoded><![CDATA[<p>Nature, Published online: 01 May 2026;
<a href="https://x">doi</a></p>Robots<img src="x.png"> touch.]]></content:encoded>
<dc:creator>Ada Lovelace</dc:creator><dc:creator>Bo Peep</dc:creator>
<dc:identifier>doi:10.1038/s41586-026-1</dc:identifier><dc:date>2026-05-01</dc:date>
<prism:publicationName>Nature</prism:publicationName>
<prism:doi>10.1038/s41586-026-1</prism:doi>
</item></rdf:RDF>""".encode()


def test_a_journals_feed_becomes_papers_with_all_that_it_tells() -> None:
    [paper] = parse(NATURE)

    assert paper.title == "Hands that see"
    assert paper.abstract == (
        "Nature, Published online: 01 May 2026; doi Robots touch."
    )
    assert paper.authors == ("Ada Lovelace", "Bo Peep")
    assert paper.doi == "10.1038/s41586-026-1"
    assert paper.venue == "Nature"
    assert paper.links == {
        "page": "https://www.nature.com/articles/s41586-026-1"
    }
    assert paper.published is not None
    assert paper.published.date() == date(2026, 5, 1)
    assert paper.listed == TODAY
    assert paper.source == "feed"
    assert paper.lists == {}


ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Posts</title>
<entry><title>One</title><id>urn:1</id><updated>2026-05-05T10:00:00Z</updated>
<link rel="alternate" href="../posts/1"/><summary>Short.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Longer text.</p>
<script>steal()</script></div></content>
<author><name>Ada Lovelace</name></author></entry></feed>"""
OLD = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Z</title></channel>
<item><title>One</title><link>http://x.example/1</link></item></rdf:RDF>"""


def test_an_atom_feed_is_read_with_its_whole_text() -> None:
    [paper] = parse(ATOM)

    assert paper.abstract == "Longer text."
    assert paper.links == {"page": "https://blog.example/posts/1"}
    assert paper.authors == ("Ada Lovelace",)
    assert paper.published == datetime.fromisoformat("2026-05-05T10:00:00Z")


@pytest.mark.parametrize(
    "payload",
    [rss(item()), rss(item(), version="0.91"), rss(item(), version="1.0"), OLD],
    ids=["2.0", "0.91", "1.0", "0.9"],
)
def test_every_version_of_rss_is_read(payload: bytes) -> None:
    assert [paper.title for paper in parse(payload)] == ["One"]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<link>https://arxiv.org/abs/2605.00001v2</link>", {"arxiv_id": "2605.00001"}),
        ("<guid>oai:arXiv.org:2605.00001v1</guid>", {"arxiv_id": "2605.00001"}),
        ("<dc:identifier>doi:10.48550/arXiv.2605.00001</dc:identifier>",
         {"arxiv_id": "2605.00001", "doi": None}),
        ("<link>https://doi.org/10.1145/3292500.3330701</link>",
         {"doi": "10.1145/3292500.3330701"}),
        ("<link>http://biorxiv.org/cgi/content/short/2026.05.01.123456v1?rss=1</link>"
         "<dc:identifier>doi:10.64898/2026.05.01.123456</dc:identifier>",
         {"preprint_doi": "10.64898/2026.05.01.123456", "doi": None}),
        ("<link>javascript:alert(1)</link>", {"links": {}}),
        ("<link>file:///etc/passwd</link>", {"links": {}}),
        ("<author>ada@mail.org (Ada Lovelace)</author>", {"authors": ("Ada Lovelace",)}),
        ("<dc:creator>Ada Lovelace, Bo Peep, Cy Do</dc:creator>",
         {"authors": ("Ada Lovelace", "Bo Peep", "Cy Do")}),
        ("<dc:creator>Lovelace, Ada</dc:creator>", {"authors": ("Ada Lovelace",)}),
        ("<category>arms</category><category>cs.RO</category>",
         {"keywords": ("arms",), "categories": ("cs.RO",)}),
        ("<description>When p&lt;0.05 &amp;amp; x</description>",
         {"abstract": "When p<0.05 & x"}),
    ],
)  # fmt: skip
def test_an_entry_is_understood(
    inside: str, expected: Mapping[str, object]
) -> None:
    [paper] = parse(rss(item(inside=inside)))

    assert {name: getattr(paper, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("inside", "listed"),
    [
        ("", TODAY),
        ("<pubDate>Tue, 05 May 2026 10:00:00 GMT</pubDate>", TODAY),
        ("<pubDate>Wed, 01 Apr 2026 10:00:00 GMT</pubDate>", date(2026, 4, 1)),
        ("<dc:date>2019-03-01</dc:date>", date(2019, 3, 1)),
        (
            "<prism:publicationDate>2019-03-01</prism:publicationDate>",
            date(2019, 3, 1),
        ),
        ("<pubDate>Fri, 01 Jan 2027 10:00:00 GMT</pubDate>", TODAY),
        ("<pubDate>soon</pubDate>", TODAY),
        ("<guid>oai:arXiv.org:2601.00001v1</guid>", date(2026, 1, 31)),
    ],
)
def test_an_entry_is_listed_today_unless_it_is_old(
    inside: str, listed: date
) -> None:
    [paper] = parse(rss(item(inside=inside)))

    assert paper.listed == listed


def test_new_versions_in_a_feed_of_arxiv_are_left_out() -> None:
    kinds = ["new", "cross", "replace"]
    items = [announcement(n, kind) for n, kind in enumerate(kinds)]

    papers = parse(announcements(*items))

    assert [paper.title for paper in papers] == ["Paper 0", "Paper 1"]
    assert papers[0].abstract == "Says 0."


def test_the_newest_entries_of_a_long_feed_are_read() -> None:
    items = [
        item(f"Paper {n}", f"<dc:date>2026-0{1 + n // 200}-01</dc:date>")
        for n in range(800)
    ]

    papers = parse(rss(*items))

    assert len(papers) == feeds.MOST_ENTRIES
    assert papers[0].title == "Paper 600"
    assert "Paper 0" not in {paper.title for paper in papers}


def test_an_entry_that_lies_costs_itself_alone() -> None:
    record_filter = RecordFilter(TODAY)
    lies = [
        item("x" * 2_000),
        item("Two", "<dc:date>0001-01-01</dc:date>"),
        item(""),
        item("Three"),
    ]

    papers = feeds.parse_feed(rss(*lies), BASE, TODAY, record_filter)

    assert "Three" in {paper.title for paper in papers}
    assert record_filter.refused >= 1


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_no_text_breaks_the_parser(anything: str) -> None:
    text = anything.replace("&", "&amp;").replace("<", "&lt;")
    names = ["link", "guid", "description", "pubDate", "dc:creator", "dc:date"]
    inside = "".join(f"<{name}>{text}</{name}>" for name in names)

    assert len(parse(rss(item(text, inside)))) <= 1


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
BOMBS = {
    "nested entities": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>'.encode()
    + rss(item("&l8;")).partition(b"?>")[2],
    "levels": rss(item(inside="<a>" * 1_000 + "</a>" * 1_000)),
    "elements": rss("<item/>" * 400_000),
    "tags in what is no XML": rss("a & b" + "<i>" * 300_000),
}


@pytest.mark.parametrize("payload", BOMBS.values(), ids=BOMBS)
def test_a_feed_beyond_all_measure_is_refused(payload: bytes) -> None:
    with pytest.raises(SourceDown, match="too large or too deep"):
        parse(payload)


def test_a_file_of_this_machine_is_never_read_into_a_feed() -> None:
    payload = (
        b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>"""
        + (rss(item("&x;"), item("Two")).partition(b"?>")[2])
    )

    titles = [paper.title for paper in parse(payload)]

    assert set(titles) <= {"Two", "&x;"}


def fetch(
    source: Source, path: str = "/feed", **more: Any
) -> tuple[FeedState, list[Paper]]:
    return feeds.fetch_feed(
        address=source.url + path, today=TODAY, allow_private=True, **more
    )
