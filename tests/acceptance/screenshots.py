"""The pictures of the documentation: `python -m tests.acceptance.screenshots`."""

import struct
import tempfile
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests import servers
from tests.acceptance.browser import PHONE, Person, Visit, browsing
from tests.acceptance.stack import ROOT, RunningStack, running_stack

_IMAGES = ROOT / "docs" / "images"
_EARLIER = (
    "We want shorter waiting times in the emergency room.",
    "Our bakery should be the one people queue for.",
)
_BEGINNING = (
    "We run the onboarding of a B2B analytics product. Too many new customers give up before they see any "
    "value."
)
_AIM = (
    "This quarter we want new customers to become active users quickly. Today 40 of 100 are active within "
    "14 days."
)
_PROPOSAL = (
    "Please propose an OKR: activation within 14 days from 40% to 60%, days until the first shared report "
    "from 9 to 3, and support tickets in the first month from 2.5 to 1.5 per customer."
)
_WEAK = "Our objective: improve the portal. Key results: launch the new portal; raise retention to 80%."
_REASON = "The portal matters because customers cannot see where their parcels are."
_SIZE: ViewportSize = {"width": 1200, "height": 730}
_PNG_HEADER = 8


def main() -> None:
    """Hold conversations and picture them: wide in light and dark, and on a phone."""
    _IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder).resolve()
        try:
            with running_stack(data_dir, worker_processes=1) as stack, browsing(stack) as person:
                _picture(person, stack)
        finally:
            servers.remove_homes(whose=lambda home: home.is_relative_to(data_dir))


def _picture(person: Person, stack: RunningStack) -> None:
    for message in _EARLIER:
        visit = person.tab()
        visit.start(message)
        visit.answered(1)
        visit.page.close()
    visit = person.tab("/")
    visit.page.set_viewport_size(_SIZE)
    _save(visit.page, "start")
    _talk(visit, _BEGINNING, _AIM, _PROPOSAL)
    _save(visit.page, "chat")
    _phone(visit)
    _being_written(person.tab(), stack)


def _talk(visit: Visit, *messages: str) -> None:
    visit.start(messages[0])
    visit.answered(1)
    for number, message in enumerate(messages[1:], 2):
        visit.say(message)
        visit.answered(number)
    visit.page.wait_for_load_state("networkidle")


def _phone(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    visit.page.reload()
    _save(visit.page, "phone")
    visit.page.emulate_media(color_scheme="dark")
    visit.page.get_by_role("button", name="Your OKR").click()
    _save(visit.page, "phone-okr")


def _being_written(visit: Visit, stack: RunningStack) -> None:
    visit.page.set_viewport_size(_SIZE)
    visit.page.emulate_media(color_scheme="dark")
    _talk(visit, _WEAK)
    _slow_down(stack)
    visit.say(_REASON)
    visit.begun(2)
    visit.page.wait_for_timeout(1500)
    _save(visit.page, "chat-dark")


def _slow_down(stack: RunningStack) -> None:
    """Let the simulator take as long as the seed's model did."""
    address = stack.setting("ANTHROPIC_BASE_URL") + "/_simulator/profile"
    asked = urllib.request.Request(address, b'{"profile": "seed"}', method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=5).close()


def _save(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    picture = page.screenshot(animations="disabled")
    (_IMAGES / f"{name}.png").write_bytes(_repacked(picture))


def _repacked(png: bytes) -> bytes:
    """Compress a picture as well as zlib can; browsers only do it fast."""
    chunks = list(_chunks(png))
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    header = next(data for kind, data in chunks if kind == b"IHDR")
    packed = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
    return png[:_PNG_HEADER] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in packed
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = _PNG_HEADER
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += length + 12


if __name__ == "__main__":
    main()
