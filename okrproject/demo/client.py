"""A plain client of the REST API: what any program outside would write."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TIMEOUT_SECONDS = 40
_WAIT_SECONDS = 25
_ENDED = frozenset({"succeeded", "failed", "cancelled", "superseded"})


class CallError(Exception):
    """The server refused a call."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one message."""

    status: str
    reply: str
    model: str
    cache: str
    problem: str
    queued_ms: float
    first_token_ms: float
    total_ms: float
    steps: Mapping[str, float]
    cost_usd: float
    phase: str

    @property
    def succeeded(self) -> bool:
        """Tell whether there is a reply."""
        return self.status == "succeeded"


class Client:
    """Talks to one server with one API key."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._root = f"{base_url}/api/v1"
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def open_session(self, title: str, context: Mapping[str, str | int]) -> str:
        """Open a session and give its id."""
        return str(self._call("POST", "/sessions/", {"title": title, "context": dict(context)})["id"])

    def submit(self, session: str, content: str) -> str:
        """Submit a message and give the job's id; the server answers before the coach does."""
        return str(self._call("POST", f"/sessions/{session}/messages/", {"content": content})["id"])

    def answer(self, job: str) -> Answer:
        """Wait for the end of a job; each call is held open until then, or for 25 seconds."""
        while True:
            document = self._call("GET", f"/jobs/{job}/?wait={_WAIT_SECONDS}")
            if document["status"] in _ENDED:
                return _parsed(document)

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._root + path, data, self._headers, method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
                document: dict[str, Any] = json.load(response)
                return document
        except urllib.error.HTTPError as error:
            raise CallError(
                f"{method} {path}: {error.code} {error.read().decode(errors='replace')}"
            ) from error
        except OSError as error:
            raise CallError(f"{method} {path}: {error}") from error


def _parsed(document: Mapping[str, Any]) -> Answer:
    reply, cache, usage = (document.get(name) or {} for name in ("reply", "cache", "usage"))
    timings = document.get("timings_ms") or {}
    return Answer(
        status=document["status"],
        reply=reply.get("content", ""),
        model=reply.get("model", ""),
        cache=" ".join(str(cache[name]) for name in ("status", "reason") if cache.get(name)),
        problem=str((document.get("error") or {}).get("message", "")),
        queued_ms=float(timings.get("queued") or 0),
        first_token_ms=float(timings.get("first_token") or 0),
        total_ms=float(timings.get("conversation_processing_total") or 0),
        steps={name: float(took or 0) for name, took in (timings.get("steps") or {}).items()},
        cost_usd=float(usage.get("cost_usd") or 0),
        phase=str(document.get("phase") or ""),
    )
