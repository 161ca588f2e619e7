"""The simulator's command line, shared by `python -m` and the management command."""

import argparse
from dataclasses import dataclass

from profiling.simulator.latency import PROFILES


@dataclass(frozen=True)
class Options:
    """How to run one simulator."""

    port: int
    host: str = "127.0.0.1"
    profile: str = "seed"
    seed: int = 1
    allow_faults: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--port", type=int, required=True, help="0 picks a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="seed", help="latency of the answers")
    parser.add_argument("--seed", type=int, default=1, help="seed of the latencies")
    parser.add_argument("--allow-faults", action="store_true", help="let requests ask for faults")


def parsed_options(arguments: dict[str, object]) -> Options:
    """Turn parsed arguments into options."""
    return Options(
        port=int(str(arguments["port"])),
        host=str(arguments["host"]),
        profile=str(arguments["profile"]),
        seed=int(str(arguments["seed"])),
        allow_faults=bool(arguments["allow_faults"]),
    )
