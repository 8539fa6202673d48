"""Files that are not what they are taken for: a database that is none, an export that is none."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.cli.conftest import PEOPLE, UNITS
from tests.support.terminal import Terminal

PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Đơn vị phối hợp,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát các quy chế nội bộ,Phòng Công nghệ,,cv,31/3/2023,Báo cáo
"""

ANY_COMMAND = ["task list", "mail list", "sweep", "relay", "audit verify", "db check", "db upgrade"]

#: What reads, what a person does, what an operator does, and what runs beside others.
ANY_USE = [
    "run", "serve", "worker", "sweep", "relay", "task list", "task start 1 --as cv", "plan list",
    "mail list", "audit verify", "calendar show 2023", "policy show", "person invite cv",
    "doctor --wake",
]  # fmt: skip


def _foreign(database: Path) -> None:
    database.write_bytes(b"not a database at all" * 400)


def _in_the_file(terminal: Terminal, statement: str) -> None:
    with closing(sqlite3.connect(terminal.folder / "dondoc.db")) as connection, connection:
        connection.execute(statement)


def _damaged(database: Path) -> None:
    held = database.read_bytes()
    database.write_bytes(held[:4096] + b"\xaa" * (len(held) - 4096))


@pytest.mark.parametrize("spoil", [_foreign, _damaged])
@pytest.mark.parametrize("command", ANY_COMMAND)
def test_a_file_that_is_no_sound_database_is_said_plainly_by_any_command(
    dondoc: Terminal, command: str, spoil: object
) -> None:
    dondoc("init", DONDOC_NOW="2023-01-03T08:00")
    assert callable(spoil)
    spoil(dondoc.folder / "dondoc.db")

    answer = dondoc(*command.split(), DONDOC_NOW="2023-01-03T08:00")

    assert answer.code == 69
    assert "Tệp cơ sở dữ liệu bị hỏng, hoặc không phải tệp SQLite" in answer.err
    assert "bản sao lưu" in answer.err


@pytest.mark.parametrize("content", ["", "Mã,Tên\nSO,Sở\n", '{"a": 1}\n'])
def test_what_was_never_an_export_is_refused_instead_of_called_false(
    dondoc: Terminal, content: str
) -> None:
    file = dondoc.write("other.jsonl", content, encoding="utf-8")

    answer = dondoc("audit", "verify", "--file", file)

    assert answer.code == 78
    assert "không phải bản xuất nhật ký của dondoc" in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("revision", "cure"), [("9999", "cài bản dondoc mới hơn"), ("0001", "dondoc db upgrade")]
)
def test_a_database_of_another_version_is_used_by_nobody_and_its_cure_is_the_one_that_helps(
    dondoc: Terminal, revision: str, cure: str
) -> None:
    dondoc("init", DONDOC_NOW="2023-01-03T08:00")
    _in_the_file(dondoc, f"UPDATE alembic_version SET version_num = '{revision}'")

    answers = [dondoc(*verb.split(), DONDOC_NOW="2023-01-03T08:00") for verb in ANY_USE]
    examined = dondoc("doctor", "--json", DONDOC_NOW="2023-01-03T08:00")

    assert [answer.code for answer in answers] == [78] * len(ANY_USE)
    assert all(revision in answer.err and cure in answer.err for answer in answers)
    [finding] = [
        one for one in json.loads(examined.out)["findings"] if one["code"] == "database_outdated"
    ]
    assert cure in finding["cure"]


def test_a_table_that_is_gone_is_no_database_that_cannot_be_reached(dondoc: Terminal) -> None:
    dondoc("init", DONDOC_NOW="2023-01-03T08:00")
    _in_the_file(dondoc, "DROP TABLE heartbeat")

    answer = dondoc("doctor", "--json", DONDOC_NOW="2023-01-03T08:00")

    assert answer.code == 78
    assert [one["code"] for one in json.loads(answer.out)["findings"]] == ["database_outdated"]


def test_somebody_with_tasks_who_is_gone_from_the_table_is_an_error(
    dondoc: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_NOW", "2023-01-03T08:00")
    dondoc("init")
    dondoc("unit", "import", dondoc.write("units.csv", UNITS))
    dondoc("person", "import", dondoc.write("people.csv", PEOPLE))
    dondoc("plan", "import", dondoc.write("plan.csv", PLAN), "--year", "2023",
           "--code", "KH", "--as", "cvp")  # fmt: skip
    assert dondoc("plan", "activate", "KH", "--as", "cvp").code == 0
    _in_the_file(dondoc, "DELETE FROM person WHERE code = 'cv'")

    answer = dondoc("doctor", "--json")

    assert answer.code == 1
    [finding] = [one for one in answer.json["findings"] if one["code"] == "person_without_address"]
    assert finding["severity"] == "error"
    assert "không có trong bảng person" in finding["message"]


def test_a_server_that_is_not_there_is_no_fault_of_the_measurement(dondoc: Terminal) -> None:
    answer = dondoc(
        "bench", "--quick", "--only", "transition", "--database", "postgresql://x@127.0.0.1:1/x"
    )

    assert answer.code == 69
    assert "Không tới được cơ sở dữ liệu" in answer.err


def test_a_plan_whose_file_name_is_no_text_is_read_like_any_other(office: Terminal) -> None:
    name = "k\udcff.csv"
    (office.folder / name).write_text(PLAN, encoding="utf-8")

    answer = office("plan", "import", name, "--year", "2023", "--code", "KH", "--as", "cvp")

    assert answer.code == 0
    assert "tạo mới 1" in answer.err
