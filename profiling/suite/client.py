"""The suite's way to the server: its public REST API and nothing else."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from profiling.errors import ProfilingError

_TIMEOUT_SECONDS = 40
_WAIT_SECONDS = 25
_ENDED = frozenset({"succeeded", "failed", "cancelled", "superseded"})


class CallError(ProfilingError):
    """The server could not be reached, or refused a call."""


class Client:
    """Talks to one server with one API key."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        # The machine's proxies have nothing to do with a server beside us.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def check(self) -> None:
        """Raise CallError unless the server is ready and knows the key."""
        try:
            self._call("GET", "/health/ready")
        except CallError as error:
            raise CallError(
                f"No stack is ready at {self._base_url} ({error}); start one with `make up`."
            ) from error
        self._call("GET", "/api/v1/sessions/?page_size=1")

    def health(self) -> dict[str, Any]:
        """Give the server's own figures, or nothing where they are not for us."""
        try:
            return self._call("GET", "/health/")
        except CallError:
            return {}

    def open_session(self, title: str, context: Mapping[str, str | int]) -> str:
        """Open a session and give its id."""
        body = {"title": title, "context": dict(context)}
        return str(self._call("POST", "/api/v1/sessions/", body)["id"])

    def submit(self, session: str, content: str, *, cache_control: str) -> str:
        """Send a message and give its job's id."""
        headers = {"Cache-Control": cache_control} if cache_control else {}
        path = f"/api/v1/sessions/{session}/messages/"
        return str(self._call("POST", path, {"content": content}, headers)["id"])

    def ended_job(self, job: str) -> dict[str, Any]:
        """Wait for a job's end and give it as the server shows it."""
        while True:
            document = self._call("GET", f"/api/v1/jobs/{job}/?wait={_WAIT_SECONDS}")
            if document["status"] in _ENDED:
                return document

    def _call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's
            self._base_url + path, data, {**self._headers, **(headers or {})}, method=method
        )
        try:
            with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
                document: dict[str, Any] = json.load(response)
                return document
        except urllib.error.HTTPError as error:
            raise CallError(f"{method} {path}: {error.code} {_detail(error)}") from error
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            raise CallError(f"{method} {path}: {error}") from error


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        document = json.loads(error.read())
    except (OSError, json.JSONDecodeError):
        return error.reason
    return str(document.get("detail") or document) if isinstance(document, dict) else error.reason
