"""Builds the screens of `/sources` from a reader's lists and those that there are."""

import asyncio
from collections.abc import Sequence

from bot.handlers.context import Context
from bot.markup import list_keys
from bot.messages import source_pages as pages
from bot.messages import sources as screens
from bot.picks import source_names, source_offers, topic_offers
from bot.picks import sources as picks_sources
from bot.picks.source_offers import SourceOffer
from bot.transport.screen import Screen

# Matches of some words in each kind of source.
MAX_MATCHES = 5

# A topic with fewer papers a week in a reader's lists needs another list.
RARE = 3

SERVERS = {"b": list_keys.BIORXIV, "d": list_keys.MEDRXIV}


async def own(context: Context, notes: Sequence[str] = ()) -> Screen:
    """Return the reader's sources; `notes` say what was just done."""
    runtime = context.runtime
    sources = await asyncio.to_thread(
        picks_sources.of_reader,
        runtime.database,
        runtime.catalogue,
        context.reader,
        runtime.clock(),
    )
    return screens.sources(
        context.t,
        sources,
        runtime.limits,
        common=context.runtime.endpoints.common_lists,
        notes=notes,
    )


async def page(context: Context, screen: str, number: int = 0) -> Screen:
    """Return the screen that a button of `/sources` opens."""
    if screen == "a":
        return pages.groups(context.t, source_names.groups())
    if screen == "j":
        return screens.journal_question(context.t)
    if screen == "f":
        return screens.feed_question(context.t)
    if screen in SERVERS:
        return await _subjects(context, SERVERS[screen], number)
    return await own(context)


async def page_with(context: Context, screen: str, key: str) -> Screen:
    """Return the page of categories or subjects that has a key; else the reader's sources."""
    kind, name = list_keys.kind(key), list_keys.name(key)
    if screen == "g":
        group = source_names.group_of(name)
        number = pages.page_of(source_names.category_keys(group), key)
        return await group_page(context, group, number)
    if screen == "p" and kind in SERVERS.values():
        number = pages.page_of(source_names.subjects(kind), key)
        return await _subjects(context, kind, number)
    return await own(context)


async def group_page(context: Context, group: str, number: int) -> Screen:
    """Return a page of the categories in a group of arXiv's."""
    if group not in source_names.GROUPS:
        return await page(context, "a")
    keys = source_names.category_keys(group)
    chosen = await _chosen(context)
    return pages.group_page(context.t, group, keys, number, chosen)


async def matches(context: Context, words: str) -> Screen:
    """Return the categories and subjects that some words mean."""
    kinds = context.runtime.limits.kinds
    keys = await asyncio.to_thread(
        source_names.search, words, sorted(kinds), MAX_MATCHES
    )
    if not keys:
        return screens.nothing(context.t, words)

    with_journals = (
        list_keys.JOURNAL in kinds and context.runtime.endpoints.lists
    )
    return pages.matches(
        context.t,
        words,
        keys,
        await _chosen(context),
        with_journals=with_journals,
    )


async def _subjects(context: Context, server: str, number: int) -> Screen:
    keys = source_names.subjects(server)
    chosen = await _chosen(context)
    return pages.subjects(context.t, server, keys, number, chosen)


async def _chosen(context: Context) -> set[str]:
    """Return the keys of the reader's sources."""
    return await asyncio.to_thread(
        picks_sources.keys_of, context.runtime.database, context.reader.id
    )


def lists(context: Context) -> set[str]:
    """Return the keys of all lists that the reader's picks come from; blocks."""
    return picks_sources.keys_with_common(
        context.runtime.database,
        context.reader.id,
        context.runtime.endpoints.common_lists,
    )


def offers(context: Context, topics: Sequence[str]) -> list[SourceOffer]:
    """Return the categories to offer for topics: none where none can be fetched; blocks."""
    if not _offers_categories(context):
        return []

    runtime = context.runtime
    return source_offers.offers(
        runtime.catalogue,
        topics,
        chosen=picks_sources.keys_of(runtime.database, context.reader.id),
        common=context.runtime.endpoints.common_lists,
        today=context.today,
    )


def suggestions(
    context: Context, topics: Sequence[str]
) -> dict[str, SourceOffer]:
    """Return a category for the first topic that is rare in the reader's lists; blocks."""
    if not _offers_categories(context):
        return {}

    catalogue, own_lists = context.runtime.catalogue, lists(context)
    for topic in topics:
        rate = topic_offers.papers_a_week(catalogue, topic, own_lists)
        if rate >= RARE:
            continue
        offer = source_offers.suggestion(
            catalogue,
            topic,
            chosen=own_lists,
            common=context.runtime.endpoints.common_lists,
            today=context.today,
        )
        if offer is not None:
            return {topic: offer}
    return {}


def _offers_categories(context: Context) -> bool:
    runtime = context.runtime
    return list_keys.ARXIV in runtime.limits.kinds and runtime.endpoints.lists
