"""`notice`: what somebody was told, seen by himself; it is there even where no mail arrived."""

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, Limit, acting, opened, say
from dondoc.cli.output import columns, emit_list
from dondoc.cli.verbs import noun
from dondoc.terms import term
from engine.commands.subjects import code_of_task

if TYPE_CHECKING:
    from engine.commands.inbox import Told

app = noun("Thông báo của từng người: xem, đánh dấu đã đọc.")

_KINDS = {
    "reminder": "nhắc việc",
    "escalation": "báo cáo vượt cấp",
    "assignment": "giao việc",
    "decision": "thay đổi",
    "alert": "cảnh báo",
}


@app.command("list")
def list_notices(
    ctx: typer.Context,
    *,
    unread: Annotated[bool, typer.Option("--unread", help="Chỉ những gì chưa đọc.")] = False,
    as_json: AsJson = False,
    limit: Limit = 100,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Liệt kê những gì đã báo cho một người, mới nhất trước, kể cả khi thư không tới."""
    from engine.commands import inbox

    by = (acting(actor, what="notice_list"), principal)
    with opened(ctx) as app_, app_.database.read() as tx:
        found = inbox.listed(
            tx, by=by, only_unread=unread, limit=limit, rules=app_.rules, at=app_.clock.now()
        )
        zone = app_.office.zone
    if as_json:
        emit_list("notices", [_shown(one, zone) for one in found])
        return
    columns(
        ("LÚC", "LOẠI", "NHIỆM VỤ", "BẬC", "THƯ", "ĐỌC", "MÃ"),
        [_row(one, zone) for one in found],
    )
    if not found:
        say(ctx, "Không có thông báo nào.")


@app.command("read")
def read_notices(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MÃ]...", help="Mã, như notice list in ra.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Tất cả.")] = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đánh dấu đã đọc."""
    from engine.commands import inbox

    if bool(names) == everything:
        problem = "nêu mã thông báo, hoặc --all"
        raise typer.BadParameter(problem, param_hint="MÃ")
    by = (acting(actor, what="notice_read"), principal)
    with opened(ctx) as app_, app_.database.begin() as tx:
        seen = inbox.read(
            tx, None if everything else names, by=by, rules=app_.rules, at=app_.clock.now()
        )
    say(ctx, f"Đã đọc {seen} thông báo.")


def _row(one: "Told", zone: ZoneInfo) -> tuple[str, ...]:
    return (
        one.at.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
        _KINDS.get(one.kind, one.kind),
        f"{one.plan}/{code_of_task(one.code)} {one.title}",
        one.rung + (f" (thay {one.instead_of})" if one.instead_of else ""),
        term(one.status),
        "x" if one.read_at else "",
        one.id,
    )


def _shown(one: "Told", zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at.astimezone(zone).isoformat(),
        "task": f"{one.plan}/{code_of_task(one.code)}",
        "subject": f"{one.plan}/{one.code}",
        "title": one.title,
        "kind": one.kind,
        "rung": one.rung,
        "urgent": one.is_urgent,
        "mail": one.status,
        "instead_of": one.instead_of,
        "read_at": one.read_at.astimezone(zone).isoformat() if one.read_at else None,
    }
