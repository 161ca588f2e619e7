"""Errors as `application/problem+json`: the only place where an HTTP status is chosen."""

import json
import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.views import set_rollback

from conversations.errors import (
    BudgetExhaustedError,
    ConflictError,
    ConversationError,
    TransitionRefusedError,
    WaitTooLongError,
)
from knowledge.errors import (
    InvalidFieldError,
    KnowledgeError,
    NotReadyToCloseError,
    NotYoursError,
    OkrConflictError,
    UnreadableFileError,
)

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2

TYPE = "about:blank"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong, and where: a JSON pointer, `query:name` or `header:Name`."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as the client sees it."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Give the document of RFC 9457, with `code` and `errors` added."""
        document: dict[str, object] = {
            "type": TYPE,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            document["errors"] = [{"pointer": one.pointer, "detail": one.detail} for one in self.errors]
        return document


def problem_response(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Answer an exception that left a view (Django REST framework's `EXCEPTION_HANDLER`)."""
    set_rollback()
    problem = problem_of(exc)
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("A request failed unexpectedly.", exc_info=exc)
        got_request_exception.send(sender=None, request=context.get("request"))
    return respond(problem)


def respond(problem: Problem) -> HttpResponse:
    """Write a problem as a response."""
    return HttpResponse(
        json.dumps(problem.as_json(), ensure_ascii=False),
        status=problem.status,
        content_type=CONTENT_TYPE,
        headers=dict(problem.headers),
    )


def problem_of(exc: BaseException | None) -> Problem:
    """Choose status, code and words for an exception."""
    match exc:
        case ValidationError():
            return _invalid(exc)
        case APIException():
            return _refused(exc)
        case TransitionRefusedError():
            unmet = tuple(FieldError("/phase", condition) for condition in exc.unmet)
            return Problem(409, exc.code, exc.message, unmet)
        case ConflictError():
            return Problem(409, exc.code, exc.message)
        case WaitTooLongError() | BudgetExhaustedError():
            headers = {"Retry-After": str(math.ceil(exc.retry_after))}
            return Problem(429, exc.code, exc.message, headers=headers)
        case ConversationError():
            return Problem(422, exc.code, exc.message)
        case KnowledgeError():
            return _okr_problem(exc)
        case _:
            return _framework_problem(exc)


def _okr_problem(exc: KnowledgeError) -> Problem:
    match exc:
        case NotReadyToCloseError():
            return Problem(409, exc.code, exc.message, tuple(FieldError("", one) for one in exc.unmet))
        case OkrConflictError():
            return Problem(409, exc.code, exc.message)
        case NotYoursError():
            return Problem(403, exc.code, exc.message)
        case InvalidFieldError():
            return Problem(400, exc.code, exc.message, (FieldError(f"/{exc.field}", exc.message),))
        case UnreadableFileError():
            return Problem(400, exc.code, exc.message, (FieldError("/file", exc.message),))
        case _:
            return Problem(422, exc.code, exc.message)


def _framework_problem(exc: BaseException | None) -> Problem:
    match exc:
        case ObjectDoesNotExist() | Http404():
            return Problem(404, "not_found", "There is no such object.")
        case PermissionDenied():
            return Problem(403, "permission_denied", "You may not do this.")
        case RequestDataTooBig():
            return Problem(413, "content_too_large", "The body is larger than the server accepts.")
        case SuspiciousOperation() | TooManyFieldsSent() | UnreadablePostError():
            return Problem(400, "bad_request", "The request could not be read.")
        case DjangoValidationError() | DataError():
            # The serializers refuse these first; the database's own refusal is still the client's fault.
            return Problem(400, "invalid", "A value has the wrong form.")
        case OperationalError() | InterfaceError():
            logger.warning("The database did not answer a request.", extra={"reason": str(exc)[:200]})
            return Problem(
                503,
                "unavailable",
                "The database is not available; try again soon.",
                headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
            )
        case _:
            return Problem(500, "internal_error", "The server failed unexpectedly; the failure is logged.")


def _invalid(exc: ValidationError) -> Problem:
    pointer = getattr(exc, "pointer", "")
    errors = tuple(_flatten(exc.detail, pointer))
    where = "" if len(errors) == 1 else f" ({len(errors)} errors)"
    detail = f"{errors[0].detail}{where}" if errors else "The request is not valid."
    return Problem(exc.status_code, "invalid", detail, errors)


def _refused(exc: APIException) -> Problem:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    detail = exc.detail if isinstance(exc.detail, str) else exc.default_detail
    code = detail.code if isinstance(detail, ErrorDetail) else exc.default_code
    pointer = getattr(exc, "pointer", None)
    errors = (FieldError(pointer, str(detail)),) if pointer is not None else ()
    return Problem(exc.status_code, str(code), str(detail), errors, headers)


def _flatten(detail: object, pointer: str) -> Iterator[FieldError]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = pointer if name == "non_field_errors" else f"{pointer}/{_escaped(str(name))}"
            yield from _flatten(inner, own)
    elif isinstance(detail, list | tuple):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _flatten(inner, f"{pointer}/{position}" if nested else pointer)
    else:
        yield FieldError(pointer, str(detail))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
