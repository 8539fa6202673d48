"""`task`: what a person does with a task, and what he sees of it."""

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dondoc.cli import extension, triggers
from dondoc.cli.asked import print_requests
from dondoc.cli.batch import batch, chosen_by, urge
from dondoc.cli.contribution import print_parts
from dondoc.cli.door import AsJson, Limit, opened, say, warn_of_years
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.triggers import Code
from dondoc.cli.verbs import noun
from dondoc.words import term
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.views import TaskView

app = noun("Nhiệm vụ: xem, bắt đầu, báo cáo, xác nhận, trả lại...")

#: Letters of a title that a list shows.
_TITLE = 72


@app.command("list")
def list_tasks(
    ctx: typer.Context,
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="[LỌC]",
            help='Ví dụ: "status=overdue&unit=CNTT&due=this-month&sort=due".',
        ),
    ] = "",
    as_json: AsJson = False,
    limit: Limit = 1_000,
) -> None:
    """Liệt kê nhiệm vụ; lọc bằng một chuỗi."""
    from engine import queries

    with opened(ctx) as app_, app_.database.read() as tx:
        now = app_.clock.now()
        chosen = chosen_by(wanted, today=now.astimezone(app_.office.zone).date())
        found = queries.list_tasks(tx, chosen, rules=app_.rules, at=now, limit=limit)
    if as_json:
        emit_list("tasks", [_shown(view) for view in found])
        return
    columns(
        ("MÃ", "NHIỆM VỤ", "CHỦ TRÌ", "NGƯỜI", "HẠN", "TÌNH TRẠNG"),
        [
            (
                view.code,
                _short(view.title),
                view.lead,
                view.assignee,
                _day(view.due),
                standing(view),
            )
            for view in found
        ],
    )
    if not found:
        say(ctx, "Không có nhiệm vụ nào khớp bộ lọc.")


@app.command()
def show(ctx: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """Xem một nhiệm vụ: nội dung, diễn biến, minh chứng, ai đã được báo."""
    from engine import queries
    from engine.commands import calendars

    with opened(ctx) as app_, app_.database.read() as tx:
        page = queries.show_task(tx, code, rules=app_.rules, at=app_.clock.now())
        days = [day for day in (page["task"].due, page["task"].effective_due) if day is not None]
        missing = calendars.not_loaded(tx, days, rules=app_.rules)
    if as_json:
        emit({**page, "task": _shown(page["task"]), "calendar_not_loaded": list(missing)})
        return
    warn_of_years(ctx, missing)
    _print_page(page, zone=app_.office.zone)


triggers.add_to(app)
app.command()(urge)
app.command()(batch)
app.command("extend")(extension.ask)


def _short(title: str) -> str:
    """Return a title as a list shows it: whole in `show` and in JSON, one line here."""
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def standing(view: "TaskView") -> str:
    """Return where a task stands, in the words of lists: derived, never stored."""
    if view.progress is not None:
        return f"{view.progress[0]}/{view.progress[1]} xong"
    if view.state is None:
        return "" if view.kind == "heading" else term("dropped" if view.is_dropped else "draft")
    if view.cell == "open_overdue":
        return f"{term(view.state)}, quá hạn {view.overdue_working_days} ngày làm việc"
    if view.cell == "completed_late":
        return f"{term(view.state)}, trễ hạn"
    if view.cell == "open_within_term" and view.working_days_left is not None:
        left = view.working_days_left
        when = "đến hạn hôm nay" if left <= 0 else f"còn {left} ngày làm việc"
        return f"{term(view.state)}, {when}"
    return term(view.state)


def _shown(view: "TaskView") -> dict[str, Any]:
    shown = asdict(view)
    if view.progress is not None:
        shown["progress"] = {"done": view.progress[0], "of": view.progress[1]}
    return shown


def _print_page(page: dict[str, Any], *, zone: ZoneInfo) -> None:
    view = page["task"]
    line(f"{view.address}  {standing(view)}")
    line(clean(view.title))
    phrase = (page["deadline"] or {}).get("phrase")
    rows = [
        ("Lĩnh vực", page["field"]), ("Chủ trì", view.lead), ("Người thực hiện", view.assignee),
        ("Phối hợp", "; ".join(page["coordinating"])), ("Người xác nhận", view.verifier),
        ("Hạn", _due_of(page)), ("Ghi trong kế hoạch", phrase), ("Sản phẩm", page["output"]),
        ("Có thể", ", ".join(term(one) for one in page["allowed"])),
    ]  # fmt: skip
    columns(("", ""), [(name, value) for name, value in rows if value])
    if page["requests"]:
        line("\nVướng mắc, gia hạn")
        print_requests(page["requests"])
    _section("Diễn biến", ("LÚC", "AI", "VIỆC", "TỪ", "ĐẾN", "GHI CHÚ"), [
        (_moment(one["at"], zone), _who(one), term(one["trigger"]), term(one["from_state"] or ""),
         term(one["to_state"] or ""),
         "; ".join(word for word in (one["decision"], one["note"]) if word))
        for one in page["history"]
    ])  # fmt: skip
    _section("Lời hẹn", ("NGÀY", "AI", "HẸN HẾT", "BẬC", "", "Ý KIẾN"), [
        (_date(one["on"]), one["by"], _date(one["through"]), one["rung"] or "",
         term(f"promise_{one['outcome']}"), one["note"])
        for one in page["promises"]
    ])  # fmt: skip
    if page["contributions"]:
        line("\nPhối hợp")
        print_parts(page["contributions"])
    _section("Minh chứng", ("TÊN", "SHA-256", ""), [
        (one["name"], one["sha256"] or "", "đã thay" if one["is_replaced"] else "")
        for one in page["evidence"]
    ])  # fmt: skip
    _section("Ai được báo", ("LÚC", "AI", "BẬC", "TÌNH TRẠNG"), [
        (_moment(one["told_at"] or one["leave_at"], zone), one["to"] or "", one["rung"],
         term(one["status"]))
        for one in page["notices"]
    ])  # fmt: skip


def _due_of(page: dict[str, Any]) -> str:
    """Return the date with everything that moved it."""
    view = page["task"]
    due = _day(view.due)
    if view.effective_due and view.effective_due != view.due:
        why = "đã tạm dừng" if page["pauses"] else "ngày nghỉ"
        due += f" ({why}, tính đến {_day(view.effective_due)})"
    if view.original_due and view.original_due != view.due:
        due += f" (hạn đầu {_day(view.original_due)})"
    return due


def _section(title: str, headings: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    if rows:
        line(f"\n{title}")
        columns(headings, rows)


def _date(stored: str | None) -> str:
    return _day(date.fromisoformat(stored)) if stored else ""


def _who(one: dict[str, Any]) -> str:
    return f"{one['actor']} (thay {one['on_behalf_of']})" if one["on_behalf_of"] else one["actor"]


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%d/%m/%Y %H:%M") if at else ""
