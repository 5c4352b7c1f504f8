"""Runs what may hang or is heavy: threads nobody waits for, and child processes within limits."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

# The variable that tells a child process who its parent is.
PARENT = "PAPERPICKS_PARENT"
# Linux's prctl option by which a process dies with its parent.
PR_SET_PDEATHSIG = 1
# Seconds between two looks at the parent, on systems that have no such option.
LOOK_INTERVAL = 0.2

# Child processes that run at once: for people, for lists, for feeds, and for those that
# people add.
AT_ONCE = 2
LISTS_AT_ONCE = 4
FEEDS_AT_ONCE = 3
NEW_FEEDS_AT_ONCE = 2
# Bytes of one line; children write far less.
LONGEST_LINE = 64_000_000


async def apart(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `call` returns, run in a thread of its own.

    `asyncio.to_thread` has a handful of threads, which taps need, and the loop waits for them
    at its end: a source that hangs would hold up both.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None only if T allows it

    def run() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = call(*args, **kwargs)
        except BaseException as cause:  # noqa: BLE001 - handed to whoever awaits
            error = cause
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    name = getattr(call, "__name__", "apart")
    threading.Thread(target=run, name=name, daemon=True).start()
    return await done


class Cut(Exception):  # noqa: N818 - it happens to a child, and is no error of ours
    """A child process ended before it was done: too slow, over a limit, or given up."""


class GivenUp(Cut):
    """Nobody waits for a child's answer any more: there is a newer request, or the process ends."""


class Queue:
    """A queue of child processes, of which the first few run.

    A newer request with the same key gives the older one up: nobody waits for its answer.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._change = threading.Condition()
        self._places: list[Place] = []
        self._is_closed = False

    def join(self, key: Hashable = None) -> "Place":
        """Return a place at the end of the queue."""
        place = Place(self, key)
        with self._change:
            for older in self._places:
                if key is not None and older.key == key:
                    older.give_up()
            if self._is_closed:
                place.give_up()
            self._places.append(place)
            self._change.notify_all()
        return place

    def wait_for(self, place: "Place", patience: float | None = None) -> None:
        """Wait until a place is among the first.

        Raises Cut if it is given up, or does not come within `patience` seconds.
        """
        with self._change:
            self._change.wait_for(
                lambda: place.is_over or self._is_first(place), patience
            )
            if place.is_over or not self._is_first(place):
                raise Cut("was given up before its turn")

    def leave(self, place: "Place") -> None:
        """Let the next one run, and end what still runs in this place."""
        with self._change:
            place.give_up()
            if place in self._places:
                self._places.remove(place)
            self._change.notify_all()

    def open(self) -> None:
        """Take places again."""
        with self._change:
            self._is_closed = False

    def clear(self) -> None:
        """Give up every place, and each one that is still to come, as the process ends."""
        with self._change:
            self._is_closed = True
            for place in self._places:
                place.give_up()
            self._change.notify_all()

    def __len__(self) -> int:
        return len(self._places)

    def _is_first(self, place: "Place") -> bool:
        return place in self._places[: self._at_once]


class Place:
    """A place in the queue, and the child process that runs in it."""

    def __init__(self, queue: Queue, key: Hashable) -> None:
        self.queue = queue
        self.key = key
        self.is_over = False
        self.child: subprocess.Popen[bytes] | None = None

    def hold(self, child: subprocess.Popen[bytes]) -> None:
        """Keep the child that runs here, so that another thread can end it."""
        self.child = child
        if self.is_over:
            child.kill()

    def give_up(self) -> None:
        """End what runs here."""
        self.is_over = True
        if self.child is not None:
            self.child.kill()


# What people wait for, and what computes; and what waits for sources most of its time. A list
# or a feed that hangs holds up neither people nor, for long, the others of its kind; and whoever
# adds feeds that hang, nobody but those who add feeds too.
QUEUE = Queue()
LISTS = Queue(LISTS_AT_ONCE)
FEEDS = Queue(FEEDS_AT_ONCE)
NEW_FEEDS = Queue(NEW_FEEDS_AT_ONCE)
ALL = (QUEUE, LISTS, FEEDS, NEW_FEEDS)


def begin() -> None:
    """Let child processes run, also after others were given up."""
    for queue in ALL:
        queue.open()


def give_up() -> None:
    """Give up every child process, as this one ends; none begins any more."""
    for queue in ALL:
        queue.clear()


async def answer(
    module: str,
    *args: str,
    message: bytes,
    patience: float,
    key: Hashable = None,
    shows_errors: bool = False,
) -> bytes | None:
    """Return what `python -m module` writes after it reads a message from its standard input.

    None if it dies, or takes more than `patience` seconds once it runs. With `shows_errors` it
    may write to our standard error. Raises GivenUp if a newer request with its key came.
    """
    place = QUEUE.join(key)
    command = [sys.executable, "-m", module, *args]

    def run() -> bytes:
        QUEUE.wait_for(place)
        output = _lines(
            place, command, message, patience, shows_errors=shows_errors
        )
        return b"".join(output)

    try:
        return await apart(run)
    except Cut:
        if place.is_over and key is not None:
            raise GivenUp("has a newer request in its place") from None
        return None
    finally:
        QUEUE.leave(place)


def lines(
    module: str,
    *args: str,
    message: bytes,
    patience: float,
    waits: float | None = None,
    queue: Queue | None = None,
) -> Iterator[bytes]:
    """Yield each line that `python -m module` writes, at most `patience` seconds after the last.

    Raises Cut if no line comes in time, the child dies, or its turn does not come within `waits`
    seconds; GivenUp if this process ends.
    """
    # An empty queue counts as false.
    queue = QUEUE if queue is None else queue
    place = queue.join()
    command = [sys.executable, "-m", module, *args]
    try:
        queue.wait_for(place, waits)
        yield from _lines(place, command, message, patience)
    except Cut as cut:
        if place.is_over:
            raise GivenUp("was given up") from cut
        raise
    finally:
        queue.leave(place)


def limit_process(memory: int, seconds: int) -> None:
    """Let the system end this process if it takes more memory, in bytes, or computing time.

    On a system without such limits, the parent's patience alone holds.
    """
    try:
        import resource  # noqa: PLC0415 - some systems have no such module
    except ImportError:
        return
    used = int(time.process_time()) + 1
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: used + seconds,
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_DATA: memory,
    }
    for name, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (most, resource.getrlimit(name)[1]))


def end_with_parent(parent: int | None = None) -> None:
    """End this process as soon as its parent is gone: `parent`, or whom the environment names."""
    expected = parent or int(os.environ.get(PARENT, os.getppid()))
    if sys.platform == "linux":
        # The kernel ends it even within a regular expression that never does.
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(
        target=_watch_parent, args=(expected,), name="parent", daemon=True
    ).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_INTERVAL)
    os._exit(1)


def _lines(
    place: Place,
    command: list[str],
    message: bytes,
    patience: float,
    *,
    shows_errors: bool = False,
) -> Iterator[bytes]:
    """Run a command in a place of the queue, and yield the lines that it writes."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if shows_errors else subprocess.DEVNULL,
        env={**os.environ, PARENT: str(os.getpid())},
        # Ctrl-C is for the parent, which ends its children.
        process_group=0,
    ) as child:
        place.hold(child)
        stdin = cast("IO[bytes]", child.stdin)
        stdout = cast("IO[bytes]", child.stdout)
        try:
            with (
                suppress(BrokenPipeError),
                _killed_after(patience, child),
                stdin,
            ):
                stdin.write(message)
            while line := _line(stdout, patience, child):
                yield line
            with _killed_after(patience, child):
                child.wait()
        finally:
            child.kill()
    if child.returncode != 0:
        raise Cut("took too long, or more memory than there is for it")


def _line(
    stdout: IO[bytes], patience: float, child: subprocess.Popen[bytes]
) -> bytes:
    with _killed_after(patience, child):
        line = stdout.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE:
        raise Cut("wrote more than anybody reads")
    return line


@contextmanager
def _killed_after(
    seconds: float, child: subprocess.Popen[bytes]
) -> Iterator[None]:
    timer = threading.Timer(seconds, child.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
