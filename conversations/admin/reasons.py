"""Actions that ask for a reason first: a page in between, and then the service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from conversations.models import Intervention
from conversations.services.dead_letters import Outcome, ReasonMissingError
from knowledge.models import User

_CONFIRMED: Final = "confirmed"
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One action: its name, the words of its page, and what carries it out."""

    action: str
    title: str
    button: str
    done: str
    service: Callable[..., Outcome]


class AsksWhy(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Lets actions ask why before they call a service."""

    def ask_why(self, request: HttpRequest, rows: QuerySet[Any], asked: Asked) -> HttpResponse | None:
        """Show the page; once it is confirmed, act and say how it went."""
        problem = ""
        if request.POST.get(_CONFIRMED):
            assert isinstance(request.user, User)
            try:
                outcome = asked.service(rows, by=request.user, reason=str(request.POST.get("reason", "")))
            except ReasonMissingError as missing:
                problem = missing.message
            else:
                _tell(request, outcome, asked)
                return None
        return self._page(request, rows, asked, problem)

    def _page(
        self, request: HttpRequest, rows: QuerySet[Any], asked: Asked, problem: str
    ) -> TemplateResponse:
        count, shown = rows.count(), list(rows[:_SHOWN])
        across = request.POST.get("select_across", "0")
        context = self.admin_site.each_context(request) | {
            "title": asked.title,
            "opts": self.opts,
            "action": asked.action,
            "across": across,
            # All pages are named by one of their rows; the rows of one page each by itself.
            "selected": shown[:1] if across == "1" else rows,
            "shown": shown,
            "more": max(0, count - _SHOWN),
            "sentence": f"{count} selected.",
            "button": asked.button,
            "confirmed": _CONFIRMED,
            "problem": problem,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "conversations/why.html", context)


def interventions_told(done: QuerySet[Intervention]) -> SafeString | str:
    """Tell what was done by hand, by whom, when and why."""
    rows = (
        (
            timezone.localtime(one.created_at).strftime("%Y-%m-%d %H:%M"),
            one.get_kind_display(),
            one.who.email if one.who else "somebody who is gone",
            one.reason,
            f" (it had failed with {one.error_code})" if one.error_code else "",
        )
        for one in done
    )
    return format_html_join("", "<p>{} {} by {}: {}{}</p>", rows) or "–"


def _tell(request: HttpRequest, outcome: Outcome, asked: Asked) -> None:
    for refusal in outcome.refused[:_SHOWN]:
        messages.warning(request, refusal)
    if len(outcome.refused) > _SHOWN:
        messages.warning(request, f"{len(outcome.refused) - _SHOWN} more were refused.")
    if outcome.done:
        messages.success(request, f"{outcome.done} {asked.done}.")
    if outcome.left:
        messages.info(request, f"{outcome.left} are left: do it again for the next ones.")
