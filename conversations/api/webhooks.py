"""Endpoints that manage where an organization's webhooks go."""

from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.api.authentication import user_of
from conversations.api.pagination import NewestFirst
from conversations.api.schema import COMMON, path_id, problems, response_header
from conversations.api.webhook_shapes import (
    WebhookDeliveryOutput,
    WebhookInput,
    WebhookOutput,
    WebhookSecretOutput,
    delivery_json,
    secret_json,
    webhook_json,
)
from conversations.models import WebhookDelivery, WebhookEndpoint
from conversations.selectors import delivery_of, endpoint_of, endpoints_of
from conversations.services.webhooks import (
    create_endpoint,
    delete_endpoint,
    ping,
    redeliver,
    rotate_secret,
    update_endpoint,
)
from knowledge.models import User

_WEBHOOK = path_id("webhook_id", "The endpoint.")
_DELIVERY = path_id("delivery_id", "The delivery.")
Right = Literal["view", "add", "change", "delete"]


def _allowed(request: Request, right: Right) -> User:
    """Give the person, if they may do this with their organization's webhooks; else 403."""
    user = user_of(request)
    if not user.has_perm(f"conversations.{right}_webhookendpoint"):
        raise PermissionDenied
    return user


def _may_redeliver(request: Request) -> User:
    """Give the person, if they keep the endpoints or are there to send again what was missed; else 403."""
    user = user_of(request)
    if not user.has_perm("conversations.change_webhookdelivery"):
        return _allowed(request, "change")
    return user


def _checked(request: Request, *, partial: bool = False) -> dict[str, Any]:
    wanted = WebhookInput(data=request.data, partial=partial)
    wanted.is_valid(raise_exception=True)
    return dict(wanted.validated_data)


class WebhookListView(GenericAPIView[WebhookEndpoint]):
    """The organization's endpoints."""

    serializer_class = WebhookOutput
    pagination_class = NewestFirst
    filter_backends = []

    @extend_schema(
        operation_id="webhooks_list",
        parameters=COMMON,
        responses={200: WebhookOutput(many=True), **problems(400, 403)},
    )
    def get(self, request: Request) -> Response:
        """List the organization's webhook endpoints, newest first."""
        page = self.paginate_queryset(endpoints_of(_allowed(request, "view")))
        return self.get_paginated_response([webhook_json(one) for one in page or ()])

    @extend_schema(
        operation_id="webhooks_create",
        request=WebhookInput,
        parameters=[response_header("Location", "The new endpoint.", 201), *COMMON],
        responses={
            201: WebhookSecretOutput,
            **problems(403, body=True, conflicts="`webhook_exists`, `too_many_webhooks`"),
        },
    )
    def post(self, request: Request) -> Response:
        """Make an endpoint; the answer holds its secret, which is shown only now."""
        user, wanted = _allowed(request, "add"), _checked(request)
        enabled = wanted.pop("enabled", True)
        made = create_endpoint(organization=user.organization, by=user, **wanted)
        if not enabled:
            update_endpoint(made.endpoint, enabled=False)
        return Response(
            secret_json(made),
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/v1/webhooks/{made.endpoint.pk}/"},
        )


class WebhookView(GenericAPIView[WebhookEndpoint]):
    """One endpoint."""

    serializer_class = WebhookOutput

    @extend_schema(
        operation_id="webhooks_retrieve",
        parameters=[_WEBHOOK, *COMMON],
        responses={200: WebhookOutput, **problems(403, 404)},
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """Show an endpoint."""
        return Response(webhook_json(endpoint_of(_allowed(request, "view"), webhook_id)))

    @extend_schema(
        operation_id="webhooks_update",
        request=WebhookInput,
        parameters=[_WEBHOOK, *COMMON],
        responses={200: WebhookOutput, **problems(403, 404, body=True, conflicts="`webhook_exists`")},
    )
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change an endpoint; enabling it again forgets why it was disabled."""
        endpoint = endpoint_of(_allowed(request, "change"), webhook_id)
        return Response(webhook_json(update_endpoint(endpoint, **_checked(request, partial=True))))

    @extend_schema(
        operation_id="webhooks_delete",
        parameters=[_WEBHOOK, *COMMON],
        responses={204: None, **problems(403, 404)},
    )
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Forget an endpoint and what it was still to be told."""
        delete_endpoint(endpoint_of(_allowed(request, "delete"), webhook_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookRotateView(GenericAPIView[WebhookEndpoint]):
    """Gives an endpoint a new secret."""

    serializer_class = WebhookSecretOutput

    @extend_schema(
        operation_id="webhooks_rotate",
        request=None,
        parameters=[_WEBHOOK, *COMMON],
        responses={200: WebhookSecretOutput, **problems(403, 404)},
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Rotate the secret; for a day messages are signed with the new and the old one."""
        endpoint = endpoint_of(_allowed(request, "change"), webhook_id)
        return Response(secret_json(rotate_secret(endpoint)))


class WebhookPingView(GenericAPIView[WebhookEndpoint]):
    """Tries an endpoint out."""

    serializer_class = WebhookDeliveryOutput

    @extend_schema(
        operation_id="webhooks_ping",
        request=None,
        parameters=[_WEBHOOK, *COMMON],
        responses={202: WebhookDeliveryOutput, **problems(403, 404)},
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send a `webhook.ping`, a signed message of no consequence."""
        delivery = ping(endpoint_of(_allowed(request, "change"), webhook_id))
        return Response(delivery_json(delivery), status=status.HTTP_202_ACCEPTED)


class WebhookDeliveryListView(GenericAPIView[WebhookDelivery]):
    """What an endpoint was sent, and is to be sent."""

    serializer_class = WebhookDeliveryOutput
    pagination_class = NewestFirst
    filter_backends = []

    @extend_schema(
        operation_id="webhooks_deliveries",
        parameters=[_WEBHOOK, *COMMON],
        responses={200: WebhookDeliveryOutput(many=True), **problems(400, 403, 404)},
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """List an endpoint's deliveries with each attempt, newest first."""
        endpoint = endpoint_of(_allowed(request, "view"), webhook_id)
        page = self.paginate_queryset(WebhookDelivery.objects.filter(endpoint=endpoint))
        return self.get_paginated_response([delivery_json(one) for one in page or ()])


class WebhookRedeliverView(GenericAPIView[WebhookDelivery]):
    """Sends a message again."""

    serializer_class = WebhookDeliveryOutput

    @extend_schema(
        operation_id="webhooks_redeliver",
        request=None,
        parameters=[_WEBHOOK, _DELIVERY, *COMMON],
        responses={202: WebhookDeliveryOutput, **problems(403, 404, conflicts="`delivery_under_way`")},
    )
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Send a delivered message or a dead letter again, under the same message id."""
        endpoint = endpoint_of(_may_redeliver(request), webhook_id)
        delivery = redeliver(delivery_of(endpoint, delivery_id))
        return Response(delivery_json(delivery), status=status.HTTP_202_ACCEPTED)
