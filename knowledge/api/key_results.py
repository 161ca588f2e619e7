"""Endpoints of key results and their check-ins."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from knowledge.api.base import OkrView, created
from knowledge.api.filters import CheckInFilter, KeyResultFilter
from knowledge.api.inputs import CheckInInput, KeyResultInput, NewKeyResultInput
from knowledge.api.outputs import CheckInOutput, KeyResultOutput
from knowledge.api.problems import COMMON, path_id, problems
from knowledge.api.render import check_in_document, key_result_document
from knowledge.models import CheckIn, KeyResult
from knowledge.selectors import check_ins_of, key_results_of
from knowledge.services import archive_key_result, change_key_result, check_in, create_key_result

_RESULT = path_id("The key result.")
_CHECK_IN = path_id("The check-in.")


class KeyResultListView(OkrView[KeyResult]):
    """The organization's key results."""

    queryset = KeyResult.objects.all()
    serializer_class = KeyResultOutput
    filterset_class = KeyResultFilter

    @extend_schema(
        operation_id="key_results_list",
        parameters=COMMON,
        responses={200: KeyResultOutput(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        """List the key results with their progress, newest first."""
        return self.page_of(key_results_of(self.person), key_result_document)

    @extend_schema(
        operation_id="key_results_create",
        request=NewKeyResultInput,
        parameters=COMMON,
        responses={201: KeyResultOutput, **problems(409, body=True)},
    )
    def post(self, request: Request) -> Response:
        """Add a key result to an objective."""
        fields = self.checked(NewKeyResultInput, request)
        objective = fields.pop("objective")
        result = create_key_result(objective.pk, by=self.actor, fields=fields)
        return created(key_result_document(result), "key-results")


class KeyResultView(OkrView[KeyResult]):
    """One key result."""

    serializer_class = KeyResultOutput

    @extend_schema(
        operation_id="key_results_retrieve",
        parameters=[_RESULT, *COMMON],
        responses={200: KeyResultOutput, **problems(404)},
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Show a key result with its progress."""
        return Response(key_result_document(key_results_of(self.person).get(pk=id)))

    @extend_schema(
        operation_id="key_results_update",
        request=KeyResultInput,
        parameters=[_RESULT, *COMMON],
        responses={200: KeyResultOutput, **problems(404, 409, body=True)},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Change a key result of an open objective."""
        result = key_results_of(self.person).get(pk=id)
        fields = self.checked(KeyResultInput, request, partial=True)
        return Response(key_result_document(change_key_result(result, by=self.actor, fields=fields)))

    @extend_schema(
        operation_id="key_results_delete",
        parameters=[_RESULT, *COMMON],
        responses={204: None, **problems(404, 409)},
    )
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Archive a key result; it and its check-ins can still be read."""
        archive_key_result(key_results_of(self.person).get(pk=id), by=self.actor)
        return Response(status=204)


class CheckInListView(OkrView[CheckIn]):
    """The organization's check-ins: a diary that is only ever added to."""

    queryset = CheckIn.objects.all()
    serializer_class = CheckInOutput
    filterset_class = CheckInFilter

    @extend_schema(
        operation_id="check_ins_list",
        parameters=COMMON,
        responses={200: CheckInOutput(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        """List the check-ins, newest first."""
        return self.page_of(check_ins_of(self.person), check_in_document)

    @extend_schema(
        operation_id="check_ins_create",
        request=CheckInInput,
        parameters=COMMON,
        responses={201: CheckInOutput, **problems(409, body=True)},
    )
    def post(self, request: Request) -> Response:
        """Check in on a key result of an open objective."""
        fields = self.checked(CheckInInput, request)
        result = fields.pop("key_result")
        written = check_in(result, by=self.actor, fields=fields)
        return created(check_in_document(written), "check-ins")


class CheckInView(OkrView[CheckIn]):
    """One check-in; it never changes."""

    serializer_class = CheckInOutput

    @extend_schema(
        operation_id="check_ins_retrieve",
        parameters=[_CHECK_IN, *COMMON],
        responses={200: CheckInOutput, **problems(404)},
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the path's word
        """Show a check-in."""
        return Response(check_in_document(check_ins_of(self.person).get(pk=id)))
