"""Endpoints of jobs."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.api.authentication import user_of
from conversations.api.headers import cache_status, wait_seconds
from conversations.api.outputs import JobOutput
from conversations.api.render import job_json
from conversations.api.schema import COMMON, path_id, problems
from conversations.models import Job
from conversations.selectors import is_open, job_of
from conversations.services import cancel_job, retry_job
from conversations.waiting import STILL_OPEN_HEADER

_JOB = path_id("job_id", "The job.")
_WAIT = OpenApiParameter(
    "wait",
    {"type": "number", "minimum": 0, "default": 0},
    OpenApiParameter.QUERY,
    description="Answer when the job ends, or after this many seconds (at most 30).",
)


class JobView(GenericAPIView[Job]):
    """One job."""

    serializer_class = JobOutput

    @extend_schema(
        operation_id="jobs_retrieve",
        parameters=[_JOB, _WAIT, *COMMON],
        responses={200: JobOutput, **problems(400, 404)},
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """Show a job, at once or when it ends."""
        waits = wait_seconds(request.query_params.get("wait")) > 0
        # The waiting itself is done in front of this application, where it costs no thread.
        if waits and request.method == "HEAD":
            still_open = is_open(user_of(request), job_id)
            return Response(headers={STILL_OPEN_HEADER: "1"} if still_open else {})
        job = job_of(user_of(request), job_id)
        return Response(job_json(job), headers=cache_status(job))


class JobCancelView(GenericAPIView[Job]):
    """Stops a job."""

    serializer_class = JobOutput

    @extend_schema(
        operation_id="jobs_cancel",
        request=None,
        parameters=[_JOB, *COMMON],
        responses={200: JobOutput, **problems(404, conflicts="`job_finished`")},
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel a job: at once while it waits, soon while it runs."""
        return Response(job_json(cancel_job(job_id, user=user_of(request))))


class JobRetryView(GenericAPIView[Job]):
    """Gives a failed or cancelled job another chance."""

    serializer_class = JobOutput

    @extend_schema(
        operation_id="jobs_retry",
        request=None,
        parameters=[_JOB, *COMMON],
        responses={200: JobOutput, **problems(404, conflicts="`job_not_retryable`")},
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Queue a failed or cancelled job again, as the session's newest turn."""
        return Response(job_json(retry_job(job_id, user=user_of(request))))
