"""What every page has in common: who may see it, and its frame."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from knowledge.models import User

P = ParamSpec("P")
PersonsView: TypeAlias = Callable[Concatenate[HttpRequest, User, P], HttpResponse]


def page(view: PersonsView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view the person who is signed in; send everybody else to sign in first.

    What is not theirs is not found.
    """

    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = request.user
        if not isinstance(person, User):
            return _sign_in(request)
        try:
            response = view(request, person, *args, **kwargs)
        except ObjectDoesNotExist as exc:
            raise Http404 from exc
        return response

    return shown


def frame_of(person: User) -> dict[str, object]:
    """Give the template what stands around every page."""
    return {"person": person, "simulated": settings.CLAUDE_MODE == "simulator"}


def _sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        # A fragment's redirect would put the sign-in page into the middle of this one.
        return HttpResponseClientRedirect(request.headers.get("HX-Current-URL", "/"))
    return redirect_to_login(request.get_full_path())
