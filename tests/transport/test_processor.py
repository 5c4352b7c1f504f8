"""One person's updates are processed in order, each press is answered, and no query in vain."""

import asyncio

import pytest
from telegram import InlineQuery, Update, User
from telegram.error import TimedOut

from bot.transport import processor as processor_module
from bot.transport.processor import LATE_AT_ONCE, PATIENCE, OnePersonAtATime
from bot.transport.redelivery import Attempt
from tests.transport.fast_clock import run


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


class SlowQuery:
    """A press whose answer takes a while, and fails at first."""

    def __init__(self, failures: int) -> None:
        self.from_user = User(7, "Ada", is_bot=False)
        self.failures = failures
        self.answers: list[str] = []

    async def answer(self, text: str) -> None:
        await asyncio.sleep(2)
        if self.failures:
            self.failures -= 1
            raise TimedOut
        self.answers.append(text)


@pytest.mark.parametrize("failures", [0, 1])
def test_a_late_answer_that_is_on_its_way_is_not_cut_off_by_the_end_of_the_handler(
    failures: int,
) -> None:
    async def press() -> list[str]:
        processor = OnePersonAtATime(lambda user: f"late for {user.first_name}")
        query, attempt = SlowQuery(failures), Attempt()
        async with processor._late_answers(query, attempt):  # type: ignore[arg-type] # a fake
            # The handler ends while the answer is on its way, and so gives none itself.
            await asyncio.sleep(PATIENCE + 1)
        return query.answers

    assert run(press()) == ["late for Ada"]


def test_a_press_that_its_handler_answered_gets_no_late_answer() -> None:
    async def press() -> list[str]:
        processor = OnePersonAtATime(lambda user: f"late for {user.first_name}")
        query, attempt = SlowQuery(0), Attempt()
        async with processor._late_answers(query, attempt):  # type: ignore[arg-type] # a fake
            attempt.answered = True
            await asyncio.sleep(PATIENCE + 1)
        return query.answers

    assert run(press()) == []


async def test_a_thousand_late_answers_take_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processor_module, "PATIENCE", 0)
    processor = OnePersonAtATime(lambda user: "late")
    on_their_way: set[int] = set()
    counts: list[int] = []
    all_answered = asyncio.Event()

    class Query:
        from_user = User(7, "Ada", is_bot=False)

        async def answer(self, text: str) -> None:
            on_their_way.add(id(self))
            counts.append(len(on_their_way))
            await asyncio.sleep(0)
            on_their_way.remove(id(self))
            if len(counts) == 1000:
                all_answered.set()

    async def press() -> None:
        async with processor._late_answers(Query(), Attempt()):  # type: ignore[arg-type] # a fake
            await all_answered.wait()

    await asyncio.gather(*(press() for _ in range(1000)))

    assert max(counts) == LATE_AT_ONCE
