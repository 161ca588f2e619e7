"""The page that Prometheus reads."""

import os

import prometheus_client
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from okrproject.health.access import OperatorsOnly
from okrproject.metrics.standing import Standing


class MetricsView(APIView):
    """Counters of every process together, and gauges of the moment, for operators."""

    permission_classes = [OperatorsOnly]

    def perform_authentication(self, request: Request) -> None:
        """Leave it to the permission, which asks who it is only when the address does not decide."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """Take whatever the client asks for: there is one format, and Prometheus knows it."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Show everything in Prometheus's text format."""
        standing = CollectorRegistry()
        standing.register(Standing())
        counted = _counted()
        return HttpResponse(
            generate_latest(counted) + generate_latest(standing), content_type=CONTENT_TYPE_PLAIN_0_0_4
        )


def _counted() -> CollectorRegistry:
    """Give the counters: of all processes that share a folder, or without one of this process."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return prometheus_client.REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client leaves it untyped
    return registry
