"""`python -m profiling.simulator --port N`: the simulator without Django."""

import argparse

from profiling.simulator.options import add_arguments, parsed_options
from profiling.simulator.server import run


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="simulator", description="Serve the Messages API locally.")
    add_arguments(parser)
    run(parsed_options(vars(parser.parse_args())))


if __name__ == "__main__":
    main()
