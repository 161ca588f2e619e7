"""Everything that writes OKRs."""

from knowledge.services.carry_over import carry_over
from knowledge.services.cycles import archive_cycle, change_cycle, close_cycle, create_cycle
from knowledge.services.drafts import KeyResultInput, create_from_draft
from knowledge.services.erasure import Forgotten, forget_person
from knowledge.services.fields import (
    CheckInFields,
    CycleFields,
    InitiativeFields,
    KeyResultFields,
    ObjectiveFields,
)
from knowledge.services.history import Actor, Source, recorded
from knowledge.services.initiatives import change_initiative, create_initiative
from knowledge.services.key_results import (
    archive_key_result,
    change_key_result,
    check_in,
    create_key_result,
)
from knowledge.services.objectives import (
    Closing,
    Score,
    archive_objective,
    change_objective,
    close_objective,
    create_objective,
)

__all__ = [
    "Actor",
    "CheckInFields",
    "Closing",
    "CycleFields",
    "Forgotten",
    "InitiativeFields",
    "KeyResultFields",
    "KeyResultInput",
    "ObjectiveFields",
    "Score",
    "Source",
    "archive_cycle",
    "archive_key_result",
    "archive_objective",
    "carry_over",
    "change_cycle",
    "change_initiative",
    "change_key_result",
    "change_objective",
    "check_in",
    "close_cycle",
    "close_objective",
    "create_cycle",
    "create_from_draft",
    "create_initiative",
    "create_key_result",
    "create_objective",
    "forget_person",
    "recorded",
]
