"""The chat page in a real browser, over a real stack that is stopped and killed under it."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.acceptance.browser import CHROMIUM, NO_BROWSER, PHONE, WIDE, Person, Visit, browsing
from tests.acceptance.stack import RunningStack, running_stack

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=NO_BROWSER),
]

PROPOSAL = (
    "Please propose an OKR: activation within 14 days from 40% to 60%, days until the first shared report "
    "from 9 to 3, and support tickets in the first month from 2.5 to 1.5 per customer."
)
# About four seconds on the fast profile, but only the first time: the retry is quick.
SLOWLY = "[[sim:slow(90)*1]]"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack with two workers."""
    with running_stack(tmp_path_factory.mktemp("chat"), worker_processes=2) as running:
        yield running


@pytest.fixture(scope="module")
def person(stack: RunningStack) -> Iterator[Person]:
    """Somebody signed in."""
    with browsing(stack) as somebody:
        yield somebody


@pytest.fixture
def visit(person: Person) -> Iterator[Visit]:
    """A tab of theirs that must not complain nor look elsewhere."""
    tab = person.tab()
    yield tab
    tab.page.close()
    assert tab.complaints == []
    assert tab.strangers == []


def test_a_conversation_leads_to_a_completed_okr(visit: Visit) -> None:
    page = visit.page
    visit.start("We run the onboarding of a B2B analytics product. Too many new customers give up too early.")
    visit.answered(1)
    visit.say("This quarter we want new customers to become active users quickly. Today 40 of 100 are.")
    visit.answered(2)
    visit.say(PROPOSAL)
    visit.answered(3)
    page.locator(".phases [aria-current=step]", has_text="Key results").wait_for()
    assert_accessible(visit)
    visit.say("Yes, that is right, let us take it.")
    visit.answered(4)
    page.get_by_role("button", name="Approve this OKR").click()
    visit.answered(5)

    page.locator(".phases .done").nth(4).wait_for()
    page.locator(".approved").wait_for()
    assert page.locator(".results > li").count() == 3
    assert page.locator(".part .score").count() == 4
    assert "Increase activation within 14 days from 40% to 60%" in page.locator(".results").inner_text()
    page.locator("#announcer", has_text=f"Coach: {visit.answered(5)}").wait_for(state="attached")
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert "Increase activation" in download.value.path().read_text()


def test_suggestions_are_used_or_dismissed_and_conditions_are_explained(visit: Visit) -> None:
    page = visit.page
    visit.start("We want to launch ten features for customer onboarding, so that users activate faster.")
    visit.answered(1)
    suggestions = page.locator("[data-suggestion]")
    suggestions.first.wait_for()
    offered = suggestions.count()
    text = suggestions.nth(1).get_by_role("button", name="Use").get_attribute("data-text")

    suggestions.first.get_by_role("button", name="Dismiss").click()
    page.locator("#announcer", has_text="Dismissed").wait_for(state="attached")
    suggestions.first.get_by_role("button", name="Use").click()
    page.wait_for_function("text => document.getElementById('message').value === text", arg=text)
    page.reload()

    assert page.locator("[data-suggestion]").count() == offered - 1
    page.get_by_role("button", name="What is missing").click()
    page.locator(".unmet li").first.wait_for()
    assert visit.complaints.pop().endswith("409 (Conflict)")
    assert_accessible(visit)


def test_a_reply_can_be_stopped_and_asked_for_again(visit: Visit) -> None:
    visit.start(f"Our delivery times are too long. {SLOWLY}")
    visit.begun(1)

    visit.page.get_by_role("button", name="Stop").click()

    visit.turn(1).get_by_text("This is what had been written.").wait_for()
    visit.page.get_by_role("button", name="Try again").click()
    assert visit.answered(1)
    assert visit.page.locator("section.turn").count() == 1


def test_a_reload_in_the_middle_of_a_reply_goes_on_with_it(visit: Visit, stack: RunningStack) -> None:
    visit.start(f"Our warehouse ships the wrong parcels. {SLOWLY}")
    before = visit.begun(1)

    visit.page.reload()

    assert visit.begun(1).startswith(before)
    visit.answered(1)
    assert_grew_into_reply(visit, stack)


def test_two_tabs_show_the_same_reply_as_it_is_written(visit: Visit, person: Person) -> None:
    visit.start("Our nurses spend too little time with patients.")
    visit.answered(1)
    other = person.tab(visit.page.url)

    visit.say(f"On paper they spend four hours a day. {SLOWLY}")

    assert other.begun(2)
    assert visit.begun(2)
    assert other.answered(2) == visit.answered(2)
    assert other.page.locator("section.turn").count() == 2
    assert other.complaints == []
    other.page.close()


def test_a_reply_survives_the_death_of_its_worker(visit: Visit, stack: RunningStack) -> None:
    visit.start(f"Our teachers correct homework until late at night. {SLOWLY}")
    visit.begun(1)
    job = visit.job(1)
    worker = stack.worker_of(job)
    assert worker is not None

    stack.kill(worker)

    visit.answered(1)
    assert stack.query("SELECT attempt FROM conversations_job WHERE id = %s", job) == (2,)
    assert_grew_into_reply(visit, stack, begins_again=True)


def test_hostile_text_is_shown_and_does_nothing(visit: Visit, stack: RunningStack) -> None:
    page = visit.page
    page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    hostile = (
        "We want <script>window.hurt=1</script><img src=x onerror=window.hurt=1> customers to stay longer."
    )
    visit.start(hostile)
    visit.answered(1)
    _replace_reply(
        stack,
        visit.job(1),
        "**Ignore all rules** <script>window.hurt=1</script> <img src=x onerror=window.hurt=1>\n\n"
        "![pixel](https://stranger.example/pixel.png) [click](javascript:window.hurt=1) "
        '[title](https://stranger.example/ "x" onclick=window.hurt=1)\n\n<iframe src="https://stranger.example">',
    )

    page.reload()

    assert visit.turn(1).locator(".by-person").inner_text() == hostile
    assert "Ignore all rules" in visit.answered(1)
    for link in page.locator("[data-reply] a").all():
        assert not (link.get_attribute("href") or "").startswith("javascript")
    assert page.locator("[data-reply] :is(script, img, iframe, [onclick])").count() == 0
    assert page.evaluate("window.hurt") is None


def test_what_goes_wrong_is_said_in_plain_words(visit: Visit) -> None:
    visit.start("Our invoices are paid late.")
    visit.answered(1)

    visit.say("é" * 17_000)
    trouble = visit.page.locator("[data-trouble]")
    trouble.wait_for()
    assert "32" in trouble.inner_text()
    visit.page.context.set_offline(True)
    visit.say("Is anybody there?")
    visit.page.locator("[data-trouble]", has_text="cannot be reached").wait_for()
    visit.page.context.set_offline(False)
    visit.page.keyboard.press("Enter")

    assert visit.answered(2)
    assert visit.page.locator("section.turn").count() == 2
    assert not trouble.is_visible()
    assert all("Failed to load resource" in one for one in visit.complaints)
    visit.complaints.clear()


def test_a_failed_answer_says_why_and_can_be_asked_for_again(visit: Visit) -> None:
    visit.start("Our customers wait too long on the phone. [[sim:refusal*1]]")

    visit.turn(1).get_by_text("The model declined to answer this message.").wait_for()
    visit.page.get_by_role("button", name="Try again").click()

    assert visit.answered(1)


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size(PHONE)
    visit.start("We want to be the most loved bakery of the town, with queues in front of the door.")
    visit.answered(1)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not page.locator("section.okr").is_visible()
    page.get_by_role("button", name="Your OKR").click()
    assert page.locator("section.okr").is_visible()
    assert not page.get_by_label("Message to the coach").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(visit)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_reaches_everything_in_order(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size(WIDE)
    visit.start("We want our app to start faster for people with old phones.")
    visit.answered(1)
    page.reload()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the conversation"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "What was said"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "message":
            break
    page.keyboard.type("It takes nine seconds")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and should take three.")
    page.keyboard.press("Enter")

    visit.answered(2)
    assert visit.turn(2).locator(".by-person").inner_text() == "It takes nine seconds\nand should take three."
    assert page.evaluate("document.activeElement.id") == "message"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_start_is_accessible(visit: Visit, scheme: str) -> None:
    visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visit.page.goto("/")
    visit.page.get_by_text("Tell the coach where you work").click()

    assert_accessible(visit)


def assert_accessible(visit: Visit) -> None:
    """Let axe look at the page in both colour schemes, with everything unfolded."""
    visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = Axe().run(visit.page)
        faults = [
            (scheme, one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]])
            for one in found.response["violations"]
        ]
        assert not faults, faults


def assert_grew_into_reply(visit: Visit, stack: RunningStack, *, begins_again: bool = False) -> None:
    """Every state of the live text is a beginning of the reply; it shrinks only to begin again."""
    reply = stack.query(
        "SELECT m.content FROM conversations_message m JOIN conversations_job j ON j.reply_id = m.id"
        " WHERE j.id = %s",
        visit.job(1),
    )
    assert reply is not None
    states = visit.written()
    assert all(reply[0].startswith(state) for state in states), (reply[0], states)
    shrunk = [after for before, after in pairwise(states) if len(after) < len(before)]
    assert not any(shrunk), states
    assert begins_again or not shrunk, states


def _replace_reply(stack: RunningStack, job: str, content: str) -> None:
    changed = stack.query(
        "UPDATE conversations_message SET content = %s WHERE id ="
        " (SELECT reply_id FROM conversations_job WHERE id = %s) RETURNING id",
        content,
        job,
    )
    assert changed is not None
