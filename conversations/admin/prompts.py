"""Versions of the prompt in the admin: read, compare, write anew, publish, roll back."""

from collections.abc import Callable
from typing import Final, TypeAlias

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from conversations.admin.cache import staff_of
from conversations.admin.prompt_forms import VARIABLE_NAMES, DraftForm, ReasonForm
from conversations.errors import PromptInUseError, PromptRefusedError
from conversations.models import Label, PromptLabel, PromptPublication, PromptVersion
from conversations.prompt.difference import Written, differences
from conversations.prompt.wording import NAMES
from conversations.services.prompts import delete_version, publish, roll_back, save_version, use_of

PUBLISH: Final = "conversations.publish_promptversion"
_COLOURS: Final = {"production": "success", "candidate": "info"}
_TEMPLATE: Final = (
    "<details class='mb-2'><summary><b>{}</b>, {} tokens</summary>"
    "<pre class='overflow-auto whitespace-pre-line'>{}</pre></details>"
)
Answer: TypeAlias = HttpResponse | HttpResponseRedirect


@admin.register(PromptVersion)
class PromptVersionAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Every wording there was; a change is another version, and a label says which one is used."""

    list_display = [
        "version",
        "used_as",
        "tokens",
        "against_production",
        "golden_set",
        "note",
        "author",
        "created_at",
    ]
    list_select_related = ["created_by"]
    search_fields = ["version", "note"]
    fields = ["version", "used_as", "tokens", "golden_set", "note", "parent", "author", "created_at", "texts"]
    readonly_fields = fields
    actions_detail = ["compare", "write_anew", "put_into_production", "make_candidate"]
    actions_list = ["take_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromptVersion]:
        """Fetch the labels with the versions."""
        rows: QuerySet[PromptVersion] = super().get_queryset(request).prefetch_related("labels")
        return rows

    @display(description="used as", label=_COLOURS)  # type: ignore[untyped-decorator]  # unfold ships no types.
    def used_as(self, version: PromptVersion) -> str:
        """Name the label, production before candidate."""
        names = {label.name for label in version.labels.all()}
        return next((name for name in Label.values if name in names), "–")

    @admin.display(description="than production")
    def against_production(self, version: PromptVersion) -> str:
        """Say how many tokens more or fewer it costs."""
        current = in_production()
        return f"{version.tokens - current.tokens:+d}" if current and current != version else "–"

    @admin.display(description="golden set")
    def golden_set(self, version: PromptVersion) -> str:
        """Say how the recorded conversations fared with it, if they were held."""
        if version.evaluated_at is None:
            return "not evaluated"
        wrong = version.went_wrong
        return (
            f"went wrong in {', '.join(wrong)}" if wrong else f"unharmed on {version.evaluated_at:%d %b %Y}"
        )

    @admin.display(description="by")
    def author(self, version: PromptVersion) -> str:
        """Name the person, or say that it came with the program."""
        return version.created_by.email if version.created_by else "shipped"

    @admin.display(description="templates")
    def texts(self, version: PromptVersion) -> SafeString:
        """Show every template with its tokens."""
        counts = version.token_counts
        rows = ((name, counts.get(name, "?"), version.templates.get(name, "")) for name in NAMES)
        return format_html_join("", _TEMPLATE, rows)

    @action(description="Compare with production", url_path="compare")  # type: ignore[untyped-decorator]  # unfold ships no types.
    def compare(self, request: HttpRequest, object_id: str) -> Answer:
        """Show what it says differently from another version."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = get_object_or_404(PromptVersion, pk=object_id)
        chosen = request.GET.get("with", "")
        other = PromptVersion.objects.filter(version=chosen).first() or in_production() or version
        return self._page(
            request,
            "compare",
            f"{version} beside {other}",
            {"version": version, "other": other, "changes": changes(other, version), "all": _all()},
        )

    @action(description="Edit as a new draft", url_path="write-anew", permissions=["write"])  # type: ignore[untyped-decorator]  # unfold ships no types.
    def write_anew(self, request: HttpRequest, object_id: str) -> Answer:
        """Write another version, beginning with the words of this one."""
        version = get_object_or_404(PromptVersion, pk=object_id)
        form = DraftForm(request.POST or None, templates=version.templates)
        if request.method == "POST" and form.is_valid():
            draft = save_version(
                form.templates, by=staff_of(request), note=form.cleaned_data["note"], parent=version
            )
            self.log_addition(request, draft, f"Edited from {version}.")
            messages.success(request, f"Draft {draft} is kept. Nobody is answered with it yet.")
            return redirect(self._url("compare", draft))
        context = {"form": form, "version": version, "variables": VARIABLE_NAMES}
        return self._page(request, "draft", f"A new draft from {version}", context)

    @action(description="Publish", url_path="publish", permissions=["publish"])  # type: ignore[untyped-decorator]  # unfold ships no types.
    def put_into_production(self, request: HttpRequest, object_id: str) -> Answer:
        """Answer everybody with this version, once the difference has been seen and a reason given."""
        version = get_object_or_404(PromptVersion, pk=object_id)
        return self._moving(request, Label.PRODUCTION, version, publish)

    @action(description="Make candidate", url_path="candidate", permissions=["publish"])  # type: ignore[untyped-decorator]  # unfold ships no types.
    def make_candidate(self, request: HttpRequest, object_id: str) -> Answer:
        """Make it what shadow runs and experiments may try."""
        version = get_object_or_404(PromptVersion, pk=object_id)
        return self._moving(request, Label.CANDIDATE, version, publish)

    @action(description="Roll back", url_path="roll-back", permissions=["publish"])  # type: ignore[untyped-decorator]  # unfold ships no types.
    def take_back(self, request: HttpRequest) -> Answer:
        """Publish what the last publication replaced."""
        last = PromptPublication.objects.filter(label=Label.PRODUCTION).first()
        if last is None or last.replaced is None:
            messages.warning(request, "There is no earlier version to go back to.")
            return redirect("admin:conversations_promptversion_changelist")
        return self._moving(
            request, Label.PRODUCTION, last.replaced, lambda _version, **given: roll_back(**given)
        )

    # Methods, since Unfold looks a permission's own name up in the database at every system check,
    # and commands must run before there is one.
    def has_write_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Say whether this person may write drafts."""
        allowed: bool = self.has_add_permission(request)
        return allowed

    def has_publish_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Say whether this person may decide what everybody is answered with."""
        return request.user.has_perm(PUBLISH)

    def has_change_permission(self, request: HttpRequest, obj: PromptVersion | None = None) -> bool:
        """Say no: a version is final."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Begin a new version with the words in production, never with an empty form."""
        return [path("add/", self.admin_site.admin_view(self._from_production)), *super().get_urls()]

    def _from_production(self, request: HttpRequest) -> Answer:
        current = in_production()
        if current is None:
            messages.warning(request, "No version is in production yet: run `manage.py load_prompts`.")
            return redirect("admin:conversations_promptversion_changelist")
        return redirect(self._url("write_anew", current))

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        """Leave out deleting many at once: each one in use has its own reason to stay."""
        found: dict[str, object] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: None = None) -> HttpResponse:
        """Refuse before anything is asked when the version is in use."""
        version = PromptVersion.objects.filter(pk=object_id).first()
        if version is not None and (use := use_of(version)):
            messages.error(request, f"Version {version} cannot be deleted: {use}")
            return redirect("admin:conversations_promptversion_change", object_id)
        answer: HttpResponse = super().delete_view(request, object_id, extra_context)
        return answer

    def delete_model(self, request: HttpRequest, obj: PromptVersion) -> None:
        """Delete it unless somebody began to use it meanwhile."""
        try:
            delete_version(obj)
        except PromptInUseError as error:
            messages.error(request, error.message)

    def _moving(
        self,
        request: HttpRequest,
        label: Label,
        version: PromptVersion,
        move: Callable[..., PromptPublication | None],
    ) -> Answer:
        current = labelled(label)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            why = form.cleaned_data["why"]
            try:
                moved = move(version, who=staff_of(request), why=why, label=label)
            except PromptRefusedError as error:
                messages.error(request, error.message)
            else:
                self._say(request, label, version, moved=moved is not None, why=why)
            return redirect("admin:conversations_promptversion_changelist")
        context = {
            "version": version,
            "label": label,
            "current": current,
            "changes": changes(current, version) if current else (),
            "form": form,
        }
        return self._page(request, "publish", f"Make {version} the {label.value} version?", context)

    def _say(
        self, request: HttpRequest, label: Label, version: PromptVersion, *, moved: bool, why: str
    ) -> None:
        if not moved:
            messages.info(request, f"{version} was the {label.value} version already.")
            return
        self.log_change(request, version, f"Made the {label.value} version: {why}")
        messages.success(
            request, f"{version} is the {label.value} version now; workers hear of it in seconds."
        )

    def _page(self, request: HttpRequest, name: str, title: str, context: dict[str, object]) -> Answer:
        whole = self.admin_site.each_context(request) | {"title": title, "opts": self.opts} | context
        return TemplateResponse(request, f"conversations/prompt_{name}.html", whole)

    def _url(self, name: str, version: PromptVersion) -> str:
        return reverse(f"admin:conversations_promptversion_{name}", args=[version.pk])


@admin.register(PromptPublication)
class PromptPublicationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Every move of a label, with who and why."""

    list_display = ["created_at", "label", "version", "replaced", "by", "why"]
    list_filter = ["label"]
    list_select_related = ["version", "replaced", "who"]
    search_fields = ["version__version", "why", "who__email"]

    @admin.display(description="who")
    def by(self, publication: PromptPublication) -> str:
        """Name the person, or say that it came with the program."""
        return publication.who.email if publication.who else "the program"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: publishing writes the record."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PromptPublication | None = None) -> bool:
        """Say no: a record is not changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PromptPublication | None = None) -> bool:
        """Say no: a record stays."""
        return False


def labelled(label: Label) -> PromptVersion | None:
    """Give the version a label points to."""
    found = PromptLabel.objects.filter(name=label).select_related("version").first()
    return found.version if found else None


def in_production() -> PromptVersion | None:
    """Give the version that everybody is answered with."""
    return labelled(Label.PRODUCTION)


def changes(before: PromptVersion, after: PromptVersion) -> object:
    """Give what the later version says differently."""
    return differences(
        Written(before.templates, before.token_counts), Written(after.templates, after.token_counts)
    )


def _all() -> QuerySet[PromptVersion]:
    return PromptVersion.objects.all()[:100]
