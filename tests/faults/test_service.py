"""The service as processes: pages and reminders in one, or apart; a port that is taken; the end."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.premises import ROOT, Premises, stop, wait

NOW = "2023-02-08T09:00"

pytestmark = pytest.mark.fault


@pytest.fixture
def office(tmp_path: Path) -> Premises:
    """An office without a plan."""
    place = Premises(tmp_path)
    place.dondoc("init", now=NOW)
    return place


@contextmanager
def started(office: Premises, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command that stays; what it says on standard error is in the log of its name."""
    with (office.folder / f"{words[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dondoc.cli.main", *words], cwd=office.folder,
            env=office._environ(NOW, {}), stderr=log, stdout=log,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def address(office: Premises, log: str) -> str:
    """Wait until pages are served, and return where."""
    found: list[str] = []

    def is_said() -> bool:
        found[:] = re.findall(r"http://127\.0\.0\.1:\d+", office.log(log))
        return bool(found)

    wait(is_said)
    return found[0]


def asked(url: str, path: str) -> tuple[int, bytes]:
    """Ask for a page and return status and body."""
    line = HTTPConnection(urlsplit(url).netloc, timeout=20)
    line.request("GET", path)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer.status, body


def test_run_serves_pages_and_sweeps_and_ends_within_twenty_seconds(office: Premises) -> None:
    with started(office, "run", "--port", "0") as process:
        url = address(office, "run.log")
        wait(lambda: asked(url, "/healthz")[0] == 200)
        page = asked(url, "/dang-nhap")
        # A line that somebody holds open keeps nobody from leaving.
        held = socket.create_connection(("127.0.0.1", urlsplit(url).port or 0))
        began = time.monotonic()
        code = stop(process)
        took = time.monotonic() - began
        held.close()

    assert page[0] == 200
    assert (code, took < 20) == (0, True)
    assert "Đã dừng" in office.log("run.log")


def test_the_first_run_shows_the_way_in_and_no_later_one_a_password(office: Premises) -> None:
    with started(office, "serve", "--port", "0") as process:
        url = address(office, "serve.log")
        wait(lambda: "/thiet-lap/" in office.log("serve.log"))
        link = re.findall(r"/thiet-lap/\S+", office.log("serve.log"))[0]
        status, body = asked(url, link)
        code = stop(process)

    assert (status, code) == (200, 0)
    assert b'name="password"' in body
    assert "geheim" not in office.log("serve.log")


def test_pages_and_reminders_live_apart_and_the_pages_say_when_nobody_reminds(
    office: Premises,
) -> None:
    with started(office, "serve", "--port", "0") as pages:
        url = address(office, "serve.log")
        alone = json.loads(asked(url, "/readyz")[1])
        with started(office, "worker") as worker:
            wait(lambda: "Đang chạy" in office.log("worker.log"))
            wait(lambda: asked(url, "/readyz")[0] == 200)
            ended = stop(worker)
        lives = asked(url, "/healthz")[0]
        code = stop(pages)

    # No plan is active yet: that nobody was ever reminded is worth a warning and no more.
    assert alone["ok"] or "sweep_never" in alone["findings"]
    assert (lives, ended, code) == (200, 0, 0)


def test_a_port_that_is_taken_is_said_at_once(office: Premises) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        answers = [office.ask(verb, "--port", port, now=NOW) for verb in ("run", "serve")]

    assert [one.returncode for one in answers] == [78, 78]
    assert all(f"127.0.0.1:{port}" in one.stderr for one in answers)
    assert all("--port" in one.stderr and "Traceback" not in one.stderr for one in answers)


def test_the_demo_opens_its_pages_to_anybody_in_that_office(tmp_path: Path) -> None:
    place = Premises(tmp_path)
    with started(place, "demo", "--port", "0") as process:
        wait(lambda: "Mở trong trình duyệt" in place.log("demo.log"))
        url = address(place, "demo.log")
        status, body = asked(url, "/dang-nhap")
        code = stop(process)
    again = place.ask("demo", "--once")

    assert status == 200
    assert "Trần Quốc Thanh" in body.decode()
    assert str(ROOT) not in body.decode()
    assert (code, again.returncode) == (0, 0)
