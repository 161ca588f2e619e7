"""A turn that never happens: a worker goes through all steps of one before it takes the first message.

With its first turn a process composes its statements and fills its caches, and so does the server process
behind its connection. A worker's first message waited for that: 37 ms instead of eight. The turn is one
transaction that is rolled back; it asks no model, leaves nothing in the cache, and tells nobody.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from conversations.cache.lookup import ONLY_IF_CACHED, Lookup, Question
from conversations.cache.response import Answers, NoCache
from conversations.errors import NotCachedError
from conversations.events.channel import Channel
from conversations.leases import Lease
from conversations.llm.client import Listener, ModelRequest
from conversations.models import Job, Message, Session
from conversations.pipeline.call import AttemptListener
from conversations.pipeline.claim import Claim, claim_job
from conversations.pipeline.process import process
from conversations.ports import Ports
from conversations.values import CoachAnswer, Completion, Draft, Intent, KeyResultDraft, Role, Usage
from knowledge.models import Organization, User
from profiling.spans import Profile

# Some more than it takes until psycopg has a statement prepared.
TIMES: Final = 4
_SAID: Final = "We want customers to stay longer and to buy more."
_ANSWER: Final = CoachAnswer(
    reply="By how much?",
    draft=Draft(
        objective="Make customers stay because they get more out of the product",
        key_results=(KeyResultDraft("Raise monthly retention from 80% to 90%", baseline=80, target=90),),
    ),
    intent=Intent.INFORMS,
)


class _Prompter:
    """A model that says its one line at once."""

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        listener.on_text(_ANSWER.reply)
        return Completion(_ANSWER, request.model, "end_turn", Usage())

    def count_tokens(self, request: ModelRequest) -> int:
        return 0


class _Forgetful(NoCache):
    """Looks in the cache, and neither finds nor keeps anything."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def look_up(self, question: Question) -> Lookup:
        """Ask for what cannot be there: the question is a new organization's."""
        with suppress(NotCachedError):
            self._answers.look_up(replace(question, control=ONLY_IF_CACHED, is_counted=False))
        return super().look_up(question)


class _Nobody:
    """Carries no events to anybody."""

    def hurry(self, channel: Channel) -> None:
        """Leave them where they are."""

    def leave(self, channel: Channel) -> None:
        """Forget nothing, as nothing is known."""


def rehearse(ports: Ports) -> None:
    """Answer a made-up message some times and leave no trace; raises DatabaseError without the database."""
    if settings.TEST_CRASH_POINTS:
        # They are armed for messages.
        return
    quiet = replace(ports, claude=_Prompter(), answers=_Forgetful(ports.answers))
    for _ in range(TIMES):
        with transaction.atomic():
            _answer(_made_up_job(), quiet)
            transaction.set_rollback(True)


def _answer(job: Job, ports: Ports) -> None:
    claim = claim_job(job.pk, worker=ports.worker)
    assert isinstance(claim, Claim), "Nobody else can see this job."
    lease = Lease(claim.job_id, claim.epoch, lease=settings.JOB_LEASE, deadline=settings.JOB_DEADLINE)
    with Channel(claim.job_id, claim.epoch, _Nobody()) as channel:
        process(claim, lease, AttemptListener(lease, channel), ports, Profile())


def _made_up_job() -> Job:
    name = f"rehearsal-{uuid4().hex}"
    organization = Organization.objects.create(name=name, slug=name)
    user = User.objects.create(email=f"{name}@example.invalid", organization=organization)
    session = Session.objects.create(user=user, organization=organization)
    whose = {"organization": organization, "session": session, "turn": 1}
    message = Message.objects.create(**whose, role=Role.USER, content=_SAID)
    return Job.objects.create(**whose, user=user, message=message)
