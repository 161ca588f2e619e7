"""The simulator's server: routes, authentication, the pace of an answer, and its ways to fail."""

import asyncio
import logging
import math
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable

import uvloop

from profiling.simulator import events
from profiling.simulator.control import Control
from profiling.simulator.errors import ApiError, invalid
from profiling.simulator.faults import ON_THE_WAY, REFUSED_AT_ONCE, SLOW, Fault, Faults
from profiling.simulator.latency import PROFILES, Timing, timing_of
from profiling.simulator.limits import RateLimits
from profiling.simulator.messages import MessagesRequest, parse_request
from profiling.simulator.models import MODELS
from profiling.simulator.options import Options
from profiling.simulator.replies import compose
from profiling.simulator.stats import Stats
from profiling.simulator.usage import PromptCache
from profiling.simulator.wire import HttpConnection, HttpRequest, Responder

logger = logging.getLogger(__name__)

# Longer than any client waits; the client's hanging up ends it.
HANG_SECONDS = 3_600.0
BACKLOG = 4_096
_BEAT_SECONDS = 0.02


class Simulator:
    """One simulated service: its clients' caches and limits, its faults and its counters."""

    def __init__(self, options: Options) -> None:
        """Start with empty caches and counters."""
        self.options = options
        self.stats = Stats()
        self.faults = Faults(allowed=options.allow_faults)
        self.cache = PromptCache()
        self.limits = RateLimits()
        self.control = Control(self.stats, self.faults, self.cache, PROFILES[options.profile])

    async def answer(self, http: HttpRequest, out: Responder) -> None:
        """Answer one HTTP request, with an error body where it fails."""
        request_id = "req_" + secrets.token_hex(12)
        headers = {"request-id": request_id, "x-simulator": "true"}
        try:
            await self._routed(http, out, headers)
        except ApiError as error:
            headers.update(error.response_headers())
            out.send_json(error.spec.status, error.body(request_id), headers.items())
        except Exception:
            if not out.started:
                out.send_json(500, ApiError("server_error").body(request_id), headers.items())
            raise

    async def _routed(self, http: HttpRequest, out: Responder, headers: dict[str, str]) -> None:
        if http.too_large:
            raise ApiError("too_large")
        if http.path.startswith("/_simulator/"):
            out.send_json(200, self.control.answer(http), headers.items())
            return
        owner = _owner(http)
        match http.method, http.path:
            case "POST", "/v1/messages":
                await self._counted(http, out, headers, owner)
            case "POST", "/v1/messages/count_tokens":
                count = parse_request(http.body, counting=True).input_tokens
                out.send_json(200, {"input_tokens": count}, headers.items())
            case "GET", "/v1/models":
                out.send_json(200, _model_list(), headers.items())
            case "GET", path if path.startswith("/v1/models/"):
                name = path.removeprefix("/v1/models/")
                if name not in MODELS:
                    raise ApiError("not_found", f"model: {name}")
                out.send_json(200, MODELS[name].as_json(), headers.items())
            case _:
                raise ApiError("not_found", f"{http.method} {http.path} is not served here")

    async def _counted(self, http: HttpRequest, out: Responder, headers: dict[str, str], owner: str) -> None:
        self.stats.called()
        outcome = "disconnected"
        try:
            outcome = await self._message(http, out, headers, owner)
        except ApiError as error:
            outcome = error.kind
            raise
        except asyncio.CancelledError:
            self.stats.disconnects += 1
            raise
        finally:
            self.stats.ended(outcome)

    async def _message(self, http: HttpRequest, out: Responder, headers: dict[str, str], owner: str) -> str:
        """Answer a call for a message and name its outcome."""
        self.stats.requests.append(http.body)
        request = parse_request(http.body)
        sequence = self.stats.sequence_of(request.request_hash)
        fault = self.faults.for_message(request.last_user_text)
        timing = timing_of(
            self.control.profile, seed=self.options.seed, request_hash=request.request_hash, sequence=sequence
        )
        if fault and fault.kind == SLOW:
            timing = timing.slowed(fault.factor)
        if fault and fault.kind in REFUSED_AT_ONCE:
            raise _refusal(fault)
        least = MODELS[request.model].cached_from
        usage = self.cache.bill(owner=f"{owner}\n{request.model}", blocks=request.blocks, least=least)
        answer = compose(request, usage=usage, fault=fault)
        spent = {"requests": 1, "input-tokens": usage.input_tokens, "output-tokens": answer.output_tokens}
        headers.update(self.limits.spend(owner, spent))
        await self._deliver(request, answer, out, headers, timing, fault)
        if fault is None or fault.kind == SLOW:
            self.stats.answered(answer)
        return fault.kind if fault else "ok"

    async def _deliver(
        self,
        request: MessagesRequest,
        answer: events.Answer,
        out: Responder,
        headers: dict[str, str],
        timing: Timing,
        fault: Fault | None,
    ) -> None:
        kind = fault.kind if fault and fault.kind in ON_THE_WAY else ""
        if kind == "hang":
            await asyncio.sleep(HANG_SECONDS)
        if request.stream:
            await _stream(answer, out, headers, timing, kind)
        else:
            await _whole(answer, out, headers, timing, kind)


async def _whole(
    answer: events.Answer, out: Responder, headers: dict[str, str], timing: Timing, kind: str
) -> None:
    if timing.total:
        await asyncio.sleep(timing.total)
    if kind == "overloaded_mid_stream":
        raise ApiError("overloaded")
    if kind == "hang_mid_stream":
        await asyncio.sleep(HANG_SECONDS)
    if kind:
        out.start_json(length=1_000, first=b'{"id": "msg_', headers=headers.items())
        out.hang_up()
        return
    out.send_json(200, events.message_json(answer), headers.items())


async def _stream(
    answer: events.Answer, out: Responder, headers: dict[str, str], timing: Timing, kind: str
) -> None:
    pieces = events.pieces_of(answer.text)
    if kind:
        pieces = pieces[: max(1, len(pieces) // 2)]
    writes = [events.delta(piece) for piece in pieces]
    writes[0] = events.opening(answer) + writes[0]
    if not kind:
        writes[-1] += events.closing(answer)
    if not timing.total:
        writes = [b"".join(writes)]
    started = asyncio.get_running_loop().time()
    for index, (moment, data) in enumerate(zip(timing.moments(len(writes)), writes, strict=True)):
        if moment:
            due = started + moment
            if 0 < index < len(writes) - 1:
                # Hundreds of streams wake the process for one beat instead of once for each of their pieces.
                due = math.ceil(due / _BEAT_SECONDS) * _BEAT_SECONDS
            await asyncio.sleep(due - asyncio.get_running_loop().time())
        if index:
            out.write(data)
        else:
            out.start_stream(headers.items(), data)
    await _end_stream(out, headers, kind)


async def _end_stream(out: Responder, headers: dict[str, str], kind: str) -> None:
    match kind:
        case "hang_mid_stream":
            await asyncio.sleep(HANG_SECONDS)
        case "cut_mid_stream":
            out.hang_up()
            return
        case "overloaded_mid_stream":
            body = ApiError("overloaded").body(headers["request-id"])
            out.write(events.event("error", body))
    out.end()


def _owner(http: HttpRequest) -> str:
    """The API key, however it was sent; any will do that does not start with `invalid`."""
    bearer = http.headers.get("authorization", "")
    key = http.headers.get("x-api-key", "") or (bearer[7:].strip() if bearer[:7].lower() == "bearer " else "")
    if not key:
        raise ApiError("unauthorized", "x-api-key header is required")
    if key.startswith("invalid"):
        raise ApiError("unauthorized")
    if "anthropic-version" not in http.headers:
        raise invalid("anthropic-version: header is required")
    return key


def _refusal(fault: Fault) -> ApiError:
    headers = {"retry-after": fault.retry_after} if fault.retry_after else {}
    return ApiError(fault.kind, headers=headers)


def _model_list() -> dict[str, object]:
    cards = [card.as_json() for card in MODELS.values()]
    return {"data": cards, "has_more": False, "first_id": cards[0]["id"], "last_id": cards[-1]["id"]}


async def serve(options: Options, *, announce: Callable[[int], None]) -> None:
    """Listen until SIGTERM or SIGINT, after telling the port."""
    simulator = Simulator(options)
    answer: Callable[[HttpRequest, Responder], Awaitable[None]] = simulator.answer
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: HttpConnection(answer), options.host, options.port, backlog=BACKLOG
    )
    announce(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()


def run(options: Options) -> None:
    """Serve until a signal ends it."""

    def announce(port: int) -> None:
        line = f"simulator listening on http://{options.host}:{port} (profile {options.profile})\n"
        sys.stdout.write(line)
        sys.stdout.flush()

    try:
        uvloop.run(serve(options, announce=announce))
    except OSError as exc:
        sys.exit(f"simulator: cannot listen on {options.host}:{options.port}: {exc.strerror}")
