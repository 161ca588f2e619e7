"""How the system logs: one JSON object per line in production, readable lines in a terminal."""

import io
import logging
from collections.abc import Iterator
from typing import Any, TextIO

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

# Facts that may hold what people wrote or what opens doors; they never reach a log above DEBUG.
_UNSPEAKABLE = frozenset(
    {"prompt", "content", "reply", "answer", "text", "key", "api_key", "password", "token"}
)
# PostgreSQL adds the row that it refused to its error: what people wrote, and hashes of keys.
_DETAIL = "\nDETAIL:"


def log_settings(*, level: str, readable: bool) -> dict[str, Any]:
    """Give Django's LOGGING: everything to standard error, by one handler."""
    formatter = "console_formatter" if readable else "json_formatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": {"()": f"{__name__}.{formatter}"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": "INFO"},
            # A line per task and per request says nothing that the jobs' own rows do not say.
            "celery": {"propagate": True, "level": "WARNING"},
            "httpx2": {"propagate": True, "level": "WARNING"},
            # Its lines name who tried; the rows do, too, and go with the person.
            "axes": {"propagate": True, "level": "ERROR"},
            # A stranger's choice of words; the answer is 400, and a traceback for each would fill the disk.
            "django.security.DisallowedHost": {"propagate": False, "level": "CRITICAL"},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
        },
    }


def console_formatter(*, timestamps: bool = True) -> logging.Formatter:
    """Give lines for people: the sentence first, then its facts."""
    stamp: list[Processor] = (
        [structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)] if timestamps else []
    )
    # Plain tracebacks: decorated ones show local variables, and drawing them costs more than the failure.
    console = structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, pad_level=False, exception_formatter=_plain_traceback
    )
    return _formatter([*stamp, console])


def json_formatter() -> logging.Formatter:
    """Give lines for machines."""
    return _formatter(
        [
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without local variables: among them are API keys and what people wrote.
            ExceptionRenderer(_traceback_for_machines),
            structlog.processors.JSONRenderer(sort_keys=True),
        ]
    )


def without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Blank out facts that may hold people's words or keys, above DEBUG."""
    record = event.get("_record")
    if record is not None and record.levelno <= logging.DEBUG:
        return event
    return {name: "[withheld]" if name in _UNSPEAKABLE else fact for name, fact in event.items()}


def _traceback_for_machines(exc_info: ExcInfo) -> list[dict[str, Any]]:
    told = ExceptionDictTransformer(show_locals=False)(exc_info)
    return [one | {"exc_value": one["exc_value"].partition(_DETAIL)[0]} for one in told]


def _plain_traceback(stream: TextIO, exc_info: ExcInfo) -> None:
    whole = io.StringIO()
    structlog.dev.plain_traceback(whole, exc_info)
    text = whole.getvalue()
    for words in map(str, _chain(exc_info[1])):
        text = text.replace(words, words.partition(_DETAIL)[0]) if _DETAIL in words else text
    stream.write(text)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and all that led to it."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def without_queries(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Name a request by its path alone: in what stands behind it are the texts that people look for."""
    request: Any = event.get("request")
    if hasattr(request, "path"):
        event["request"] = f"{request.method} {request.path}"
    return event


def _formatter(renderers: list[Processor]) -> logging.Formatter:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            without_secrets,
            without_queries,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *renderers,
        ],
    )
