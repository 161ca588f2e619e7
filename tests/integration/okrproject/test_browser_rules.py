"""What browsers are told about every page."""

import re

import pytest
from django.test import Client

from tests.builders import a_user

pytestmark = pytest.mark.django_db
EVERYWHERE = [
    "/",
    "/admin/",
    "/admin/performance/",
    "/api/docs/",
    "/api/schema/",
    "/api/v1/sessions/",
    "/nothing/",
]


@pytest.fixture
def browser() -> Client:
    """Somebody who may see everything."""
    client = Client()
    client.force_login(a_user(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_says_what_a_browser_may_do(browser: Client, address: str) -> None:
    headers = browser.get(address).headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] in ("same-origin", "unsafe-none")
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/", "/admin/", "/admin/performance/", "/api/docs/"])
def test_no_page_runs_a_script_that_stands_in_it(browser: Client, address: str) -> None:
    answer = browser.get(address)
    page = answer.content.decode()

    assert "script-src 'self' 'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", page))
    assert " onclick=" not in page
    assert " onchange=" not in page


def test_only_other_peoples_pages_get_more_than_the_strictest_policy(browser: Client) -> None:
    for address in ("/", "/api/v1/sessions/", "/nothing/"):
        assert "unsafe" not in browser.get(address)["Content-Security-Policy"]
