"""The end of a job, as its row has it."""

from uuid import UUID

from conversations.api.render import job_json
from conversations.api.renderers import QuickJSONRenderer
from conversations.models import OPEN, Job
from conversations.streaming.reading import EndedJob
from conversations.values import JobStatus

_renderer = QuickJSONRenderer()


def ended_job(job_id: UUID) -> EndedJob | None:
    """Give a job that is over; None while it is open.

    Whether the client may see it was decided when it began to watch: a session that is deleted
    meanwhile still tells its watchers that the job is cancelled.
    """
    job = Job.objects.select_related("message", "reply").filter(pk=job_id).first()
    if job is None:
        erased = _renderer.render({"id": job_id, "status": JobStatus.CANCELLED})
        return EndedJob(job_id, JobStatus.CANCELLED, 0, "", erased)
    if job.status in OPEN:
        return None
    shown = _renderer.render(job_json(job))
    return EndedJob(job.pk, JobStatus(job.status), job.lease_epoch, _text_of(job), shown)


def _text_of(job: Job) -> str:
    if job.status == JobStatus.SUCCEEDED and job.reply:
        return job.reply.content
    return job.partial_text if job.status == JobStatus.CANCELLED else ""
