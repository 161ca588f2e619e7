"""A hint has come: answer the job whose turn it is in fairness, which need not be the one the hint names.

There are as many hints as jobs, so each job is answered although nobody is tied to a certain one: an
organization that queued ten thousand jobs has queued ten thousand hints, and any of them serves others, too.
"""

import time
from functools import partial
from typing import Final
from uuid import UUID

from conversations.pipeline.claim import Claim, claim_fairly
from conversations.pipeline.run import run_claim, run_job
from conversations.ports import Ports
from conversations.sql import release_connection

_LINGER_SECONDS: Final = 5.0
_LONGEST_ROUND_SECONDS: Final = 60.0


def serve(job_id: UUID, ports: Ports) -> None:
    """Answer the fairest job there is; the hint's own where no other is due."""
    began = time.monotonic()
    claim, obstructed = _patiently(ports)
    if claim is not None:
        _run(claim, ports)
    elif obstructed:
        # The row waits as before; the reaper sends another hint if nobody comes by.
        ports.slots.owe()
        return
    else:
        run_job(job_id, ports)
    while time.monotonic() - began < _LONGEST_ROUND_SECONDS and ports.slots.owed():
        claim, _ = _take(ports)
        if claim is None:
            ports.slots.settle()
            return
        _run(claim, ports)


def _patiently(ports: Ports) -> tuple[Claim | None, bool]:
    """Take a job; while one is there that may not be taken yet, wait a while for another or its turn."""
    until = time.monotonic() + _LINGER_SECONDS
    while True:
        if ports.slots.may_try():
            claim, left_out = _take(ports)
            if claim is not None or not left_out:
                return claim, False
        if time.monotonic() >= until or not ports.slots.wait():
            return None, True


def _take(ports: Ports) -> tuple[Claim | None, bool]:
    # Nobody waits for a turn or a slot with a connection in hand. Hundreds of threads do so in a crowd, and
    # the one whose turn it was found none left: it waited for theirs, and they for it.
    release_connection()
    claim, left_out = ports.slots.take(partial(claim_fairly, worker=ports.worker))
    if claim is None:
        release_connection()
    return claim, left_out


def _run(claim: Claim, ports: Ports) -> None:
    with ports.slots.giving_back(claim):
        run_claim(claim, ports)
