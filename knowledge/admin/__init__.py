"""The knowledge pages of the admin."""

from knowledge.admin.check_ins import CheckInAdmin, InitiativeAdmin, KeyResultAdmin
from knowledge.admin.cycles import CycleAdmin
from knowledge.admin.library import LibraryEntryAdmin, SuggestionFeedbackAdmin
from knowledge.admin.objectives import ObjectiveAdmin
from knowledge.admin.people import OrganizationAdmin, PersonAdmin, TeamAdmin

__all__ = [
    "CheckInAdmin",
    "CycleAdmin",
    "InitiativeAdmin",
    "KeyResultAdmin",
    "LibraryEntryAdmin",
    "ObjectiveAdmin",
    "OrganizationAdmin",
    "PersonAdmin",
    "SuggestionFeedbackAdmin",
    "TeamAdmin",
]
