"""Runs what may hang in threads that nobody waits for when the process ends."""

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

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
