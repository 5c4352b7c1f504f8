"""One person's updates are processed in order; a query that was typed on is not processed."""

import asyncio

from telegram import InlineQuery, Update, User

from bot.transport.processor import OnePersonAtATime


def query(update_id: int, person: int) -> Update:
    user = User(person, "Ada", is_bot=False)
    return Update(
        update_id, inline_query=InlineQuery(str(update_id), user, "r", "")
    )


async def test_of_the_queries_that_wait_only_a_persons_last_one_is_processed() -> (
    None
):
    processor = OnePersonAtATime(str)
    may_end = asyncio.Event()
    processed: list[int] = []

    async def process(update: Update) -> None:
        processed.append(update.update_id)
        await may_end.wait()

    async def bring(update: Update) -> None:
        work = process(update)
        await processor.process_update(update, work)
        work.close()

    updates = [query(1, 7), query(2, 7), query(3, 7), query(4, 8)]
    tasks = [asyncio.create_task(bring(update)) for update in updates]
    await asyncio.sleep(0)
    may_end.set()
    await asyncio.gather(*tasks)
    await bring(query(5, 7))

    assert sorted(processed) == [1, 3, 4, 5]
