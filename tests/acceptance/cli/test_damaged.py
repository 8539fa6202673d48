"""Files that are not what they are taken for: a database that is none, an export that is none."""

from pathlib import Path

import pytest

from tests.support.terminal import Terminal

ANY_COMMAND = ["task list", "mail list", "sweep", "relay", "audit verify", "db check", "db upgrade"]


def _foreign(database: Path) -> None:
    database.write_bytes(b"not a database at all" * 400)


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
