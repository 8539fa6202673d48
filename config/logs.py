"""The technical log: structured, in UTC, one line an event, on standard error.

What people did is in the audit record; this log tells an administrator what the process did. Text
that came from outside cannot forge a line here: control, colour and direction characters are shown,
never obeyed.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from engine.plaintext import clean

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "console"]

#: Libraries whose everyday remarks say nothing to an administrator.
_CHATTY = ("alembic", "apscheduler", "httpx2", "uvicorn")

_SECRET_NAME = re.compile(r"(?:^|_)(?:password|secret|token|authorization|cookie)$", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@/\s]+(@)")

#: What happens to every event, ours and the libraries', before it is written.
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


def configure(
    *, level: Level = "info", form: Format = "auto", stream: TextIO | None = None
) -> None:
    """Send every log of the process, the libraries' included, to one stream in one form.

    Args:
        level: The lowest level that is written.
        form: `auto` is JSON where the stream is no terminal.
        stream: Standard error unless a test says otherwise.
    """
    into = stream if stream is not None else sys.stderr
    handler = logging.StreamHandler(into)
    handler.setFormatter(_formatter(_renderer(form, into)))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel("DEBUG" if level == "debug" else "WARNING")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # A cached logger would keep writing to the stream of an earlier configuration.
        cache_logger_on_first_use=False,
    )


def _formatter(renderer: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            make_safe,
            renderer,
        ],
    )


def make_safe(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with secrets masked and every character of its texts harmless."""
    return {
        clean(name): "***" if _SECRET_NAME.search(name) else _safe(value)
        for name, value in event.items()
    }


def _safe(value: object) -> object:
    match value:
        case str():
            return clean(_URL_PASSWORD.sub(r"\1***\2", value))
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {clean(str(key)): _safe(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_safe(item) for item in value]
        case _:
            return clean(str(value))


def _renderer(form: Format, stream: TextIO) -> Processor:
    if form == "json" or (form == "auto" and not stream.isatty()):
        return structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
    return structlog.dev.ConsoleRenderer(colors=False)
