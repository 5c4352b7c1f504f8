"""Wires the local run: the unchanged bot, over HTTP, to the chat page on this machine."""

import asyncio
import secrets
import signal
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot import app as application
from bot.app import App
from bot.concurrency import apart
from bot.errors import Failure
from bot.runtime import Runtime
from bot.sandbox import corpus
from bot.sandbox.corpus import Shelf
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.timeline import Days, MovingClock
from bot.sources.endpoints import Endpoints
from bot.storage import permissions, schema
from bot.storage.database import Database, file_url

PORT = 8765
# Ports that are tried.
NEIGHBOURS = 100
# A file in the data folder.
ADDRESS = "local.address"
# The same in every run: the database remembers its bot.
BOT_ID = 1_000_000_000
READERS = ("Ada", "Bo", "Cy")
# Seconds, after which it is the sample; a name server may take longer.
DECIDED = 5.0


def run(
    data_dir: Path,
    endpoints: Endpoints,
    picks: int,
    out: Console,
    port: int | None,
) -> None:
    """Serve the bot and its chat page from this machine alone, until the process is told to end.

    Where no port is asked for and the usual one is taken, it is the next free one.
    """
    with _stored(data_dir) as stored, _database(data_dir) as database:
        wanted = _free(PORT) if port is None else port
        local = LocalRun(data_dir, stored, database, wanted)
        with _listening(local.server, wanted), _named(data_dir, local.address):
            try:
                asyncio.run(local.serve(endpoints, picks, out))
            finally:
                local.let_go()


class LocalRun:
    """What one local run has open; `clock` goes on from where the last one was."""

    def __init__(
        self, data_dir: Path, stored: ChatStore, database: Database, port: int
    ) -> None:
        self.clock = MovingClock(timedelta(seconds=stored.fact("offset") or 0))
        self._papers = data_dir / "paperpicks.db"
        self._stored = stored
        self._database = database
        self._token = f"{BOT_ID}:{secrets.token_urlsafe(32)}"
        self.server = ChatServer(self._token, clock=self.clock, port=port)
        for name in READERS:
            self.server.person(name)
        self._page = Page(
            self.server, stored, secrets.token_urlsafe(24), self._from_page
        )
        self._days: Future[tuple[Days, asyncio.AbstractEventLoop]] = Future()

    @property
    def address(self) -> str:
        """Where the chat page is."""
        return self._page.address

    async def serve(
        self, endpoints: Endpoints, picks: int, out: Console
    ) -> None:
        """Print the page's address, find papers, and run the bot."""
        stop, here = asyncio.Event(), asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            here.add_signal_handler(name, stop.set)
        out.print(self.address)
        out.print(
            "Open it in your browser. Ctrl-C ends PaperPicks; the chat is kept."
        )
        shelf = await self._shelf(endpoints, picks)
        self._page.show_note(shelf.about)
        out.print(shelf.about)
        runtime = Runtime(
            database=self._database,
            endpoints=shelf.endpoints,
            picks_per_day=shelf.picks,
            clock=self.clock,
            ending=stop,
        )
        app = application.build(runtime, self._token, self.server.origin)
        self._days.set_result((await self._begun(runtime, app, shelf), here))
        await application.serve(runtime, app, stop)

    def let_go(self) -> None:
        """Keep no page waiting for a day that does not come any more."""
        self._days.cancel()

    async def _from_page(self, chat_id: int) -> str:
        """Move on to a reader's next digest: asked on the server's loop, done on the bot's."""
        days, loop = await asyncio.shield(asyncio.wrap_future(self._days))
        moving = asyncio.run_coroutine_threadsafe(days.tomorrow(chat_id), loop)
        return await asyncio.wrap_future(moving)

    async def _begun(self, runtime: Runtime, app: App, shelf: Shelf) -> Days:
        """Return the days, with the papers of those that passed already."""
        had, today = self._stored.fact("had"), self.clock().date()
        days = Days(
            runtime=runtime,
            bot=app.bot,
            clock=self.clock,
            arrive=lambda after, upto: shelf.arrive(
                self._database, after, upto
            ),
            had=date.fromisoformat(had) if had else shelf.before,
            passed=self._remember,
            going=self._page.show_moving,
        )
        if shelf.kind == corpus.HUGGING_FACE:
            days.had = (
                today  # the bot fetches those by itself, and answers meanwhile
            )
        else:
            await days.catch_up(today)
        return days

    async def _shelf(self, endpoints: Endpoints, picks: int) -> Shelf:
        """Return the shelf of the last run, or find one and begin its first day."""
        known = self._stored.fact("shelf")
        if known:
            first = date.fromisoformat(known["first"])
            return corpus.make(
                known["kind"], first, endpoints, picks, self._papers
            )
        today = datetime.now().astimezone().date()
        try:
            looking = apart(corpus.find, endpoints, picks, self._papers, today)
            shelf = await asyncio.wait_for(looking, DECIDED)
        except TimeoutError:
            shelf = corpus.sample_of(today, endpoints, picks)
        self.clock.begin(shelf.begins)
        self._stored.set_fact(
            "shelf", {"kind": shelf.kind, "first": shelf.first.isoformat()}
        )
        self._remember(shelf.before)
        return shelf

    def _remember(self, had: date) -> None:
        self._stored.set_fact("offset", self.clock.offset.total_seconds())
        self._stored.set_fact("had", had.isoformat())


@contextmanager
def _stored(data_dir: Path) -> Iterator[ChatStore]:
    path = data_dir / "local.db"
    try:
        permissions.folder(data_dir)
        stored = ChatStore(path)
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise Failure(
                f"{path} can't be opened: {error}", passing=False
            ) from None
        raise Failure(
            f"PaperPicks is running already with the data in {data_dir}; its page is at "
            f"{_page_of(data_dir)}. Stop that one, or set DATA_DIR to another folder.",
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
        yield stored
    finally:
        stored.close()


@contextmanager
def _database(data_dir: Path) -> Iterator[Database]:
    database = Database(file_url(data_dir.resolve() / "local-bot.db"))
    try:
        schema.prepare(database)
        yield database
    finally:
        database.close()


@contextmanager
def _named(data_dir: Path, address: str) -> Iterator[None]:
    """Leave word of where the page is, for who starts PaperPicks a second time."""
    note = data_dir / ADDRESS
    note.touch(mode=0o600)  # who has the address may play its readers
    note.write_text(address, "utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _page_of(data_dir: Path) -> str:
    try:
        return (data_dir / ADDRESS).read_text("utf-8")
    except OSError:
        return "the address it printed"


def _free(port: int) -> int:
    """Return the first free port from this one on."""
    for candidate in range(port, port + NEIGHBOURS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", candidate))
                return candidate
    return port


@contextmanager
def _listening(server: ChatServer, port: int) -> Iterator[None]:
    with ExitStack() as open_:
        try:
            open_.enter_context(server)
        except OSError as error:
            raise Failure(
                f"Port {port} can't be used ({error.strerror}): another program may listen there. "
                f"Stop it, or choose another port: paperpicks run --port {port + 1}",
                passing=False,
            ) from None
        yield
