"""Logs are for machines or people, and never for people's words and keys."""

import json
import logging
import sys

import psycopg
import pytest
from django.test import RequestFactory

from okrproject.logs import console_formatter, json_formatter


def a_record(level: int = logging.INFO, **facts: object) -> logging.LogRecord:
    return logging.getLogger("okrproject.test").makeRecord(
        "okrproject.test", level, "file.py", 1, "A job ended.", (), None, extra=facts
    )


def test_a_line_for_machines_is_one_json_object_with_the_facts() -> None:
    line = json.loads(json_formatter().format(a_record(job="42")))

    assert line["event"] == "A job ended."
    assert line["job"] == "42"
    assert line["level"] == "info"
    assert line["logger"] == "okrproject.test"
    assert line["timestamp"].endswith("Z")


def test_a_line_for_people_starts_with_the_sentence_and_names_the_facts() -> None:
    line = console_formatter(timestamps=False).format(a_record(job="42"))

    assert line.startswith("[info] A job ended.")
    assert "job=42" in line


@pytest.mark.parametrize("fact", ["prompt", "content", "reply", "api_key", "password"])
def test_words_and_keys_are_withheld_above_debug(fact: str) -> None:
    spoken = json_formatter().format(a_record(logging.WARNING, **{fact: "secret"}))
    whispered = json_formatter().format(a_record(logging.DEBUG, **{fact: "secret"}))

    assert "secret" not in spoken
    assert "secret" in whispered


def test_a_request_is_named_without_what_was_searched_for() -> None:
    request = RequestFactory().get("/api/v1/sessions/", {"search": "secret"})

    line = json.loads(json_formatter().format(a_record(logging.WARNING, request=request)))

    assert line["request"] == "GET /api/v1/sessions/"


def test_an_exception_is_part_of_the_object() -> None:
    try:
        raise ValueError("nothing works")
    except ValueError:
        record = a_record(logging.ERROR)
        record.exc_info = sys.exc_info()

    line = json.loads(json_formatter().format(record))

    assert line["exception"][0]["exc_type"] == "ValueError"


@pytest.mark.parametrize("formatter", [json_formatter(), console_formatter()])
def test_a_row_that_the_database_refused_is_not_told(formatter: logging.Formatter) -> None:
    told = 'violates check constraint "content_is_short"\nDETAIL:  Failing row contains (1, our\n\nsecret).'
    try:
        try:
            raise psycopg.errors.CheckViolation(told)
        except psycopg.Error as error:
            raise ValueError(*error.args) from error
    except ValueError:
        record = a_record(logging.ERROR)
        record.exc_info = sys.exc_info()

    line = formatter.format(record)

    assert "CheckViolation" in line
    assert "content_is_short" in line
    assert "secret" not in line
