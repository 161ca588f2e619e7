"""Endpoints of objectives."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from knowledge.api.base import OkrView, created
from knowledge.api.filters import ObjectiveFilter
from knowledge.api.inputs import ClosingInput, ObjectiveInput, closing_of
from knowledge.api.outputs import ObjectiveOutput
from knowledge.api.problems import COMMON, path_id, problems
from knowledge.api.render import objective_document
from knowledge.models import Objective
from knowledge.selectors import objectives_of
from knowledge.services import archive_objective, change_objective, close_objective, create_objective

_OBJECTIVE = path_id("The objective.")


class ObjectiveListView(OkrView[Objective]):
    """The organization's objectives."""

    queryset = Objective.objects.all()
    serializer_class = ObjectiveOutput
    filterset_class = ObjectiveFilter

    @extend_schema(
        operation_id="objectives_list",
        parameters=COMMON,
        responses={200: ObjectiveOutput(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        """List the objectives with key results and progress, newest first."""
        return self.page_of(objectives_of(self.person), objective_document)

    @extend_schema(
        operation_id="objectives_create",
        request=ObjectiveInput,
        parameters=COMMON,
        responses={201: ObjectiveOutput, **problems(body=True)},
    )
    def post(self, request: Request) -> Response:
        """Create an objective; it is yours unless an owner is named."""
        objective = create_objective(by=self.actor, fields=self.checked(ObjectiveInput, request))
        return created(objective_document(objective), "objectives")


class OneObjectiveView(OkrView[Objective]):
    """One objective of the person's organization."""

    serializer_class = ObjectiveOutput

    def shown(self, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Answer with the objective as it stands."""
        return Response(objective_document(objectives_of(self.person).get(pk=id)))

    def found(self, id: UUID) -> UUID:  # noqa: A002 - the path's word
        """Give the id if the person may see the objective, or raise DoesNotExist."""
        return Objective.objects.only("pk").get(pk=id, organization_id=self.person.organization_id).pk


class ObjectiveView(OneObjectiveView):
    """One objective."""

    @extend_schema(
        operation_id="objectives_retrieve",
        parameters=[_OBJECTIVE, *COMMON],
        responses={200: ObjectiveOutput, **problems(404)},
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Show an objective with its key results and progress."""
        return self.shown(id)

    @extend_schema(
        operation_id="objectives_update",
        request=ObjectiveInput,
        parameters=[_OBJECTIVE, *COMMON],
        responses={200: ObjectiveOutput, **problems(404, 409, body=True)},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Change an objective; an open status reopens an ended one. One parent replaces the other."""
        found = self.found(id)
        change_objective(found, by=self.actor, fields=self.checked(ObjectiveInput, request, partial=True))
        return self.shown(id)

    @extend_schema(
        operation_id="objectives_delete",
        parameters=[_OBJECTIVE, *COMMON],
        responses={204: None, **problems(404)},
    )
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Archive an objective; it and all that belongs to it can still be read."""
        archive_objective(self.found(id), by=self.actor)
        return Response(status=204)


class ObjectiveCloseView(OneObjectiveView):
    """The end of an objective."""

    @extend_schema(
        operation_id="objectives_close",
        request=ClosingInput,
        parameters=[_OBJECTIVE, *COMMON],
        responses={200: ObjectiveOutput, **problems(404, 409, body=True)},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Close an objective with its outcome and a score for each key result."""
        found = self.found(id)
        close_objective(found, by=self.actor, closing=closing_of(self.checked(ClosingInput, request)))
        return self.shown(id)


class ObjectiveArchiveView(OneObjectiveView):
    """The shelf for objectives."""

    @extend_schema(
        operation_id="objectives_archive",
        request=None,
        parameters=[_OBJECTIVE, *COMMON],
        responses={200: ObjectiveOutput, **problems(404)},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Archive an objective; key results and check-ins stay."""
        archive_objective(self.found(id), by=self.actor)
        return self.shown(id)
