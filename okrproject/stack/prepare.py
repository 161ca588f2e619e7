"""Bring the database up to date before anybody uses it: `python -m okrproject.stack.prepare`."""

import argparse

import django
from django.core.management import call_command, get_commands


def main() -> None:
    """Migrate, load the library of examples and the prompt and, where asked for, the sample data."""
    parser = argparse.ArgumentParser(description="Migrate and fill the database of a new stack.")
    parser.add_argument("--demo-data", action="store_true")
    arguments = parser.parse_args()
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    if "load_library" in get_commands():
        call_command("load_library")
    call_command("load_prompts")
    if arguments.demo_data:
        from okrproject.demo.okrs import make_demo_okrs  # noqa: PLC0415 - models need django.setup
        from okrproject.demo.people import make_demo_people  # noqa: PLC0415 - as above

        make_demo_okrs(make_demo_people())


if __name__ == "__main__":
    main()
