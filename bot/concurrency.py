"""Runs what may hang or is heavy: threads of their own, and child processes within limits."""

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


async def apart(call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Return what `call` returns, from a thread of its own.

    `asyncio.to_thread` has a handful of threads, which taps need, and its loop waits for them
    at the end: a source that hangs would hold up both.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None only where T allows it

    def run() -> None:
        try:
            outcome: tuple[T | None, BaseException | None] = (
                call(*args, **named),
                None,
            )
        except BaseException as error:  # noqa: BLE001 - handed to whoever awaits
            outcome = (None, error)
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(
        target=run, name=getattr(call, "__name__", "apart"), daemon=True
    ).start()
    return await done


# The variable that tells a child whose it is.
PARENT = "PAPERPICKS_PARENT"
# PR_SET_PDEATHSIG.
OPTION_DEATH_SIGNAL = 1
# Seconds between looks, where the system does not do it for us.
LOOK = 0.2


def end_with_parent(parent: int | None = None) -> None:
    """End this process as soon as `parent` is gone, or who else the environment names."""
    expected = parent or int(os.environ.get(PARENT, os.getppid()))
    if (
        sys.platform == "linux"
    ):  # also from within a regular expression that never ends
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(OPTION_DEATH_SIGNAL, signal.SIGKILL)
    threading.Thread(
        target=_watch, args=(expected,), name="parent", daemon=True
    ).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)


AT_ONCE = 2
# Bytes of one line; the children write far less.
LONGEST_LINE = 64_000_000


class Cut(Exception):  # noqa: N818 - what a child met, no fault of ours
    """A child ended before it was done: too slow, over its limits, or given up for another."""


class GivenUp(Cut):
    """Nobody waits for this answer any more: there is a newer wish, or the process ends."""


class Line:
    """A line in which children stand: the first two run.

    A newer place for the same wish gives the older one up: nobody waits for its answer any more.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._moved = threading.Condition()
        self._places: list[Place] = []

    def join(self, wish: Hashable = None) -> "Place":
        """Return a place at the end of the line."""
        place = Place(self, wish)
        with self._moved:
            for older in self._places:
                if wish is not None and older.wish == wish:
                    older.give_up()
            self._places.append(place)
            self._moved.notify_all()
        return place

    def reach(self, place: "Place", patience: float | None = None) -> None:
        """Wait until a place is among the first; raise Cut where it is given up, or takes long."""
        with self._moved:
            self._moved.wait_for(
                lambda: place.over or self._is_first(place), patience
            )
            if place.over or not self._is_first(place):
                raise Cut("was given up before its turn")

    def leave(self, place: "Place") -> None:
        """Let the next one run, and end what still runs in this place."""
        with self._moved:
            place.give_up()
            if place in self._places:
                self._places.remove(place)
            self._moved.notify_all()

    def clear(self) -> None:
        """Give everybody up: the process ends."""
        with self._moved:
            for place in self._places:
                place.give_up()
            self._moved.notify_all()

    def __len__(self) -> int:
        return len(self._places)

    def _is_first(self, place: "Place") -> bool:
        return place in self._places[: self._at_once]


class Place:
    """One place in the line, and the child that runs in it."""

    def __init__(self, line: Line, wish: Hashable) -> None:
        self.line = line
        self.wish = wish
        self.over = False
        self.child: subprocess.Popen[bytes] | None = None

    def holds(self, child: subprocess.Popen[bytes]) -> None:
        """Keep the child that runs here, so that it can be ended from elsewhere."""
        self.child = child
        if self.over:
            child.kill()

    def give_up(self) -> None:
        """End what runs here."""
        self.over = True
        if self.child is not None:
            self.child.kill()


LINE = Line()


async def answer(
    module: str,
    *args: str,
    told: bytes,
    patience: float,
    wish: Hashable = None,
    heard: bool = False,
) -> bytes | None:
    """Return what `python -m module` writes when `told` this on its standard input.

    None where it dies of that, or takes more than `patience` seconds once it runs. Where it is
    `heard`, it may write to our standard error. Raises GivenUp where a newer wish took its place.
    """
    place = LINE.join(wish)
    command = [sys.executable, "-m", module, *args]
    try:
        return await apart(_whole, place, command, told, patience, heard)
    except Cut:
        if place.over and wish is not None:
            raise GivenUp("has a newer wish in its place") from None
        return None
    finally:
        LINE.leave(place)


def lines(
    module: str,
    *args: str,
    told: bytes,
    patience: float,
    waits: float | None = None,
) -> Iterator[bytes]:
    """Yield each line that `python -m module` writes, at most `patience` seconds after the last.

    Raises Cut where none comes in time or the child dies, and where its turn does not come
    within `waits` seconds.
    """
    place = LINE.join()
    try:
        LINE.reach(place, waits)
        yield from _lines(
            place, [sys.executable, "-m", module, *args], told, patience
        )
    finally:
        LINE.leave(place)


def bounded(memory: int, seconds: int) -> None:
    """Let the system end this process where it takes more memory, or computes for longer.

    Where a system sets no such limits, the parent's patience alone holds.
    """
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return
    used = int(time.process_time()) + 1
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: used + seconds}
    limits |= {resource.RLIMIT_AS: memory, resource.RLIMIT_DATA: memory}
    for limit, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))


def _whole(
    place: Place, command: list[str], told: bytes, patience: float, heard: bool
) -> bytes:
    LINE.reach(place)
    return b"".join(_lines(place, command, told, patience, heard=heard))


def _lines(
    place: Place,
    command: list[str],
    told: bytes,
    patience: float,
    *,
    heard: bool = False,
) -> Iterator[bytes]:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if heard else subprocess.DEVNULL,
        env={**os.environ, PARENT: str(os.getpid())},
        process_group=0,  # Ctrl-C is for the parent, which ends us
    ) as child:
        place.holds(child)
        stdin, stdout = (
            cast("IO[bytes]", child.stdin),
            cast("IO[bytes]", child.stdout),
        )
        try:
            with (
                suppress(BrokenPipeError),
                _killed_after(patience, child),
                stdin,
            ):
                stdin.write(told)
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
    watch = threading.Timer(seconds, child.kill)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
