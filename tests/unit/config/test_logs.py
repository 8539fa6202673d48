"""A log line that outside text cannot forge, and that tells no secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import configure


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    configure(level="info", stream=stream)
    return stream


def test_one_event_is_one_line_of_json_in_utc(lines: io.StringIO) -> None:
    structlog.get_logger("dondoc.test").info("sweep.completed", due=3)

    [line] = lines.getvalue().splitlines()
    event = json.loads(line)
    assert event["event"] == "sweep.completed"
    assert event["due"] == 3
    assert event["timestamp"].endswith("Z")


def test_a_name_cannot_forge_a_line(lines: io.StringIO) -> None:
    name = 'Sở\n{"event":"forged"}\r\x1b[31m\u202egnurt\u2028'

    structlog.get_logger().warning("unit.imported", name=name, nested={"aliases": [name]})

    [line] = lines.getvalue().splitlines()
    event = json.loads(line)
    assert event["name"] == 'Sở\\u000a{"event":"forged"}\\u000d\\u001b[31m\\u202egnurt\\u2028'
    assert event["nested"] == {"aliases": [event["name"]]}


def test_the_console_form_is_as_safe_as_json() -> None:
    stream = io.StringIO()
    configure(form="console", stream=stream)

    structlog.get_logger().info("unit.imported", name="a\nb\x1b[2J")

    [line] = stream.getvalue().splitlines()
    assert "\x1b" not in line


def test_secrets_are_masked(lines: io.StringIO) -> None:
    structlog.get_logger().info(
        "mail.connected", smtp_password="bi-mat", url="postgresql://u:bi-mat@h/d"
    )

    assert "bi-mat" not in lines.getvalue()
    assert json.loads(lines.getvalue())["url"] == "postgresql://u:***@h/d"


def test_libraries_log_in_the_same_form_and_below_the_level_nothing_is_written(
    lines: io.StringIO,
) -> None:
    logging.getLogger("apscheduler").warning("missed by %s", "a\nb")
    logging.getLogger("apscheduler").debug("chatter")
    structlog.get_logger().debug("chatter")

    [line] = lines.getvalue().splitlines()
    assert json.loads(line)["event"] == "missed by a\\u000ab"
