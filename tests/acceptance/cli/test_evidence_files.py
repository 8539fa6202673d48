"""`evidence`: a file that was brought is kept, found again, checked, corrected beside the old."""

import os
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

PLAN = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Rà soát hồ sơ điện tử,Phòng Công nghệ,cv,30/6/2023,Báo cáo
"""


@pytest.fixture
def reported(office: Terminal) -> Terminal:
    """An office with one task, reported with a file."""
    file = office.write("plan.csv", PLAN)
    office("plan", "import", file, "--year", "2023", "--code", "KH-2023", "--as", "cvp")
    assert office("plan", "activate", "KH-2023", "--as", "cvp").code == 0
    assert office("task", "start", "1", "--as", "cv").code == 0
    office.write("bc.txt", "Kết quả rà soát", encoding="utf-8")
    done = ("--note", "xong", "--evidence", "bc.txt", "--evidence", "12/BC")
    assert office("task", "report", "1", "--as", "cv", *done).code == 0
    return office


def _kept(terminal: Terminal) -> list[Path]:
    return [one for one in (terminal.folder / "var" / "evidence").rglob("*") if one.is_file()]


def _listed(terminal: Terminal) -> list[dict[str, object]]:
    found: list[dict[str, object]] = terminal("evidence", "list", "1", "--json").json["evidence"]
    return found


def test_a_file_named_in_a_report_is_kept_and_given_out_again(reported: Terminal) -> None:
    (reported.folder / "bc.txt").unlink()
    file, number = _listed(reported)

    out = reported("evidence", "get", str(file["sha256"])[:12], "-o", "ra.txt")

    assert out.code == 0
    assert (reported.folder / "ra.txt").read_text("utf-8") == "Kết quả rà soát"
    assert (file["is_kept"], file["media_type"], file["added_by"]) == (True, "text/plain", "cv")
    assert (number["name"], number["is_kept"], number["sha256"]) == ("12/BC", False, None)


def test_nothing_is_written_over(reported: Terminal) -> None:
    digest = str(_listed(reported)[0]["sha256"])

    again = reported("evidence", "get", digest, "-o", "bc.txt")

    assert again.code == 78
    assert (reported.folder / "bc.txt").read_text("utf-8") == "Kết quả rà soát"


def test_s34_after_verification_evidence_is_neither_added_nor_replaced_but_corrected(
    reported: Terminal,
) -> None:
    assert reported("task", "verify", "1", "--as", "cvp").code == 0
    reported.write("sua.txt", "Kết quả rà soát, sửa", encoding="utf-8")

    added = reported("evidence", "add", "1", "sua.txt", "--as", "cv")
    fixed = reported(
        "evidence", "replace", "1", "bc.txt", "sua.txt", "--reason", "nhầm", "--as", "cv"
    )

    assert added.code == 77
    assert "Không thể thêm minh chứng" in added.err
    assert fixed.code == 0
    assert [(one["name"], one["is_replaced"]) for one in _listed(reported)] == [
        ("bc.txt", True), ("12/BC", False), ("sua.txt", False)
    ]  # fmt: skip
    assert "đã thay" in reported("task", "show", "1").out


def test_a_file_that_was_changed_or_lost_is_found(reported: Terminal) -> None:
    assert reported("evidence", "check").code == 0
    (kept,) = _kept(reported)
    kept.chmod(0o600)
    kept.write_text("Khác", encoding="utf-8")

    changed = reported("evidence", "check")
    examined = reported("doctor", "--json").json["findings"]
    kept.unlink()
    lost = reported("evidence", "check", "--json")

    assert changed.code == 1
    assert "tệp đã bị sửa" in changed.out
    assert [one["subject"] for one in examined if one["code"] == "evidence_altered"] == [
        "KH-2023/1"
    ]
    assert lost.code == 1
    assert [one["standing"] for one in lost.json["wrong"]] == ["missing"]


def test_a_refused_report_leaves_at_most_a_file_that_sweeping_finds_once_it_is_old(
    reported: Terminal,
) -> None:
    reported.write("khac.txt", "Việc khác", encoding="utf-8")
    refused = reported("task", "report", "1", "--as", "cv", "--note", "x", "--evidence", "khac.txt")
    young = reported("evidence", "check", "--sweep", "--json").json
    for one in _kept(reported):
        os.utime(one, (1_600_000_000, 1_600_000_000))

    old = reported("evidence", "check", "--sweep", "--json").json

    assert refused.code == 77
    assert (young["files"], young["orphans"]) == (1, [])
    assert len(old["orphans"]) == 1
    assert [path.name for path in _kept(reported)] == [_listed(reported)[0]["sha256"]]


def test_a_file_larger_than_the_setting_is_refused_and_the_task_stays(reported: Terminal) -> None:
    (reported.folder / "lon.bin").write_bytes(b"\0" * 1_000_001)
    assert reported("task", "return", "1", "--note", "thiếu", "--as", "cvp").code == 0

    answer = reported(
        "task", "report", "1", "--as", "cv", "--note", "x", "--evidence", "lon.bin",
        DONDOC_EVIDENCE__MAX_MB="1",
    )  # fmt: skip

    assert answer.code == 78
    assert "lớn hơn 1 MB" in answer.err
    assert len(_kept(reported)) == 1


def test_evidence_that_cannot_be_kept_refuses_the_report_and_the_task_stays(
    reported: Terminal,
) -> None:
    assert reported("task", "return", "1", "--note", "thiếu", "--as", "cvp").code == 0
    reported.write("khac.txt", "Bản hai", encoding="utf-8")
    (reported.folder / "day").write_text("a file where a folder is wanted", "utf-8")

    answer = reported(
        "task", "report", "1", "--as", "cv", "--note", "x", "--evidence", "khac.txt",
        DONDOC_EVIDENCE__DIR="day",
    )  # fmt: skip

    assert answer.code == 78
    assert "không cất được minh chứng" in answer.err
    assert reported("task", "show", "1", "--json").json["task"]["state"] == "in_progress"
