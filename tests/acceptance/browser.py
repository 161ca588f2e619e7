"""The system's Chromium, driven through the chat page as a person would."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

from tests.acceptance.stack import RunningStack

CHROMIUM = Path("/usr/bin/chromium")
NO_BROWSER = (
    f"NO BROWSER: {CHROMIUM} is missing and could not be installed; the chat page goes UNTESTED. "
    "Install it with `apt-get install chromium`."
)
WIDE: ViewportSize = {"width": 1280, "height": 840}
PHONE: ViewportSize = {"width": 390, "height": 844}
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WAIT_MS = 20_000
# Keeps every state of the reply as it is written, also across htmx's swaps.
_RECORDER = """
window.written = [];
new MutationObserver(() => {
  for (const live of document.querySelectorAll('[data-live]')) {
    if (window.written.at(-1) !== live.textContent) window.written.push(live.textContent);
  }
}).observe(document, {subtree: true, childList: true, characterData: true});
"""


@dataclass
class Visit:
    """One tab, with everything it complained about."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def heard(self, said: ConsoleMessage) -> None:
        """Note an error in the console."""
        if said.type == "error":
            self.complaints.append(said.text)

    def asked(self, request: Request) -> None:
        """Note a request to any other site."""
        if not request.url.startswith(self.home):
            self.strangers.append(request.url)

    def start(self, message: str) -> None:
        """Begin a conversation."""
        self.page.goto("/")
        self.page.get_by_label("Your first message").fill(message)
        self.page.get_by_role("button", name="Start the conversation").click()
        self.page.wait_for_url("**/sessions/*/")

    def say(self, message: str) -> None:
        """Send a message by keyboard."""
        self.page.get_by_label("Message to the coach").fill(message)
        self.page.keyboard.press("Enter")

    def turn(self, number: int) -> Locator:
        """Give one turn, the first is 1."""
        return self.page.locator("section.turn").nth(number - 1)

    def answered(self, number: int) -> str:
        """Wait for the reply of a turn and give its words."""
        reply = self.turn(number).locator("[data-reply]")
        reply.wait_for()
        return reply.inner_text()

    def begun(self, number: int) -> str:
        """Wait until the reply of a turn is being written, and give what there is."""
        live = self.turn(number).locator("[data-live]:not(:empty)")
        live.wait_for()
        return live.text_content() or ""

    def job(self, number: int) -> str:
        """Give the job behind a turn."""
        return self.turn(number).get_attribute("data-job") or ""

    def written(self) -> list[str]:
        """Give every state of the live text since the page was loaded."""
        states: list[str] = self.page.evaluate("window.written")
        return states


class Person:
    """Somebody at a browser, signed in."""

    def __init__(self, stack: RunningStack, context: BrowserContext) -> None:
        self._stack = stack
        self._context = context
        context.set_default_timeout(_WAIT_MS)
        context.add_init_script(_RECORDER)

    def sign_in(self) -> None:
        """Sign in through the admin's form, where the chat page sends strangers."""
        page = self._context.new_page()
        page.goto("/")
        page.get_by_label("Email").fill("admin@example.com")
        page.get_by_label("Password").fill((self._stack.data_dir / "admin-password").read_text().strip())
        page.locator("[type=submit]").click()
        page.get_by_label("Your first message").wait_for()
        page.close()

    def tab(self, address: str = "") -> Visit:
        """Open a tab."""
        page = self._context.new_page()
        visit = Visit(page, self._stack.base_url)
        page.on("console", visit.heard)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("request", visit.asked)
        if address:
            page.goto(address)
        return visit


@contextlib.contextmanager
def browsing(stack: RunningStack) -> Iterator[Person]:
    """Run a browser with an empty profile, signed in, for the length of the block."""
    with (
        sync_playwright() as playwright,
        # Each launch makes and removes a profile of its own.
        contextlib.closing(playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)) as browser,
    ):
        context = browser.new_context(viewport=WIDE, base_url=stack.base_url, reduced_motion="reduce")
        person = Person(stack, context)
        person.sign_in()
        yield person
