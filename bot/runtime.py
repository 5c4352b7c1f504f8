"""What handlers and jobs share: the database, the clock, the papers on offer, who may come in."""

import asyncio
import contextlib
import ctypes
import logging
import random
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.concurrency import apart
from bot.errors import Faults
from bot.jobs.fetch import Places
from bot.messages.stats_chart import Chart
from bot.picks import catalogue, fitting
from bot.picks.catalogue import Catalogue
from bot.storage import papers as stored
from bot.storage.database import Database

# Updates of one person.
PER_MINUTE = 30
MINUTE, MOMENT = timedelta(minutes=1), timedelta(seconds=3)
# People or digests kept in mind before all are let go.
FORGOTTEN = 10_000

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class World:
    """One running bot's surroundings; `papers` is replaced as a whole, never changed."""

    database: Database
    places: Places
    admins: frozenset[int] = frozenset()
    access: str = "open"
    max_readers: int = 10_000
    picks_per_day: int = 5
    send_rate: float = 25.0
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    secrets: random.Random = field(default_factory=random.SystemRandom)
    papers: Catalogue = field(
        default_factory=lambda: Catalogue([], catalogue.empty(0))
    )
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    faults: Faults = field(default_factory=Faults)
    # What /stats drew for a reader last, and of what: the same until they rate, or a week begins.
    pictures: dict[int, tuple[Chart, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._seen: dict[int, deque[datetime]] = defaultdict(deque)
        self._warned: dict[int, datetime] = {}
        self._asked: set[int] = set()
        self._picked: dict[tuple[int, str], datetime] = {}
        self._stamp: tuple[int, int] | None = None

    def allows(self, person: int) -> bool:
        """Count an update; False when this person sent too many within a minute."""
        if (
            len(self._seen) > FORGOTTEN
        ):  # who has been quiet need not be remembered
            self._seen.clear()
            self._warned.clear()
        now, seen = self.clock(), self._seen[person]
        while seen and now - seen[0] >= MINUTE:
            seen.popleft()
        if len(seen) >= PER_MINUTE:
            return False
        seen.append(now)
        return True

    def warns(self, person: int) -> bool:
        """Tell whether to ask this person for a pause: once a minute is enough."""
        now, last = self.clock(), self._warned.get(person)
        if last is not None and now - last < MINUTE:
            return False
        self._warned[person] = now
        return True

    def repeats(self, reader_id: int, what: str = "picks") -> bool:
        """Tell whether this reader asked for the same by the same button a moment ago."""
        now, last = self.clock(), self._picked.get((reader_id, what))
        self._picked[reader_id, what] = now
        return last is not None and now - last < MOMENT

    def asks(self, digest_id: int) -> bool:
        """Tell whether to ask which paper a reaction meant: once for each digest."""
        if len(self._asked) > FORGOTTEN:
            self._asked.clear()
        first = digest_id not in self._asked
        self._asked.add(digest_id)
        return first

    async def reload(self) -> None:
        """Take the newest papers and features on offer."""
        self._stamp = await asyncio.to_thread(stored.stamp, self.database)
        self.papers = await apart(catalogue.load, self.database)

    async def warm(self) -> None:
        """Read every paper's words before the first topic asks: seconds that nobody waits for."""
        await apart(_warm, self.papers)

    async def is_behind(self) -> bool:
        """Tell whether papers were stored since the last reload."""
        return self._stamp != await asyncio.to_thread(
            stored.stamp, self.database
        )

    async def learn(self) -> None:
        """Bring features up to date in a process of their own, then take them."""
        address = self.database.url.render_as_string(hide_password=False)
        await fitting.refresh_apart(address, self.clock())
        await self.reload()
        await self.warm()


def _warm(papers: Catalogue) -> None:
    """Read words, concepts and fields, and give back what loading used."""
    _ = papers.wording, papers.concepts, papers.supply
    with contextlib.suppress(
        OSError, AttributeError
    ):  # only glibc keeps so much, and has this
        ctypes.CDLL(None).malloc_trim(0)
