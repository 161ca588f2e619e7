"""What browsers may do with our pages; made once, since every response carries it."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

_OWN_ONLY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Unfold's pages are drawn by Alpine, which evaluates the expressions in its attributes, and both Unfold and
# Swagger style elements one by one. Scripts still come from this site's files alone, never from a page.
_ADMIN: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_DOCS: Final = _ADMIN.replace(" 'unsafe-eval'", "")
_POLICIES: Final = {"/admin/": _ADMIN, "/api/docs/": _DOCS}
_FEATURES: Final = ", ".join(
    f"{name}=()"
    for name in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)


class BrowserRulesMiddleware:
    """Adds Content-Security-Policy and Permissions-Policy to every response that has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy_of(request.path_info))
        response.headers.setdefault("Permissions-Policy", _FEATURES)
        return response


def policy_of(path: str) -> str:
    """Give the policy of an address: the strictest, unless it shows somebody else's pages."""
    return next((policy for prefix, policy in _POLICIES.items() if path.startswith(prefix)), _OWN_ONLY)
