"""What a streamed call costs the simulator, and how many it holds at once at the seed's latency.

The calls are spoken over plain sockets by one event loop, so that the client takes little of the machine.
The latencies are the client's and carry its own delays when the machine is busy; the CPU is the server's.
"""

import asyncio
import time
from dataclasses import dataclass

import orjson
import psutil

from conversations.llm.answer_schema import ANSWER_SCHEMA
from tests.benchmarks.samples import Mark, Samples, report
from tests.simulators import RunningSimulator, started_simulator

STREAMS = 500
ROUNDS = 2
RULES = "Rules and examples for a coach. " * 700
END_OF_STREAM = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one load."""

    latencies: Samples
    writes_per_call: float
    cpu_ms_per_call: float
    core_share: float
    resident_mb: float
    most_in_flight: int


def main() -> None:
    """Measure a load of streams, held at once, twice over kept connections."""
    with started_simulator("--profile", "seed") as simulator:
        load = _measured(simulator)
    figures = {
        "streams": STREAMS,
        "rounds": ROUNDS,
        "latency": load.latencies.as_json(),
        "writes_per_call": round(load.writes_per_call, 1),
        "core_share": round(load.core_share, 3),
        "resident_mb": round(load.resident_mb, 1),
    }
    print("  ".join(f"{name}={value}" for name, value in figures.items()))
    marks = [
        Mark("server CPU per streamed call", load.cpu_ms_per_call, 6.0),
        Mark("writes per streamed call", load.writes_per_call, 30, ""),
        Mark("streams not held at once", STREAMS - load.most_in_flight, 0, ""),
    ]
    report("simulator", figures, marks)


def _measured(simulator: RunningSimulator) -> Load:
    server = psutil.Process(simulator.pid)
    before, began = server.cpu_times(), time.monotonic()
    answered = asyncio.run(_load(simulator.url))
    after, took = server.cpu_times(), time.monotonic() - began
    cpu = after.user + after.system - before.user - before.system
    return Load(
        latencies=Samples(tuple(latency for latency, _ in answered)),
        writes_per_call=sum(reads for _, reads in answered) / len(answered),
        cpu_ms_per_call=cpu * 1000 / len(answered),
        core_share=cpu / took,
        resident_mb=server.memory_info().rss / 1e6,
        most_in_flight=int(str(simulator.stats()["max_in_flight"])),
    )


async def _load(url: str) -> list[tuple[float, int]]:
    address = url.removeprefix("http://").split(":")
    found = await asyncio.gather(*(_client(address[0], int(address[1]), number) for number in range(STREAMS)))
    return [one for calls in found for one in calls]


async def _client(host: str, port: int, number: int) -> list[tuple[float, int]]:
    reader, writer = await asyncio.open_connection(host, port)
    calls = []
    for turn in range(ROUNDS):
        began = time.monotonic()
        writer.write(_request(f"{number}-{turn}"))
        reads = await _reads_to_the_end(reader)
        calls.append(((time.monotonic() - began) * 1000, reads))
    writer.close()
    return calls


async def _reads_to_the_end(reader: asyncio.StreamReader) -> int:
    """Count the pieces an answer arrives in; one for each write of the server, unless two met on the way."""
    count, tail = 0, b""
    while not tail.endswith(END_OF_STREAM):
        data = await reader.read(65_536)
        if not data:
            raise ConnectionError("The simulator hung up in the middle of a stream.")
        tail = (tail + data)[-len(END_OF_STREAM) :]
        count += 1
    return count


def _request(mark: str) -> bytes:
    body = orjson.dumps(
        {
            "model": "claude-sonnet-5-5",
            "max_tokens": 1_000,
            "stream": True,
            "system": [{"type": "text", "text": RULES, "cache_control": {"type": "ephemeral"}}],
            "output_config": {"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}},
            "messages": [{"role": "user", "content": f"I want to improve customer retention ({mark})"}],
        }
    )
    head = (
        "POST /v1/messages HTTP/1.1\r\nhost: simulator\r\nx-api-key: bench\r\n"
        f"anthropic-version: 2023-06-01\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    main()
