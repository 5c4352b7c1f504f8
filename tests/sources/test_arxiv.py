"""arXiv's announcements and its query API."""

from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import arxiv, web
from bot.sources.errors import SourceDown
from bot.sources.withdrawals import is_withdrawn
from recommender.papers import Paper

from .conftest import Answer, Source

TODAY = date(2026, 5, 6)
MONDAY = "Mon, 04 May 2026 00:00:00 -0400"


def item(number: int, kind: str = "new", **more: str) -> str:
    elements = {
        "title": f"Paper {number}",
        "link": f"https://arxiv.org/abs/2605.{number:05}",
        "guid": f"oai:arXiv.org:2605.{number:05}v1",
        "description": f"arXiv:2605.{number:05}v1 Announce Type: {kind} \nAbstract: Says {number}.",
        "pubDate": MONDAY,
        "arxiv:announce_type": kind,
        "dc:creator": "Ada Lovelace, Bo Peep",
    } | more
    fields = "".join(
        f"<{tag}>{escape(value)}</{tag}>"
        for tag, value in elements.items()
        if value
    )
    return f"<item>{fields}<category>cs.LG</category><category>cs.CL</category></item>"


def rss(*items: str, day: str = MONDAY) -> bytes:
    spaces = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss {spaces} version="2.0"><channel>'
        f"<title>cs.LG updates</title><pubDate>{day}</pubDate>{''.join(items)}</channel></rss>"
    ).encode()


def atom(*entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>query</title>'
        f"<updated>2026-05-06T00:00:00Z</updated>{''.join(entries)}</feed>"
    ).encode()


ATTENTION = """<entry><id>http://arxiv.org/abs/1706.03762v7</id>
<updated>2023-08-02T00:41:18Z</updated><published>2017-06-12T17:57:34Z</published>
<title>Attention\n  everywhere</title><summary> One  layer\n is a&lt;b. </summary>
<author><name>Ada Lovelace</name></author><author><name>Bo Peep, Jr.</name></author>
<category term="cs.CL"/><category term="cs.LG"/></entry>"""
MISSING = "<entry><id>http://arxiv.org/abs/9999.99999</id></entry>"
REFUSED = """<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_2605.00001</id>
<title>Error</title><summary>incorrect id format</summary></entry>"""


def announced(
    client: httpx.Client, source: Source, *categories: str
) -> list[Paper]:
    pages = arxiv.fetch_announced(
        client,
        rss_url=source.url + "/rss",
        categories=categories,
        today=TODAY,
        throttle=web.Throttle(0),
    )
    return [paper for page in pages for paper in page]


def test_an_announcement_becomes_a_paper() -> None:
    [paper] = arxiv.parse_feed(rss(item(1)), TODAY)

    assert paper.title == "Paper 1"
    assert paper.abstract == "Says 1."
    assert paper.arxiv_id == "2605.00001"
    assert paper.authors == ("Ada Lovelace", "Bo Peep")
    assert paper.categories == ("cs.LG", "cs.CL")
    assert paper.listed == date(2026, 5, 4)
    assert paper.source == "arxiv"
    assert paper.published is None
    assert paper.upvotes is None


@pytest.mark.parametrize("marked", [True, False])
def test_new_and_cross_listed_papers_are_kept_and_new_versions_left_out(
    marked: bool,
) -> None:
    kinds = ["new", "cross", "replace", "replace-cross"]
    only_written = {} if marked else {"arxiv:announce_type": ""}
    items = [item(n, kind, **only_written) for n, kind in enumerate(kinds)]

    papers = arxiv.parse_feed(rss(*items), TODAY)

    assert [paper.title for paper in papers] == ["Paper 0", "Paper 1"]


def test_titles_abstracts_and_names_are_read_whatever_markup_they_come_in() -> (
    None
):
    described = r"arXiv:2605.00001v1 Announce Type: new Abstract: We {\em see} $\boldsymbol x$."
    creator = r"J\"urgen M\"uller (Arms, Hall 3), {\L}ukasz Doe, Ada Bo"
    changed = {"title": r"On <i>CO</i>$_2$ &amp; air", "description": described}

    [paper] = arxiv.parse_feed(
        rss(item(1, **changed, **{"dc:creator": creator})), TODAY
    )

    assert paper.title == "On CO₂ & air"
    assert paper.abstract == "We see x."
    assert paper.authors == ("Jürgen Müller", "Łukasz Doe", "Ada Bo")


def test_mathematics_in_an_abstract_is_not_taken_for_markup() -> None:
    described = "arXiv:2605.00001v1 Announce Type: new \nAbstract: For a<b and c > d & x<y/2."

    [paper] = arxiv.parse_feed(
        rss(item(1, title="When p<0.05", description=described)), TODAY
    )

    assert paper.title == "When p<0.05"
    assert paper.abstract == "For a<b and c > d & x<y/2."


@pytest.mark.parametrize(
    ("own", "whole", "listed"),
    [
        (MONDAY, "Tue, 05 May 2026 00:00:00 -0400", date(2026, 5, 4)),
        ("", "Tue, 05 May 2026 00:00:00 -0400", date(2026, 5, 5)),
        ("", "", TODAY),
        ("soon", "", TODAY),
    ],
)
def test_a_paper_is_listed_on_its_announcement_day(
    own: str, whole: str, listed: date
) -> None:
    [paper] = arxiv.parse_feed(rss(item(1, pubDate=own), day=whole), TODAY)

    assert paper.listed == listed


def test_an_old_style_id_is_understood() -> None:
    [paper] = arxiv.parse_feed(
        rss(item(1, guid="oai:arXiv.org:math.GT/0309136v2")), TODAY
    )

    assert paper.arxiv_id == "math/0309136"


def test_an_answer_to_a_query_is_dated_by_its_first_version() -> None:
    [paper] = arxiv.parse_feed(atom(ATTENTION), TODAY)

    assert paper.title == "Attention everywhere"
    assert paper.abstract == "One layer is a<b."
    assert paper.arxiv_id == "1706.03762"
    assert paper.authors == ("Ada Lovelace", "Bo Peep, Jr.")
    assert paper.categories == ("cs.CL", "cs.LG")
    assert paper.published == datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC)
    assert paper.listed == date(2017, 6, 12)


@pytest.mark.parametrize(
    ("summary", "comment"),
    [
        (
            "This paper has been withdrawn by its authors; section 3 is wrong.",
            "",
        ),
        ("This article has been removed by arXiv administrators.", ""),
        ("The author has withdrawn this paper due to an error.", ""),
        ("Withdrawn.", ""),
        ("Paper withdrawn for lack of arms.", ""),
        ("We see far.", "Withdrawn"),
        (
            "We see far.",
            "12 pages. This submission has been withdrawn by the author",
        ),
    ],
)
def test_a_paper_that_was_withdrawn_is_left_out(
    summary: str, comment: str
) -> None:
    taken_back = ATTENTION.replace(
        " One  layer\n is a&lt;b. ", summary
    ).replace("</entry>", f"<arxiv:comment>{comment}</arxiv:comment></entry>")
    feed = atom(taken_back).replace(
        b"<feed ", b'<feed xmlns:arxiv="http://arxiv.org/schemas/atom" '
    )

    assert arxiv.parse_feed(feed, TODAY) == []


@pytest.mark.parametrize(
    ("title", "abstract", "comment"),
    [
        ("A study", "We study how support is withdrawn by robots.", ""),
        (
            "Stiefel QR Retraction",
            "Withdrawal is a symptom. This paper asks why.",
            "",
        ),
        (
            "Retracted papers on the web",
            "This paper is about papers withdrawn by authors.",
            "",
        ),
        (
            "A study",
            "We see far.",
            "Withdrawn from another venue, accepted here",
        ),
    ],
)
def test_a_paper_about_withdrawing_is_kept(
    title: str, abstract: str, comment: str
) -> None:
    assert not is_withdrawn(title, abstract, comment)


def test_ids_that_arxiv_does_not_have_bring_no_paper() -> None:
    papers = arxiv.parse_feed(atom(MISSING, ATTENTION, REFUSED), TODAY)

    assert [paper.arxiv_id for paper in papers] == ["1706.03762"]


@given(st.binary())
def test_no_answer_breaks_the_parser(payload: bytes) -> None:
    with pytest.raises(SourceDown):
        arxiv.parse_feed(payload, TODAY)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_no_text_inside_a_feed_breaks_the_parser(anything: str) -> None:
    elements = dict.fromkeys(
        ["title", "guid", "link", "description", "pubDate", "dc:creator"],
        anything,
    )

    papers = arxiv.parse_feed(rss(item(1, **elements)), TODAY)

    assert len(papers) <= 1


def test_all_categories_are_asked_for_at_once(source: Source, client) -> None:
    source.answer = lambda path, query: Answer(rss(item(1)))

    papers = announced(client, source, "cs.LG", "q-bio.NC", "../x")

    assert len(papers) == 1
    assert [path for path, _ in source.asked] == ["/rss/cs.LG+q-bio.NC+..%2Fx"]
    assert source.user_agents == {"PaperPicks"}


def test_without_categories_nobody_is_asked(source: Source, client) -> None:
    newest = arxiv.fetch_newest(
        client,
        api_url=source.url,
        categories=[],
        today=TODAY,
        throttle=web.Throttle(0),
    )

    assert announced(client, source) == newest == []
    assert source.asked == []


def test_a_weekend_is_empty_and_no_failure(source: Source, client) -> None:
    source.answer = lambda path, query: Answer(rss())

    assert announced(client, source, "cs.LG") == []


BROKEN = {
    "an error": Answer(status=500),
    "a web page": Answer(b"<!doctype html><html><body>Down<br></body></html>"),
    "a tidy web page": Answer(b"<html><body><p>Down</p></body></html>"),
    "half a feed": Answer(rss(item(1), item(2))[:-200]),
    "half an answer": Answer(rss(item(1)), missing=10),
    "broken XML": Answer(b"<rss><channel><item></channel></rss>"),
    "JSON": Answer(b"[]"),
    "nothing": Answer(b""),
    "a path": Answer(b"/etc/hostname"),
}


@pytest.mark.parametrize("trouble", BROKEN.values(), ids=BROKEN)
def test_whatever_is_no_feed_is_a_source_that_is_down(
    source: Source, client, trouble
) -> None:
    source.answer = lambda path, query: trouble

    with pytest.raises(SourceDown) as down:
        announced(client, source, "cs.LG")

    assert down.value.source == "arxiv"
    assert down.value.passing


@pytest.mark.parametrize("status", [406, 429, 503])
def test_arxiv_says_slower_in_three_ways(
    source: Source, client, status: int
) -> None:
    source.answer = lambda path, query: Answer(
        status=status, headers={"Retry-After": "3600"}
    )

    with pytest.raises(SourceDown, match="slow down") as down:
        announced(client, source, "cs.LG")

    assert down.value.retry_after is not None
    assert down.value.retry_after.total_seconds() == 3600


def test_the_newest_submissions_stand_in_for_announcements(
    source: Source, client
) -> None:
    source.answer = lambda path, query: Answer(atom(ATTENTION))

    papers = arxiv.fetch_newest(
        client,
        api_url=source.url + "/api/query",
        categories=["cs.LG", "cs.CL"],
        today=TODAY,
        throttle=web.Throttle(0),
    )

    [(path, query)] = source.asked
    assert len(papers) == 1
    assert path == "/api/query"
    assert query["search_query"] == "cat:cs.LG OR cat:cs.CL"
    assert (query["sortBy"], query["sortOrder"]) == (
        "submittedDate",
        "descending",
    )


def test_ids_are_looked_up_together_without_versions_and_politely(
    source: Source, client
) -> None:
    source.answer = lambda path, query: Answer(atom(ATTENTION))
    slept: list[float] = []
    throttle = web.Throttle(clock=lambda: 0.0, sleep=slept.append)
    ids = [f"2605.{n:05}v3" for n in range(150)] + ["no id"]

    papers = list(
        arxiv.fetch_by_ids(
            client, api_url=source.url, ids=ids, today=TODAY, throttle=throttle
        )
    )

    sizes = [
        (len(query["id_list"].split(",")), query["max_results"])
        for _, query in source.asked
    ]
    assert sizes == [(100, "100"), (50, "50")]
    assert "v3" not in source.asked[0][1]["id_list"]
    assert len(papers) == 2
    assert slept == [3.0]


def test_papers_looked_up_before_a_failure_are_kept(
    source: Source, client
) -> None:
    source.answer = lambda path, query: (
        Answer(atom(ATTENTION))
        if len(source.asked) == 1
        else Answer(status=503)
    )
    ids = [f"2605.{n:05}" for n in range(101)]
    papers = arxiv.fetch_by_ids(
        client,
        api_url=source.url,
        ids=ids,
        today=TODAY,
        throttle=web.Throttle(0),
    )

    first = next(papers)
    with pytest.raises(SourceDown):
        next(papers)

    assert first.arxiv_id == "1706.03762"
