"""`dondoc policy`: the ladders of the office: shown, tried out, replaced."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

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
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.previews import CHANGES, counted, print_notices
from dondoc.cli.verbs import noun

if TYPE_CHECKING:
    from engine.ladder_form import LadderVersion
    from engine.preview import Preview, RungChange
    from workflows.ladderfile import LadderFile

app = noun("Thang nhắc việc của cơ quan: xem, xem trước, đổi.")

File = Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp thang nhắc việc, TOML.")]


@app.command()
def show(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="TÊN", help="unit, verifier...")] = None,
    as_json: AsJson = False,
) -> None:
    """In thang đang dùng thành tệp TOML; tệp đó sửa rồi đưa lại cho policy set được."""
    from engine.commands import policy

    with opened(ctx) as application, application.database.read() as tx:
        found = policy.ladders_in_force(tx, name)
        zone = application.office.zone
    if as_json:
        emit_list("ladders", [_plain(one, zone) for one in found])
        return
    line("\n".join(_written(one, zone) for one in found).rstrip("\n"))


@app.command("set")
def set_ladders(
    ctx: typer.Context,
    file: File,
    *,
    note: Annotated[str | None, typer.Option("--note", help="Lý do.")] = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đổi thang nhắc việc; điều đã báo giữ nguyên, điều chưa báo theo thang mới."""
    from engine.commands import policy

    who = acting(actor, what="policy_set")
    wanted = _read(file)
    edit = policy.LadderEdit(
        ladders=wanted.ladders,
        source=wanted.source or note or file.name,
        actor=who,
        on_behalf_of=principal,
        note=note,
    )
    with opened(ctx) as application, application.database.begin() as tx:
        done = policy.set_ladders(tx, edit, rules=application.rules, at=application.clock.now())
    _say_oddities(ctx, wanted)
    if not done.versions:
        say(ctx, "Không đổi: các thang này đang dùng rồi.")
        return
    named = ", ".join(f"{one.name} (phiên bản {one.version})" for one in done.versions)
    say(ctx, f"Đã đổi thang {named}; {done.woken} nhiệm vụ được xét lại ở phiên gửi tới.")


@app.command()
def preview(
    ctx: typer.Context,
    file: File,
    *,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="NGÀY", help="Đến hết ngày nào; mặc định hết năm kế hoạch"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Xem trước một thang sẽ đổi thông báo nào, cho ai; không ghi gì."""
    from engine.commands import policy

    last = read_date(until, field="--until") if until is not None else None
    wanted = _read(file)
    with opened(ctx) as application, application.database.read() as tx:
        compare = policy.preview_ladders(
            tx, wanted.ladders, rules=application.rules, at=application.clock.now(), until=last
        )
        zone = application.office.zone
    found = compare()
    if as_json:
        _emit_preview(found, wanted, zone)
        return
    _print_preview(found, zone)
    _say_oddities(ctx, wanted)
    say(ctx, _summary(found))


def _read(file: Path) -> "LadderFile":
    from workflows.ladderfile import parse

    return parse(read_file(file), source=str(file))


def _say_oddities(ctx: typer.Context, wanted: "LadderFile") -> None:
    for one in wanted.oddities:
        say(ctx, f"Lưu ý: {one}")


def _written(one: "LadderVersion", zone: ZoneInfo) -> str:
    from engine.ladder_form import ladder_from_mapping
    from workflows.ladderfile import written

    since = one.created_at.astimezone(zone).strftime("%d/%m/%Y %H:%M")
    remark = f"{one.name}: phiên bản {one.version}, từ {since}, căn cứ: {one.source}"
    return written(ladder_from_mapping(one.name, one.rungs), remarks=[remark])


def _plain(one: "LadderVersion", zone: ZoneInfo) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "source": one.source,
        "since": one.created_at.astimezone(zone).isoformat(),
        "rungs": list(one.rungs),
    }


def _emit_preview(found: "Preview", wanted: "LadderFile", zone: ZoneInfo) -> None:
    emit(
        {
            "until": found.until,
            "ladders": [
                {"ladder": one.ladder, "rung": one.rung, "change": one.change,
                 "before": one.before, "after": one.after}
                for one in found.rungs
            ],
            "notices": [
                {"change": one.change, "task": one.task, "rung": one.rung,
                 "occurrence": one.occurrence, "to": one.to,
                 "at_before": one.at_before and one.at_before.astimezone(zone),
                 "at_after": one.at_after and one.at_after.astimezone(zone)}
                for one in found.notices
            ],
            "warnings": [str(one) for one in wanted.oddities],
            "next": None,
        }
    )  # fmt: skip


def _print_preview(found: "Preview", zone: ZoneInfo) -> None:
    if found.rungs:
        columns(
            ("THANG", "BẬC", "", "TRƯỚC", "SAU"),
            [
                (one.ladder, one.rung, CHANGES[one.change], *_sides(one))
                for one in found.rungs
            ],
        )  # fmt: skip
    if found.notices:
        line("")
        print_notices(found.notices, zone)


def _sides(one: "RungChange") -> Sequence[str]:
    return [_rung(side) for side in (one.before, one.after)]


def _rung(stored: Any) -> str:
    if stored is None:
        return ""
    again = f", nhắc lại {stored['repeat']}" if "repeat" in stored else ""
    return f"{stored['at']} {', '.join(stored['to'])}{again}"


def _summary(found: "Preview") -> str:
    if not found.changed:
        return "Không đổi: các thang này đang dùng rồi."
    told = counted(found.notices, found.until)
    if not found.notices:
        return told
    return f"{told}; để áp dụng: dondoc policy set TỆP --as MÃ"
