"""The form that begins a conversation."""

from django import forms
from django.core.exceptions import ValidationError

from conversations.services.submit import MAX_MESSAGE_BYTES

_TITLE = 60


class StartForm(forms.Form):
    """The first message, and what the coach should know beforehand."""

    message = forms.CharField(label="What do you want to achieve?", strip=True)
    industry = forms.CharField(required=False, max_length=100)
    function = forms.CharField(required=False, max_length=100)
    timeframe = forms.CharField(required=False, max_length=100)
    team_size = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    scope = forms.ChoiceField(
        required=False,
        choices=[("", "–"), ("individual", "Myself"), ("team", "A team"), ("company", "The company")],
    )

    def clean_message(self) -> str:
        """Refuse a message that is larger than the API takes."""
        message = str(self.cleaned_data["message"])
        if len(message.encode()) > MAX_MESSAGE_BYTES:
            raise ValidationError("This message is too long; at most 32 KiB are taken.")
        return message

    def title(self) -> str:
        """Name the conversation by how it begins."""
        first = " ".join(str(self.cleaned_data["message"]).split())
        if len(first) <= _TITLE:
            return first
        return first[:_TITLE].rsplit(" ", 1)[0] + " …"

    def context(self) -> dict[str, object]:
        """Give what was filled in beside the message."""
        names = ("industry", "function", "timeframe", "team_size", "scope")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
