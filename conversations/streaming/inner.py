"""Questions to the application on behalf of a connection that is not HTTP."""

import secrets
from dataclasses import dataclass

import orjson

from conversations.streaming.wire import Answer, Application, Header, Scope, answer_of

_KEPT = {b"host", b"cookie", b"origin", b"user-agent", b"authorization", b"forwarded"}
_KEPT_PREFIX = b"x-forwarded-"
_SCHEMES = {"wss": "https", "https": "https"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is connected, as the application would see them."""

    scope: Scope
    headers: tuple[Header, ...]
    by_cookie: bool


def visitor_of(scope: Scope, *, key: str | None) -> Visitor:
    """Take over what tells who somebody is: an API key, or the browser's cookies."""
    headers = [
        (name, value) for name, value in scope["headers"] if name in _KEPT or name.startswith(_KEPT_PREFIX)
    ]
    if key is not None:
        headers = [*(pair for pair in headers if pair[0] != b"authorization"), _bearer(key)]
    by_cookie = not any(name == b"authorization" for name, _ in headers)
    if by_cookie:
        headers = _with_csrf_token(headers)
    return Visitor(scope, tuple(headers), by_cookie)


@dataclass(frozen=True, slots=True)
class Inner:
    """The application, asked with a visitor's rights."""

    application: Application
    visitor: Visitor

    async def get(self, path: str) -> Answer:
        """Ask for something."""
        return await answer_of(self.application, self._scope("GET", path, ()))

    async def post(self, path: str, document: object, headers: tuple[Header, ...] = ()) -> Answer:
        """Ask for something to be done."""
        body = orjson.dumps(document)
        described = (
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *headers,
        )
        return await answer_of(self.application, self._scope("POST", path, described), body)

    def _scope(self, method: str, path: str, headers: tuple[Header, ...]) -> Scope:
        outer = self.visitor.scope
        return {
            "type": "http",
            "asgi": outer["asgi"],
            "http_version": "1.1",
            "method": method,
            "scheme": _SCHEMES.get(outer.get("scheme", ""), "http"),
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": outer.get("root_path", ""),
            "headers": [*self.visitor.headers, *headers],
            "client": outer.get("client"),
            "server": outer.get("server"),
        }


def _bearer(key: str) -> Header:
    return b"authorization", f"Bearer {key}".encode("latin-1", "replace")


def _with_csrf_token(headers: list[Header]) -> list[Header]:
    # The check of the origin protects a socket; a token that a page cannot add to it would not.
    token = secrets.token_hex(16).encode()
    cookies = b"; ".join([*(value for name, value in headers if name == b"cookie"), b"csrftoken=" + token])
    others = [pair for pair in headers if pair[0] != b"cookie"]
    return [*others, (b"cookie", cookies), (b"x-csrftoken", token)]
