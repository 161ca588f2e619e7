"""Who may look at the figures of operation."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class OperatorsOnly(BasePermission):
    """Lets in loopback, `OPS_ALLOWED_CIDRS` and staff; to others the address does not exist."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say yes, or raise Http404; the address decides first, so that it works without a database."""
        if _from_inside(request) or getattr(request.user, "is_staff", False):
            return True
        raise Http404


def _from_inside(request: Request) -> bool:
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    # Behind a proxy on this machine everybody comes from loopback; what it forwards is not local.
    if address.is_loopback:
        return not any(name in request.META for name in _FORWARDED)
    return any(address in network for network in settings.OPS_ALLOWED_NETWORKS)
