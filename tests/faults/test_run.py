"""`dondoc run` as a process: started, stopped, killed, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = """\
Mã,Tên đơn vị,Trực thuộc,Lãnh đạo phụ trách,Tên khác,Theo dõi
SO,Sở Thử nghiệm,,,,
VP,Văn phòng Sở,SO,gd,,x
CNTT,Phòng Công nghệ,SO,gd,,
"""
PEOPLE = """\
Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử
gd,Trần Thị Giám,SO,director,gd@so.example
cvp,Hoàng Văn Chánh,VP,unit_head,cvp@so.example
tp,Phạm Thị Trưởng,CNTT,unit_head,tp@so.example
"""
#: Enough people to be told in one slot that a kill lands among them.
OFFICERS = 30
_PATIENCE_SECONDS = 40.0

pytestmark = pytest.mark.fault


def _dondoc(folder: Path, now: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dondoc.cli.main", *words],
        cwd=folder, env=_environ(now), capture_output=True, text=True, check=False,
    )  # fmt: skip
    # 1 is "done with findings": rows of a plan just read wait for a decision.
    assert done.returncode in (0, 1), done.stderr


def _environ(now: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "DONDOC_NOW": now, "NO_COLOR": "1"}


@contextmanager
def _running(folder: Path, now: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "run.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dondoc.cli.main", "run"],
            cwd=folder, env=_environ(now), stderr=log,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.01)


def _mail(folder: Path) -> list[str]:
    return [path.name for path in (folder / "var" / "mail").glob("*.eml")]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office whose plan has one task a person, all due on the same Tuesday."""
    now = "2023-02-06T08:00"
    officers = [f"cv{number}" for number in range(OFFICERS)]
    people = PEOPLE + "".join(
        f"{code},Chuyên viên {code},CNTT,officer,{code}@so.example\n" for code in officers
    )
    rows = "".join(
        f"II.1.{number},Việc {number},Phòng Công nghệ,{code},14/02/2023,Báo cáo,giữ\n"
        for number, code in enumerate(officers, start=1)
    )
    header = "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời hạn,Sản phẩm,Quyết định\n"
    for name, text in (("units.csv", UNITS), ("people.csv", people), ("plan.csv", header + rows)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    _dondoc(tmp_path, now, "init")
    _dondoc(tmp_path, now, "unit", "import", "units.csv")
    _dondoc(tmp_path, now, "person", "import", "people.csv")
    _dondoc(tmp_path, now, "plan", "import", "plan.csv", "--year", "2023", "--code", "KH",
            "--as", "cvp")  # fmt: skip
    _dondoc(tmp_path, now, "plan", "activate", "KH", "--as", "cvp")
    _dondoc(tmp_path, "2023-02-06T08:10", "relay")
    for name in _mail(tmp_path):
        (tmp_path / "var" / "mail" / name).unlink()
    return tmp_path


def test_run_stops_cleanly_on_sigterm(office: Path) -> None:
    with _running(office, "2023-02-08T09:00") as process:
        _wait(lambda: "Đang chạy" in (office / "run.log").read_text(encoding="utf-8"))

        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)

    assert code == 0
    assert "Đã dừng" in (office / "run.log").read_text(encoding="utf-8")


def test_run_picks_up_after_kill_9_and_tells_everybody_once(office: Path) -> None:
    # One of the messages that were on their way when the process died may be in doubt: it is
    # shown, and being a reminder not sent again.
    with _running(office, "2023-02-14T07:29:58") as process:
        _wait(lambda: len(_mail(office)) >= 3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    told_before = len(_mail(office))

    with _running(office, "2023-02-14T07:33:30"):
        _wait(lambda: len(_mail(office)) >= OFFICERS - 1)
        time.sleep(1)

    people = [name.split("-")[2] for name in _mail(office)]
    assert told_before < OFFICERS
    assert len(people) == len(set(people))
    assert len(people) >= OFFICERS - 1
    _dondoc(office, "2023-02-14T07:40", "audit", "verify")
