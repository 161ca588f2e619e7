"""Each error's status, code and words."""

import json

import pytest
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework.exceptions import (
    MethodNotAllowed,
    NotAuthenticated,
    ParseError,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)

from conversations.api.problems import ContentTooLargeError, InvalidParameterError
from conversations.errors import (
    IdempotencyKeyReusedError,
    JobFinishedError,
    JobNotRetryableError,
    SessionBusyError,
    TransitionRefusedError,
    UnexpectedError,
)
from okrproject.exception_handler import FieldError, problem_of, problem_response


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (SessionBusyError(), 409, "session_busy"),
        (IdempotencyKeyReusedError(), 409, "idempotency_key_reused"),
        (JobFinishedError(), 409, "job_finished"),
        (JobNotRetryableError(), 409, "job_not_retryable"),
        (UnexpectedError(), 422, "unexpected"),
        (ObjectDoesNotExist(), 404, "not_found"),
        (Http404("secret path"), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (RequestDataTooBig(), 413, "content_too_large"),
        (ContentTooLargeError(), 413, "content_too_large"),
        (SuspiciousOperation(), 400, "bad_request"),
        (DataError(), 400, "invalid"),
        (OperationalError(), 503, "unavailable"),
        (InterfaceError(), 503, "unavailable"),
        (ParseError(), 400, "parse_error"),
        (NotAuthenticated(), 401, "not_authenticated"),
        (MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (Throttled(wait=3), 429, "throttled"),
        (KeyError("inner name"), 500, "internal_error"),
        (None, 500, "internal_error"),
    ],
)
def test_each_error_has_its_status_and_code(error: Exception | None, status: int, code: str) -> None:
    problem = problem_of(error)

    assert (problem.status, problem.code) == (status, code)
    assert problem.detail


def test_a_refused_transition_names_each_unmet_condition() -> None:
    problem = problem_of(TransitionRefusedError(("No objective yet.", "Two messages are needed.")))

    assert problem.status == 409
    assert problem.errors == (
        FieldError("/phase", "No objective yet."),
        FieldError("/phase", "Two messages are needed."),
    )


def test_nested_errors_become_json_pointers() -> None:
    error = ValidationError(
        {"context": {"team_size": ["Too small."]}, "a/b~c": ["New."], "list": [{}, {"x": ["No."]}]}
    )

    pointers = [one.pointer for one in problem_of(error).errors]

    assert pointers == ["/context/team_size", "/a~1b~0c", "/list/1/x"]


def test_errors_of_the_whole_body_point_at_the_root() -> None:
    problem = problem_of(ValidationError({"non_field_errors": ["Expected an object."]}))

    assert problem.errors == (FieldError("", "Expected an object."),)


def test_a_wrong_parameter_is_named_with_its_place() -> None:
    problem = problem_of(InvalidParameterError("header", "Idempotency-Key", "Too long."))

    assert problem.errors == (FieldError("header:Idempotency-Key", "Too long."),)


def test_an_unexpected_failure_tells_the_client_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = problem_response(RuntimeError("password=hunter2"), {})

    assert response.status_code == 500
    assert b"hunter2" not in response.content
    assert "failed unexpectedly" in caplog.text


def test_an_unavailable_database_says_when_to_come_back() -> None:
    response = problem_response(OperationalError("connection refused"), {})

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 503
