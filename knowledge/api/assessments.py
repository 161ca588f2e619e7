"""The rubric's verdict on demand."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from knowledge.api.base import OkrView
from knowledge.api.inputs import AssessmentInput
from knowledge.api.outputs import AssessmentOutput
from knowledge.api.problems import COMMON, problems
from knowledge.models import Objective
from knowledge.quality import context_of
from knowledge.rubric import as_json, assess_okr


class AssessmentView(OkrView[Objective]):
    """Assesses texts; nothing is stored and no model is asked."""

    serializer_class = AssessmentOutput

    @extend_schema(
        operation_id="assessments_create",
        request=AssessmentInput,
        parameters=COMMON,
        responses={200: AssessmentOutput, **problems(body=True)},
    )
    def post(self, request: Request) -> Response:
        """Assess an objective, key results, and the set they make, as far as they are given."""
        given = self.checked(AssessmentInput, request)
        context = context_of(given.get("context") or {})
        return Response(as_json(assess_okr(given.get("objective"), given.get("key_results") or (), context)))
