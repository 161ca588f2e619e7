"""The command line of the supervisor, shared by `manage.py up` and `python -m okrproject.stack`."""

import argparse
import logging
from pathlib import Path

from django.conf import settings

from okrproject.logs import console_formatter
from okrproject.stack.claim import AlreadyRunningError
from okrproject.stack.options import Options
from okrproject.stack.output import Output
from okrproject.stack.postgres import ClusterError
from okrproject.stack.postgres_home import HomeError
from okrproject.stack.private import free_ports, obstacle
from okrproject.stack.process import NotReadyError
from okrproject.stack.supervisor import StartError, supervise
from okrproject.stack.wheels import MissingProgramError

_CAUSES = (AlreadyRunningError, ClusterError, HomeError, MissingProgramError, NotReadyError, StartError)


class RefusedError(Exception):
    """The stack could not start or go on; the message is for the user."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the stack listens, keeps its files and how wide it is."""
    parser.add_argument("--port", type=_port, default=8000, help="0 picks a free one (default 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--data-dir", type=Path, default=settings.DATA_DIR, help="default var")
    parser.add_argument("--worker-processes", type=_positive, default=2, help="default 2")
    parser.add_argument(
        "--worker-threads", type=_positive, default=settings.WORKER_THREADS, help="per process (default 100)"
    )
    parser.add_argument("--no-demo-data", action="store_false", dest="demo_data")


def run(arguments: dict[str, object]) -> None:
    """Supervise until a signal comes; raise with a sentence if the stack cannot start."""
    host, port = str(arguments["host"]), int(str(arguments["port"])) or free_ports(1)[0]
    stack = Options(
        data_dir=Path(str(arguments["data_dir"])).resolve(),
        host=host,
        port=port,
        worker_processes=int(str(arguments["worker_processes"])),
        worker_threads=int(str(arguments["worker_threads"])),
        demo_data=bool(arguments["demo_data"]),
    )
    if sentence := obstacle(host, port):
        raise RefusedError(sentence)
    with Output(stack.data_dir / "logs") as output:
        _log_to(output)
        try:
            supervise(stack, output)
        except _CAUSES as error:
            raise RefusedError(str(error)) from error


class _OutputLog(logging.Handler):
    """Writes the supervisor's own log among the lines of its processes."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).splitlines():
            self._output.line("up", line.encode())


def _log_to(output: Output) -> None:
    handler = _OutputLog(output)
    handler.setFormatter(console_formatter(timestamps=True))
    logger = logging.getLogger("okrproject.stack")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.INFO)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port lies between 0 and 65535")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
