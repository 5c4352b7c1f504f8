"""Locks by name that processes share: PostgreSQL frees them when their process dies."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import Failure
from bot.storage import lasting
from bot.storage.database import Database
from bot.storage.lasting import Lasting

# Processes' connections that may wait for a lock at once; each waits on one of its own.
WAITING_AT_ONCE = 8

# Seconds between two looks at whether a leader still has its connection.
LOOK_INTERVAL = 0.5

TRY = "SELECT pg_try_advisory_lock(%s)"
WAIT = "SELECT pg_advisory_lock(%s)"
RELEASE = "SELECT pg_advisory_unlock(%s)"


class Locks:
    """The locks that one process holds, nearly all of them by one connection.

    SQLite serves a single process, to which every lock is free.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Lasting | None = None
        self._opening = asyncio.Lock()
        self._waiting = asyncio.Semaphore(WAITING_AT_ONCE)
        self._names: set[str] = set()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Hold a lock; processes get it in the order in which they ask.

        Raises a passing Failure if the database does not answer.
        """
        async with self.attempt(name) as is_held:
            if is_held:
                yield
                return
        async with self._waiting, _open(self._database) as connection:
            await lasting.ask(connection, WAIT, [key(name)])
            # Closing the connection frees the lock.
            yield

    @asynccontextmanager
    async def attempt(self, name: str) -> AsyncIterator[bool]:
        """Hold a lock if nobody else does; tell whether it is held.

        Raises a passing Failure if the database does not answer.
        """
        if self._database.is_sqlite:
            yield True
            return
        if name in self._names:
            # PostgreSQL would give it to this process a second time.
            yield False
            return
        self._names.add(name)
        try:
            async with self._try(name) as is_held:
                yield is_held
        finally:
            self._names.discard(name)

    @asynccontextmanager
    async def _try(self, name: str) -> AsyncIterator[bool]:
        connection = await self._open()
        is_held = bool(await lasting.ask(connection, TRY, [key(name)]))
        try:
            yield is_held
        finally:
            if is_held:
                # A connection that broke has freed its locks.
                with contextlib.suppress(Failure):
                    await lasting.ask(connection, RELEASE, [key(name)])

    @asynccontextmanager
    async def lead(self, name: str) -> AsyncIterator[asyncio.Event]:
        """Wait until this process leads; the event is set as soon as it does no longer.

        Raises a passing Failure if the database does not answer.
        """
        lost = asyncio.Event()
        if self._database.is_sqlite:
            yield lost
            return
        async with _open(self._database) as connection:
            await lasting.ask(connection, WAIT, [key(name)])
            watch = asyncio.create_task(_watch(connection, lost))
            try:
                yield lost
            finally:
                watch.cancel()

    async def close(self) -> None:
        """Free every lock."""
        if self._connection is not None:
            await self._connection.close()

    async def _open(self) -> Lasting:
        """Return the connection, a new one after the last one broke."""
        async with self._opening:
            if self._connection is None or self._connection.closed:
                self._connection = await lasting.connect(self._database)
            return self._connection


def key(name: str) -> int:
    """Return the number by which PostgreSQL knows a lock: 64 bits, with a sign."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@asynccontextmanager
async def _open(database: Database) -> AsyncIterator[Lasting]:
    connection = await lasting.connect(database)
    try:
        yield connection
    finally:
        await connection.close()


async def _watch(connection: Lasting, lost: asyncio.Event) -> None:
    """Look at a connection until it is gone."""
    with contextlib.suppress(Failure):
        while True:
            await asyncio.sleep(LOOK_INTERVAL)
            await lasting.ask(connection, "SELECT 1")
    lost.set()
