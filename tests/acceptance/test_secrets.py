"""Whatever happens on a running stack, no log and no error page tells a secret or what people wrote."""

import contextlib
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from uuid import uuid4

import psycopg
import pytest

from tests.acceptance.conftest import SECRETS
from tests.acceptance.stack import RunningStack, eventually

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("stack")]
WORD = "zebrafinches"
REFUSED = "waxwings"
WRONG_PASSWORD = "wrong-but-somebodys-own"
SEARCH = f"/api/v1/sessions/?search={WORD}&updated_after={WORD}"
FAULTS = ("", *(f"[[sim:{kind}*1]]" for kind in ("garbage_json", "refusal", "cut_mid_stream")))
_CONSTRAINT = "no_bird_of_this_kind"
_MAIL = "admin@example.com"


@dataclass
class Browser:
    """A browser without a screen: it keeps cookies, and every error page it was shown."""

    base_url: str
    errors: dict[str, str] = field(default_factory=dict)
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        """Use no proxy."""
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def open(
        self, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> int:
        """Ask for a page; one that is an error, or that refused a form, is kept."""
        body = None if form is None else urllib.parse.urlencode(form).encode()
        referer = {"Referer": self.base_url + path}
        request = urllib.request.Request(self.base_url + path, body, {**referer, **(headers or {})})
        try:
            with self._opener.open(request, timeout=20) as answer:
                if form is not None:
                    self._keep(path, 200, answer.headers, answer.read())
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                self._keep(path, error.code, error.headers, error.read())
            return error.code

    def make_endpoint(self, url: str) -> str:
        """Have webhooks sent to an address; give the secret that signs them."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.cookie("csrftoken")}
        request = urllib.request.Request(
            f"{self.base_url}/api/v1/webhooks/",
            json.dumps({"url": url}).encode(),
            {**headers, "Referer": self.base_url},
        )
        with self._opener.open(request, timeout=20) as answer:
            return str(json.load(answer)["secret"])

    def cookie(self, name: str) -> str:
        """Give a cookie's value."""
        return next(one.value or "" for one in self.cookies if one.name == name)

    def sign_in(self, password: str) -> None:
        """Send the form of the admin's sign-in."""
        self.open("/admin/login/")
        token = {"csrfmiddlewaretoken": self.cookie("csrftoken")}
        self.open("/admin/login/", {"username": _MAIL, "password": password, **token})

    def _keep(self, path: str, status: int, headers: Message, body: bytes) -> None:
        kind = str(headers.get("Content-Type")).split(";")[0]
        self.errors[f"{status} {kind} {path}"] = f"{headers}\n{body.decode()}"


@contextlib.contextmanager
def broken(stack: RunningStack, breaking: str, mending: str) -> Iterator[None]:
    """Break the database on purpose for a moment."""
    with psycopg.connect(stack.setting("DATABASE_URL"), autocommit=True) as database:
        database.execute(breaking)
        try:
            yield
        finally:
            database.execute(mending)


def logged(stack: RunningStack) -> dict[str, str]:
    """Give all that the stack has written to its logs."""
    logs = (stack.data_dir / "logs").iterdir()
    return {path.name: path.read_text(errors="replace") for path in logs}


def found_in(places: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    """Name each secret that is in a place, whatever the case of its letters."""
    return [
        f"{secret} in {place}"
        for place, text in places.items()
        for secret, value in secrets.items()
        if value.lower() in text.lower()
    ]


def converse_badly(stack: RunningStack, browser: Browser) -> dict[str, str]:
    """Say what succeeds, what fails and what the database refuses; give what nobody may hear of."""
    secret = browser.make_endpoint(f"https://hooks.example.invalid/{uuid4()}")
    jobs = [stack.send(stack.open_session(title=WORD), f"We keep {WORD}. {fault}") for fault in FAULTS]
    for job in jobs:
        stack.ended(job, seconds=30)
    session, said = stack.open_session(), {"content": f"We keep {REFUSED}."}
    with broken(
        stack,
        f"ALTER TABLE conversations_message ADD CONSTRAINT {_CONSTRAINT}"
        f" CHECK (content NOT LIKE '%{REFUSED}%') NOT VALID",
        f"ALTER TABLE conversations_message DROP CONSTRAINT {_CONSTRAINT}",
    ):
        refusal = stack.call("POST", f"/sessions/{session}/messages/", said)
        assert refusal.status == 500
    return {"a message": WORD, "a refused message": REFUSED, "a webhook's secret": secret}


def browse_badly(stack: RunningStack, browser: Browser, key: Mapping[str, str]) -> None:
    """Ask for everything that is answered with an error."""
    browser.sign_in(WRONG_PASSWORD)
    assert browser.open("/admin/login/", {"username": _MAIL, "password": WRONG_PASSWORD}) == 403
    assert browser.open("/sessions/nothing/") == 404
    assert browser.open("/", headers={"Host": "elsewhere.example.com"}) == 400
    assert browser.open("/api/v1/sessions/", headers={"Authorization": f"{key['Authorization']}x"}) == 401
    assert browser.open(SEARCH, headers=key) == 400
    assert browser.open("/api/v1/jobs/nothing/", headers=key) == 404
    browser.sign_in((stack.data_dir / "admin-password").read_text().strip())
    # By cookie, and without the token that a form of ours would send.
    assert browser.open("/api/v1/sessions/", {}, {"Content-Type": "application/json"}) == 403
    moved = "ALTER TABLE {0}knowledge_cycle RENAME TO {1}knowledge_cycle"
    with broken(stack, moved.format("", "no_"), moved.format("no_", "")):
        assert browser.open("/admin/knowledge/cycle/") == 500
        assert browser.open("/api/v1/cycles/", headers=key) == 500


def test_no_log_and_no_error_page_holds_a_secret(stack: RunningStack) -> None:
    browser = Browser(stack.base_url)
    browse_badly(stack, browser, {"Authorization": f"Bearer {stack.key}"})
    secrets = converse_badly(stack, browser) | SECRETS | {
        "the API key": stack.key,
        "a wrong password": WRONG_PASSWORD,
        "the session's cookie": browser.cookie("sessionid"),
        **{
            name: (stack.data_dir / name).read_text().strip()
            for name in ("admin-password", "postgres-password", "valkey-password")
        },
    }  # fmt: skip

    eventually(lambda: _CONSTRAINT in logged(stack)["web.log"] or None, "the refusal to be logged")
    told = logged(stack)

    assert found_in(told, secrets) == []
    assert found_in(browser.errors, secrets) == []
    assert not any("Traceback" in page or "DEBUG = True" in page for page in browser.errors.values())
    shown = {(int(status), kind) for status, kind, _ in (name.split(" ", 2) for name in browser.errors)}
    assert {
        *((status, "text/html") for status in (200, 400, 403, 404, 500)),
        *((status, "application/problem+json") for status in (400, 401, 403, 404, 500)),
    } <= shown
    # The search itself is able to fail: what must be in the logs is found, and a planted secret, too.
    assert found_in(told, {"the constraint": _CONSTRAINT, "a relation": "knowledge_cycle"})
    (stack.data_dir / "logs" / "planted.log").write_text(f"token={stack.key}")
    try:
        assert found_in(logged(stack), secrets) == ["the API key in planted.log"]
    finally:
        (stack.data_dir / "logs" / "planted.log").unlink()
    assert re.search(r"Traceback|exc_type", told["web.log"])
