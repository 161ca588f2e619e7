"""`python -m okrproject.stack`: the supervisor without Django's applications, which it does not need."""

import argparse
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okrproject.settings")

from okrproject.stack.command_line import RefusedError, add_arguments, run


def main() -> int:
    """Supervise until a signal comes, and give the exit code."""
    parser = argparse.ArgumentParser(prog="up", description="Run the whole stack until a signal comes.")
    add_arguments(parser)
    try:
        run(vars(parser.parse_args()))
    except RefusedError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the sentence for the user
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
