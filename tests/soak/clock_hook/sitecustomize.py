"""Begin workers and beat anew with a clock that can be moved; the web server does not bear it."""

import errno
import os
import sys
import time
from typing import SupportsIndex

_sleep = time.sleep


def sleep(seconds: SupportsIndex | float) -> None:
    """Sleep; under libfaketime a sleep whose end is past before it begins is an error."""
    try:
        _sleep(seconds)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise


library = os.environ.get("SOAK_CLOCK_LIBRARY")
if library and "celery" in sys.orig_argv and "LD_PRELOAD" not in os.environ:
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "LD_PRELOAD": library})
if library and "LD_PRELOAD" in os.environ:
    time.sleep = sleep
