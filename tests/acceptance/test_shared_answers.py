"""Two hundred ask the same of real worker processes, and the one that asks the model is killed meanwhile."""

import json
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.stack import RunningStack, eventually

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("stack")]
ASKING = 200
CLIENTS = 16
# Some seven seconds: on a loaded machine, too, others arrive while the first is being answered.
QUESTION = "Our best people leave us. [[sim:slow(150)]]"
FOLLOWERS = 4
_WITHIN_SECONDS = 60


def calls(stack: RunningStack) -> int:
    """Ask the simulator how often it was called."""
    url = stack.setting("ANTHROPIC_BASE_URL") + "/_simulator/stats"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        return int(json.load(answer)["calls"])


def ask(stack: RunningStack) -> str:
    return stack.send(stack.open_session(context={"industry": "retail"}), QUESTION, cached=True)


def standing(stack: RunningStack, jobs: Sequence[str]) -> tuple[int, ...]:
    """Count, of these jobs: the succeeded, those that asked the model, and those that paid for tokens."""
    found = stack.query(
        "SELECT count(*) FILTER (WHERE status = 'succeeded'),"
        " count(*) FILTER (WHERE cache->>'status' = 'miss'),"
        " count(*) FILTER (WHERE output_tokens > 0) FROM conversations_job WHERE id = ANY(%s::uuid[])",
        list(jobs),
    )
    return tuple(found or ())


def replies(stack: RunningStack, jobs: Sequence[str]) -> tuple[int, ...]:
    """Count the replies to these jobs' sessions, the sessions that have one, and the different texts."""
    found = stack.query(
        "SELECT count(*), count(DISTINCT session_id), count(DISTINCT content) FROM conversations_message"
        " WHERE role = 'assistant' AND session_id IN"
        " (SELECT session_id FROM conversations_job WHERE id = ANY(%s::uuid[]))",
        list(jobs),
    )
    return tuple(found or ())


def test_a_leader_that_is_killed_costs_one_call_more_and_everybody_gets_one_reply(
    stack: RunningStack,
) -> None:
    before = calls(stack)
    first = ask(stack)
    eventually(lambda: calls(stack) > before or None, "the leader to ask", explain=stack.log)
    leader = eventually(lambda: stack.worker_of(first), "the leader to be known")
    with ThreadPoolExecutor(CLIENTS) as clients:
        asking = [clients.submit(ask, stack) for _ in range(ASKING - 1)]
        rest = [asking[place].result() for place in range(FOLLOWERS)]

        stack.kill(leader)

        jobs = [first, *rest, *(one.result() for one in asking[FOLLOWERS:])]

    def all_ended() -> tuple[int, ...] | None:
        counted = standing(stack, jobs)
        return counted if counted[0] == ASKING else None

    ended = eventually(all_ended, "everybody to be answered", seconds=_WITHIN_SECONDS, explain=stack.log)
    # Whoever waited with the leader that died, or came later, asked nothing and paid for nothing.
    assert ended == (ASKING, 1, 1)
    assert calls(stack) - before == 2
    assert replies(stack, jobs) == (ASKING, ASKING, 1)
