"""`manage.py demo`: the stack, and a real conversation over its REST API."""

import signal
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.pages.entry import one_time_link
from okrproject import env
from okrproject.demo.client import CallError, Client
from okrproject.demo.conversation import converse
from okrproject.demo.people import ADMIN_EMAIL, API_KEY_FILE, DEMO_EMAIL, PASSWORD_FILE, secret_key_of
from okrproject.demo.stack import Stack, StackEndedError
from okrproject.stack.private import free_ports, is_free


class _StopError(Exception):
    """A signal asked the demonstration to end."""


class Command(BaseCommand):
    """Starts the stack, converses, prints the way in, and serves until Ctrl-C."""

    help = "Start the whole stack, hold a three-message conversation over REST, then keep serving."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare how long to stay and where."""
        parser.add_argument("--once", action="store_true", help="end after the conversation")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data-dir", type=Path, default=settings.DATA_DIR)

    def handle(self, *args: object, **options: object) -> None:
        """Demonstrate; fail unless every message was answered."""
        once = bool(options["once"])
        data_dir = Path(str(options["data_dir"])).resolve()
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, _raise_stop)
        port = self._port(int(str(options["port"])))
        # The seed's latency is what a user meets; a run that only has to succeed need not wait for it.
        profile = env.text("SIMULATOR_PROFILE") or ("fast" if once else "seed")
        self._say(
            f"Starting PostgreSQL, Valkey, web, workers and beat; their logs are in {data_dir / 'logs'}."
        )
        stack = Stack(data_dir=data_dir, port=port, profile=profile)
        try:
            answered = self._demonstrate(stack, data_dir, profile=profile, once=once)
        except StackEndedError as error:
            raise CommandError(f"The stack did not start:\n{error}") from None
        except CallError as error:
            raise CommandError(str(error)) from None
        except _StopError:
            answered = True
        finally:
            self._end(stack)
        if not answered:
            raise CommandError("Not every message was answered.")

    def _demonstrate(self, stack: Stack, data_dir: Path, *, profile: str, once: bool) -> bool:
        base_url = stack.wait_until_ready()
        if not settings.ANTHROPIC_API_KEY or "ANTHROPIC_API_KEY" in settings.FROM_RUNNING_STACK:
            self._say(
                f"No ANTHROPIC_API_KEY is set: a local simulator answers, with the latency profile {profile}."
            )
        key = (data_dir / API_KEY_FILE).read_text().strip()
        answered = converse(Client(base_url, key))
        if once:
            return answered
        password = (data_dir / PASSWORD_FILE).read_text().strip()
        self._say("")
        link = one_time_link(DEMO_EMAIL, base_url, key=secret_key_of(data_dir))
        self._say(f"Chat      {link}")
        self._say("          (opens once, within half an hour; afterwards sign in as the administrator)")
        self._say(f"Admin     {base_url}/admin/   {ADMIN_EMAIL} / {password}")
        self._say(f"API docs  {base_url}/api/docs/")
        self._say(f"API key   {key}")
        self._say("Ctrl-C stops everything.")
        stack.wait()
        raise CommandError(f"The stack ended by itself; see {data_dir / 'logs'}.")

    def _port(self, wanted: int) -> int:
        if is_free("127.0.0.1", wanted):
            return wanted
        port = free_ports(1)[0]
        self._say(f"Port {wanted} is taken; this demonstration uses {port}.")
        return port

    def _end(self, stack: Stack) -> None:
        """Drain the stack; another Ctrl-C hastens it."""
        stack.signal()
        for _ in range(2):
            try:
                stack.wait()
            except _StopError:
                stack.signal()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _raise_stop(_signum: int, _frame: FrameType | None) -> None:
    raise _StopError
