"""Why a job's question was not answered from the cache: its key beside the nearest earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from conversations.models import Job

_LOOKED_AT: Final = 500
_MESSAGE: Final = "turn.message"
_MEANINGS: Final[Mapping[str, str]] = {
    "model": "the model asked",
    "max_tokens": "the most tokens of the answer",
    "output_config": "the answer's schema, or the effort",
    "thinking": "the model's thinking parameter",
    "system.instructions": "the instructions",
    "system.rubric": "the rubric's text",
    "system.phase": "the phase's instructions",
    "system.okr": "the OKR as it stands, its scores, or the session's context",
    "history": "what was said before",
    "turn.turn": "the strategy, findings or suggestions of this turn",
    "turn.message": "the user's words",
    "version.prompt": "the prompt's version",
    "version.wording": "the shipped wording's version",
    "version.rubric": "the rubric's version",
    "version.pipeline": "the pipeline's version",
    "version.library": "the library's version",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the question: its digest here and there."""

    component: str
    meaning: str
    here: str
    there: str

    @property
    def differs(self) -> bool:
        """Tell whether this part is why."""
        return self.here != self.there


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the cache did for a job, beside the earlier job whose question was nearest."""

    job: Job
    status: str
    reason: str
    scope: str
    fingerprint: str
    nearest: Job | None
    parts: tuple[Difference, ...]
    sentence: str


def explain(job: Job) -> Explanation:
    """Compare a job's question, part by part, with the nearest one asked before in its organization."""
    ours = _components(job)
    nearest = _nearest(job, ours) if ours else None
    theirs = _components(nearest) if nearest else {}
    parts = tuple(
        Difference(name, _MEANINGS.get(name, name), ours.get(name, "–"), theirs.get(name, "–"))
        for name in sorted(ours.keys() | theirs.keys())
    )
    return Explanation(
        job=job,
        status=str(job.cache.get("status", "")),
        reason=str(job.cache.get("reason", "")),
        scope=str(job.cache.get("scope", "")),
        fingerprint=str(job.cache.get("fingerprint", "")),
        nearest=nearest,
        parts=parts if nearest else (),
        sentence=_sentence(job, nearest, parts),
    )


def _nearest(job: Job, ours: Mapping[str, str]) -> Job | None:
    # The same model and the same time: only what could have left an answer for this job.
    earlier = (
        Job.objects.filter(organization_id=job.organization_id, finished_at__lte=job.created_at)
        .exclude(pk=job.pk)
        .exclude(cache__fingerprint=None)
        .order_by("-finished_at")[:_LOOKED_AT]
    )
    return max(earlier, key=lambda other: _likeness(ours, _components(other)), default=None)


def _likeness(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[int, bool]:
    same = sum(theirs.get(name) == digest for name, digest in ours.items())
    return same, theirs.get(_MESSAGE) == ours.get(_MESSAGE)


def _components(job: Job) -> dict[str, str]:
    found = job.cache.get("components")
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def _sentence(job: Job, nearest: Job | None, parts: tuple[Difference, ...]) -> str:
    if not job.cache:
        return "The job has not come to the cache, or ended before its answer was saved."
    if not job.cache.get("fingerprint"):
        return "The cache was not asked."
    if nearest is None:
        return "Nothing was asked in this organization before."
    differing = [part.meaning for part in parts if part.differs]
    if differing:
        return f"Beside the nearest earlier question, this differs: {', '.join(differing)}."
    if nearest.cache.get("scope") != job.cache.get("scope"):
        return "The same was asked before, in a scope that is not shared with this user."
    return "Exactly this was asked before; the reason above says what became of the answer."
