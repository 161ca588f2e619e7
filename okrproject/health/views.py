"""`/health/`, `/health/live` and `/health/ready`."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from okrproject.health.access import OperatorsOnly
from okrproject.health.checks import is_ready
from okrproject.health.document import health_document


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether messages can be accepted."""
    if is_ready():
        return JsonResponse({"status": "ready"})
    return JsonResponse({"status": "not ready"}, status=HTTPStatus.SERVICE_UNAVAILABLE)


class HealthView(APIView):
    """The full document, for operators."""

    permission_classes = [OperatorsOnly]

    def perform_authentication(self, request: Request) -> None:
        """Leave it to the permission, which asks who it is only when the address does not decide."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Show every check and figure; 503 when messages cannot be accepted."""
        document = health_document()
        unwell = document["status"] == "unhealthy"
        return Response(document, status=HTTPStatus.SERVICE_UNAVAILABLE if unwell else HTTPStatus.OK)
