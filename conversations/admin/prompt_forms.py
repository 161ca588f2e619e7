"""The form in which a version of the prompt is written anew."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from conversations.models import PromptVersion
from conversations.prompt.wording import NAMES, VARIABLES, WordingError, parse_wording, version_of


class DraftForm(forms.Form):
    """Asks for every template; what could not be published is refused with a sentence."""

    note = forms.CharField(
        max_length=200,
        label="What is changed, and why",
        widget=UnfoldAdminTextInputWidget(attrs={"class": "w-full"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, templates: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(templates))
        for name in NAMES:
            rows = min(30, max(4, len(templates.get(name, "")) // 90 + 2))
            self.fields[name] = forms.CharField(
                label=name, widget=UnfoldAdminTextareaWidget(attrs={"rows": rows, "class": "w-full"})
            )

    @property
    def templates(self) -> dict[str, str]:
        """Give the texts as they were sent, in the line ends of the files."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n").strip() for name in NAMES}

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be parsed, and what is a version already."""
        cleaned = super().clean() or {}
        if set(NAMES) <= cleaned.keys():
            try:
                parse_wording(self.templates)
            except WordingError as error:
                raise ValidationError(str(error)) from error
            version = version_of(self.templates)
            if PromptVersion.objects.filter(version=version).exists():
                raise ValidationError(f"These are the words of version {version} already.")
        return cleaned


VARIABLE_NAMES = ", ".join(f"${name}" for name in sorted(VARIABLES))


class ReasonForm(forms.Form):
    """Asks why."""

    why = forms.CharField(
        max_length=200,
        label="Why",
        widget=UnfoldAdminTextInputWidget(attrs={"class": "w-full"}),
    )
