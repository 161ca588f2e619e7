"""A client that does not give up: it repeats what nobody answered, with the same key."""

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.soak.records import JsonObject, Ledger

ENDS = frozenset({"succeeded", "failed", "cancelled", "superseded"})
PATIENCE_SECONDS = 240.0
_PAUSE_SECONDS = 0.1
_CALL_SECONDS = 40
_AWAY = frozenset({429, 502, 503})


class GivenUpError(Exception):
    """Nobody answered for minutes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    body: JsonObject
    headers: Mapping[str, str]


@dataclass(slots=True)
class Heard:
    """What an event stream told: the text as the client has it, and how often it heard the end."""

    text: str = ""
    ends: list[str] = field(default_factory=list)
    last_id: str = ""
    troubles: list[str] = field(default_factory=list)

    def take(self, name: str, identity: str, data: JsonObject) -> None:
        """Take one event in."""
        self.last_id = identity or self.last_id
        if name == "reset":
            self.text = ""
        elif name == "token":
            self.text += data.get("text", "")
        elif name in ENDS:
            self.ends.append(name)


class Rest:
    """One person's way to the server; each thread has its own."""

    def __init__(self, base_url: str, key: str, ledger: Ledger) -> None:
        self._host = urlsplit(base_url).netloc
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._ledger = ledger
        self._connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Ask until somebody answers; raises GivenUpError."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                reply = self._once(method, path, body, headers or {})
            except (OSError, http.client.HTTPException, ValueError):
                self.close()
                time.sleep(_PAUSE_SECONDS)
                continue
            self._ledger.count(reply.status)
            if reply.status not in _AWAY:
                return reply
            time.sleep(min(float(reply.headers.get("Retry-After") or _PAUSE_SECONDS), 2.0))
        raise GivenUpError(f"{method} {path}")

    def listen(self, job: str) -> Heard:
        """Hear a job to its end, coming back to the stream as often as it breaks off."""
        heard = Heard()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not heard.ends:
            if time.monotonic() > deadline:
                raise GivenUpError(f"events of {job}")
            try:
                for name, identity, data in self._events(job, heard.last_id):
                    heard.take(name, identity, data)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(_PAUSE_SECONDS)
        return heard

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Reply:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=_CALL_SECONDS)
        content = None if body is None else json.dumps(body)
        self._connection.request(method, f"/api/v1{path}", content, {**self._headers, **headers})
        response = self._connection.getresponse()
        text = response.read()
        document: Any = json.loads(text) if text else {}
        return Reply(response.status, document, dict(response.getheaders()))

    def _events(self, job: str, after: str) -> Iterator[tuple[str, str, JsonObject]]:
        connection = http.client.HTTPConnection(self._host, timeout=_CALL_SECONDS)
        try:
            headers = {**self._headers, "Accept": "text/event-stream"}
            connection.request("GET", f"/api/v1/jobs/{job}/events/", headers=headers | _from(after))
            response = connection.getresponse()
            self._ledger.count(response.status)
            if response.status != 200:
                time.sleep(_PAUSE_SECONDS)
                return
            fields: dict[str, str] = {}
            for raw in response:
                line = raw.decode().rstrip("\n")
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif not line and "event" in fields:
                    yield fields["event"], fields.get("id", ""), json.loads(fields.get("data", "{}"))
                    fields = {}
        finally:
            connection.close()


def _from(after: str) -> dict[str, str]:
    return {"Last-Event-ID": after} if after else {}
