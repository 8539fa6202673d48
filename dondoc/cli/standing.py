"""`person delegate`, `absences`, `charge`, `charges`, `disable`: who stands where, until when."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_date, say, warn
from dondoc.cli.output import columns, emit, emit_list
from engine.plaintext import clean

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.commands.leaving import Left

_Substitute = Annotated[str, typer.Argument(metavar="NGƯỜI-THAY", help="Người làm thay.")]
_Absent = Annotated[str, typer.Argument(metavar="NGƯỜI", help="Người vắng.")]
_Leader = Annotated[str, typer.Argument(metavar="LÃNH-ĐẠO", help="Mã lãnh đạo phụ trách.")]


def delegate(
    ctx: typer.Context,
    absent: _Absent,
    substitute: _Substitute,
    *,
    since: Annotated[str | None, typer.Option("--from", help="Từ ngày, kể cả ngày đó.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Đến ngày, kể cả ngày đó.")] = None,
    last: Annotated[
        str | None, typer.Option("--end", help="Rút ngắn: ngày làm thay cuối cùng, sớm hơn đã ghi.")
    ] = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
    as_json: AsJson = False,
) -> None:
    """Ủy quyền cho người làm thay trong một khoảng ngày, hoặc rút ngắn lần ủy quyền đã ghi."""
    by = (acting(actor, what="delegate"), principal)
    pair = (absent, substitute)
    if last is not None:
        _shorten(ctx, pair, read_date(last, field="--end"), by=by)
        return
    if since is None or until is None:
        problem = "cần cả --from và --to, hoặc --end"
        raise typer.BadParameter(problem, param_hint="--from")
    dates = (read_date(since, field="--from"), read_date(until, field="--to"))
    _delegate(ctx, pair, dates, by=by, as_json=as_json)


def _delegate(
    ctx: typer.Context,
    pair: tuple[str, str],
    dates: tuple[date, date],
    *,
    by: tuple[str, str | None],
    as_json: bool,
) -> None:
    from engine.commands import delegations

    absence = delegations.Absence(
        person=pair[0], substitute=pair[1], from_on=dates[0], to_on=dates[1], actor=by[0],
        on_behalf_of=by[1],
    )  # fmt: skip
    with opened(ctx) as app, app.database.begin() as tx:
        made = delegations.delegate(tx, absence, at=app.clock.now(), rules=app.rules)
    if as_json:
        emit({"id": made.id, "warnings": [asdict(one) for one in made.warnings]})
        return
    first, last = _day(dates[0]), _day(dates[1])
    say(ctx, f"{clean(pair[1])} làm thay {clean(pair[0])} từ {first} đến hết {last}.")
    warn(ctx, made.warnings)


def _shorten(
    ctx: typer.Context, pair: tuple[str, str], last: date, *, by: tuple[str, str | None]
) -> None:
    from engine.commands import delegations

    ending = delegations.Ending(person=pair[0], substitute=pair[1], last=last)
    with opened(ctx) as app, app.database.begin() as tx:
        done = delegations.end(tx, ending, by=by, at=app.clock.now(), rules=app.rules)
    until = f"đến hết {_day(done.to_on)}" if done.to_on else "đã rút, chưa ngày nào có hiệu lực"
    say(ctx, f"{clean(pair[1])} làm thay {clean(pair[0])}: {until}.")


def absences(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Liệt kê ai vắng, ai làm thay, từ hôm nay trở đi."""
    from engine.commands import delegations

    with opened(ctx) as app, app.database.read() as tx:
        rows = delegations.listed(tx, on=_today(app), rules=app.rules)
    if as_json:
        emit_list("absences", [asdict(row) for row in rows])
        return
    columns(
        ("NGƯỜI", "NGƯỜI THAY", "TỪ NGÀY", "ĐẾN NGÀY", "HÔM NAY"),
        [
            (one.person, one.substitute, _day(one.from_on), _day(one.to_on),
             "x" if one.is_now else "")
            for one in rows
        ],
    )  # fmt: skip


def charge(
    ctx: typer.Context,
    leader: _Leader,
    *,
    unit: Annotated[str | None, typer.Option("--unit", help="Mã đơn vị.")] = None,
    field: Annotated[
        str, typer.Option("--field", help="Lĩnh vực: những chữ đầu của đề mục trong kế hoạch.")
    ] = "",
    since: Annotated[str | None, typer.Option("--from", help="Từ ngày.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Đến hết ngày.")] = None,
    source: Annotated[str, typer.Option("--source", help="Văn bản phân công.")] = "",
    last: Annotated[str | None, typer.Option("--end", help="Thôi phụ trách sau ngày này.")] = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Phân công lãnh đạo phụ trách một đơn vị, một lĩnh vực, hoặc một lĩnh vực của đơn vị."""
    from engine.commands import charges

    by = (acting(actor, what="charge"), principal)
    wanted = charges.Charging(
        leader=leader,
        unit=unit,
        field=field,
        from_on=read_date(since, field="--from") if since else None,
        to_on=read_date(until, field="--to") if until else None,
        source=source,
    )
    end = read_date(last, field="--end") if last else None
    with opened(ctx) as app, app.database.begin() as tx:
        at = app.clock.now()
        if end is not None:
            charges.discharge(tx, wanted, last=end, by=by, rules=app.rules, at=at)
        else:
            charges.charge(tx, wanted, by=by, rules=app.rules, at=at)
    what = " – ".join(clean(part) for part in (unit, field) if part)
    said = f"thôi phụ trách {what} sau {end}" if end else f"phụ trách {what}"
    say(ctx, f"{clean(leader)}: {said}.")


def charges(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Liệt kê lãnh đạo phụ trách: theo đơn vị, theo lĩnh vực."""
    from engine.commands import charges as commands

    with opened(ctx) as app, app.database.read() as tx:
        rows = commands.listed(tx, on=_today(app), rules=app.rules)
    if as_json:
        emit_list("charges", [asdict(row) for row in rows])
        return
    columns(
        ("LÃNH ĐẠO", "ĐƠN VỊ", "LĨNH VỰC", "TỪ NGÀY", "ĐẾN NGÀY", "CĂN CỨ"),
        [
            (one.leader, one.unit, one.field, _day(one.from_on), _day(one.to_on), one.source)
            for one in rows
        ],
    )


def disable(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="MÃ")],
    *,
    successor: Annotated[
        str | None, typer.Option("--successor", metavar="MÃ", help="Người nhận thay mọi việc.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="Lý do.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Không có người nhận: việc để lại cho trưởng đơn vị.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không ghi gì.")] = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
    as_json: AsJson = False,
) -> None:
    """Cho một người thôi làm việc: bàn giao mọi việc, rồi không làm gì, không nhận thư nữa."""
    from engine.commands.leaving import Leaving, leave

    leaving = Leaving(
        person=code, successor=successor, note=note, is_forced=force, is_dry_run=dry_run
    )
    with opened(ctx) as app, app.database.begin() as tx:
        by = (actor or app.operator, principal)
        left = leave(tx, leaving, by=by, rules=app.rules, at=app.clock.now())
    if as_json:
        emit({"person": left.person, "successor": left.successor, "is_done": left.is_done,
              "duties": {kind: list(what) for kind, what in left.duties}})  # fmt: skip
        return
    _tell_left(ctx, left)


def _tell_left(ctx: typer.Context, left: "Left") -> None:
    from engine.commands.succession import WORDS

    if left.duties:
        columns(("VIỆC", "GỒM"), [(WORDS[kind], ", ".join(what)) for kind, what in left.duties])
    to = f" cho {clean(left.successor)}" if left.successor else ""
    if not left.is_done:
        say(ctx, f"Chỉ xem: {clean(left.person)} sẽ bàn giao {left.count} việc{to}.")
        return
    handed = f" Đã bàn giao {left.count} việc{to}." if left.successor and left.count else ""
    say(ctx, f"{clean(left.person)} đã ngừng hoạt động.{handed}")


def _today(app: "App") -> date:
    return app.clock.now().astimezone(app.office.zone).date()


def _day(day: date | None) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}" if day else ""
