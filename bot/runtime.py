"""What handlers and jobs share: the database, the catalogue, the clock, events, limits."""

import asyncio
import contextlib
import ctypes
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.concurrency import apart
from bot.errors import ErrorCount
from bot.monitoring.heartbeat import Heartbeat
from bot.monitoring.metrics import Metrics
from bot.picks import catalogue, fitting
from bot.picks.catalogue import Catalogue
from bot.sources.endpoints import Endpoints
from bot.storage import features, papers
from bot.storage.database import Database
from bot.storage.locks import Locks
from bot.storage.subscriptions import Limits
from bot.transport.floods import Floods, FloodsInMemory, SharedFloods

MINUTE = timedelta(minutes=1)

# The same button pressed twice within this time was a slip of the finger.
SLIP = timedelta(seconds=3)

# How long a reader is not asked again which paper of a digest they mean.
DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Runtime:
    """What one running bot works with; `catalogue` is replaced as a whole, never changed.

    `ready` is set once there are papers to choose from, `ending` once the process is to stop,
    and `sending` is held while digests are delivered. `learns` says that this process fits the
    features, and `is_one_of_many` that other processes take updates too.
    """

    database: Database
    endpoints: Endpoints
    admins: frozenset[int] = frozenset()
    access: str = "open"
    max_readers: int = 10_000
    picks_per_day: int = 5
    send_rate: float = 25.0
    limits: Limits = field(default_factory=Limits)
    learns: bool = True
    is_one_of_many: bool = False
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    secrets: random.Random = field(default_factory=random.SystemRandom)
    catalogue: Catalogue = field(
        default_factory=lambda: Catalogue([], catalogue.empty_vectors(0))
    )
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    errors: ErrorCount = field(default_factory=ErrorCount)
    metrics: Metrics = field(default_factory=Metrics)
    # Who is called after each round of delivery: nobody by default.
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    # The picture that /stats drew last for each reader, beside the figures in it.
    pictures: dict[int, tuple[object, bytes]] = field(default_factory=dict)
    # The languages of readers who wrote, for answers that read no database.
    languages: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.floods: Floods = (
            SharedFloods(self.database, self._now)
            if self.is_one_of_many
            else FloodsInMemory(self._now)
        )
        self.locks = Locks(self.database)
        self._stamp: tuple[int, int] | None = None
        self._reloading = asyncio.Lock()
        self.is_learning = False

    def _now(self) -> datetime:
        # A simulation may replace the clock.
        return self.clock()

    def language_of(self, person: int, telegram: str | None) -> str:
        """Return the language that somebody chose here, or else that of their Telegram."""
        return self.languages.get(person) or telegram or "en"

    def forget(self, reader_id: int, chat_id: int) -> None:
        """Forget what is in memory of a reader whose data are deleted."""
        self.languages.pop(chat_id, None)
        self.pictures.pop(reader_id, None)
        self.catalogue.memory.forget(reader_id)

    def admits(self, user_id: int) -> bool:
        """Tell whether somebody may start without an invitation."""
        return self.access == "open" or user_id in self.admins

    async def admits_update(
        self, person: int, update: int, *, most: int, deed: str = "update"
    ) -> bool:
        """Count an update by its number; False if its sender sent `most` within a minute.

        What comes again, as it could not be processed, is counted once.
        """
        return await self.floods.admits(person, deed, most, MINUTE, update)

    async def may_warn(self, person: int) -> bool:
        """Tell whether to ask a person to slow down: once a minute is enough."""
        return await self.floods.admits(person, "warning", 1, MINUTE)

    async def is_slip(
        self, person: int, button: str = "picks", value: int = 0
    ) -> bool:
        """Tell whether somebody pressed a button a moment ago.

        Of a button with several values, the same one twice is a slip.
        """
        return await self.floods.repeats(person, button, value, SLIP)

    async def may_ask_which(self, person: int, digest_id: int) -> bool:
        """Tell whether to ask which paper a reaction means: once for each digest."""
        question = f"which of {digest_id}"
        return await self.floods.admits(person, question, 1, DAY)

    async def reload(self) -> None:
        """Load the newest papers and features into a new catalogue."""
        async with self._reloading:
            self._stamp = await asyncio.to_thread(papers.stamp, self.database)
            self.catalogue = await apart(
                catalogue.load,
                self.database,
                self.endpoints.common_lists,
                self.catalogue,
            )

    async def warm(self) -> None:
        """Read the words of every paper now, so that no reader waits seconds for it later."""
        await apart(_warm, self.catalogue)

    async def note_papers(self) -> None:
        """Take the papers that are stored now for known, without loading them."""
        self._stamp = await asyncio.to_thread(papers.stamp, self.database)

    async def is_outdated(self) -> bool:
        """Tell whether there is a newer version of the features than the loaded one."""
        newest = await asyncio.to_thread(features.newest, self.database)
        return newest is not None and newest.id != self.catalogue.version

    async def is_behind(self) -> bool:
        """Tell whether papers were stored since the last reload."""
        stamp = await asyncio.to_thread(papers.stamp, self.database)
        return self._stamp != stamp

    async def learn(self) -> None:
        """Fit the features in a process of their own, then load them."""
        url = self.database.url.render_as_string(hide_password=False)
        self.is_learning = True
        try:
            await fitting.refresh_apart(url, self.clock())
            await self.reload()
        finally:
            self.is_learning = False
        await self.warm()


def _warm(papers_on_offer: Catalogue) -> None:
    """Fill the catalogue's lazy parts, and give memory back that loading used."""
    _ = papers_on_offer.phrase_index
    _ = papers_on_offer.concepts
    _ = papers_on_offer.fields
    # Only glibc keeps that much memory, and only glibc has this call.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
