"""The clock of a soak moves for those it is meant for, and comes back."""

import os
import subprocess
import sys
from pathlib import Path

from tests.soak.clock import clock_of

_SAYS_WHEN_IT_JUMPS = """
import time
began, steady = time.time(), time.monotonic()
def off(): return (time.time() - began) - (time.monotonic() - steady)
print("begun", flush=True)
while off() < 3600: time.sleep(0.01)
print("ahead", flush=True)
while off() > 1: time.sleep(0.01)
print("back", flush=True)
"""


def test_the_clock_jumps_ahead_and_back_while_the_process_runs(tmp_path: Path) -> None:
    clock, surroundings = clock_of(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", _SAYS_WHEN_IT_JUMPS, "celery"],
        env=os.environ | surroundings, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        heard = [process.stdout.readline().strip()]
        clock.write_text("7200")
        heard.append(process.stdout.readline().strip())
        clock.write_text("0")
        heard.append(process.stdout.readline().strip())

    assert heard == ["begun", "ahead", "back"]
