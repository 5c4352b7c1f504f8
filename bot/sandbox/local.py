"""The local run: serves the bot, unchanged, and a chat page for it on this machine."""

import asyncio
import secrets
import signal
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot import app as application
from bot.app import App
from bot.concurrency import apart
from bot.errors import Failure
from bot.jobs import health
from bot.runtime import Runtime
from bot.sandbox import corpus
from bot.sandbox.corpus import Corpus
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.timeline import MovingClock, Timeline
from bot.sources.endpoints import Endpoints
from bot.storage import permissions, schema
from bot.storage.database import Database, file_url
from bot.transport.health_port import HealthAddress

# The port of the chat page, if it is free.
DEFAULT_PORT = 8765

# How many ports are tried, from that one on.
PORTS_TRIED = 100

# The file in the data folder that holds the page's address during a run.
ADDRESS_FILE = "local.address"

# The same in each run, since a database belongs to one bot.
BOT_ID = 1_000_000_000

READERS = ("Ada", "Bo", "Cy")

# Seconds to find papers in before the sample is taken; a name server may need longer.
CORPUS_TIMEOUT = 5.0

# Names of facts that a run stores for the next one.
CLOCK_OFFSET = "offset"
LAST_DAY = "had"
CORPUS = "shelf"


def run(
    data_dir: Path,
    endpoints: Endpoints,
    picks: int,
    out: Console,
    port: int | None,
    *,
    health_address: HealthAddress | None = None,
) -> None:
    """Serve the bot and its chat page until the process is told to stop.

    Without a `port` it is the usual one, or the next that is free. Only this machine can
    reach the page.
    """
    with (
        _open_chat_store(data_dir) as store,
        _open_database(data_dir) as database,
    ):
        port = _free_port(DEFAULT_PORT) if port is None else port
        local_run = LocalRun(data_dir, store, database, port)
        with (
            _listen(local_run.server, port),
            _publish_address(data_dir, local_run.address),
        ):
            try:
                asyncio.run(
                    local_run.serve(endpoints, picks, out, health_address)
                )
            finally:
                local_run.cancel_waiting()


@dataclass(frozen=True, slots=True)
class _RunningTimeline:
    """A timeline, and the event loop of the bot, which alone may move it on."""

    timeline: Timeline
    loop: asyncio.AbstractEventLoop


class LocalRun:
    """A local run: its server, its page, its clock and its days.

    The clock goes on from where the last run left it.
    """

    def __init__(
        self, data_dir: Path, store: ChatStore, database: Database, port: int
    ) -> None:
        offset = timedelta(seconds=store.fact(CLOCK_OFFSET) or 0)
        self._clock = MovingClock(offset)
        self._fetched_papers = data_dir / "paperpicks.db"
        self._store = store
        self._database = database

        # Only the bot of this run can speak to the server, and only the page's address
        # gives access to its readers.
        self._token = f"{BOT_ID}:{secrets.token_urlsafe(32)}"
        self.server = ChatServer(self._token, clock=self._clock, port=port)
        self._create_chats()
        self._page = Page(
            self.server,
            store,
            secrets.token_urlsafe(24),
            self._move_to_next_digest,
        )
        self._running: Future[_RunningTimeline] = Future()

    def _create_chats(self) -> None:
        """Create the readers, and a group and a channel of theirs that Ada made."""
        people = [self.server.person(name) for name in READERS]
        group = self.server.group("Lab")
        channel = self.server.group("Lab papers", kind="channel")
        for chat in (group, channel):
            chat.add(people[0], "creator")
            for person in people[1:]:
                chat.add(person)

    @property
    def address(self) -> str:
        """The address of the chat page."""
        return self._page.address

    async def serve(
        self,
        endpoints: Endpoints,
        picks: int,
        out: Console,
        health_address: HealthAddress | None,
    ) -> None:
        """Print the page's address, find papers, and serve the bot until a signal."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)

        out.print(self.address)
        out.print(
            "Open it in your browser. Ctrl-C ends PaperPicks; the chat is kept."
        )
        papers = await self._load_corpus(endpoints, picks)
        self._page.show_note(papers.note)
        out.print(papers.note)

        runtime = Runtime(
            database=self._database,
            endpoints=papers.endpoints,
            picks_per_day=papers.picks,
            limits=papers.limits,
            clock=self._clock,
            ending=stop,
        )
        app = application.build(runtime, self._token, self.server.origin)
        timeline = await self._create_timeline(runtime, app, papers)
        self._running.set_result(_RunningTimeline(timeline, loop))
        async with health.watched(
            runtime, health_address, application.health_checks(runtime, app)
        ):
            await application.serve(runtime, app, stop)

    def cancel_waiting(self) -> None:
        """Release pages that wait for a day to pass, which will not come any more."""
        self._running.cancel()

    async def _move_to_next_digest(self, chat_id: int) -> str:
        """Move on to a reader's next digest.

        The page calls this on the loop of its server, and it is done on the bot's.
        """
        running = await asyncio.shield(asyncio.wrap_future(self._running))
        report = asyncio.run_coroutine_threadsafe(
            running.timeline.move_to_next_digest(chat_id), running.loop
        )
        return await asyncio.wrap_future(report)

    async def _create_timeline(
        self, runtime: Runtime, app: App, papers: Corpus
    ) -> Timeline:
        """Return the timeline, with the papers stored of the days that have passed."""
        today = self._clock().date()
        last_day = self._store.fact(LAST_DAY)

        def store_papers(after: date, last: date) -> str:
            return papers.store_papers(self._database, after, last)

        timeline = Timeline(
            runtime=runtime,
            bot=app.bot,
            clock=self._clock,
            store_papers=store_papers,
            last_day=(
                date.fromisoformat(last_day)
                if last_day
                else papers.history_start
            ),
            on_day=self._store_progress,
            on_move=self._page.show_moving,
        )

        if papers.kind == corpus.HUGGING_FACE:
            # The bot fetches these papers by itself, and answers meanwhile.
            timeline.last_day = today
        else:
            await timeline.catch_up(today)
        return timeline

    async def _load_corpus(self, endpoints: Endpoints, picks: int) -> Corpus:
        """Return the corpus of the last run, or find one and set the clock to its start."""
        stored = self._store.fact(CORPUS)
        if stored:
            return corpus.create_corpus(
                stored["kind"],
                date.fromisoformat(stored["first"]),
                endpoints,
                picks,
                database_file=self._fetched_papers,
            )

        papers = await self._find_corpus(endpoints, picks)
        self._clock.begin(papers.start)
        self._store.set_fact(
            CORPUS,
            {"kind": papers.kind, "first": papers.first_day.isoformat()},
        )
        self._store_progress(papers.history_start)
        return papers

    async def _find_corpus(self, endpoints: Endpoints, picks: int) -> Corpus:
        today = datetime.now().astimezone().date()
        search = apart(
            corpus.find_corpus, endpoints, picks, self._fetched_papers, today
        )
        try:
            return await asyncio.wait_for(search, CORPUS_TIMEOUT)
        except TimeoutError:
            return corpus.sample_corpus(endpoints, picks, today)

    def _store_progress(self, last_day: date) -> None:
        offset = self._clock.offset.total_seconds()
        self._store.set_fact(CLOCK_OFFSET, offset)
        self._store.set_fact(LAST_DAY, last_day.isoformat())


@contextmanager
def _open_chat_store(data_dir: Path) -> Iterator[ChatStore]:
    """Open the stored chat, which only one local run can have open at a time."""
    path = data_dir / "local.db"
    try:
        permissions.folder(data_dir)
        store = ChatStore(path)
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise Failure(
                f"{path} can't be opened: {error}", passing=False
            ) from None
        raise Failure(
            f"PaperPicks is running already with the data in {data_dir}; its page is at "
            f"{_read_address(data_dir)}. Stop that one, or set DATA_DIR to another folder.",
            passing=False,
        ) from None
    except sqlite3.DatabaseError as error:
        raise Failure(
            f"{path} can't be read ({error}). Delete it to begin a new local chat.",
            passing=False,
        ) from None
    except OSError as error:
        raise Failure(
            f"DATA_DIR {data_dir}: {error.strerror}", passing=False
        ) from None

    try:
        yield store
    finally:
        store.close()


@contextmanager
def _open_database(data_dir: Path) -> Iterator[Database]:
    database = Database(file_url(data_dir.resolve() / "local-bot.db"))
    try:
        schema.prepare(database)
        yield database
    finally:
        database.close()


@contextmanager
def _publish_address(data_dir: Path, address: str) -> Iterator[None]:
    """Keep the page's address in a file, for a second run to name it."""
    file = data_dir / ADDRESS_FILE
    # Whoever has the address can act as the readers.
    file.touch(mode=0o600)
    file.write_text(address, "utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _read_address(data_dir: Path) -> str:
    try:
        return (data_dir / ADDRESS_FILE).read_text("utf-8")
    except OSError:
        return "the address it printed"


def _free_port(first: int) -> int:
    """Return the first free port from `first` on, or `first` if none of many is free."""
    for port in range(first, first + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port

    return first


@contextmanager
def _listen(server: ChatServer, port: int) -> Iterator[None]:
    """Serve until the end of the block; raise a Failure if the port is taken."""
    with ExitStack() as stack:
        try:
            stack.enter_context(server)
        except OSError as error:
            raise Failure(
                f"Port {port} can't be used ({error.strerror}): another program may listen there. "
                f"Stop it, or choose another port: paperpicks run --port {port + 1}",
                passing=False,
            ) from None
        yield
