"""The conversation pages of the admin."""

from conversations.admin.api_keys import ApiKeyAdmin
from conversations.admin.budgets import BudgetAdmin, BudgetDayAdmin
from conversations.admin.cache import CacheFiringAdmin, CacheRuleAdmin
from conversations.admin.cache_audits import CacheAuditAdmin
from conversations.admin.dead_letters import DeadLetterAdmin
from conversations.admin.experiments import ExperimentAdmin
from conversations.admin.jobs import JobAdmin
from conversations.admin.prompts import PromptPublicationAdmin, PromptVersionAdmin
from conversations.admin.routes import RouteRuleAdmin
from conversations.admin.sessions import SessionAdmin
from conversations.admin.shadows import ShadowPlanAdmin, ShadowRunAdmin
from conversations.admin.webhooks import WebhookDeliveryAdmin, WebhookEndpointAdmin

__all__ = [
    "ApiKeyAdmin",
    "BudgetAdmin",
    "BudgetDayAdmin",
    "CacheAuditAdmin",
    "CacheFiringAdmin",
    "CacheRuleAdmin",
    "DeadLetterAdmin",
    "ExperimentAdmin",
    "JobAdmin",
    "PromptPublicationAdmin",
    "PromptVersionAdmin",
    "RouteRuleAdmin",
    "SessionAdmin",
    "ShadowPlanAdmin",
    "ShadowRunAdmin",
    "WebhookDeliveryAdmin",
    "WebhookEndpointAdmin",
]
