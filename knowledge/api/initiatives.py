"""Endpoints of initiatives."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from knowledge.api.base import OkrView, created
from knowledge.api.filters import InitiativeFilter
from knowledge.api.inputs import InitiativeInput, NewInitiativeInput
from knowledge.api.outputs import InitiativeOutput
from knowledge.api.problems import COMMON, path_id, problems
from knowledge.api.render import initiative_document
from knowledge.models import Initiative
from knowledge.selectors import initiatives_of
from knowledge.services import change_initiative, create_initiative

_INITIATIVE = path_id("The initiative.")


class InitiativeListView(OkrView[Initiative]):
    """The organization's initiatives."""

    queryset = Initiative.objects.all()
    serializer_class = InitiativeOutput
    filterset_class = InitiativeFilter

    @extend_schema(
        operation_id="initiatives_list",
        parameters=COMMON,
        responses={200: InitiativeOutput(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        """List the initiatives, newest first."""
        return self.page_of(initiatives_of(self.person), initiative_document)

    @extend_schema(
        operation_id="initiatives_create",
        request=NewInitiativeInput,
        parameters=COMMON,
        responses={201: InitiativeOutput, **problems(body=True)},
    )
    def post(self, request: Request) -> Response:
        """Add an initiative to an objective."""
        fields = self.checked(NewInitiativeInput, request)
        objective = fields.pop("objective")
        initiative = create_initiative(objective.pk, by=self.actor, fields=fields)
        return created(initiative_document(initiative), "initiatives")


class InitiativeView(OkrView[Initiative]):
    """One initiative; a dropped one keeps its place with the status `dropped`."""

    serializer_class = InitiativeOutput

    @extend_schema(
        operation_id="initiatives_retrieve",
        parameters=[_INITIATIVE, *COMMON],
        responses={200: InitiativeOutput, **problems(404)},
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Show an initiative."""
        return Response(initiative_document(initiatives_of(self.person).get(pk=id)))

    @extend_schema(
        operation_id="initiatives_update",
        request=InitiativeInput,
        parameters=[_INITIATIVE, *COMMON],
        responses={200: InitiativeOutput, **problems(404, body=True)},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Change an initiative."""
        initiative = initiatives_of(self.person).get(pk=id)
        fields = self.checked(InitiativeInput, request, partial=True)
        return Response(initiative_document(change_initiative(initiative, by=self.actor, fields=fields)))
