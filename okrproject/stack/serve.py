"""`python -m okrproject.stack.serve`: the web server, on the supervisor's socket or one of its own."""

import argparse

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from okrproject.stack.listening import BACKLOG, inherited

APPLICATION = "okrproject.stack.web:application"
# The longest a request may wait is 30 s; what streams after that resumes elsewhere.
DRAIN_SECONDS = 35


class SharedSocketServer(MPServer):
    """Serves on a socket that outlives it; by itself granian would open one more on the same port.

    The kernel resets what waits in the queue of a socket that is closed, so a successor with a socket of
    its own would fail requests.
    """

    def _init_shared_socket(self) -> None:
        number = inherited()
        if number is None:
            super()._init_shared_socket()  # type: ignore[no-untyped-call]  # granian leaves it untyped.
            return
        # The attributes are granian's: no specification to bind anew, and a socket to share.
        attributes = {"_ssp": None, "_sso": None, "_sfd": number, "_shd": _holder(number)}
        self.__dict__.update(attributes)


def _holder(number: int) -> SocketHolder:
    return SocketHolder(number, False, BACKLOG)  # type: ignore[call-arg]  # its stub leaves the constructor out.


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(description="Serve the site.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    SharedSocketServer(
        APPLICATION,
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.ASGI,
        workers=1,
        backlog=BACKLOG,
        log_level=LogLevels.warning,
        workers_kill_timeout=DRAIN_SECONDS,
    ).serve()


if __name__ == "__main__":
    main()
