"""Many of arXiv's categories are asked for politely, and one bad one costs only itself."""

from datetime import date

import httpx
import pytest

from bot.sources import arxiv, web
from bot.sources.errors import SourceDown
from recommender.papers import Paper

from .conftest import Answer, Query, Source
from .test_arxiv import TODAY, announced, atom, item, rss

MANY = [f"cs.{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(45)]


def categories_of(path: str) -> list[str]:
    return path.removeprefix("/rss/").split("+")


def pages(
    client: httpx.Client, source: Source, *categories: str
) -> list[list[Paper]]:
    return list(
        arxiv.fetch_announced(
            client,
            rss_url=source.url + "/rss",
            categories=categories,
            today=TODAY,
            throttle=web.Throttle(0),
        )
    )


def test_many_categories_are_asked_for_in_batches_with_an_answer_each(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: Answer(
        rss(item(len(source.asked)), item(99))
    )

    answers = pages(client, source, *MANY, MANY[0])

    asked_categories = [categories_of(path) for path, _ in source.asked]
    assert [len(names) for names in asked_categories] == [20, 20, 5]
    assert [name for names in asked_categories for name in names] == MANY
    titles = [[paper.title for paper in papers] for papers in answers]
    assert titles == [["Paper 1", "Paper 99"], ["Paper 2"], ["Paper 3"]]


def test_requests_keep_a_pause_between_them(source: Source, client) -> None:
    source.answer = lambda _path, _query: Answer(rss())
    pauses: list[float] = []

    list(
        arxiv.fetch_announced(
            client,
            rss_url=source.url,
            categories=MANY,
            today=TODAY,
            throttle=web.Throttle(clock=lambda: 0.0, sleep=pauses.append),
        )
    )

    assert pauses == [3.0, 3.0]


def test_a_full_feed_is_asked_for_again_by_halves_and_a_paper_comes_once(
    source: Source, client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv, "FULL", 3)
    feeds = {
        "/rss/a+b+c": rss(item(1), item(2, "replace"), item(3)),
        "/rss/a": rss(item(1), item(3), item(4)),
        "/rss/b+c": rss(item(3), item(5)),
    }
    source.answer = lambda path, _query: Answer(feeds[path])

    answers = pages(client, source, "a", "b", "c")

    assert [path for path, _ in source.asked] == list(feeds)
    titles = [[paper.title for paper in papers] for papers in answers]
    assert titles == [["Paper 1", "Paper 3"], ["Paper 4"], ["Paper 5"]]


@pytest.mark.parametrize(
    "refusal",
    [
        Answer(status=400),
        Answer(status=404),
        Answer(rss().replace(b"cs.LG updates", b"Feed error")),
    ],
    ids=["400", "404", "error feed"],
)
def test_a_refused_category_costs_the_others_nothing_and_is_named_at_the_end(
    source: Source, client, refusal: Answer
) -> None:
    def answer(path: str, _query: Query) -> Answer:
        names = categories_of(path)
        if "cs.AH" in names:
            return refusal
        return Answer(rss(*(item(MANY.index(name)) for name in names)))

    source.answer = answer
    papers: list[Paper] = []

    with pytest.raises(SourceDown, match=r"refuses cs\.AH;") as down:
        papers.extend(
            paper
            for page in arxiv.fetch_announced(
                client,
                rss_url=source.url + "/rss",
                categories=MANY[:20],
                today=TODAY,
                throttle=web.Throttle(0),
            )
            for paper in page
        )

    assert not down.value.passing
    assert len(papers) == 19
    assert len(source.asked) <= 11


def test_an_address_where_nothing_is_does_not_cost_hundreds_of_requests(
    source: Source, client
) -> None:
    with pytest.raises(SourceDown):
        pages(client, source, *(f"a.{n}" for n in range(155)))

    assert len(source.asked) <= 60


def test_a_failure_that_passes_ends_the_fetch_at_once(
    source: Source, client
) -> None:
    source.answer = lambda _path, _query: Answer(status=429)

    with pytest.raises(SourceDown, match="slow down"):
        pages(client, source, *MANY)

    assert len(source.asked) == 1


@pytest.mark.parametrize(
    ("kind", "number", "listed"),
    [
        ("new", "2603.00001", date(2026, 5, 4)),
        ("cross", "2605.00001", date(2026, 5, 4)),
        ("cross", "2604.00001", date(2026, 5, 4)),
        ("cross", "2603.00001", date(2026, 3, 31)),
        ("cross", "math.GT/0309136", date(2003, 10, 1)),
    ],
)
def test_an_old_paper_in_one_more_category_is_never_new(
    kind: str, number: str, listed: date
) -> None:
    entry = item(1, kind, guid=f"oai:arXiv.org:{number}v1")

    [paper] = arxiv.parse_feed(rss(entry), TODAY)

    assert paper.listed == listed


def test_an_announcement_tells_where_its_paper_was_published() -> None:
    entry = item(
        1,
        **{
            "arxiv:DOI": "10.1145/3292500.3330701",
            "arxiv:journal_reference": "KDD 2026, 1--9",
        },
    )

    [paper] = arxiv.parse_feed(rss(entry), TODAY)

    assert paper.doi == "10.1145/3292500.3330701"
    assert paper.venue == "KDD 2026, 1–9"


def test_an_answer_to_a_query_tells_where_its_paper_was_published() -> None:
    entry = """<entry xmlns:arxiv="http://arxiv.org/schemas/atom">
    <id>http://arxiv.org/abs/2605.00001v2</id><title>One</title>
    <arxiv:doi>10.1101/2024.01.02.123456</arxiv:doi>
    <arxiv:journal_ref>Hands 7 (2026)</arxiv:journal_ref></entry>"""

    [paper] = arxiv.parse_feed(atom(entry), TODAY)

    assert paper.preprint_doi == "10.1101/2024.01.02.123456"
    assert paper.doi is None
    assert paper.venue == "Hands 7 (2026)"


def test_without_categories_there_is_no_answer(source: Source, client) -> None:
    assert announced(client, source) == []
    assert source.asked == []
