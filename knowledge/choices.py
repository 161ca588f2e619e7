"""The closed choices of the OKR objects."""

from django.db.models import TextChoices


class CycleStatus(TextChoices):
    """Where a cycle stands."""

    PLANNING = "planning"
    ACTIVE = "active"
    CLOSED = "closed"
    ARCHIVED = "archived"


class ObjectiveStatus(TextChoices):
    """Where an objective stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    ACTIVE = "active"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Outcome(TextChoices):
    """How an objective ended."""

    ACHIEVED = "achieved"
    PARTIAL = "partial"
    MISSED = "missed"
    ABANDONED = "abandoned"


class Commitment(TextChoices):
    """Whether an objective must be met, or stretches."""

    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"


class Kind(TextChoices):
    """How a key result is measured: on a scale, by steps done, or done or not."""

    METRIC = "metric"
    MILESTONE = "milestone"
    BINARY = "binary"


class Direction(TextChoices):
    """Where a key result's value should go."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class InitiativeStatus(TextChoices):
    """Where a piece of work stands."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"
