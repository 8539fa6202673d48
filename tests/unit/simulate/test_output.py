"""What came of a scenario, in words: by day, and a year in a minute."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dondoc.simulate.months import TALLY_HEADINGS, month_lines, tally_rows
from dondoc.simulate.output import TASK_HEADINGS, day_lines, task_rows
from dondoc.simulate.reading import parse_scenario
from dondoc.simulate.scenario import Event, Scenario
from dondoc.simulate.story import Audited, Happened, Refusal, Sent, SentItem, Story, TaskEnd

TEXT = """\
format: dondoc-scenario/1
name: Một việc nhỏ
start: 2014-01-15T08:00
until: 2014-02-20T23:59
organisation:
  units:
    - {code: SO, name: Sở}
    - {code: VP, name: Văn phòng, parent: SO, monitor: true}
  people:
    - {id: gd, name: Nguyễn Văn A, unit: SO, position: director}
    - {id: cvp, name: Trần Thị B, unit: VP, position: unit_head}
plan: {code: KH, year: 2014, tasks: []}
"""


def scenario() -> Scenario:
    return parse_scenario(TEXT.encode(), source="x.yaml", folder=Path())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2014, 1, day, hour, minute, tzinfo=UTC)


def happened(do: str, moment: datetime, *, code: str | None = None, **fields: Any) -> Happened:
    event = Event(line=1, at=moment, do=do, **fields)
    refusal = None
    if code is not None:
        refusal = Refusal(
            at=moment, by=event.by, do=do, task=event.task, code=code, message="vì chưa báo cáo"
        )
    return Happened(event=event, refusal=refusal)


def escalated(moment: datetime, *tasks: str, to: str = "cvp", left: int = -1) -> Sent:
    items = tuple(
        SentItem(task=task, rung="escalate-1", kind="escalation", working_days_left=left)
        for task in tasks
    )
    return Sent(
        taken_at=(moment,), to=to, address=f"{to}@example.test", kind="escalation", items=items,
        reference=f"<{moment:%d%H%M}@x>", subject="", status="accepted",
    )  # fmt: skip


def ended(code: str, *, state: str | None, lead: str | None = "VP", **fields: Any) -> TaskEnd:
    values: dict[str, Any] = {
        "title": f"Việc {code}", "kind": "task", "assignee": None, "due": None,
        "effective_due": None, "overdue_working_days": 0, "cell": None,
    }  # fmt: skip
    return TaskEnd(code=code, state=state, lead=lead, **(values | fields))


def story(**fields: Any) -> Story:
    values: dict[str, Any] = {
        "happened": (), "messages": (), "tasks": (), "refused": (), "superseded": (), "alerts": (),
        "audit": Audited(entries=1, blocks=1, is_verified=True),
    }  # fmt: skip
    return Story(**(values | fields))


def texts(lines: Any) -> list[str]:
    return [one.text for one in lines]


def test_events_of_a_minute_are_told_before_the_messages_of_its_slot() -> None:
    told = story(
        happened=(happened("start", at(20, 0, 30), by="cvp", task="T1"),),
        messages=(escalated(at(20, 0, 30), "T1"),),
    )

    lines = texts(day_lines(told, zone=scenario().office.zone))

    assert lines[1:] == [
        "thứ Hai 20/01/2014",
        "  07:30  cvp nhận việc T1",
        "  07:30  thư tới cvp [báo cấp trên] escalate-1 T1",
    ]


def test_a_refused_event_says_why() -> None:
    told = story(happened=(happened("verify", at(20, 2), code="four_eyes", by="cvp", task="T1"),))

    lines = texts(day_lines(told, zone=scenario().office.zone))

    assert lines[-1] == "  09:00  cvp xác nhận T1 -> TỪ CHỐI (four_eyes): vì chưa báo cáo"


def test_a_note_cannot_make_a_line_of_its_own() -> None:
    note = "một\nhai\x1b[31m"
    told = story(happened=(happened("return", at(20, 2), by="cvp", task="T1", note=note),))

    lines = texts(day_lines(told, zone=scenario().office.zone))

    assert lines[-1].endswith("trả lại T1: một\\u000ahai\\u001b[31m")


def test_a_long_list_of_tasks_is_counted_and_not_shown_whole() -> None:
    told = story(messages=(escalated(at(20, 0, 30), *(f"T{n}" for n in range(1, 10))),))

    lines = texts(day_lines(told, zone=scenario().office.zone))

    assert lines[-1].endswith("T1, T2, T3, T4, T5, T6 và 3 việc nữa")


def test_a_month_counts_what_is_usual_and_tells_what_is_not() -> None:
    told = story(
        happened=(
            happened("start", at(20, 2), by="cvp", task="T1"),
            happened("report", at(21, 2), by="cvp", task="T1"),
            happened("return", at(22, 2), by="gd", task="T1", note="Thiếu phụ lục"),
            happened("stop_scheduler", at(23, 2)),
        ),
        messages=(escalated(at(27, 0, 30), "T1"), escalated(at(28, 0, 30), "T1")),
    )

    lines = texts(month_lines(told, scenario()))

    assert lines == [
        "Tháng 01/2014  1 nhận việc; 1 báo cáo; 2 thư, 2 thư báo cấp trên",
        "  22/01 09:00  Nguyễn Văn A trả lại T1: Thiếu phụ lục",
        "  23/01 09:00  bộ lập lịch ngừng",
        "  27/01 07:30  báo Trần Thị B (trưởng đơn vị): T1 quá hạn 1 ngày làm việc",
    ]


def test_a_month_tells_what_was_asked_granted_and_promised() -> None:
    told = story(
        happened=(
            happened("extend", at(20, 2), by="cvp", task="T1", due=date(2014, 2, 14), note="Xin"),
            happened("approve", at(21, 2), by="gd", task="T1", note="Được"),
            happened("raise", at(22, 2), by="cvp", task="T2", note="Vướng"),
            happened("answer", at(23, 2), by="gd", task="T2", note="Chờ",
                     pause=(date(2014, 1, 24), date(2014, 1, 28))),
            happened("acknowledge", at(24, 2), by="cvp", task="T3", promise=date(2014, 1, 29)),
            happened("submit", at(24, 3), by="cvp", task="BC-2014-01"),
            happened("deactivate", at(27, 2), person="cvp", successor="gd"),
        )
    )  # fmt: skip

    lines = texts(month_lines(told, scenario()))

    assert lines == [
        "Tháng 01/2014  1 gửi báo cáo định kỳ",
        "  20/01 09:00  Trần Thị B xin gia hạn T1, đến 14/02/2014: Xin",
        "  21/01 09:00  Nguyễn Văn A cho gia hạn T1: Được",
        "  22/01 09:00  Trần Thị B nêu vướng mắc T2: Vướng",
        "  23/01 09:00  Nguyễn Văn A trả lời vướng mắc T2, tạm dừng 24/01-28/01: Chờ",
        "  24/01 09:00  Trần Thị B trả lời việc chậm T3, hẹn đến 29/01/2014",
        "  27/01 09:00  Trần Thị B thôi làm việc, Nguyễn Văn A tiếp nhận",
    ]


def test_the_cells_of_a_unit_add_up_and_standing_and_cancelled_stand_beside() -> None:
    told = story(
        tasks=(
            ended("T1", state="verified", due=date(2014, 1, 31), cell="completed_on_time"),
            ended("T2", state="in_progress", due=date(2014, 1, 31), cell="open_overdue"),
            ended("T3", state="assigned", kind="standing"),
            ended("T4", state="cancelled"),
            ended("T5", state=None, kind="heading"),
            ended(
                "T6", state="assigned", lead="SO", due=date(2014, 3, 31), cell="open_within_term"
            ),
        )
    )

    rows = tally_rows(told, scenario())

    assert rows == [
        ("Sở", "0", "0", "1", "0", "1", "0", "0"),
        ("Văn phòng", "1", "0", "0", "1", "2", "1", "1"),
        ("Toàn cơ quan", "1", "0", "1", "1", "3", "1", "1"),
    ]
    assert len(TALLY_HEADINGS) == len(rows[0])


def test_the_table_of_tasks_says_how_late_only_where_something_is_late() -> None:
    due = date(2014, 1, 31)
    told = story(
        tasks=(
            ended("T1", state="in_progress", due=due, effective_due=due, cell="open_overdue",
                  overdue_working_days=0),
            ended("T2", state="assigned", due=due, effective_due=due, cell="open_within_term"),
            ended("T3", state="assigned", kind="standing"),
            ended("H", state=None, kind="heading"),
        )
    )  # fmt: skip

    rows = {row[0]: dict(zip(TASK_HEADINGS, row, strict=True)) for row in task_rows(told)}

    assert rows["T1"]["QUÁ HẠN"] == "0 ngày"
    assert rows["T2"]["QUÁ HẠN"] == ""
    assert rows["T3"]["HẠN"] == "thường xuyên"
    assert rows["H"]["TRẠNG THÁI"] == "đầu mục"
