"""A cache server that is down, silent or restarted costs speed and nothing else."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from django.conf import settings
from redis import Redis

from conversations.cache.response import ResponseCache
from conversations.cache.server import CacheServer, CacheUnavailableError
from conversations.cache.store import Store
from conversations.cache.verdict import CacheStatus
from conversations.llm.scripted import ScriptedClaude
from okrproject.stack.private import free_ports
from tests.integration.conversations.cache.conftest import Ears, a_cache, a_question
from tests.servers import wait_until


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def closed() -> str:
    """An address where nobody listens."""
    return f"redis://127.0.0.1:{free_ports(1)[0]}/0"


def _cache(url: str) -> ResponseCache:
    return ResponseCache(
        Store(CacheServer(url), ttl=timedelta(minutes=30), max_entries=1000), library=lambda: 1
    )


@pytest.mark.parametrize("fault", ["silent", "closed"])
def test_without_the_server_the_model_answers(
    fault: str, claude: ScriptedClaude, request: pytest.FixtureRequest
) -> None:
    cache = _cache(request.getfixturevalue(fault))
    claude.will_say("Anyway.")
    question, ears = a_question(), Ears()

    answered = cache.ask(cache.look_up(question), ears, lambda it: claude.answer(question.request, it))

    assert cache.keep(answered) is None
    assert (answered.verdict.status, ears.text) == (CacheStatus.MISS, "Anyway.")
    assert "in time" in answered.verdict.reason


def test_after_one_failure_nobody_waits_again(silent: str) -> None:
    with closing(CacheServer(silent)) as server:
        for _ in range(50):
            with pytest.raises(CacheUnavailableError):
                server.run("drop", ["okr:cache:", "x"])

        assert server.failures == 1


def test_it_is_asked_again_once_it_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        url = f"redis://127.0.0.1:{there.getsockname()[1]}/0"
        with closing(CacheServer(url)) as server:
            with pytest.raises(CacheUnavailableError):
                server.run("drop", ["okr:cache:", "x"])

            threading.Thread(target=_answer_everything, args=(there,), daemon=True).start()

            wait_until(lambda: _runs(server), seconds=20)


def _answer_everything(there: socket.socket) -> None:
    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while connection.recv(4096):
                connection.sendall(b"+PONG\r\n")

    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=serve, args=(there.accept()[0],), daemon=True).start()


def _runs(server: CacheServer) -> bool:
    try:
        server.run("drop", ["okr:cache:", "x"])
    except CacheUnavailableError:
        return False
    return True


def test_what_went_uncounted_is_counted_when_the_server_is_back(cache_server: Redis, closed: str) -> None:
    server = CacheServer(closed)
    store = Store(server, ttl=timedelta(minutes=30), max_entries=1000)
    for _ in range(3):
        with pytest.raises(CacheUnavailableError):
            store.look_up("a", ())
    store.server = CacheServer(settings.CACHE_REDIS_URL, patience=2.0)

    store.look_up("a", ())

    assert cache_server.hget("okr:cache:stats", "misses:unavailable") == b"3"


def test_a_restarted_server_learns_the_scripts_again(cache_server: Redis, claude: ScriptedClaude) -> None:
    cache, question = a_cache(), a_question()
    cache_server.script_flush()
    claude.will_say("Yes.")

    cache.keep(cache.ask(cache.look_up(question), Ears(), lambda it: claude.answer(question.request, it)))

    assert cache.look_up(a_question()).verdict.status == CacheStatus.HIT


def test_what_cannot_be_read_is_a_miss(cache_server: Redis, claude: ScriptedClaude) -> None:
    cache, question = a_cache(), a_question()
    claude.always_says("Yes.")
    cache.keep(cache.ask(cache.look_up(question), Ears(), lambda it: claude.answer(question.request, it)))
    for key in cache_server.scan_iter("okr:cache:entry:*"):
        cache_server.hset(key, "value", b'{"form":1,"reply":')

    answered = cache.ask(cache.look_up(question), Ears(), lambda it: claude.answer(question.request, it))

    assert answered.verdict.status == CacheStatus.MISS
    assert answered.completion.answer.reply == "Yes."
