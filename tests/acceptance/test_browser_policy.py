"""Every page in a real browser: nothing on it breaks the rules that the browser was given for it."""

from collections.abc import Iterator

import pytest

from tests.acceptance.browser import CHROMIUM, NO_BROWSER, Person, Visit, browsing
from tests.acceptance.stack import RunningStack

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=NO_BROWSER),
]
_LINKS = "links => [...new Set(links.map(link => link.getAttribute('href')))]"


@pytest.fixture(scope="module")
def person(stack: RunningStack) -> Iterator[Person]:
    """The administrator, signed in."""
    with browsing(stack) as somebody:
        yield somebody


@pytest.fixture
def visit(person: Person) -> Iterator[Visit]:
    """A tab of theirs."""
    tab = person.tab()
    yield tab
    tab.page.close()


def links(visit: Visit, selector: str) -> list[str]:
    found: list[str] = visit.page.eval_on_selector_all(selector, _LINKS)
    return [one for one in found if one.startswith("/")]


def complaints_at(visit: Visit, address: str) -> dict[str, list[str]]:
    """Open a page and give what the browser complained about, by address."""
    visit.complaints.clear()
    answer = visit.page.goto(address, wait_until="load")

    assert answer is not None
    assert answer.status == 200, address
    assert "content-security-policy" in answer.headers, address
    return {address: [*visit.complaints]} if visit.complaints else {}


def test_no_page_breaks_its_policy(visit: Visit, stack: RunningStack) -> None:
    visit.start("We want new customers to become active users quickly.")
    visit.answered(1)
    found: dict[str, list[str]] = {}

    for address in ("/", "/api/docs/", "/admin/performance/", "/admin/"):
        found |= complaints_at(visit, address)
    lists = [one for one in links(visit, "a[href^='/admin/']") if one.count("/") == 4]
    assert len(lists) > 10
    for address in lists:
        found |= complaints_at(visit, address)
        for row in links(visit, "#result_list tbody th a")[:1]:
            found |= complaints_at(visit, row)

    assert found == {}
    assert visit.strangers == []


def test_a_menu_of_the_admin_still_opens(visit: Visit) -> None:
    visit.page.goto("/admin/knowledge/user/")

    visit.page.get_by_role("link", name="admin@example.com").first.click()

    visit.page.get_by_label("Email").first.wait_for()
    assert visit.complaints == []


def test_the_api_can_be_tried_from_its_description(visit: Visit) -> None:
    visit.page.goto("/api/docs/")

    visit.page.locator(".opblock").first.wait_for()

    assert visit.complaints == []
    assert visit.strangers == []
