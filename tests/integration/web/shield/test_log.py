"""One line an event, by which a request is found again; nothing in it that opens anything."""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest

from config import logs
from tests.support.web import Site

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the technical log says from now on."""
    stream = StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.configure(level="info", form="json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: StringIO) -> list[dict[str, object]]:
    return [
        found
        for line in stream.getvalue().splitlines()
        if (found := json.loads(line))["event"].startswith("web.")
    ]


def test_a_request_is_found_in_the_log_by_the_number_that_its_answer_names(
    site: Site, written: StringIO
) -> None:
    answer = site.as_("cv").get("/viec-cua-toi")

    number = answer.headers["x-request-id"]
    assert UUID7.fullmatch(number)
    assert [(one["request_id"], one["status"], one["route"]) for one in lines(written)] == [
        (number, 200, "/viec-cua-toi")
    ]


def test_a_number_that_somebody_else_gave_is_not_taken_over(site: Site) -> None:
    answer = site.as_("cv").get("/viec-cua-toi", headers={"x-request-id": "geheim"})

    assert answer.headers["x-request-id"] != "geheim"


@pytest.mark.parametrize(
    "path", ["/l/geheim", "/l/x%0Ageheim", "/ical/geheim.ics", "/thiet-lap/geheim"]
)
def test_no_secret_of_an_address_is_written_down(site: Site, written: StringIO, path: str) -> None:
    site.as_(None).get(f"{path}?token=geheim", headers={"authorization": "Bearer geheim"})

    assert lines(written)
    assert "geheim" not in written.getvalue()


def test_nothing_that_was_posted_is_written_down(site: Site, written: StringIO) -> None:
    site.as_(None).post("/dang-nhap", data={"name": "cv", "password": "geheim-geheim"})

    assert lines(written)
    assert "geheim" not in written.getvalue()


def test_an_address_cannot_forge_a_line_of_the_log(site: Site, written: StringIO) -> None:
    site.as_(None).get("/x%0a%7b%22event%22:%22forged%22%7d%1b[31m")

    assert [one["event"] for one in lines(written)] == ["web.request"]
    assert "\x1b" not in written.getvalue()
