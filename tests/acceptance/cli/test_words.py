"""Vietnamese on every screen: no code, no English of a library, no word for two things."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from dondoc.cli.deadline import KINDS
from dondoc.words import explain, term
from engine.draft import DeadlineKind, Kind
from engine.errors import NoteRequired, NotPermitted
from engine.store.record import MESSAGE_STATUSES, NOTICE_STATUSES
from tests.support.source import modules
from tests.support.terminal import Terminal

SLIPS = [
    (("person", "list", "thua", "nua"), "thừa thua nua; bỏ đi"),
    (("task", "report", "A", "--evidence"), "tuỳ chọn --evidence phải kèm giá trị"),
    (("mail", "list", "--limit", "nhiều"), "'--limit' không hợp lệ: phải là số nguyên"),
    (("mail", "list", "--limit", "0"), "'--limit' không hợp lệ: ít nhất là 1"),
    (("mail", "list", "--status", "x"), "'x' không dùng được; dùng một trong: 'leased'"),
    (("forecast", "--until", "31/2/2023"), "viết 30/6/2023 hoặc 2023-06-30"),
]


@pytest.mark.parametrize(("words", "said"), SLIPS)
def test_a_slip_of_the_pen_is_answered_in_vietnamese(
    dondoc: Terminal, words: tuple[str, ...], said: str
) -> None:
    answer = dondoc(*words)

    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize("path", ["khong-co.csv", "."])
def test_what_the_system_says_of_a_file_is_in_vietnamese(dondoc: Terminal, path: str) -> None:
    answer = dondoc("person", "import", path)

    assert answer.code == 78
    assert "không đọc được: không có tệp" in answer.err or "là thư mục" in answer.err
    assert "No such file" not in answer.err


@pytest.mark.parametrize(
    "command", [("person", "import"), ("plan", "import", "--year=2026", "--code=KH")]
)
def test_a_pipe_nobody_writes_into_is_refused_and_not_waited_for(
    office: Terminal, tmp_path: Path, command: tuple[str, ...]
) -> None:
    pipe = tmp_path / "ke-hoach.md"
    os.mkfifo(pipe)

    answer = office(*command, str(pipe))

    assert answer.code == 78
    assert "không phải là tệp (ống dẫn hoặc thiết bị)" in answer.err
    assert "ghi nội dung ra một tệp" in answer.err


def test_a_device_is_no_file_to_import(office: Terminal) -> None:
    answer = office("plan", "import", "/dev/zero", "--year=2026", "--code=KH")

    assert answer.code == 78
    assert "không phải là tệp" in answer.err


@pytest.mark.parametrize("code", sorted({*MESSAGE_STATUSES, *NOTICE_STATUSES, *get_args(Kind)}))
def test_every_status_and_kind_that_a_screen_shows_has_a_word(code: str) -> None:
    word = term(code)

    assert word != code


def test_every_kind_of_deadline_has_a_word() -> None:
    assert set(KINDS) == set(get_args(DeadlineKind))


def test_positions_are_listed_in_words(office: Terminal) -> None:
    listed = office("person", "list")

    assert "Phó Giám đốc" in listed.out
    assert "chuyên viên" in listed.out
    assert "deputy_director" not in listed.out


def test_the_head_and_the_members_of_the_monitoring_unit_are_called_differently() -> None:
    refusal = NotPermitted(actor="cv", what="import_plan", who=("monitor", "monitoring_unit"))

    said = explain(refusal, language="vi")

    assert said.endswith("trưởng đơn vị theo dõi, thành viên đơn vị theo dõi.")


def test_a_report_needs_words_on_the_result_and_a_return_a_reason() -> None:
    report = explain(NoteRequired(trigger="report"), language="vi")
    returned = explain(NoteRequired(trigger="return"), language="vi")

    assert "phải ghi nội dung (--note)" in report
    assert "phải ghi lý do (--note)" in returned


def named_in_refusals() -> Iterator[str]:
    """Yield what the engine's refusals name: deeds, fields, and who may."""
    refusals = ("NotPermitted", "Unknown", "NoteRequired", "Invalid", "require", "permitted")
    for module in modules("engine", "dondoc", "scheduler", "workflows"):
        calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
        for call in calls:
            if getattr(call.func, "id", getattr(call.func, "attr", "")) in refusals:
                yield from _words_of(call)


def _words_of(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in ("what", "trigger", "field", "who"):
            found = (node for node in ast.walk(keyword.value) if isinstance(node, ast.Constant))
            # What is put together from pieces is translated piece by piece.
            if not any(isinstance(node, ast.JoinedStr) for node in ast.walk(keyword.value)):
                yield from (node.value for node in found if isinstance(node.value, str))


def test_whatever_a_refusal_names_has_a_vietnamese_word() -> None:
    codes = {code if term(code) != code else code.split(" ")[0] for code in named_in_refusals()}

    bare = sorted(code for code in codes if term(code) == code)

    assert bare == []
