"""What clients receive, described for the OpenAPI document; `render` makes it."""

from typing import Any

from rest_framework import serializers

from conversations.values import DoubleText, JobStatus, Phase, Priority, Role


class KeyResultOutput(serializers.Serializer[Any]):
    """A drafted key result."""

    text = serializers.CharField()
    kind = serializers.CharField()
    direction = serializers.CharField()
    baseline = serializers.FloatField(allow_null=True)
    target = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)


class DraftOutput(serializers.Serializer[Any]):
    """An OKR as it stands."""

    objective = serializers.CharField(allow_null=True)
    key_results = KeyResultOutput(many=True)


class _FreeObject(serializers.DictField):
    """An object with any keys."""


class SessionOutput(serializers.Serializer[Any]):
    """A coaching session."""

    id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    phase = serializers.ChoiceField(choices=Phase.choices)
    context = _FreeObject()  # type: ignore[assignment]  # `context` is DRF's word too.
    double_text = serializers.ChoiceField(choices=DoubleText.choices)
    okr = DraftOutput(allow_null=True, help_text="The OKR as it stands; null before the first draft.")
    okr_version = serializers.IntegerField(help_text="Grows with each change of the OKR.")
    approved_version = serializers.IntegerField(allow_null=True, help_text="The version the user approved.")
    quality = _FreeObject(allow_null=True, help_text="The last assessment of the OKR.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class OkrOutput(serializers.Serializer[Any]):
    """A session's OKR with its scores."""

    session = serializers.UUIDField()
    phase = serializers.ChoiceField(choices=Phase.choices)
    version = serializers.IntegerField(help_text="Grows with each change.")
    approved_version = serializers.IntegerField(allow_null=True)
    objective = serializers.CharField(allow_null=True)
    key_results = KeyResultOutput(many=True)
    quality = _FreeObject(allow_null=True, help_text="The last assessment of the OKR.")


class MessageOutput(serializers.Serializer[Any]):
    """One thing said."""

    id = serializers.UUIDField()
    session = serializers.UUIDField()
    turn = serializers.IntegerField(help_text="A message and its reply share a turn.")
    role = serializers.ChoiceField(choices=Role.choices)
    content = serializers.CharField()
    model = serializers.CharField(allow_blank=True, help_text="The model that wrote it; empty for the user.")
    stop_reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class JobMessageOutput(serializers.Serializer[Any]):
    """The message a job answers."""

    id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=Role.choices)
    content = serializers.CharField()


class ReplyOutput(JobMessageOutput):
    """The coach's reply."""

    model = serializers.CharField(allow_blank=True)
    stop_reason = serializers.CharField(allow_blank=True)


class QueueOutput(serializers.Serializer[Any]):
    """A waiting job's place in its queue."""

    position = serializers.IntegerField(
        help_text="Your organization's queued jobs of the same priority ahead, up to 1000."
    )
    eta_ms = serializers.IntegerField(allow_null=True, help_text="From recent jobs; null without any.")


class CacheOutput(serializers.Serializer[Any]):
    """What the response cache did."""

    status = serializers.ChoiceField(choices=["hit", "miss", "bypass", "stale", "coalesced"])
    reason = serializers.CharField(allow_null=True, allow_blank=True)
    age_seconds = serializers.FloatField(allow_null=True)


class UsageOutput(serializers.Serializer[Any]):
    """What answering consumed."""

    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cache_creation_input_tokens = serializers.IntegerField()
    cache_read_input_tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()


class TimingsOutput(serializers.Serializer[Any]):
    """Where the time went, in milliseconds."""

    queued = serializers.FloatField(allow_null=True)
    first_token = serializers.FloatField(allow_null=True)
    conversation_processing_total = serializers.FloatField(allow_null=True)
    steps = serializers.DictField(child=serializers.FloatField(), help_text="By the step's name.")


class JobErrorOutput(serializers.Serializer[Any]):
    """Why a job failed."""

    code = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    retryable = serializers.BooleanField()


class JobOutput(serializers.Serializer[Any]):
    """The promise to answer one message, and how it stands."""

    id = serializers.UUIDField()
    session = serializers.UUIDField()
    status = serializers.ChoiceField(choices=JobStatus.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When the job ends as `expired` if it was not answered."
    )
    attempt = serializers.IntegerField()
    queue = QueueOutput(allow_null=True, help_text="Null once the job has left the queue.")
    message = JobMessageOutput()
    reply = ReplyOutput(allow_null=True)
    cache = CacheOutput(allow_null=True, help_text="Null before the cache was asked.")
    usage = UsageOutput()
    timings_ms = TimingsOutput()
    assessment = _FreeObject(allow_null=True, help_text="The rubric's view of the OKR after this turn.")
    suggestions = serializers.ListField(child=_FreeObject())
    phase = serializers.ChoiceField(
        choices=Phase.choices, allow_null=True, help_text="The session's phase after this turn."
    )
    error = JobErrorOutput(allow_null=True, help_text="Null unless the job failed.")
