"""What a neighbour with ten thousand queued messages costs: a claim, and somebody else's first reply.

The neighbour's rows and hints are put where submissions would have put them, since it is the queue that is
measured and not its filling.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.acceptance.stack import RunningStack, running_stack
from tests.benchmarks.bench_service import KeptConnection, exchange, new_session
from tests.benchmarks.samples import Mark, Samples, report

NEIGHBOURS = 10_000
QUIET, CROWDED = 6, 12


def main() -> None:
    """Measure with an instant model and with one of the seed's latency."""
    figures: dict[str, object] = {}
    marks: list[Mark] = []
    for profile in ("instant", "seed"):
        with (
            tempfile.TemporaryDirectory(prefix="okr-bench-") as folder,
            running_stack(
                Path(folder), worker_threads=100, SIMULATOR_PROFILE=profile, JOB_LEASE_SECONDS="15",
                REAP_INTERVAL_SECONDS="3", JOB_RESEND_SECONDS="5",
                ADMISSION_MAX_WAIT_INTERACTIVE_SECONDS="3600",
            ) as stack,
        ):  # fmt: skip
            quiet = _first_replies(stack, QUIET)
            claims = _in_the_stack(stack, "fill")
            crowded = _first_replies(stack, CROWDED)
            waiting = stack.query("SELECT count(*) FROM conversations_job WHERE status = 'queued'")
        added = round((crowded.p95 - quiet.p50) / 1000, 3)
        figures[profile] = {
            "quiet": quiet.as_json(), "crowded": crowded.as_json(), "claim": claims,
            "still_queued_at_the_end": waiting and waiting[0], "added_s": added,
        }  # fmt: skip
        print(profile, figures[profile])
        marks += [
            Mark(f"{profile}: added to another's first reply (p95 to p50)", added, 2, "s"),
            Mark(f"{profile}: a claim with {NEIGHBOURS:,} queued, p50", float(claims["p50_ms"]), 2),
        ]
    report("fairness", figures, marks)


def _first_replies(stack: RunningStack, count: int) -> Samples:
    client = KeptConnection(stack.base_url, stack.key)
    return Samples.of(lambda: exchange(client, new_session(client)), count, warm_up=1)


def _in_the_stack(stack: RunningStack, what: str) -> dict[str, float]:
    # A process of its own, since Django reads its settings once.
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_fairness", what],
        env=os.environ | {"OKR_DATA_DIR": str(stack.data_dir)},
        check=True,
        capture_output=True,
        text=True,
    )
    values = [float(line.split()[1]) for line in answer.stdout.splitlines() if line.startswith("claim ")]
    return Samples(tuple(values)).as_json()


def fill() -> None:
    """Queue the neighbour's messages with their hints, and time claims that are then taken back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okrproject.settings")
    import django

    django.setup()
    from django.db import connection, transaction

    from conversations.dispatch import send_job
    from conversations.models import Job, Message, Session
    from conversations.pipeline.claim import claim_fairly
    from conversations.values import Role
    from tests.builders import a_user, an_organization

    user = a_user(organization=an_organization(slug=f"big-{time.time_ns()}"), email=f"{time.time_ns()}@x.com")
    whose = {"organization_id": user.organization_id}
    sessions = Session.objects.bulk_create(
        [Session(user=user, next_turn=2, **whose) for _ in range(NEIGHBOURS)], batch_size=1000
    )
    messages = Message.objects.bulk_create(
        [
            Message(session=one, turn=1, role=Role.USER, content=f"We lose customer {place}.", **whose)
            for place, one in enumerate(sessions)
        ],
        batch_size=1000,
    )
    with transaction.atomic():
        jobs = Job.objects.bulk_create(
            [
                Job(session=one.session, message=one, user=user, turn=1, cache_control="no-store", **whose)
                for one in messages
            ],
            batch_size=1000,
        )
    for _ in range(200):
        with transaction.atomic():
            began = time.perf_counter()
            claim_fairly([], worker="bench")
            print(f"claim {(time.perf_counter() - began) * 1000:.3f}")
            transaction.set_rollback(True)
    for job in jobs:
        send_job(job.pk, queue=job.priority)
    connection.close()


if __name__ == "__main__":
    fill() if "fill" in sys.argv[1:] else main()
