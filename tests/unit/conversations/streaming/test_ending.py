"""Tasks are ended for certain."""

import asyncio
from datetime import timedelta

from conversations.streaming.ending import end


def test_a_task_that_misses_a_cancellation_is_asked_again() -> None:
    async def scenario() -> None:
        asked = 0

        async def deaf() -> None:
            nonlocal asked
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    asked += 1
                    if asked == 3:
                        raise

        task = asyncio.create_task(deaf())
        await asyncio.sleep(0)

        await end([task], patience=timedelta(milliseconds=1))

        assert task.cancelled()
        assert asked == 3

    asyncio.run(asyncio.wait_for(scenario(), 10))


def test_what_a_task_raises_at_its_end_is_dropped() -> None:
    async def scenario() -> None:
        async def complains() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                raise ConnectionError

        task = asyncio.create_task(complains())
        await asyncio.sleep(0)

        await end([task])

        assert isinstance(task.exception(), ConnectionError)

    asyncio.run(asyncio.wait_for(scenario(), 10))


def test_nothing_to_end_and_what_has_ended_take_no_time() -> None:
    async def scenario() -> None:
        task = asyncio.create_task(asyncio.sleep(0))
        await task

        await end([])
        await end([task])

        assert not task.cancelled()

    asyncio.run(asyncio.wait_for(scenario(), 10))
