"""Which processes one stack consists of, and the environment they share."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from okrproject import env
from okrproject.stack.launch import Launch
from okrproject.stack.listening import LISTEN_VARIABLE
from okrproject.stack.options import Options
from okrproject.stack.postgres import Postgres
from okrproject.stack.postgres_home import find_home
from okrproject.stack.private import free_ports, kept_secret
from okrproject.stack.process import Part
from okrproject.stack.valkey import Valkey

_WEB_DRAIN_SECONDS = 5
_READY_PATH = "/health/ready"
# Where processes count, each in files of its own that the web process adds up.
METRICS_FOLDER = "metrics"


@dataclass(frozen=True, slots=True)
class Program:
    """One of our own programs; it is ready when its probe says so."""

    process: Launch
    probe: Callable[[], bool] = lambda: True

    @property
    def name(self) -> str:
        """The name of its process."""
        return self.process.name

    def prepare(self) -> None:
        """Need nothing before the start."""

    def successor(self, sign: Path) -> "Program":
        """Give the same program once more; it is ready when it has left its sign."""
        surroundings = dict(self.process.env) | {"OKR_READY_FILE": str(sign)}
        return Program(replace(self.process, env=surroundings), sign.exists)

    def launch(self) -> Launch:
        """Say how it is started."""
        return self.process

    def is_ready(self) -> bool:
        """Ask the probe."""
        return self.probe()


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of one stack in the order in which they start."""

    servers: tuple[Part, ...]
    preparation: Part
    simulator: Part | None
    web: Program
    workers: tuple[Program, ...]
    beat: Program
    addresses: Mapping[str, str]


def make_plan(options: Options, *, listening: int | None = None) -> Plan:
    """Decide what runs: embedded servers and the simulator only where nothing else is named.

    The web process is handed the socket of that number, if one is given.
    """
    servers = _embedded_servers(options)
    addresses = {name: url for name, (_, url) in servers.items()}
    for name in ("DATABASE_URL", "REDIS_URL", "CACHE_REDIS_URL"):
        addresses.setdefault(name, getattr(settings, name))
    addresses |= {"BASE_URL": options.base_url, "WORKER_THREADS": str(options.worker_threads)}
    simulator = None
    if _needs_simulator():
        port = free_ports(1)[0]
        simulator = _simulator(port)
        addresses |= {"ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}", "CLAUDE_SIMULATED": "1"}
        if not _chosen("ANTHROPIC_API_KEY"):
            addresses["ANTHROPIC_API_KEY"] = "simulator"
    surroundings = _environment(options, addresses)
    return Plan(
        servers=tuple(part for part, _ in servers.values()),
        preparation=_preparation(options, surroundings),
        simulator=simulator,
        web=_web(options, surroundings, listening),
        workers=tuple(_workers(options, surroundings)),
        beat=_beat(surroundings),
        addresses=addresses,
    )


def _chosen(name: str) -> bool:
    """Tell whether the user set a variable; what a stack on this machine wrote does not count."""
    return bool(env.text(name)) and name not in settings.FROM_RUNNING_STACK


def _needs_simulator() -> bool:
    """Tell whether nobody else answers: there is no key, or only a rehearsal with one is wanted."""
    if not _chosen("ANTHROPIC_API_KEY"):
        return True
    rehearses = _chosen("CLAUDE_SIMULATED") and env.flag("CLAUDE_SIMULATED", default=False)
    return rehearses and not _chosen("ANTHROPIC_BASE_URL")


def _embedded_servers(options: Options) -> dict[str, tuple[Part, str]]:
    """Make a server for each address that nobody chose, on ports and passwords of its own."""
    folder = options.data_dir
    ports = free_ports(3)
    found: dict[str, tuple[Part, str]] = {}
    if not _chosen("DATABASE_URL"):
        postgres = Postgres(find_home(folder), ports[0], kept_secret(folder / "postgres-password"))
        found["DATABASE_URL"] = (postgres, postgres.url())
    password = kept_secret(folder / "valkey-password")
    if not _chosen("REDIS_URL"):
        broker = Valkey("broker", folder / "broker", ports[1], password, durable=True)
        found["REDIS_URL"] = (broker, broker.url())
    if not _chosen("CACHE_REDIS_URL"):
        cache = Valkey("cache", folder / "cache", ports[2], password, durable=False)
        found["CACHE_REDIS_URL"] = (cache, cache.url())
    return found


def _environment(options: Options, addresses: Mapping[str, str]) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if key not in settings.FROM_RUNNING_STACK}
    return inherited | dict(addresses) | {
        "OKR_DATA_DIR": str(options.data_dir),
        "OKR_SUPERVISED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(options.data_dir / METRICS_FOLDER),
        "DJANGO_SETTINGS_MODULE": "okrproject.settings",
        "PYTHONUNBUFFERED": "1",
        "LOG_FORMAT": env.text("LOG_FORMAT", "console"),
    }  # fmt: skip


def _python(name: str, surroundings: Mapping[str, str], *arguments: str) -> Launch:
    return Launch(name, (sys.executable, *arguments), env=surroundings, cwd=settings.BASE_DIR)


def _preparation(options: Options, surroundings: Mapping[str, str]) -> Part:
    arguments = ["-m", "okrproject.stack.prepare", *(["--demo-data"] if options.demo_data else [])]
    return Program(_python("prepare", surroundings, *arguments))


def _simulator(port: int) -> Part:
    launch = _python(
        "simulator", dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
        "-m", "profiling.simulator", "--port", str(port), "--profile", settings.SIMULATOR_PROFILE,
        *(["--allow-faults"] if settings.TEST_CRASH_POINTS else []),
    )  # fmt: skip
    return Program(launch, lambda: _answers(f"http://127.0.0.1:{port}/"))


def _web(options: Options, surroundings: Mapping[str, str], listening: int | None) -> Program:
    arguments = ("-m", "okrproject.stack.serve", "--host", options.host, "--port", str(options.port))
    launch = _python("web", surroundings, *arguments)
    if listening is not None:
        handed = dict(surroundings) | {LISTEN_VARIABLE: str(listening)}
        launch = replace(launch, env=handed, sockets=(listening,))
    launch = replace(launch, patience=_WEB_DRAIN_SECONDS)
    return Program(launch, lambda: _answers(options.base_url + _READY_PATH, exactly=200))


def _workers(options: Options, surroundings: Mapping[str, str]) -> list[Program]:
    return [_worker(number, surroundings) for number in range(1, options.worker_processes + 1)]


def _worker(number: int, surroundings: Mapping[str, str]) -> Program:
    name = f"worker-{number}"
    return Program(_celery(
        name, surroundings, "worker", "--hostname", f"{name}@%h", "--pool", "threads",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ))  # fmt: skip


def _beat(surroundings: Mapping[str, str]) -> Program:
    return Program(_celery("beat", surroundings, "beat", "--pidfile="))


def _celery(name: str, surroundings: Mapping[str, str], *arguments: str) -> Launch:
    # It warns at every start that root is no user for a worker; the warning is for pickles.
    quiet = ("-W", "ignore:You're running the worker with superuser")
    return _python(name, surroundings, *quiet, "-m", "celery", "--quiet", "-A", "okrproject", *arguments)


def _answers(url: str, *, exactly: int | None = None) -> bool:
    """Tell whether a server answers there, with that status if one is given."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return exactly in {None, response.status}
    except urllib.error.HTTPError as error:
        error.close()
        return exactly in {None, error.code}
    except OSError:
        return False
