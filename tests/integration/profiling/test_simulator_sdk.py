"""The simulator, spoken to by the real SDK."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest

from conversations.llm.answer_schema import ANSWER_SCHEMA, parse_answer
from tests.simulators import ROOT, RunningSimulator, started_simulator

MODEL = "claude-sonnet-5-5"
FORMAT = {"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}}
WISH = "<user_message>I want to improve customer retention</user_message>"


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=simulator.url, api_key="x", max_retries=0, timeout=5.0) as client:
        yield client


def _asked(text: str = WISH, **more: Any) -> dict[str, Any]:
    return {
        "model": MODEL,
        "max_tokens": 1_000,
        "messages": [{"role": "user", "content": text}],
        "output_config": FORMAT,
        **more,
    }


def _texts(message: anthropic.types.Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def test_a_plain_call_gets_a_document_of_the_schema(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**_asked())

    answer = parse_answer(_texts(message))
    assert answer.draft.objective
    assert (message.model, message.stop_reason, message.role) == (MODEL, "end_turn", "assistant")
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens > 0


def test_a_stream_brings_the_same_document_in_pieces_and_in_the_real_order(
    client: anthropic.Anthropic,
) -> None:
    whole = client.messages.create(**_asked())

    events = list(client.messages.create(**_asked(), stream=True))

    kinds = [event.type for event in events]
    pieces = [
        event.delta.text
        for event in events
        if event.type == "content_block_delta" and event.delta.type == "text_delta"
    ]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert set(kinds[2:-3]) == {"content_block_delta"}
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert len(pieces) > 5
    assert "".join(pieces) == _texts(whole)
    assert "".join(pieces).startswith('{"reply":')


def test_the_streams_helper_gives_the_final_message(client: anthropic.Anthropic) -> None:
    with client.messages.stream(**_asked()) as stream:
        message = stream.get_final_message()

    assert message.stop_reason == "end_turn"
    assert message.usage.output_tokens > 1


def test_the_wire_has_a_ping_and_the_headers(
    simulator: RunningSimulator, client: anthropic.Anthropic
) -> None:
    raw = client.messages.with_raw_response.create(**_asked())
    headers = {"x-api-key": "x", "anthropic-version": "2023-06-01"}
    streamed = httpx2.post(f"{simulator.url}/v1/messages", json=_asked(stream=True), headers=headers)

    assert raw.headers["request-id"].startswith("req_")
    assert raw.headers["x-simulator"] == "true"
    assert int(raw.headers["anthropic-ratelimit-requests-remaining"]) > 0
    assert "anthropic-ratelimit-input-tokens-reset" in raw.headers
    assert "event: ping" in streamed.text
    assert streamed.headers["content-type"].startswith("text/event-stream")


def test_it_counts_tokens_and_lists_models(client: anthropic.Anthropic) -> None:
    count = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "x" * 400}])

    assert count.input_tokens == 104
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).id == MODEL


def test_the_prompt_cache_is_written_once_and_read_afterwards(client: anthropic.Anthropic) -> None:
    system = [{"type": "text", "text": "rules " * 1_000, "cache_control": {"type": "ephemeral"}}]

    first, second = (client.messages.create(**_asked(system=system)).usage for _ in range(2))

    assert (first.cache_creation_input_tokens, first.cache_read_input_tokens) == (1_500, 0)
    assert (second.cache_creation_input_tokens, second.cache_read_input_tokens) == (0, 1_500)
    assert first.input_tokens == second.input_tokens


def test_another_schema_gets_a_valid_document(client: anthropic.Anthropic) -> None:
    schema = {
        "type": "object",
        "properties": {"title": {"type": "string"}, "count": {"type": "integer"}},
        "required": ["title", "count"],
        "additionalProperties": False,
    }

    message = client.messages.create(
        **_asked(output_config={"format": {"type": "json_schema", "schema": schema}})
    )

    assert json.loads(_texts(message)).keys() == {"title", "count"}


def test_without_a_schema_it_answers_in_words(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**_asked("who are you?", output_config={}))

    assert "simulator" in _texts(message)


def test_max_tokens_and_stop_sequences_cut_the_answer(client: anthropic.Anthropic) -> None:
    short = client.messages.create(**_asked(max_tokens=5))
    stopped = client.messages.create(**_asked(stop_sequences=['"objective"']))

    assert (short.stop_reason, short.usage.output_tokens) == ("max_tokens", 5)
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", '"objective"')


STATUSES = [
    ("rate_limited", anthropic.RateLimitError, 429, "rate_limit_error"),
    ("overloaded", anthropic.OverloadedError, 529, "overloaded_error"),
    ("server_error", anthropic.InternalServerError, 500, "api_error"),
    ("timeout", anthropic.GatewayTimeoutError, 504, "timeout_error"),
    ("unauthorized", anthropic.AuthenticationError, 401, "authentication_error"),
    ("forbidden", anthropic.PermissionDeniedError, 403, "permission_error"),
    ("spend_limit", anthropic.PaymentRequiredError, 402, "billing_error"),
    ("too_large", anthropic.APIStatusError, 413, "request_too_large"),
]


@pytest.mark.parametrize(("kind", "error", "status", "name"), STATUSES)
@pytest.mark.parametrize("stream", [True, False])
def test_a_refused_call_raises_the_sdks_error(
    client: anthropic.Anthropic,
    kind: str,
    error: type[anthropic.APIStatusError],
    status: int,
    name: str,
    stream: bool,
) -> None:
    with pytest.raises(error) as raised:
        client.messages.create(**_asked(f"hi [[sim:{kind}]]"), stream=stream)

    assert (raised.value.status_code, raised.value.type) == (status, name)
    assert raised.value.request_id == raised.value.body["request_id"]  # type: ignore[index]  # a JSON object


def test_a_rate_limit_says_when_to_come_back(
    simulator: RunningSimulator, client: anthropic.Anthropic
) -> None:
    simulator.post("faults", kind="rate_limited", retry_after=7)

    with pytest.raises(anthropic.RateLimitError) as raised:
        client.messages.create(**_asked())

    assert raised.value.response.headers["retry-after"] == "7"
    assert client.messages.create(**_asked()).stop_reason == "end_turn"


@pytest.mark.parametrize(
    ("kind", "reason", "is_json"),
    [
        ("truncation", "max_tokens", False),
        ("garbage_json", "end_turn", False),
        ("schema_violation", "end_turn", True),
        ("refusal", "refusal", False),
    ],
)
def test_an_answer_goes_wrong_as_asked(
    client: anthropic.Anthropic, kind: str, reason: str, is_json: bool
) -> None:
    with client.messages.stream(**_asked(f"hi [[sim:{kind}]]")) as stream:
        message = stream.get_final_message()

    assert message.stop_reason == reason
    try:
        json.loads(_texts(message))
    except json.JSONDecodeError:
        assert not is_json
    else:
        assert is_json


def test_a_cut_connection_is_a_broken_stream(client: anthropic.Anthropic) -> None:
    with (
        pytest.raises(httpx2.RemoteProtocolError),
        client.messages.stream(**_asked("[[sim:cut_mid_stream]]")) as stream,
    ):
        stream.until_done()
    with pytest.raises(anthropic.APIConnectionError):
        client.messages.create(**_asked("[[sim:cut_mid_stream]]"))


def test_a_clean_cut_raises_nothing_and_has_no_stop_reason(client: anthropic.Anthropic) -> None:
    with client.messages.stream(**_asked("[[sim:clean_cut]]")) as stream:
        message = stream.get_final_message()

    assert message.stop_reason is None
    assert _texts(message).startswith('{"reply"')


def test_an_overload_in_the_middle_is_an_error_after_status_200(client: anthropic.Anthropic) -> None:
    seen = []
    with pytest.raises(anthropic.APIStatusError) as raised:
        seen += [
            event.type
            for event in client.messages.create(**_asked("[[sim:overloaded_mid_stream]]"), stream=True)
        ]

    assert (raised.value.status_code, raised.value.type) == (200, "overloaded_error")


@pytest.mark.parametrize("kind", ["hang", "hang_mid_stream"])
def test_a_hang_lasts_until_the_client_leaves_and_is_counted(simulator: RunningSimulator, kind: str) -> None:
    with (
        anthropic.Anthropic(base_url=simulator.url, api_key="x", max_retries=0, timeout=0.2) as hasty,
        pytest.raises((anthropic.APITimeoutError, httpx2.ReadTimeout)),
        hasty.messages.stream(**_asked(f"[[sim:{kind}]]")) as stream,
    ):
        stream.until_done()

    _await_idle(simulator)
    assert simulator.stats()["disconnects"] == 1


def test_a_slow_call_is_answered_in_full(simulator: RunningSimulator, client: anthropic.Anthropic) -> None:
    simulator.post("profile", profile="fast")

    message = client.messages.create(**_asked("[[sim:slow(2)]]"))

    assert message.stop_reason == "end_turn"
    assert simulator.stats()["outcomes"] == {"slow": 1}


def test_requests_without_a_good_key_or_version_are_refused(simulator: RunningSimulator) -> None:
    url, version = f"{simulator.url}/v1/messages", {"anthropic-version": "2023-06-01"}

    missing = httpx2.post(url, json=_asked(), headers=version)
    wrong = httpx2.post(url, json=_asked(), headers={**version, "x-api-key": "invalid-key"})
    unversioned = httpx2.post(url, json=_asked(), headers={"authorization": "Bearer x"})

    assert [answer.status_code for answer in (missing, wrong, unversioned)] == [401, 401, 400]
    assert missing.json()["error"]["type"] == "authentication_error"


def test_what_is_not_served_is_not_found(simulator: RunningSimulator, client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError):
        client.messages.create(**_asked(model="claude-unheard-of"))
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("claude-unheard-of")

    assert httpx2.get(f"{simulator.url}/v1/nothing", headers={"x-api-key": "x"}).status_code in (400, 404)


def test_a_body_beyond_the_limit_is_too_large(simulator: RunningSimulator) -> None:
    answer = httpx2.post(f"{simulator.url}/v1/messages", content=b" " * (32 * 1024 * 1024 + 1), timeout=20)

    assert answer.status_code == 413


def test_it_remembers_what_it_was_asked(simulator: RunningSimulator, client: anthropic.Anthropic) -> None:
    client.messages.create(**_asked())
    client.messages.create(**_asked("another"))
    client.messages.create(**_asked("another"))

    last = httpx2.get(f"{simulator.url}/_simulator/requests?last=1").json()["requests"]
    stats = simulator.stats()

    assert [body["messages"][0]["content"] for body in last] == ["another"]
    assert (stats["calls"], stats["in_flight"], stats["outcomes"]) == (3, 0, {"ok": 3})
    assert sorted(stats["calls_by_request"].values()) == [1, 2]  # type: ignore[attr-defined]  # a JSON object


def test_faults_need_leave_and_good_sense(simulator: RunningSimulator) -> None:
    assert simulator.post("faults", kind="earthquake").status_code == 400
    assert simulator.post("profile", profile="warp").status_code == 400
    with started_simulator("--profile", "instant") as strict:
        assert strict.post("faults", kind="overloaded").status_code == 403
        with anthropic.Anthropic(base_url=strict.url, api_key="x", max_retries=0) as client:
            assert client.messages.create(**_asked("[[sim:overloaded]]")).stop_reason == "end_turn"


def test_a_taken_port_is_told_in_one_sentence(simulator: RunningSimulator) -> None:
    port = simulator.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "profiling.simulator", "--port", port]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"simulator: cannot listen on 127.0.0.1:{port}")


def test_the_management_command_serves_and_ends_with_the_signal() -> None:
    command = [sys.executable, "manage.py", "simulator", "--port", "0", "--profile", "fast"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.terminate()

    assert line.endswith("(profile fast)\n")
    assert process.returncode == 0


def _await_idle(simulator: RunningSimulator) -> None:
    """Ask until the server has noticed that the client left; each question is a round trip, not a sleep."""
    deadline = time.monotonic() + 5
    while simulator.stats()["in_flight"] and time.monotonic() < deadline:
        continue
