"""Places where a test may kill the process, to prove that no boundary loses a message.

Off unless `OKR_TEST_CRASH_POINTS` is set. A test arms a point by creating a file of its name in
`<data dir>/crash-points/`; whoever removes the file first dies there, so each point fires once. A file
named for a point and a subject, such as a job's id, stays: whoever takes up that subject dies.
"""

import os
import signal
from enum import StrEnum

from django.conf import settings


class CrashPoint(StrEnum):
    """Every boundary at which a process may die."""

    BEFORE_ACCEPT_COMMIT = "before_accept_commit"
    AFTER_ACCEPT_COMMIT = "after_accept_commit"
    AFTER_SEND = "after_send"
    BEFORE_CLAIM = "before_claim"
    AFTER_CLAIM = "after_claim"
    BEFORE_CALL = "before_call"
    MID_STREAM = "mid_stream"
    AFTER_CALL = "after_call"
    INSIDE_COMMIT = "inside_commit"
    AFTER_COMMIT = "after_commit"
    AFTER_ERROR = "after_error"
    INSIDE_REAPER = "inside_reaper"


def crash_point(point: CrashPoint, subject: object = "") -> None:
    """Die here, without a goodbye, when a test has armed this point, or this point for this subject."""
    if not settings.TEST_CRASH_POINTS:
        return
    armed = settings.DATA_DIR / "crash-points"
    if not (subject and (armed / f"{point}.{subject}").exists()):
        try:
            (armed / point).unlink()
        except FileNotFoundError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
