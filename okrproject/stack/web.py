"""The web process's application; under the supervisor it does not outlive its parent."""

import os
import signal

from okrproject import env
from okrproject.asgi import application
from okrproject.stack.launch import die_with_parent
from okrproject.stack.readiness import say_ready

__all__ = ["application"]

if env.flag("OKR_SUPERVISED", default=False):
    # The server forks: its parent dies with the supervisor, and this process with its parent.
    die_with_parent(signal.SIGKILL, os.getppid())
say_ready()
