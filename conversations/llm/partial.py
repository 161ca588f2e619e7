"""The reply's text, taken out of the answer's JSON while that is still arriving."""

import json
import re

_OPENING = re.compile(r'\s*\{\s*"reply"\s*:\s*"')
_OPENING_LONGEST = 256
_WHOLE_CHARACTERS = re.compile(r'(?:[^"\\]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_ESCAPE_LENGTH = len("\\ud83d")
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class ReplyText:
    """Reads the member `reply` as it streams, in time linear in the whole answer.

    The schema puts it first. An answer that does not open with it yields nothing here, and the
    caller gives the reply out when the answer is complete.
    """

    def __init__(self) -> None:
        self._pending = ""
        self._opened = False
        self._closed = False

    def feed(self, piece: str) -> str:
        """Take the next piece of JSON and give the text it completes, perhaps none."""
        if self._closed:
            return ""
        if self._opened and not self._pending and '"' not in piece and "\\" not in piece:
            return piece
        self._pending += piece
        if not self._opened and not self._open():
            return ""
        return self._take()

    def _open(self) -> bool:
        opening = _OPENING.match(self._pending)
        if opening is None:
            self._closed = len(self._pending) > _OPENING_LONGEST
            return False
        self._pending = self._pending[opening.end() :]
        self._opened = True
        return True

    def _take(self) -> str:
        whole = _WHOLE_CHARACTERS.match(self._pending)
        end = whole.end() if whole else 0
        text: str = json.loads(f'"{self._pending[:end]}"', strict=False)
        self._closed = self._pending.startswith('"', end)
        if text and not self._closed and ord(text[-1]) in _HIGH_SURROGATES:
            # The other half of the character is still on its way.
            text, end = text[:-1], end - _ESCAPE_LENGTH
        self._pending = self._pending[end:]
        return _LONE_SURROGATE.sub(REPLACEMENT, text)
