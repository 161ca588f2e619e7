"""The pages and their fragments; what people do on them goes through the REST API."""

from uuid import UUID

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from conversations.models import Session
from conversations.pages.entry import redeem
from conversations.pages.forms import StartForm
from conversations.pages.past import listed
from conversations.pages.scores import next_phase, okr_of, phases_of
from conversations.pages.selectors import jobs_of, latest_suggestions
from conversations.pages.shell import frame_of, page
from conversations.pages.turns import shown
from conversations.selectors import job_of, session_of, sessions_of
from conversations.services import Submission, create_session, submit_message
from conversations.values import Phase
from knowledge.models import User

_SESSIONS_SHOWN = 40
_TURNS_SHOWN = 50
_EXPORTS = (("md", "Markdown"), ("pdf", "PDF"), ("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
@page
def home(request: HttpRequest, person: User) -> HttpResponse:
    """Show where a conversation begins; a form sent here begins one."""
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        session = create_session(user=person, title=form.title(), context=form.context())
        submit_message(Submission(user=person, session_id=session.pk, content=form.cleaned_data["message"]))
        return redirect("pages:conversation", session.pk)
    status = 400 if form.errors else 200
    return render(request, "conversations/home.html", _framed(person) | {"form": form}, status=status)


@require_GET
@ensure_csrf_cookie
@page
def conversation(request: HttpRequest, person: User, session_id: UUID) -> HttpResponse:
    """Show one conversation."""
    session = session_of(person, session_id)
    context = _framed(person) | _turns(request, person, session) | _okr(person, session)
    context["current"] = str(session_id)
    return render(request, "conversations/conversation.html", context)


@require_GET
@page
def past(request: HttpRequest, person: User) -> HttpResponse:
    """Give the list of conversations, as a fragment; `current` names the one that is shown."""
    context = _past(person) | {"current": request.GET.get("current", "")}
    return render(request, "conversations/_past.html", context)


@require_GET
@page
def turns(request: HttpRequest, person: User, session_id: UUID) -> HttpResponse:
    """Give what was said, as a fragment."""
    session = session_of(person, session_id)
    return render(request, "conversations/_turns.html", _turns(request, person, session))


@require_GET
@page
def turn(request: HttpRequest, person: User, job_id: UUID) -> HttpResponse:
    """Give one message and its answer, as a fragment."""
    return render(request, "conversations/_turn.html", {"turn": shown(job_of(person, job_id))})


@require_GET
@page
def okr(request: HttpRequest, person: User, session_id: UUID) -> HttpResponse:
    """Give the draft with phases, scores and suggestions, as a fragment."""
    return render(request, "conversations/_okr.html", _okr(person, session_of(person, session_id)))


@require_GET
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Let somebody in by a one-time link."""
    person = redeem(request.GET.get("token", ""))
    if person is None:
        return render(request, "conversations/refused.html", status=403)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("pages:home")


def _framed(person: User) -> dict[str, object]:
    return frame_of(person) | _past(person)


def _past(person: User) -> dict[str, object]:
    return {"sessions": listed(sessions_of(person).order_by("-updated_at")[:_SESSIONS_SHOWN])}


def _turns(request: HttpRequest, person: User, session: Session) -> dict[str, object]:
    jobs = jobs_of(person, session.pk)
    # The newest come first from the database, so that a long past costs nothing.
    newest = list(jobs[: None if "all" in request.GET else _TURNS_SHOWN])
    return {
        "session": session,
        "turns": [shown(job) for job in reversed(newest)],
        "has_earlier": len(newest) == _TURNS_SHOWN and "all" not in request.GET,
    }


def _okr(person: User, session: Session) -> dict[str, object]:
    return {
        "session": session,
        "phases": phases_of(session),
        "next_phase": next_phase(session),
        "to_approve": session.phase == Phase.VALIDATION,
        "okr": okr_of(session),
        "suggestions": latest_suggestions(person, session.pk),
        "exports": _EXPORTS,
    }
