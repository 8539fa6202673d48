"""An office on its premises: a folder with its settings, and real processes that work in it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
_UNITS = """\
Mã,Tên đơn vị,Trực thuộc,Lãnh đạo phụ trách,Tên khác,Theo dõi
SO,Sở Thử nghiệm,,,,
VP,Văn phòng Sở,SO,gd,,x
CNTT,Phòng Công nghệ,SO,gd,,
"""
_PEOPLE = """\
Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử
gd,Trần Thị Giám,SO,director,gd@so.example
cvp,Hoàng Văn Chánh,VP,unit_head,cvp@so.example
tp,Phạm Thị Trưởng,CNTT,unit_head,tp@so.example
"""
_PLAN = "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời hạn,Sản phẩm,Quyết định\n"


@dataclass(frozen=True, slots=True)
class Premises:
    """A folder in which `dondoc` is called.

    Attributes:
        folder: Where it is.
        settings: Settings that differ from the defaults, as variables.
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def dondoc(self, *words: str, now: str | None = None, **environ: str) -> str:
        """Call a command, at an instant set by hand or by the clock; return what it printed."""
        done = self.ask(*words, now=now, **environ)
        # 1 is "done with findings": rows of a plan just read wait for a decision.
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def ask(
        self, *words: str, now: str | None = None, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Call a command and return how it ended."""
        return subprocess.run(
            [sys.executable, "-m", "dondoc.cli.main", *words], cwd=self.folder,
            env=self._environ(now, environ), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def found(self, *, officers: int, due: str, now: str, **environ: str) -> None:
        """Make the office: one task a person, all due on one day; their heads know, nobody else."""
        people = _PEOPLE + "".join(
            f"cv{number},Chuyên viên {number},CNTT,officer,cv{number}@so.example\n"
            for number in range(officers)
        )
        rows = "".join(
            f"II.1.{number + 1},Việc {number},Phòng Công nghệ,cv{number},{due},Báo cáo,giữ\n"
            for number in range(officers)
        )
        for name, text in (
            ("units.csv", _UNITS), ("people.csv", people), ("plan.csv", _PLAN + rows)
        ):  # fmt: skip
            (self.folder / name).write_text(text, encoding="utf-8")
        steps = (
            ("init",) if not (self.folder / "dondoc.toml").exists() else ("db", "upgrade"),
            ("unit", "import", "units.csv"),
            ("person", "import", "people.csv"),
            ("plan", "import", "plan.csv", "--year", due[-4:], "--code", "KH", "--as", "cvp"),
            ("plan", "activate", "KH", "--as", "cvp"),
        )
        for step in steps:
            self.dondoc(*step, now=now, **environ)

    @contextmanager
    def running(
        self, now: str | None = None, *, log: str = "run.log", **environ: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start `dondoc run`; it is killed at the end if it is still there."""
        with (self.folder / log).open("ab") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "dondoc.cli.main", "run", "--port", "0"],
                cwd=self.folder, env=self._environ(now, environ), stderr=written,
            )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def mail(self) -> list[str]:
        """Return the names of the messages that trial mode kept."""
        return sorted(path.name for path in (self.folder / "var" / "mail").glob("*.eml"))

    def told(self) -> list[str]:
        """Return whom each kept message was for."""
        return [name.split("-")[2] for name in self.mail()]

    def clear_mail(self) -> None:
        """Take every kept message away."""
        for name in self.mail():
            (self.folder / "var" / "mail" / name).unlink()

    def log(self, name: str = "run.log") -> str:
        """Return what the processes wrote on standard error."""
        return (self.folder / name).read_text(encoding="utf-8")

    def _environ(self, now: str | None, environ: Mapping[str, str]) -> dict[str, str]:
        pinned = {"DONDOC_NOW": now} if now else {}
        return {
            **os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **self.settings, **pinned,
            **environ,
        }  # fmt: skip


def wait(
    until: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS,
    instead: Callable[[], object] = lambda: "nothing happened in time",
) -> None:  # fmt: skip
    """Wait until something is so; `instead` says what there was, where it never is."""
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, instead()
        time.sleep(0.02)


def stop(process: subprocess.Popen[Any]) -> int:
    """Ask a process to end, and return its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=PATIENCE_SECONDS)
