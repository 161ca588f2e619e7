"""The tables of conversations."""

from conversations.models.budget import Budget, BudgetDay, BudgetReservation
from conversations.models.cache_audit import AuditVerdict, CacheAudit
from conversations.models.cache_rule import CacheEvent, CacheFiring, CacheRule, CacheScope
from conversations.models.experiment import Experiment, ExperimentStatus, Variant
from conversations.models.intervention import DeadLetter, Intervention, InterventionKind
from conversations.models.job import OPEN, IdempotencyRecord, Job
from conversations.models.message import Message
from conversations.models.prompt_version import Label, PromptLabel, PromptPublication, PromptVersion
from conversations.models.route import RouteRule
from conversations.models.session import Session, Transition
from conversations.models.shadow import ShadowPlan, ShadowRun, ShadowStatus
from conversations.models.webhook import (
    PING,
    DeliveryState,
    JobEvent,
    WebhookDelivery,
    WebhookEndpoint,
)

__all__ = [
    "OPEN",
    "PING",
    "AuditVerdict",
    "Budget",
    "BudgetDay",
    "BudgetReservation",
    "CacheAudit",
    "CacheEvent",
    "CacheFiring",
    "CacheRule",
    "CacheScope",
    "DeadLetter",
    "DeliveryState",
    "Experiment",
    "ExperimentStatus",
    "IdempotencyRecord",
    "Intervention",
    "InterventionKind",
    "Job",
    "JobEvent",
    "Label",
    "Message",
    "PromptLabel",
    "PromptPublication",
    "PromptVersion",
    "RouteRule",
    "Session",
    "ShadowPlan",
    "ShadowRun",
    "ShadowStatus",
    "Transition",
    "Variant",
    "WebhookDelivery",
    "WebhookEndpoint",
]
