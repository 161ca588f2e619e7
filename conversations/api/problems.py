"""What an endpoint may refuse before any service is asked."""

from typing import Literal

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError


class InvalidParameterError(ValidationError):
    """A query parameter or request header has a wrong value."""

    def __init__(self, place: Literal["query", "header"], name: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = f"{place}:{name}"


class ContentTooLargeError(APIException):
    """The body, or one text in it, is larger than the server accepts."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The content is too large."
    default_code = "content_too_large"

    def __init__(self, detail: str | None = None, *, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.pointer = pointer
