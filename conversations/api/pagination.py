"""Pages that stay right while rows arrive."""

import re
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from conversations.api.problems import InvalidParameterError

# Django REST framework's decoder skips what it does not know.
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class CheckedCursor(CursorPagination):
    """Cursor pages that answer a forged or damaged cursor with 400, not with a failed query."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read the cursor, or raise InvalidParameterError."""
        refusal = InvalidParameterError("query", self.cursor_query_param, "This cursor is not one of ours.")
        if not _BASE64.fullmatch(request.query_params.get(self.cursor_query_param, "")):
            raise refusal
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise refusal from None
        if cursor is None or cursor.position is None or self.is_position(str(cursor.position)):
            return cursor
        raise refusal

    def is_position(self, text: str) -> bool:
        """Tell whether a cursor's position can be compared with the first ordering field."""
        raise NotImplementedError

    def get_page_size(self, request: Request) -> int | None:
        """Give the page size asked for, at most 200; anything but a positive number is refused."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit() and 0 < len(asked) < 10 and int(asked) > 0):
            raise InvalidParameterError("query", self.page_size_query_param, "Give a number from 1 to 200.")
        return min(int(asked), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the page size's bounds."""
        parameters = super().get_schema_operation_parameters(view)
        for one in parameters:
            if one["name"] == self.page_size_query_param:
                one["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return parameters


class NewestFirst(CheckedCursor):
    """Cursor pages, newest first; `page_size` up to 200."""

    ordering = ("-created_at", "-id")

    def is_position(self, text: str) -> bool:
        """Accept a moment with its zone."""
        try:
            moment: datetime | None = parse_datetime(text)
        except ValueError:
            return False
        return moment is not None and moment.tzinfo is not None


class InTurn(CheckedCursor):
    """Cursor pages of a conversation, oldest first."""

    ordering = ("turn", "-role")

    def is_position(self, text: str) -> bool:
        """Accept the number of a turn."""
        return text.isascii() and text.isdigit() and len(text) < 10
