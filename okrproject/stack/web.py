"""The web process's application; under the supervisor it does not outlive its parent."""

import os
import signal

from django.urls import get_resolver

from okrproject import env
from okrproject.asgi import application
from okrproject.interpreter import settle_in
from okrproject.stack.launch import die_with_parent
from okrproject.stack.readiness import say_ready

__all__ = ["application"]

if env.flag("OKR_SUPERVISED", default=False):
    # The server forks: its parent dies with the supervisor, and this process with its parent.
    die_with_parent(signal.SIGKILL, os.getppid())
# The site's pages are loaded now, not by whoever comes first.
_ = get_resolver().url_patterns
settle_in()
say_ready()
