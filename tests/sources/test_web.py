"""How a source is asked: within bounds, politely, and telling nobody's secrets."""

import gzip
import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from bot.sources import web
from bot.sources.errors import NotFound, SourceDown

from .conftest import Answer, Source


def ask(client: httpx.Client, url: str, **bounds) -> bytes:
    return web.get(client, url, source="somewhere", **bounds)


def test_the_body_of_an_answer_is_returned_and_we_say_who_we_are(
    source: Source, client
) -> None:
    source.answer = lambda path, query: Answer(b"papers")

    body = ask(client, source.url, params={"day": "today"})

    assert body == b"papers"
    assert source.asked == [("/", {"day": "today"})]
    assert source.user_agents == {"PaperPicks"}


@pytest.mark.parametrize(
    "status", [204, 400, 401, 403, 406, 418, 429, 500, 502, 503, 504]
)
def test_every_status_but_200_is_a_source_that_is_down(
    source: Source, client, status
) -> None:
    source.answer = lambda path, query: Answer(status=status)

    with pytest.raises(SourceDown, match=str(status)) as down:
        ask(client, source.url)

    assert down.value.source == "somewhere"
    assert down.value.passing is (status not in {400, 401, 403, 418})


def test_404_says_that_nothing_is_there(source: Source, client) -> None:
    with pytest.raises(NotFound) as down:
        ask(client, source.url)

    assert not down.value.passing


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        ({"Retry-After": "999999999"}, timedelta(days=1)),
        ({"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}, timedelta(days=1)),
        ({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, timedelta(0)),
        ({"Retry-After": "soon"}, timedelta(minutes=15)),
        ({"Retry-After": "9" * 5000}, timedelta(minutes=15)),
        ({"Retry-After": "-5"}, timedelta(minutes=15)),
        ({}, timedelta(minutes=15)),
    ],
)
def test_a_throttling_source_may_name_the_time_to_wait(
    source: Source, client, headers, wait
) -> None:
    source.answer = lambda path, query: Answer(status=429, headers=headers)

    with pytest.raises(SourceDown) as down:
        ask(client, source.url)

    assert down.value.retry_after == wait
    assert down.value.passing


def test_a_retry_date_is_measured_by_the_clock_of_the_source() -> None:
    headers = {
        "Date": "Tue, 01 Jan 2030 00:00:00 GMT",
        "Retry-After": "Tue, 01 Jan 2030 00:10:00 GMT",
    }

    wait = web._retry_after(httpx.Headers(headers))

    assert wait == timedelta(minutes=10)


def test_a_source_that_hangs_is_left_after_the_time_out(source: Source) -> None:
    over = threading.Event()
    source.answer = lambda path, query: Answer(b"late", after=over)

    with (
        web.client(httpx.Timeout(0.2)) as client,
        pytest.raises(SourceDown, match="did not answer in time") as down,
    ):
        ask(client, source.url)
    over.set()

    assert down.value.passing


def test_a_source_that_trickles_is_left_when_the_whole_takes_too_long(
    source: Source, client
) -> None:
    source.answer = lambda path, query: Answer(b"papers")
    times = iter([0.0, 61.0])

    with pytest.raises(SourceDown, match="too long"):
        ask(client, source.url, clock=lambda: next(times))


def test_an_answer_that_breaks_off_is_a_source_that_is_down(
    source: Source, client
) -> None:
    source.answer = lambda path, query: Answer(b"half a pa", missing=9)

    with pytest.raises(SourceDown, match="broke off"):
        ask(client, source.url)


def test_an_endless_answer_is_not_taken_in(source: Source, client) -> None:
    source.answer = lambda path, query: Answer(b"x" * 1001)

    with pytest.raises(SourceDown, match="more than we take"):
        ask(client, source.url, most_bytes=1000)


def test_what_follows_a_packed_answer_is_not_taken_in() -> None:
    def chunks() -> Iterator[bytes]:
        yield gzip.compress(b"packed")
        raise AssertionError

    headers = httpx.Headers({"Content-Encoding": "gzip"})
    body = web.read_body(chunks(), headers, "feed", 1000, lambda: False)

    assert body == b"packed"


def test_nobody_listening_is_a_source_that_is_down(client) -> None:
    with pytest.raises(SourceDown, match="can't be reached") as down:
        ask(client, "http://127.0.0.1:1/")

    assert down.value.passing


@pytest.mark.parametrize(
    "address", ["huggingface.co/x", "ftp://127.0.0.1/", "http://a:b/", "", "/x"]
)
def test_an_address_that_is_none_does_not_get_better_by_waiting(
    client, address
) -> None:
    with pytest.raises(SourceDown, match="https://") as down:
        ask(client, address)

    assert not down.value.passing


def test_a_password_in_an_address_stays_out_of_the_message(client) -> None:
    with pytest.raises(SourceDown) as down:
        ask(client, "http://ada:secret@127.0.0.1:1/?token=secret")

    assert "secret" not in str(down.value)
    assert down.value.__cause__ is None
    assert down.value.__suppress_context__


def test_a_redirect_within_the_same_host_is_followed(
    source: Source, client
) -> None:
    source.answer = lambda path, query: (
        Answer(b"moved here")
        if path == "/new"
        else Answer(status=301, headers={"Location": "/new"})
    )

    body = ask(client, source.url + "/old")

    assert body == b"moved here"


@pytest.mark.parametrize(
    "place", ["http://localhost:1/", "http://127.0.0.1:1/", "//example.org/"]
)
def test_a_redirect_to_another_host_is_not_followed(
    source: Source, client, place
) -> None:
    source.answer = lambda path, query: Answer(
        status=302, headers={"Location": place}
    )

    with pytest.raises(SourceDown, match="another host"):
        ask(client, source.url)

    assert len(source.asked) == 1


@pytest.mark.parametrize(
    ("old", "new", "followed"),
    [
        ("http://example.org/", "https://example.org/x", True),
        ("https://example.org/", "http://example.org/x", False),
    ],
)
def test_a_redirect_may_go_to_https_and_never_back(old, new, followed) -> None:
    assert web._is_same_host(httpx.URL(old), httpx.URL(new)) is followed


def test_a_circle_of_redirects_ends(source: Source, client) -> None:
    source.answer = lambda path, query: Answer(
        status=302, headers={"Location": "/again"}
    )

    with pytest.raises(SourceDown, match="circles"):
        ask(client, source.url)

    assert len(source.asked) == 6


def test_requests_keep_three_seconds_between_the_end_of_one_and_the_next() -> (
    None
):
    now = [100.0]
    slept: list[float] = []
    throttle = web.Throttle(clock=lambda: now[0], sleep=slept.append)

    with throttle:
        now[0] += 5
    now[0] += 1
    with throttle:
        pass
    now[0] += 10
    with throttle:
        pass

    assert slept == [2.0]


def test_one_request_at_a_time_passes_the_throttle() -> None:
    throttle = web.Throttle(0)
    inside, most = 0, 0
    count = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(200):
            with throttle:
                with count:
                    inside += 1
                    most = max(most, inside)
                with count:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1


def test_a_failed_request_counts_for_the_throttle_and_frees_it() -> None:
    now = [0.0]
    slept: list[float] = []
    throttle = web.Throttle(clock=lambda: now[0], sleep=slept.append)

    with pytest.raises(SourceDown), throttle:
        raise SourceDown("somewhere", "is down")
    with throttle:
        pass

    assert slept == [3.0]
