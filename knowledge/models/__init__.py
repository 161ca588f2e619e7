"""The tables of organizations and their goals."""

from knowledge.models.organization import Organization, Team, User  # isort: skip
from knowledge.models.check_in import CheckIn
from knowledge.models.cycle import Cycle
from knowledge.models.initiative import Initiative
from knowledge.models.key_result import KeyResult
from knowledge.models.library import FeedbackAction, LibraryEntry, LibraryVersion, SuggestionFeedback
from knowledge.models.objective import Objective

__all__ = [
    "CheckIn",
    "Cycle",
    "FeedbackAction",
    "Initiative",
    "KeyResult",
    "LibraryEntry",
    "LibraryVersion",
    "Objective",
    "Organization",
    "SuggestionFeedback",
    "Team",
    "User",
]
