"""The web process's application and a worker, in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from redis import Redis

from conversations.events.courier import Courier
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.streaming.front import Front
from conversations.waiting import announce_ended
from okrproject.asgi import build_application
from tests.streams import elsewhere


@pytest.fixture
def courier(broker: Redis) -> Iterator[Courier]:
    """A worker's courier."""
    courier = Courier(broker)
    yield courier
    courier.stop()


@pytest.fixture
def speaking(ports: Ports, courier: Courier) -> Ports:
    """Ports that tell what happens."""
    return replace(ports, open_channel=courier.open, announce_ended=announce_ended)


Work = Callable[[UUID], Awaitable[None]]


@pytest.fixture
def work(speaking: Ports) -> Work:
    """Answer a job in a thread, as a worker does."""

    async def work(job_id: UUID) -> None:
        await elsewhere(run_job, job_id, speaking)

    return work


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Front]:
    """Run the web process's application, with its start and its stop."""
    front = build_application()
    to_front: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    started = asyncio.Event()

    async def send(message: object) -> None:
        started.set()

    to_front.put_nowait({"type": "lifespan.startup"})
    life = asyncio.create_task(front({"type": "lifespan"}, to_front.get, send))
    await started.wait()
    try:
        yield front
    finally:
        to_front.put_nowait({"type": "lifespan.shutdown"})
        await life


@pytest.fixture
def served() -> Callable[[], contextlib.AbstractAsyncContextManager[Front]]:
    """Serve the application."""
    return serving
