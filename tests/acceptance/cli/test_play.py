"""`dondoc simulate` and `dondoc demo`: what they print, and the codes they leave."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dondoc.cli.play import _program
from tests.support.databases import Urls
from tests.support.terminal import Terminal

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SWAPPED = str(SCENARIOS / "s01-swapped-saturday.yaml")


def changed(dondoc: Terminal, before: str, after: str) -> str:
    text = Path(SWAPPED).read_text("utf-8")
    assert before in text
    return dondoc.write("changed.yaml", text.replace(before, after), encoding="utf-8")


def test_a_scenario_that_holds_ends_with_zero_and_a_story_by_day(dondoc: Terminal) -> None:
    answer = dondoc("simulate", SWAPPED)

    assert answer.code == 0
    lines = answer.out.splitlines()
    saturday = lines.index("thứ Bảy 25/01/2014")
    assert lines[saturday + 1] == "  07:30  thư tới cv [nhắc] remind-3 T1"
    assert any(line.startswith("T1 ") and "10 ngày" in line for line in lines)
    assert "Không thể xác nhận" in answer.out


def test_an_expectation_that_fails_is_shown_beside_what_came_and_ends_with_one(
    dondoc: Terminal,
) -> None:
    file = changed(dondoc, "at: 2014-01-25T07:30", "at: 2014-01-24T07:30")

    answer = dondoc("simulate", file)

    assert answer.code == 1
    assert "expected 2014-01-24T07:30 to cv: remind-3 [T1]" in answer.out
    assert "got      2014-01-25T07:30 to cv: remind-3 [T1]" in answer.out


def test_json_is_one_object_of_the_documented_shape(dondoc: Terminal) -> None:
    answer = dondoc("simulate", SWAPPED, "--json")

    said = answer.json
    assert list(said) == ["messages", "tasks", "refused", "superseded", "alerts", "audit"]
    reminder = next(one for one in said["messages"] if one["kind"] == "reminder")
    assert reminder | {"message_id": ""} == {
        "at": "2014-01-25T07:30:00+07:00",
        "to": "cv",
        "address": "cv@example.test",
        "kind": "reminder",
        "items": [{"task": "T1", "rung": "remind-3", "working_days_left": 3}],
        "message_id": "",
        "status": "accepted",
        "copies": 1,
    }
    assert said["tasks"][0] == {
        "code": "T1",
        "state": "in_progress",
        "due": "2014-02-07",
        "effective_due": "2014-02-07",
        "overdue_working_days": 10,
        "cell": "open_overdue",
    }
    assert said["refused"][0]["code"] == "transition_refused"
    assert said["audit"]["verified"] is True


def test_json_leaves_standard_output_to_the_object_even_when_something_fails(
    dondoc: Terminal,
) -> None:
    file = changed(dondoc, "at: 2014-01-25T07:30", "at: 2014-01-24T07:30")

    answer = dondoc("simulate", file, "--json")

    assert answer.code == 1
    assert answer.json["superseded"] == []
    assert "expected 2014-01-24T07:30" in answer.err


def test_a_wrong_scenario_ends_with_78_and_every_line_that_is_wrong(dondoc: Terminal) -> None:
    file = changed(dondoc, "assignee: cv, due: 2014-02-07", "assignee: ai, due: 2014-02-30")

    answer = dondoc("simulate", file)

    assert answer.code == 78
    assert answer.out == ""
    assert "không có người 'ai'" in answer.err
    assert "không có ngày 2014-02-30" in answer.err


def test_a_plan_that_cannot_be_activated_is_refused_with_its_lines(dondoc: Terminal) -> None:
    file = changed(dondoc, "lead: CNTT, assignee: cv, due", "lead: CNTT, assignee: cvp, due")

    answer = dondoc("simulate", file)

    lines = Path(SWAPPED).read_text("utf-8").splitlines()
    line = 1 + next(at for at, text in enumerate(lines) if "{code: T1, title" in text)
    assert answer.code == 78
    assert f"dòng {line}: T1: " in answer.err


def test_a_scenario_is_played_on_a_named_database_once(
    dondoc: Terminal, database_urls: Urls
) -> None:
    first = dondoc("simulate", SWAPPED, "--database", database_urls.url)
    second = dondoc("simulate", SWAPPED, "--database", database_urls.url)

    assert first.code == 0
    assert second.code == 78
    assert "trống" in second.err


def test_a_database_without_tables_gets_them(dondoc: Terminal, empty_database_urls: Urls) -> None:
    url = empty_database_urls.owner_url or empty_database_urls.url

    answer = dondoc("simulate", SWAPPED, "--database", url)

    assert answer.code == 0


@pytest.mark.parametrize("url", ["mysql://somewhere/x", "nonsense", "", "postgres://x/y"])
def test_a_database_of_another_kind_is_refused(dondoc: Terminal, url: str) -> None:
    answer = dondoc("simulate", SWAPPED, "--database", url)

    assert answer.code == 78
    assert "không đọc được địa chỉ cơ sở dữ liệu" in answer.err


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_that_would_be_gone_afterwards_is_refused(dondoc: Terminal, url: str) -> None:
    answer = dondoc("simulate", SWAPPED, "--database", url)

    assert answer.code == 78
    assert "trong bộ nhớ" in answer.err
    assert list(dondoc.folder.iterdir()) == []


def test_a_database_in_which_an_office_was_set_up_is_not_played_on(
    installed: Terminal, database_urls: Urls
) -> None:
    answer = installed("simulate", SWAPPED, "--database", database_urls.url)

    assert answer.code == 78
    assert "đã có thang, quy trình" in answer.err


def test_the_database_of_another_program_is_left_untouched(dondoc: Terminal) -> None:
    file = dondoc.folder / "other.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE invoices (id)")
    before = file.read_bytes()

    answer = dondoc("simulate", SWAPPED, "--database", f"sqlite:///{file}")

    assert answer.code == 78
    assert "'invoices'" in answer.err
    assert file.read_bytes() == before


def test_a_database_of_an_older_version_is_not_brought_up_to_date_for_a_play(
    dondoc: Terminal,
) -> None:
    file = dondoc.folder / "old.sqlite"
    assert dondoc("simulate", SWAPPED, "--database", f"sqlite:///{file}").code == 0
    with closing(sqlite3.connect(file)) as old:
        old.execute("UPDATE alembic_version SET version_num = '0001'")
        old.commit()
    before = file.read_bytes()

    answer = dondoc("simulate", SWAPPED, "--database", f"sqlite:///{file}")

    assert answer.code == 78
    assert "phiên bản dondoc khác" in answer.err
    assert file.read_bytes() == before


def test_a_task_that_the_files_of_a_plan_do_not_hold_is_named_with_its_line(
    dondoc: Terminal,
) -> None:
    sample = Path(__file__).parents[3] / "dondoc" / "demo"
    for name in ("plan.txt", "assignments.csv"):
        (dondoc.folder / name).write_bytes((sample / name).read_bytes())
    text = (sample / "year.yaml").read_text("utf-8")
    wrong = text.replace("do: start, task: II.7.1}", "do: start, task: II.9.9}", 1)
    line = wrong[: wrong.index("II.9.9")].count("\n") + 1
    file = dondoc.write("year.yaml", wrong, encoding="utf-8")

    answer = dondoc("simulate", file)

    assert answer.code == 78
    assert f"dòng {line}: không có nhiệm vụ 'II.9.9'" in answer.err


def test_the_demo_tells_a_year_keeps_its_messages_and_can_be_gone_on_from(
    dondoc: Terminal,
) -> None:
    answer = dondoc("demo", "--once")

    kept = dondoc.folder / "dondoc-demo"
    mails = list((kept / "thu").glob("*.eml"))
    after = dondoc(
        "--config", str(kept / "dondoc.toml"), "task", "list", "--json",
        DONDOC_NOW="2025-12-31T17:30",
    )  # fmt: skip
    assert answer.code == 0, answer.out
    assert len(answer.out.splitlines()) < 100
    assert "Toàn cơ quan" in answer.out
    assert "HỦY" in answer.out
    assert "trang web" not in answer.err
    assert "22        5        0        2        29    14            1" in answer.out
    assert "đã xác minh, không sai lệch" in answer.out
    assert f"{kept / 'thu'} ({len(mails)} tệp .eml)" in answer.out
    assert len(mails) > 100
    assert after.code == 0
    assert len(after.json["tasks"]) > 40


def test_where_dondoc_is_not_on_the_path_it_is_named_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "my venv" / "dondoc"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr("sys.executable", str(program.with_name("python")))

    monkeypatch.setenv("PATH", str(program.parent))
    found = _program()
    monkeypatch.setenv("PATH", str(tmp_path))
    away = _program()

    assert (found, away) == ("dondoc", f"'{program}'")


def test_what_is_said_last_stands_last_where_both_streams_go_into_one(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dondoc.cli.main", "simulate", SWAPPED]

    played = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True
    )

    assert played.stdout.decode().splitlines()[-1] == "Mọi điều mong đợi đều đúng."


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(dondoc: Terminal) -> None:
    folder = dondoc.folder / "dondoc-demo"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")

    answer = dondoc("demo", "--once")

    assert answer.code == 78
    assert (folder / "thesis.txt").read_text() == "mine"
    assert "thesis.txt" in answer.err
