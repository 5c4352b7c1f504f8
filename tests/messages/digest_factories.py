"""Digests, papers and a reader for the tests of messages."""

from datetime import UTC, date, datetime, time

from bot.messages import translation
from bot.storage.digests import Digest, Offer, Pick
from bot.storage.readers import Reader
from bot.storage.receipts import Reason, Receipt, receipt_of
from recommender.papers import StoredPaper

TODAY = date(2026, 11, 23)
ADA = Reader(
    id=1,
    kind="person",
    chat_id=7,
    name="Ada",
    language="en",
    zone="Europe/Berlin",
    at=time(8),
    weekdays=31,
    picks=5,
    style="digest",
    bar="normal",
    explores=True,
    votes_count=True,
    sound=True,
    weekly=True,
    weekly_day=None,
    paused_until=None,
    active=True,
    dialogue="",
    thread_id=None,
    next_due_at=None,
    weekly_due_at=None,
)
ENGLISH = translation.of("en")
RECEIPT_OF_LIKE = receipt_of(
    {
        "pick": 1,
        "value": 1,
        "previous": 0,
        "words": ["linear attention", "state space model", "long context"],
        "changed": 2,
        "of": 5,
    }
)


def digest_of(papers: list[StoredPaper], **changes: object) -> Digest:
    picks = tuple(
        Pick(
            id=number,
            rank=number,
            paper=paper,
            policy="score",
            reason=Reason(kind="popular"),
        )
        for number, paper in enumerate(papers, start=1)
    )
    values = {
        "id": 1,
        "reader_id": 1,
        "kind": "daily",
        "local_date": TODAY,
        "new_papers": 60,
        "next_due_at": datetime(2026, 11, 24, 7, tzinfo=UTC),
        "picks": picks,
        "receipt": Receipt(),
    }
    return Digest(**{**values, **changes})  # type: ignore[arg-type]  # the changes of one test


def paper(**changes: object) -> StoredPaper:
    values: dict[str, object] = {
        "id": 1,
        "title": "Attention without matrices",
        "abstract": "First sentence. Second sentence.",
        "arxiv_id": "2611.00001",
        "authors": ("Ada Lovelace", "Bo Diddley"),
        "listed": date(2026, 11, 21),
        "upvotes": 41,
        "source": "huggingface",
    }
    return StoredPaper(**{**values, **changes})  # type: ignore[arg-type]  # the changes of one test


OFFERS = (Offer("robotics"), Offer("speech", wanted=True), Offer("OCR"))
