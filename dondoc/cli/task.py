"""`task`: what a person does with a task, and what he sees of it."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, Limit, opened, read_date, say
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.verbs import noun
from dondoc.cli.words import term
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.commands.request import Evidence, Outcome
    from engine.views import TaskView

app = noun("Nhiệm vụ: xem, bắt đầu, báo cáo, xác nhận, trả lại...")

#: Letters of a title that a list shows.
_TITLE = 72

Code = Annotated[str, typer.Argument(metavar="MÃ", help="Mã nhiệm vụ, hoặc KẾ-HOẠCH/MÃ.")]
Note = Annotated[str | None, typer.Option("--note", help="Lý do, nội dung.")]
Decision = Annotated[str | None, typer.Option("--decision", help="Số quyết định.")]
Version = Annotated[
    int | None, typer.Option("--version", help="Chỉ làm nếu nhiệm vụ còn ở phiên bản này.")
]


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
    from engine.filters import read_filter

    with opened(ctx) as app_, app_.database.read() as tx:
        now = app_.clock.now()
        today = now.astimezone(app_.office.zone).date()
        found = queries.list_tasks(
            tx, read_filter(wanted, today=today), rules=app_.rules, at=now, limit=limit
        )
    if as_json:
        emit_list("tasks", [_shown(view) for view in found])
        return
    columns(
        ("MÃ", "NHIỆM VỤ", "CHỦ TRÌ", "NGƯỜI", "HẠN", "TÌNH TRẠNG"),
        [
            (view.code, _short(view.title), view.lead, view.assignee, _day(view.due), standing(view))
            for view in found
        ],
    )
    if not found:
        say(ctx, "Không có nhiệm vụ nào khớp bộ lọc.")


@app.command()
def show(ctx: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """Xem một nhiệm vụ: nội dung, diễn biến, minh chứng, ai đã được báo."""
    from engine import queries

    with opened(ctx) as app_, app_.database.read() as tx:
        page = queries.show_task(tx, code, rules=app_.rules, at=app_.clock.now())
    if as_json:
        emit({**page, "task": _shown(page["task"])})
        return
    _print_page(page, zone=app_.office.zone)


@app.command()
def start(
    ctx: typer.Context,
    code: Code,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    version: Version = None,
) -> None:
    """Nhận việc, bắt đầu thực hiện."""
    _pull(ctx, "start", code, actor=actor, on_behalf_of=principal, expected_version=version)


@app.command()
def report(
    ctx: typer.Context,
    code: Code,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option(
            "--evidence", help="Số văn bản, hoặc tệp (giữ mã băm); có thể dùng nhiều lần."
        ),
    ] = None,
    version: Version = None,
) -> None:
    """Báo cáo kết quả, kèm minh chứng."""
    _pull(
        ctx, "report", code, actor=actor, on_behalf_of=principal, expected_version=version,
        note=note, evidence=tuple(_evidence(one) for one in evidence or ()),
    )  # fmt: skip


@app.command()
def withdraw(
    ctx: typer.Context,
    code: Code,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    version: Version = None,
) -> None:
    """Rút báo cáo để làm tiếp."""
    _pull(ctx, "withdraw", code, actor=actor, on_behalf_of=principal, expected_version=version,
          note=note)  # fmt: skip


@app.command()
def verify(
    ctx: typer.Context,
    code: Code,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    version: Version = None,
) -> None:
    """Xác nhận kết quả."""
    _pull(ctx, "verify", code, actor=actor, on_behalf_of=principal, expected_version=version,
          note=note)  # fmt: skip


@app.command("return")
def return_(
    ctx: typer.Context,
    code: Code,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    due: Annotated[str | None, typer.Option("--due", help="Hạn mới, nếu có.")] = None,
    version: Version = None,
) -> None:
    """Trả lại để làm tiếp, kèm lý do."""
    _pull(ctx, "return", code, actor=actor, on_behalf_of=principal, expected_version=version,
          note=note, due=_date(due))  # fmt: skip


@app.command()
def cancel(
    ctx: typer.Context,
    code: Code,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    decision: Decision = None,
    version: Version = None,
) -> None:
    """Hủy theo quyết định."""
    _pull(ctx, "cancel", code, actor=actor, on_behalf_of=principal, expected_version=version,
          note=note, decision=decision)  # fmt: skip


@app.command()
def reopen(
    ctx: typer.Context,
    code: Code,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    decision: Decision = None,
    version: Version = None,
) -> None:
    """Mở lại theo quyết định."""
    _pull(ctx, "reopen", code, actor=actor, on_behalf_of=principal, expected_version=version,
          note=note, decision=decision)  # fmt: skip


@app.command()
def reassign(
    ctx: typer.Context,
    code: Code,
    *,
    to: Annotated[str, typer.Option("--to", metavar="MÃ", help="Người thực hiện mới.")],
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    version: Version = None,
) -> None:
    """Giao lại cho người khác trong đơn vị chủ trì."""
    _pull(ctx, "reassign", code, actor=actor, on_behalf_of=principal, expected_version=version,
          note=note, to=to)  # fmt: skip


@app.command("set-due")
def set_due(
    ctx: typer.Context,
    code: Code,
    *,
    due: Annotated[str, typer.Option("--due", help="Hạn mới.")],
    actor: AsPerson = None,
    principal: ForPerson = None,
    note: Note = None,
    version: Version = None,
) -> None:
    """Đổi hạn, kèm lý do."""
    _pull(ctx, "set_due", code, actor=actor, on_behalf_of=principal, expected_version=version,
          note=note, due=_date(due))  # fmt: skip


def _pull(ctx: typer.Context, trigger: str, code: str, *, actor: str | None, **fields: Any) -> None:
    from dondoc.desk import pull
    from engine.commands.request import Request

    with opened(ctx) as app_:
        request = Request(actor=actor or app_.operator, trigger=trigger, task=code, **fields)
        done = pull(app_.database, request, rules=app_.rules, at=app_.clock.now())
    say(ctx, _told(done))


def _told(done: "Outcome") -> str:
    if done.from_state == done.to_state:
        due = f", hạn {_day(done.due_on)}" if done.due_on else ""
        return f"{done.address}: {term(done.trigger)}{due} (phiên bản {done.version})."
    return (
        f"{done.address}: {term(done.from_state)} → {term(done.to_state)} "
        f"(phiên bản {done.version})."
    )


def _evidence(text: str) -> "Evidence":
    from dondoc.evidence import of_file
    from engine.commands.request import Evidence

    path = Path(text)
    return of_file(path) if path.is_file() else Evidence(name=clean(text))


def _short(title: str) -> str:
    """Return a title as a list shows it: whole in `show` and in JSON, one line here."""
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"


def _date(text: str | None) -> date | None:
    return read_date(text, field="due") if text is not None else None


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def standing(view: "TaskView") -> str:
    """Return where a task stands, in the words of lists: derived, never stored."""
    if view.progress is not None:
        return f"{view.progress[0]}/{view.progress[1]} xong"
    if view.state is None:
        return "bỏ" if view.kind != "heading" else ""
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
    due = _day(view.due)
    if view.effective_due and view.effective_due != view.due:
        due += f" (ngày nghỉ, tính đến {_day(view.effective_due)})"
    if view.original_due and view.original_due != view.due:
        due += f" (hạn đầu {_day(view.original_due)})"
    phrase = (page["deadline"] or {}).get("phrase")
    rows = [
        ("Lĩnh vực", page["field"]), ("Chủ trì", view.lead), ("Người thực hiện", view.assignee),
        ("Phối hợp", "; ".join(page["coordinating"])), ("Người xác nhận", view.verifier),
        ("Hạn", due), ("Ghi trong kế hoạch", phrase), ("Sản phẩm", page["output"]),
        ("Có thể", ", ".join(term(one) for one in page["allowed"])),
    ]  # fmt: skip
    columns(("", ""), [(name, value) for name, value in rows if value])
    _section("Diễn biến", ("LÚC", "AI", "VIỆC", "TỪ", "ĐẾN", "GHI CHÚ"), [
        (_moment(one["at"], zone), _who(one), term(one["trigger"]), term(one["from_state"] or ""),
         term(one["to_state"] or ""), one["note"] or "")
        for one in page["history"]
    ])  # fmt: skip
    _section("Minh chứng", ("TÊN", "SHA-256"), [
        (one["name"], one["sha256"] or "") for one in page["evidence"]
    ])  # fmt: skip
    _section("Ai được báo", ("LÚC", "AI", "BẬC", "TÌNH TRẠNG"), [
        (_moment(one["told_at"] or one["leave_at"], zone), one["to"] or "", one["rung"],
         one["status"])
        for one in page["notices"]
    ])  # fmt: skip


def _section(title: str, headings: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    if rows:
        line(f"\n{title}")
        columns(headings, rows)


def _who(one: dict[str, Any]) -> str:
    return f"{one['actor']} (thay {one['on_behalf_of']})" if one["on_behalf_of"] else one["actor"]


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%d/%m/%Y %H:%M") if at else ""
