"""Give workers and beat a clock that can be moved while they run.

libfaketime, which moves every program's clock, made each timed wait of Python's locks end at once: the
workers spun, and answered one message a second.
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LOOK_SECONDS = 0.2


def _follow(clock: Path) -> None:
    import time_machine

    moved: time_machine.travel | None = None
    shown = 0
    while True:
        # An empty file is one that is just being written.
        wanted = int(clock.read_text() or shown)
        if wanted != shown:
            if moved is not None:
                moved.stop()
                moved = None
            if wanted:
                moved = time_machine.travel(datetime.now(UTC) + timedelta(seconds=wanted), tick=True)
                moved.start()
            shown = wanted
        time.sleep(_LOOK_SECONDS)


_clock = os.environ.get("SOAK_CLOCK")
if _clock and "celery" in sys.orig_argv:
    threading.Thread(target=_follow, args=(Path(_clock),), name="clock", daemon=True).start()
