"""`unit`: which units there are, and how they are merged, split, renamed, dissolved, rearranged."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import (
    AsJson,
    AsPerson,
    ForPerson,
    acting,
    opened,
    read_date,
    read_file,
    say,
)
from dondoc.cli.output import columns, emit, emit_list
from dondoc.cli.roster import File, reading_rules, tell
from dondoc.cli.verbs import noun
from dondoc.words import term
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.commands.reorganisations import Reorganised
    from engine.commands.shaping import Wish

unit = noun("Đơn vị của cơ quan: nhập, liệt kê, sáp nhập, tách, đổi tên, giải thể, chuyển việc.")

Code = Annotated[str, typer.Argument(metavar="MÃ", help="Mã đơn vị.")]
Decision = Annotated[str, typer.Option("--decision", help="Số quyết định làm căn cứ.")]
Since = Annotated[str, typer.Option("--from", help="Có hiệu lực từ đầu ngày này.")]
Note = Annotated[str, typer.Option("--note", help="Lý do, ghi vào nhật ký.")]
Monitor = Annotated[
    str | None, typer.Option("--monitor", metavar="MÃ", help="Đơn vị nhận nào theo dõi kế hoạch.")
]
AllocationFile = Annotated[
    Path | None,
    typer.Option("--allocation", metavar="TỆP", help="Tệp TOML: việc, lĩnh vực, người về đâu."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Chỉ xem những gì sẽ chuyển; không ghi gì.")
]


@unit.command("import")
def import_units(ctx: typer.Context, file: File, as_json: AsJson = False) -> None:
    """Nhập danh sách đơn vị; mọi dòng sai được nêu một lần, sai một dòng thì không nhập gì."""
    from engine.commands import units
    from workflows.orgfile import read_units

    words, rules = reading_rules()
    sheet = read_units(read_file(file), file.name, words=words, rules=rules)
    with opened(ctx) as app, app.database.begin() as tx:
        done = units.import_units(tx, sheet, at=app.clock.now(), actor=app.operator)
    tell(ctx, done, what="đơn vị", as_json=as_json)


@unit.command("list")
def list_units(
    ctx: typer.Context,
    *,
    on: Annotated[str, typer.Option("--on", help="Như vào ngày này; không nêu: hôm nay.")] = "",
    as_json: AsJson = False,
) -> None:
    """Liệt kê các đơn vị của một ngày, theo tên gọi của ngày đó."""
    from engine.commands import units

    day = read_date(on, field="--on") if on else None
    with opened(ctx) as app, app.database.read() as tx:
        today = app.clock.now().astimezone(app.office.zone).date()
        rows = units.listed(tx, on=day or today)
    if as_json:
        emit_list("units", [asdict(row) for row in rows])
        return
    columns(
        ("MÃ", "TÊN ĐƠN VỊ", "TRỰC THUỘC", "LÃNH ĐẠO PHỤ TRÁCH", "THEO DÕI"),
        [(one.code, one.name, one.parent, one.leader, "x" if one.monitor else "") for one in rows],
    )


@unit.command()
def merge(
    ctx: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="MÃ...", help="Các đơn vị sáp nhập.")],
    *,
    into: Annotated[str, typer.Option("--into", metavar="MÃ", help="Mã đơn vị mới.")],
    name: Annotated[str, typer.Option("--name", help="Tên đơn vị mới.")],
    since: Since,
    decision: Decision,
    head: Annotated[str | None, typer.Option("--head", metavar="NGƯỜI", help="Trưởng.")] = None,
    leader: Annotated[
        str | None, typer.Option("--leader", metavar="NGƯỜI", help="Lãnh đạo phụ trách.")
    ] = None,
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="MÃ", help="Đơn vị cấp trên.")
    ] = None,
    note: Note = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Sáp nhập các đơn vị thành một; việc đang làm, người, thông báo chờ gửi chuyển cùng lúc."""
    from engine.commands.shaping import Merge

    wanted = Merge(units=tuple(codes), code=into, name=name, head=head, leader=leader,
                   parent=parent, decision=decision, note=note,
                   effective_on=read_date(since, field="--from"))  # fmt: skip
    _do(ctx, "merge", wanted, by=(actor, principal), dry_run=dry_run, as_json=as_json)


@unit.command()
def split(
    ctx: typer.Context,
    code: Code,
    *,
    allocation: AllocationFile,
    since: Since,
    decision: Decision,
    monitor: Monitor = None,
    note: Note = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Tách một đơn vị; tệp phân giao phải nêu nơi nhận của mọi việc đang làm và mọi người."""
    from engine.commands.shaping import Split
    from workflows.allocationfile import read_allocation

    path = allocation or Path()
    heirs, given = read_allocation(read_file(path), path.name)
    wanted = Split(unit=code, heirs=heirs, allocation=given, follows=monitor, decision=decision,
                   note=note, effective_on=read_date(since, field="--from"))  # fmt: skip
    _do(ctx, "split", wanted, by=(actor, principal), dry_run=dry_run, as_json=as_json)


@unit.command()
def rename(
    ctx: typer.Context,
    code: Code,
    *,
    name: Annotated[str, typer.Option("--name", help="Tên mới.")],
    since: Since,
    decision: Decision,
    note: Note = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đổi tên một đơn vị; mã giữ nguyên, tên cũ vẫn hiểu được khi đọc văn bản."""
    from engine.commands.shaping import Rename

    wanted = Rename(unit=code, name=name, decision=decision, note=note,
                    effective_on=read_date(since, field="--from"))  # fmt: skip
    _do(ctx, "rename", wanted, by=(actor, principal), dry_run=dry_run, as_json=as_json)


@unit.command()
def dissolve(
    ctx: typer.Context,
    code: Code,
    *,
    into: Annotated[
        list[str] | None, typer.Option("--into", metavar="MÃ", help="Đơn vị nhận; nêu được nhiều.")
    ] = None,
    allocation: AllocationFile = None,
    since: Since,
    decision: Decision,
    monitor: Monitor = None,
    note: Note = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Giải thể một đơn vị; việc và người về các đơn vị nhận."""
    from engine.commands.shaping import Dissolve
    from engine.reshaping import Allocation
    from workflows.allocationfile import read_allocation

    given = Allocation()
    if allocation is not None:
        _, given = read_allocation(read_file(allocation), allocation.name)
    wanted = Dissolve(unit=code, heirs=tuple(into or ()), allocation=given, follows=monitor,
                      decision=decision, note=note,
                      effective_on=read_date(since, field="--from"))  # fmt: skip
    _do(ctx, "dissolve", wanted, by=(actor, principal), dry_run=dry_run, as_json=as_json)


@unit.command()
def transfer(
    ctx: typer.Context,
    code: Code,
    *,
    to: Annotated[str, typer.Option("--to", metavar="MÃ", help="Đơn vị nhận.")],
    since: Since,
    decision: Decision,
    fields: Annotated[
        list[str] | None, typer.Option("--field", help="Lĩnh vực chuyển đi; nêu được nhiều.")
    ] = None,
    tasks: Annotated[
        list[str] | None, typer.Option("--task", metavar="MÃ", help="Nhiệm vụ chuyển đi.")
    ] = None,
    people: Annotated[
        list[str] | None, typer.Option("--person", metavar="MÃ", help="Người chuyển theo.")
    ] = None,
    note: Note = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Chuyển một chức năng (lĩnh vực, nhiệm vụ, người) sang đơn vị khác; hai đơn vị vẫn còn."""
    from engine.commands.shaping import Transfer

    wanted = Transfer(unit=code, to=to, fields=tuple(fields or ()), tasks=tuple(tasks or ()),
                      people=tuple(people or ()), decision=decision, note=note,
                      effective_on=read_date(since, field="--from"))  # fmt: skip
    _do(ctx, "transfer", wanted, by=(actor, principal), dry_run=dry_run, as_json=as_json)


@unit.command()
def changes(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Liệt kê các lần sắp xếp tổ chức: đã thực hiện, chờ ngày, đã rút."""
    from engine.commands import reorganisations

    with opened(ctx) as app, app.database.read() as tx:
        found = reorganisations.listed(tx)
    if as_json:
        emit_list("changes", [asdict(one) for one in found])
        return
    columns(
        ("SỐ", "NGÀY", "VIỆC", "ĐƠN VỊ", "NHẬN", "QUYẾT ĐỊNH", "TRẠNG THÁI"),
        [
            (one.id[-8:], one.effective_on.strftime("%d/%m/%Y"), term(one.kind),
             ", ".join(one.content["sources"]),
             ", ".join(heir["code"] for heir in one.content["heirs"]), one.decision,
             term(f"change_{one.state}"))
            for one in found
        ],
    )  # fmt: skip


@unit.command()
def withdraw(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="SỐ", help="Như `unit changes` liệt kê.")],
    *,
    note: Note = "",
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Rút một lần sắp xếp còn chờ ngày."""
    from engine.commands import reorganisations

    by = (acting(actor, what="unit_change"), principal)
    with opened(ctx) as app, app.database.begin() as tx:
        reorganisations.withdraw(tx, number, note=note, by=by, rules=app.rules, at=app.clock.now())
    say(ctx, f"{clean(number)}: đã rút; các đơn vị giữ nguyên.")


def _do(
    ctx: typer.Context,
    verb: str,
    wanted: "Wish",
    *,
    by: tuple[str | None, str | None],
    dry_run: bool,
    as_json: bool,
) -> None:
    from engine.commands import reorganisations

    does: Any = getattr(reorganisations, verb)
    who = (acting(by[0], what="unit_change"), by[1])
    with opened(ctx) as app:
        # What is only read is rolled back: a preview is the change itself, never kept.
        kept = app.database.read() if dry_run else app.database.begin()
        with kept as tx:
            done = does(tx, wanted, by=who, rules=app.rules, at=app.clock.now())
    if as_json:
        emit(asdict(done))
        return
    _say(ctx, done, dry_run=dry_run)


def _say(ctx: typer.Context, done: "Reorganised", *, dry_run: bool) -> None:
    rows = [
        (term(f"moved_{one.what}"), one.name, one.origin, one.to or "-", term(one.detail))
        for one in done.moved
    ]
    if rows:
        columns(("CHUYỂN", "MÃ", "TỪ", "SANG", ""), rows)
    for warning in done.warnings:
        say(ctx, f"Lưu ý: {clean(warning)}")
    day = f"{done.effective_on:%d/%m/%Y}"
    when = f"sẽ thực hiện lúc 00:00 ngày {day}" if done.is_planned else f"từ ngày {day}"
    trial = " (Chỉ xem, chưa ghi gì.)" if dry_run else ""
    told = f" Báo cho {len(done.told)} người." if done.told else ""
    say(ctx, f"{term(done.kind).capitalize()}: {when}; chuyển {len(rows)} mục.{told}{trial}")
