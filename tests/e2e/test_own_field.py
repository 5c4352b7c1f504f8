"""Ten days of a reader whose field is not computing: their picks come from where it is."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from bot.jobs import ticks
from bot.markup import list_keys
from bot.sandbox.localchat.people import Person
from bot.sources.web import Throttle
from bot.storage import subscriptions
from bot.storage.delivery_tables import RecommendationRow
from bot.storage.tables import PaperRow
from tests.e2e.talk import Talk, says
from tests.sources.conftest import Answer, Query, Source, source
from tests.sources.test_arxiv import atom, item, rss
from tests.sources.test_biorxiv import page, record
from tests.sources.test_crossref import parts, work, works

__all__ = ["source"]

DAYS = 10

# The words of papers on the reader's subject, and on others.
NEURAL = (
    "spike train, hippocampal replay, place cell, neural code, cortical circuit"
)
PLANTS = "root growth, leaf stomata, auxin signal, pollen tube, seed dormancy"
COMPUTING = (
    "language model, diffusion model, robot arm, token budget, image generation"
)


def sentence(rng: random.Random, words: str) -> str:
    return " ".join(rng.sample(words.split(", "), 3)).capitalize()


@dataclass
class Field:
    """Local servers of Hugging Face, arXiv, bioRxiv and Crossref, as of the clock's day."""

    talk: Talk
    rng: random.Random = field(default_factory=lambda: random.Random(0))
    # What bioRxiv posted, by day, and what became of a preprint in a journal.
    posted: dict[date, list[dict[str, object]]] = field(default_factory=dict)
    articles: list[dict[str, object]] = field(default_factory=list)
    lists: dict[str, Answer] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.talk.clock().date()

    def publish(self) -> None:
        """Let every source have its papers of the day."""
        number = self.today.toordinal() % 10_000
        self.lists = {
            "/api/daily_papers": self._daily(number),
            "/rss": self._announced(number),
            # Nothing came before.
            "/query": Answer(atom()),
        }
        self.posted[self.today] = list(self._posted(number))
        preprint = self.posted[self.today][0]
        self.articles.append(self._article(number, preprint))

    def answer(self, path: str, query: Query) -> Answer:
        if path.startswith("/details/biorxiv"):
            _, _, _, first, last, *_ = path.split("/")
            records = [
                entry
                for day, entries in self.posted.items()
                if first <= day.isoformat() <= last
                for entry in entries
            ]
            return page(*records)
        if path.startswith("/journals"):
            # Journals are a week behind.
            return works(*self.articles[:-5])
        if path == "/api/daily_papers" and query.get("p", "0") != "0":
            return Answer(b"[]")
        for beginning, answer in self.lists.items():
            if path.startswith(beginning):
                return answer
        return Answer(status=404)

    def _daily(self, number: int) -> Answer:
        papers = [
            {
                "id": f"2610.{number}{place}",
                "title": f"{sentence(self.rng, COMPUTING)} {number} {place}",
                "summary": f"We study {sentence(self.rng, COMPUTING)}.",
                "publishedAt": f"{self.today}T00:00:00.000Z",
                "submittedOnDailyAt": f"{self.today}T00:00:00.000Z",
                "upvotes": place,
                "authors": [{"name": f"Daily Author{place}"}],
            }
            for place in range(9)
        ]
        return Answer(
            json.dumps([{"paper": paper} for paper in papers]).encode()
        )

    def _announced(self, number: int) -> Answer:
        day = format_datetime(datetime.combine(self.today, datetime.min.time()))
        entries = []
        for place in range(8):
            is_crossed = place >= 6
            words = COMPUTING if is_crossed else NEURAL
            entry = item(
                0,
                "cross" if is_crossed else "new",
                title=f"{sentence(self.rng, words)} {number} {place}",
                guid=f"oai:arXiv.org:2611.{number}{place}v1",
                link=f"https://arxiv.org/abs/2611.{number}{place}",
                description=f"Abstract: We study {sentence(self.rng, words)}.",
                pubDate=day,
                **{"dc:creator": f"Neuro Author{place}"},
            )
            categories = ["q-bio.NC", "cs.LG"]
            if is_crossed:
                categories.reverse()
            entry = entry.replace(
                "<category>cs.LG</category><category>cs.CL</category>",
                "".join(f"<category>{c}</category>" for c in categories),
            )
            entries.append(entry)
        return Answer(rss(*entries, day=day))

    def _posted(self, number: int) -> Iterator[dict[str, object]]:
        for place in range(8):
            category, words = "Neuroscience", NEURAL
            if place >= 5:
                category, words = "Plant Biology", PLANTS
            yield record(
                place,
                title=f"{sentence(self.rng, words)} {number} preprint {place}",
                abstract=f"We study {sentence(self.rng, words)}.",
                doi=f"10.64898/{self.today:%Y.%m.%d}.70{number}{place}",
                date=self.today.isoformat(),
                category=category,
                authors=f"Preprint{place}, A.; Other, B.",
            )

    def _article(
        self, number: int, preprint: dict[str, object]
    ) -> dict[str, object]:
        """Return the journal's version of a preprint, under another title."""
        today = self.today
        return work(
            number,
            DOI=f"10.1038/s41593-026-{number}",
            title=[f"{preprint['title']}, revised"],
            author=[{"given": "A.", "family": "Preprint0"}],
            created={
                **parts(today.year, today.month, today.day),
                "date-time": f"{today}T00:00:00Z",
            },
            issued=parts(today.year, today.month, today.day),
            relation={
                "has-preprint": [
                    {"id": preprint["doi"], "id-type": "doi"},
                ]
            },
        )


@pytest.fixture
def neuro(talk: Talk, source: Source) -> Field:
    own_field = Field(talk)
    source.answer = own_field.answer
    talk.runtime.endpoints = replace(
        talk.runtime.endpoints,
        hf_endpoint=source.url,
        arxiv_rss_url=f"{source.url}/rss",
        arxiv_api_url=f"{source.url}/query",
        biorxiv_api_url=source.url,
        crossref_api_url=source.url,
        throttle=Throttle(0),
        clock=talk.clock,
    )
    own_field.publish()
    return own_field


async def ada_of(talk: Talk) -> Person:
    """Return a reader with q-bio.NC, bioRxiv's neuroscience and a journal, and nothing else."""
    ada = await talk.started("Ada")
    await says(ada, "neural code")
    await says(ada, "/sources q-bio.NC")
    reader = talk.reader(ada)
    limits = talk.runtime.limits
    now = talk.clock()
    for key in ("biorxiv:neuroscience", "journal:1097-6256"):
        wish = subscriptions.Subscription(key=key)
        subscriptions.add(talk.database, reader.id, wish, now, limits)
    subscriptions.remove(talk.database, reader.id, list_keys.DAILY)
    return ada


def picked(talk: Talk, person: Person) -> list[PaperRow]:
    """Return the papers that a reader was sent."""
    statement = (
        select(PaperRow)
        .join(RecommendationRow, RecommendationRow.paper_id == PaperRow.id)
        .where(
            RecommendationRow.reader_id == talk.reader(person).id,
            RecommendationRow.sent_at.is_not(None),
        )
    )
    with talk.database.read() as session:
        return list(session.scalars(statement))


@pytest.mark.timeout(400)
async def test_ten_days_bring_five_papers_each_of_the_readers_own_field(
    talk: Talk, neuro: Field
) -> None:
    ada = await ada_of(talk)
    talk.clock.forward(days=1, hours=2)

    days = 0
    while days < DAYS:
        if talk.clock().weekday() < 5:
            neuro.publish()
            await ticks.fetch(talk.runtime, talk.bot)
            # On Fridays the sum of the week comes too.
            days += await talk.deliver() > 0
        talk.clock.forward(days=1)

    sent = picked(talk, ada)
    assert len(sent) == 5 * DAYS
    assert not [
        p.title for p in sent if (p.categories or [""])[0].startswith("cs")
    ]
    assert not [p.title for p in sent if "huggingface" in p.lists]
    assert {key for p in sent for key in p.lists} >= {
        "arxiv:q-bio.NC",
        "biorxiv:neuroscience",
    }
    # A preprint and its version in the journal are one paper.
    names = [p.title.removesuffix(", revised") for p in sent]
    assert len(names) == len(set(names))
    assert [p for p in sent if p.doi and p.preprint_doi]
