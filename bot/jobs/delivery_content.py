"""Chooses what a delivery sends: its picks as screens, or the line of an empty day."""

from datetime import datetime

from bot.jobs import fetch
from bot.markup import list_keys
from bot.messages import digest as digest_screens
from bot.messages import group_cards, replies, translation
from bot.picks import group_selection, selection, standing
from bot.picks.missed import look_back
from bot.runtime import Runtime
from bot.storage import digests, outbox, subscriptions
from bot.storage.database import Database
from bot.storage.digests import Digest
from bot.storage.outbox import Delivery
from bot.storage.readers import Reader
from bot.transport.screen import Screen


def prepare(
    runtime: Runtime, delivery: Delivery
) -> tuple[Delivery, dict[int, Screen]]:
    """Return the delivery, and the screen of each of its messages, by its position.

    A message has the rank of its first pick as its position; the one of an empty day has 1.
    """
    database = runtime.database
    digest = None
    if delivery.digest_id:
        digest = digests.read(database, delivery.digest_id)
    if digest is None and not outbox.has_messages(database, delivery):
        delivery, digest = _choose(runtime, delivery)

    if digest is None:
        is_told = delivery.reader.is_person
        return delivery, (
            {1: _render_empty(runtime, delivery)} if is_told else {}
        )
    screens = {
        part.position: _render(runtime, delivery.reader, part)
        for part in digest.parts()
    }
    return delivery, screens


def _choose(
    runtime: Runtime, delivery: Delivery
) -> tuple[Delivery, Digest | None]:
    """Choose the picks of a delivery, and store which messages show them."""
    database = runtime.database
    now = runtime.clock()
    if not delivery.reader.is_person:
        return _choose_for_group(runtime, delivery)
    has_matches = standing.collect(database, delivery.reader, now)
    digest = selection.choose(
        database,
        runtime.catalogue,
        delivery.reader,
        now,
        kind="daily",
        silent_since=_silent_since(database, delivery.reader, now),
    )
    missed = look_back(
        database, runtime.catalogue, delivery.reader, delivery.local_date
    )
    if missed is not None:
        digests.store_missed(database, digest.id, missed)
    if not digest.picks and not has_matches and missed is None:
        digests.discard(database, digest.id)
        return outbox.add_messages(database, delivery, None, [1]), None
    positions = [part.position for part in digest.parts()]
    delivery = outbox.add_messages(database, delivery, digest.id, positions)
    return delivery, digests.read(database, digest.id)


def _choose_for_group(
    runtime: Runtime, delivery: Delivery
) -> tuple[Delivery, Digest | None]:
    """Choose a group's picks; on a day without any it is left in peace."""
    database = runtime.database
    digest = group_selection.choose(
        database,
        runtime.catalogue,
        delivery.reader,
        runtime.clock(),
        kind="daily",
    )
    if not digest.picks:
        digests.discard(database, digest.id)
        return delivery, None
    positions = [part.position for part in digest.parts()]
    return outbox.add_messages(database, delivery, digest.id, positions), digest


def _render_empty(runtime: Runtime, delivery: Delivery) -> Screen:
    """Say in one line why there are no picks: the true cause, as of now."""
    database = runtime.database
    reader = delivery.reader
    now = runtime.clock()
    t = translation.of(reader.language)
    silent = _silent_since(database, reader, now)
    if silent is not None:
        since = digest_screens.silence(t, silent, reader)
        return replies.empty_late(t, since)
    held_back = selection.count_held_back(
        database, runtime.catalogue, reader, now
    )
    if held_back:
        return replies.below_bar(t)
    return replies.empty_day(t, delivery.local_date)


def _silent_since(
    database: Database, reader: Reader, now: datetime
) -> datetime | None:
    """Return since when the daily list is silent, if the reader reads it."""
    chosen = subscriptions.of_reader(database, reader.id)
    if all(choice.key != list_keys.DAILY for choice in chosen):
        return None

    return fetch.silent_since(database, now)


def _render(runtime: Runtime, reader: Reader, part: Digest) -> Screen:
    """Render a digest, or one card of it, as of today."""
    t = translation.of(reader.language)
    today = reader.local_date(runtime.clock())
    if not reader.is_person:
        return group_cards.digest(t, part, reader, today, {})
    return digest_screens.digest(t, part, reader, today)
