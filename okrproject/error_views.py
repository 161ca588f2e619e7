"""Errors that never reach an API view: as problems under `/api/`, as Django's pages elsewhere."""

import sys

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from okrproject.exception_handler import Problem, problem_of, respond

_API = "/api/"


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponseBase:
    """Answer an address under `/api/` that does not exist, whatever DEBUG says."""
    hint = "" if request.path.endswith("/") else " Addresses end with a slash."
    return respond(Problem(404, "not_found", f"There is nothing at this address.{hint}"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 400."""
    if request.path_info.startswith(_API):
        return respond(problem_of(exception))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 403."""
    if request.path_info.startswith(_API):
        return respond(problem_of(exception))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 404."""
    if request.path_info.startswith(_API):
        return respond(problem_of(Http404()))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer 500, or 503 when the database is what failed."""
    problem = problem_of(sys.exception())
    if request.path_info.startswith(_API) or problem.status == 503:
        return respond(problem)
    return defaults.server_error(request)
