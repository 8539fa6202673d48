"""The first customer's plan, from its text to mail and back, through the command line."""

import email
from email import policy
from pathlib import Path

import pytest

from tests.support.terminal import Answer, Terminal

PLAN = "KH-CCHC-2023"


@pytest.fixture
def seed(samples: Path) -> Path:
    return samples / "seed-2023"


@pytest.fixture
def text(samples: Path) -> str:
    return str(next((samples / "plans").glob("00-*.txt")))


@pytest.fixture
def staffed(installed: Terminal, seed: Path) -> Terminal:
    """The department with its units and people."""
    assert installed("unit", "import", str(seed / "units.csv")).code == 0
    assert installed("person", "import", str(seed / "people.csv")).code == 0
    return installed


@pytest.fixture
def imported(staffed: Terminal, text: str) -> Terminal:
    """The plan's text taken in, nothing decided."""
    answer = staffed("plan", "import", text, "--year", "2023", "--code", PLAN, "--as", "vp-cv1")
    assert answer.code == 1
    return staffed


@pytest.fixture
def active(imported: Terminal, seed: Path) -> Terminal:
    """The plan activated with its appendix."""
    assert _worksheet(imported, seed).code == 0
    assert imported("plan", "activate", PLAN, "--as", "vp-truong").code == 0
    return imported


def _worksheet(dondoc: Terminal, seed: Path) -> Answer:
    sheet = str(seed / "assignments.csv")
    return dondoc("plan", "import", sheet, "--into", PLAN, "--as", "vp-cv1", "--json")


def test_s68_the_text_alone_gives_seventy_items_in_seven_fields(
    staffed: Terminal, text: str
) -> None:
    answer = staffed(
        "plan", "import", text, "--year", "2023", "--code", PLAN, "--dry-run", "--json"
    )

    items = answer.json["items"]
    assert len(items) == 70
    assert len({item["section"] for item in items}) == 7
    assert sum(item["parent"] is not None for item in items) == 9
    assert {"II.1.1", "II.1.4.1", "II.1.4.9", "II.7.5"} <= {item["code"] for item in items}
    assert [item["code"] for item in items if item["near_duplicates"]] == ["II.6.13", "II.6.18"]
    assert len(answer.json["plan"]["citations"]) == 33
    assert [line["period"] for line in answer.json["plan"]["report_lines"]] == [
        "month", "quarter", "half_year", "year",
    ]  # fmt: skip
    assert answer.json["summary"]["create"] == 70


def test_a_warning_is_said_once_with_up_to_twenty_items_and_the_rest_counted(
    staffed: Terminal, text: str
) -> None:
    said = staffed("plan", "import", text, "--year", "2023", "--code", PLAN, "--dry-run")
    listed = staffed(
        "plan", "import", text, "--year", "2023", "--code", PLAN, "--dry-run", "--json"
    )

    held = [one for one in listed.json["warnings"] if "sản phẩm" in one["problem"]]
    (line,) = [line for line in said.err.splitlines() if "chưa rõ sản phẩm" in line]
    assert len(held) > 20
    assert line.startswith(f"  lưu ý: {held[0]['place']}, {held[1]['place']}, ")
    assert f" và {len(held) - 20} mục nữa (xem đủ bằng --json): " in line


def test_a_dry_run_writes_nothing(staffed: Terminal, text: str) -> None:
    staffed("plan", "import", text, "--year", "2023", "--code", PLAN, "--dry-run")

    assert staffed("plan", "list", "--json").json == {"plans": [], "next": None}


def test_s68_a_plan_without_its_appendix_cannot_be_activated_and_every_row_is_named(
    imported: Terminal,
) -> None:
    refused = imported("plan", "activate", PLAN, "--as", "vp-truong")

    assert refused.code == 77
    assert all(f"II.7.{number}: " in refused.err for number in range(1, 6))
    assert imported("task", "list", "status=assigned", "--json").json["tasks"] == []


def test_an_item_nobody_has_activated_is_shown_as_a_draft(imported: Terminal) -> None:
    imported("plan", "decide", PLAN, "II.6.18", "drop", "--as", "vp-truong")

    listed = imported("task", "list").out.splitlines()

    assert next(line for line in listed if line.startswith("II.1.1 ")).endswith("dự thảo")
    assert next(line for line in listed if line.startswith("II.6.18 ")).endswith("bỏ")


def test_only_people_of_the_monitoring_unit_import_and_are_told_so_in_words(
    staffed: Terminal, text: str
) -> None:
    answer = staffed("plan", "import", text, "--year", "2023", "--code", PLAN, "--as", "cntt-cv1")

    assert answer.code == 77
    assert "cntt-cv1 không được nhập kế hoạch; được phép: trưởng đơn vị theo dõi" in answer.err


def test_importing_text_and_appendix_again_changes_nothing(
    imported: Terminal, seed: Path, text: str
) -> None:
    first = _worksheet(imported, seed).json["summary"]

    second = _worksheet(imported, seed).json["summary"]
    again = imported(
        "plan", "import", text, "--year", "2023", "--code", PLAN, "--as", "vp-cv1", "--json"
    )

    assert (first["update"], first["needs_decision"]) == (70, 0)
    assert (second["create"], second["update"], second["unchanged"]) == (0, 0, 70)
    assert again.json["summary"] == {
        "create": 0, "update": 0, "unchanged": 70, "needs_decision": 0,
    }  # fmt: skip


def test_the_appendix_shows_beside_each_item_before_anybody_activates(
    imported: Terminal, seed: Path
) -> None:
    sheet = str(seed / "assignments.csv")
    dry = imported("plan", "import", sheet, "--into", PLAN, "--dry-run", "--json").json["items"]
    untouched = imported("plan", "show", PLAN, "--json").json["items"]
    merged = _worksheet(imported, seed).json["items"]

    shown = imported("plan", "show", PLAN, "--json").json["items"]

    (item,) = [one for one in merged if one["code"] == "II.1.4.5"]
    assert (item["parent"], item["lead"], item["assignee"]) == ("II.1.4", "TTCNTT", "ttcntt-cv2")
    assert item["deadline"] == {
        "phrase": "Trước ngày 15/9/2023", "kind": "fixed_date", "due": ["2023-09-14"],
        "confidence": "auto",
    }  # fmt: skip
    assert item["coordinating"] == ["Văn phòng Sở"]
    assert item["missing"] == ["verifier", "legal_basis"]
    assert (len(merged), merged) == (70, shown)
    assert dry == merged
    assert {one["deadline"] and one["deadline"]["phrase"] for one in untouched} == {None}


def test_activation_tells_each_head_and_each_assignee_once(active: Terminal) -> None:
    sent = active("relay", "--json", DONDOC_NOW="2023-01-03T08:10").json

    again = active("relay", "--json", DONDOC_NOW="2023-01-03T08:11").json

    assert (sent["accepted"], again["accepted"]) == (18, 0)
    assert len(list((active.folder / "var" / "mail").glob("*.eml"))) == 18


def test_phrases_of_the_appendix_become_dates_and_stay_beside_them(active: Terminal) -> None:
    page = active("task", "show", "II.1.4.5", "--json").json

    assert page["task"]["due"] == "2023-09-14"
    assert page["deadline"]["phrase"] == "Trước ngày 15/9/2023"
    assert page["deadline"]["inclusive"] is False


def test_a_task_goes_through_its_life_and_the_record_verifies(active: Terminal) -> None:
    steps = [
        ("start", "vp-cv1", ()),
        ("report", "vp-cv1", ("--note", "Đã ban hành", "--evidence", "12/KH-STTTT")),
        ("return", "gd", ("--note", "Thiếu phụ lục", "--due", "2023-02-10")),
        ("report", "vp-cv1", ("--note", "Đã bổ sung", "--evidence", "15/KH-STTTT")),
        ("verify", "gd", ()),
    ]

    codes = [active("task", verb, "II.2.1", "--as", who, *more).code for verb, who, more in steps]

    view = active("task", "show", "II.2.1", "--json").json["task"]
    assert codes == [0] * 5
    assert (view["state"], view["due"], view["original_due"]) == (
        "verified", "2023-02-10", "2023-01-31",
    )  # fmt: skip
    assert active("audit", "verify").code == 0


def test_s36_s40_the_reporter_and_strangers_are_refused_and_that_is_recorded(
    active: Terminal,
) -> None:
    active("task", "report", "II.2.1", "--as", "vp-cv1", "--note", "x", "--evidence", "y")
    active("task", "start", "II.1.1", "--as", "cntt-cv2")

    wrong_unit = active("task", "report", "II.1.1", "--as", "ttr-cv1", "--note", "x")
    illegal = active("task", "verify", "II.1.1", "--as", "vp-truong")

    assert (wrong_unit.code, illegal.code) == (77, 77)
    assert active("task", "show", "II.1.1", "--json").json["task"]["state"] == "in_progress"


def test_the_head_of_the_office_sees_who_will_be_told(active: Terminal) -> None:
    coming = active("forecast", "--until", "2023-02-06", "--json").json["notices"]

    mine = [
        (one["at"][:16], one["to"], one["rung"])
        for one in coming
        if one["task"].endswith("/II.7.1")
    ]
    assert mine[-2:] == [
        ("2023-02-01T07:30", "vp-truong", "escalate-1"),
        ("2023-02-03T07:30", "gd", "escalate-2"),
    ]


def test_a_reminder_in_its_slot_is_one_vietnamese_message_with_true_numbers(
    active: Terminal,
) -> None:
    active("relay", DONDOC_NOW="2023-01-03T08:10")
    now = {"DONDOC_NOW": "2023-01-30T07:30"}
    active("sweep", **now)
    active("relay", **now)

    kept = sorted((active.folder / "var" / "mail").glob("20230130-*-vp-cv1-*.eml"))
    message = email.message_from_bytes(kept[0].read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert len(kept) == 1
    assert body is not None
    assert "II.2.1" in body.get_content()
    assert "II.7.1" in body.get_content()
    assert message["Auto-Submitted"] == "auto-generated"
