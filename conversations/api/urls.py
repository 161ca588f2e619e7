"""Routes under `/api/v1/` for sessions, messages and jobs."""

from django.urls import URLPattern, URLResolver, path

from conversations.api.events import JobEventsView
from conversations.api.jobs import JobCancelView, JobRetryView, JobView
from conversations.api.messages import MessageListView
from conversations.api.okrs import SessionExportView, SessionTransitionView
from conversations.api.sessions import SessionListView, SessionOkrView, SessionView
from conversations.api.webhooks import (
    WebhookDeliveryListView,
    WebhookListView,
    WebhookPingView,
    WebhookRedeliverView,
    WebhookRotateView,
    WebhookView,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/", SessionListView.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>/", SessionView.as_view(), name="session"),
    path("sessions/<uuid:session_id>/okr/", SessionOkrView.as_view(), name="session-okr"),
    path(
        "sessions/<uuid:session_id>/transition/", SessionTransitionView.as_view(), name="session-transition"
    ),
    path("sessions/<uuid:session_id>/export/", SessionExportView.as_view(), name="session-export"),
    path("sessions/<uuid:session_id>/messages/", MessageListView.as_view(), name="messages"),
    path("jobs/<uuid:job_id>/", JobView.as_view(), name="job"),
    path("jobs/<uuid:job_id>/events/", JobEventsView.as_view(), name="job-events"),
    path("jobs/<uuid:job_id>/cancel/", JobCancelView.as_view(), name="job-cancel"),
    path("jobs/<uuid:job_id>/retry/", JobRetryView.as_view(), name="job-retry"),
    path("webhooks/", WebhookListView.as_view(), name="webhooks"),
    path("webhooks/<uuid:webhook_id>/", WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:webhook_id>/rotate/", WebhookRotateView.as_view(), name="webhook-rotate"),
    path("webhooks/<uuid:webhook_id>/ping/", WebhookPingView.as_view(), name="webhook-ping"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/",
        WebhookDeliveryListView.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redeliver/",
        WebhookRedeliverView.as_view(),
        name="webhook-redeliver",
    ),
]
