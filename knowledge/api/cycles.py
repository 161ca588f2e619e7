"""Endpoints of cycles."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from knowledge.api.base import OkrView, created
from knowledge.api.filters import CycleFilter
from knowledge.api.inputs import CarryOverInput, CycleClosingInput, CycleInput, closing_of
from knowledge.api.outputs import CarriedOverOutput, CycleOutput
from knowledge.api.problems import COMMON, path_id, problems
from knowledge.api.render import cycle_document, documents, objective_document
from knowledge.models import Cycle, Objective
from knowledge.selectors import complete, cycles_of
from knowledge.services import archive_cycle, carry_over, change_cycle, close_cycle, create_cycle

_CYCLE = path_id("The cycle.")


class CycleListView(OkrView[Cycle]):
    """The organization's cycles."""

    queryset = Cycle.objects.all()
    serializer_class = CycleOutput
    filterset_class = CycleFilter

    @extend_schema(
        operation_id="cycles_list",
        parameters=COMMON,
        responses={200: CycleOutput(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        """List the cycles, newest first."""
        return self.page_of(cycles_of(self.person), cycle_document)

    @extend_schema(
        operation_id="cycles_create",
        request=CycleInput,
        parameters=COMMON,
        responses={201: CycleOutput, **problems(body=True)},
    )
    def post(self, request: Request) -> Response:
        """Create a cycle."""
        cycle = create_cycle(by=self.actor, fields=self.checked(CycleInput, request))
        return created(cycle_document(cycle), "cycles")


class CycleView(OkrView[Cycle]):
    """One cycle."""

    serializer_class = CycleOutput

    @extend_schema(
        operation_id="cycles_retrieve",
        parameters=[_CYCLE, *COMMON],
        responses={200: CycleOutput, **problems(404)},
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Show a cycle."""
        return Response(cycle_document(cycles_of(self.person).get(pk=id)))

    @extend_schema(
        operation_id="cycles_update",
        request=CycleInput,
        parameters=[_CYCLE, *COMMON],
        responses={200: CycleOutput, **problems(404, 409, body=True)},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Change a cycle; the status planning or active reopens an ended one."""
        cycle = cycles_of(self.person).get(pk=id)
        fields = self.checked(CycleInput, request, partial=True)
        return Response(cycle_document(change_cycle(cycle.pk, by=self.actor, fields=fields)))

    @extend_schema(
        operation_id="cycles_delete",
        parameters=[_CYCLE, *COMMON],
        responses={204: None, **problems(404)},
    )
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Archive a cycle; it and its objectives can still be read, and nothing is lost."""
        archive_cycle(cycles_of(self.person).get(pk=id).pk, by=self.actor)
        return Response(status=204)


class CycleCloseView(OkrView[Cycle]):
    """The end of a cycle."""

    serializer_class = CycleOutput

    @extend_schema(
        operation_id="cycles_close",
        request=CycleClosingInput,
        parameters=[_CYCLE, *COMMON],
        responses={200: CycleOutput, **problems(404, 409, body=True)},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Close a cycle and its open objectives, all or nothing; 409 names each missing outcome and score."""
        cycle = cycles_of(self.person).get(pk=id)
        wanted = self.checked(CycleClosingInput, request)
        closings = {one["id"]: closing_of(one) for one in wanted.get("objectives", ())}
        closed = close_cycle(
            cycle.pk, by=self.actor, learnings=wanted.get("learnings", ""), closings=closings
        )
        return Response(cycle_document(closed))


class CarryOverView(OkrView[Objective]):
    """The way into the next cycle."""

    serializer_class = CarriedOverOutput

    @extend_schema(
        operation_id="cycles_carry_over",
        request=CarryOverInput,
        parameters=[_CYCLE, *COMMON],
        responses={200: CarriedOverOutput, **problems(404, 409, body=True)},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Copy unfinished objectives into another cycle as drafts; a second time gives the same copies."""
        cycle = cycles_of(self.person).get(pk=id)
        wanted = self.checked(CarryOverInput, request)
        into = cycles_of(self.person).get(pk=wanted["into"]).pk if "into" in wanted else None
        copies = carry_over(cycle.pk, by=self.actor, into=into, objectives=wanted.get("objectives"))
        rows = complete(Objective.objects.filter(pk__in=[one.pk for one in copies])).order_by(
            "created_at", "id"
        )
        return Response({"objectives": documents(rows, objective_document)})
