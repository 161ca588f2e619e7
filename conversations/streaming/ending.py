"""End tasks for certain."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

# Time for a task to clean up before it is asked again.
_PATIENCE: Final = timedelta(seconds=1)


async def end(tasks: Iterable[asyncio.Future[Any]], *, patience: timedelta = _PATIENCE) -> None:
    """Cancel tasks until they have ended; what they raise is dropped.

    `asyncio.wait_for`, which redis-py waits through, can swallow a cancellation on Python 3.11: where it
    comes in the same turn of the loop as the answer, the answer wins. Asked once, such a task lives on.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        ended, pending = await asyncio.wait(pending, timeout=patience.total_seconds())
        for task in ended:
            if not task.cancelled():
                # Asked for, or asyncio complains that nobody did.
                task.exception()
