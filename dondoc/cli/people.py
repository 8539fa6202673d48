"""`unit` and `person`: who there is, where he works, and who stands in for him."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli import standing
from dondoc.cli.door import AsJson, opened, read_file, say
from dondoc.cli.output import columns, emit, emit_list
from dondoc.cli.verbs import noun
from dondoc.cli.words import term
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.roster import Imported
    from workflows.orgfile import OrgWords
    from workflows.planfile.rules import IntakeRules

unit = noun("Đơn vị của cơ quan.")
person = noun("Người, chức vụ, ủy quyền.")

File = Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp CSV, mã UTF-8.")]


@unit.command("import")
def import_units(ctx: typer.Context, file: File, as_json: AsJson = False) -> None:
    """Nhập danh sách đơn vị; mọi dòng sai được nêu một lần, sai một dòng thì không nhập gì."""
    from engine.commands import units
    from workflows.orgfile import read_units

    words, rules = _reading_rules()
    sheet = read_units(read_file(file), file.name, words=words, rules=rules)
    with opened(ctx) as app, app.database.begin() as tx:
        done = units.import_units(tx, sheet, at=app.clock.now(), actor=app.operator)
    _tell(ctx, done, what="đơn vị", as_json=as_json)


@unit.command("list")
def list_units(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Liệt kê các đơn vị."""
    from engine.commands import units

    with opened(ctx) as app, app.database.read() as tx:
        rows = units.listed(tx)
    if as_json:
        emit_list("units", [asdict(row) for row in rows])
        return
    columns(
        ("MÃ", "TÊN ĐƠN VỊ", "TRỰC THUỘC", "LÃNH ĐẠO PHỤ TRÁCH", "THEO DÕI"),
        [(one.code, one.name, one.parent, one.leader, "x" if one.monitor else "") for one in rows],
    )


@person.command("import")
def import_people(ctx: typer.Context, file: File, as_json: AsJson = False) -> None:
    """Nhập danh sách người; mọi dòng sai được nêu một lần, sai một dòng thì không nhập gì."""
    from engine.commands import people
    from workflows.orgfile import read_people

    words, rules = _reading_rules()
    sheet = read_people(read_file(file), file.name, words=words, rules=rules)
    with opened(ctx) as app, app.database.begin() as tx:
        done = people.import_people(tx, sheet, at=app.clock.now(), actor=app.operator)
    _tell(ctx, done, what="người", as_json=as_json)


@person.command("list")
def list_people(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Liệt kê người và chức vụ."""
    from engine.commands import people

    with opened(ctx) as app, app.database.read() as tx:
        rows = people.listed(tx, on=app.clock.now().astimezone(app.office.zone).date())
    if as_json:
        emit_list("people", [asdict(row) for row in rows])
        return
    columns(
        ("MÃ", "HỌ TÊN", "ĐƠN VỊ", "CHỨC VỤ", "THƯ ĐIỆN TỬ"),
        [
            (one.code, one.name, one.unit, term(one.position or ""), one.email)
            for one in rows
            if not one.disabled
        ],
    )


@person.command()
def add(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="MÃ")],
    *,
    name: Annotated[str, typer.Option("--name", help="Họ tên.")],
    in_unit: Annotated[str, typer.Option("--unit", help="Mã đơn vị.")],
    position: Annotated[str, typer.Option("--position", help="Chức vụ.")] = "officer",
    email: Annotated[str, typer.Option("--email", help="Địa chỉ thư.")] = "",
    since: Annotated[str, typer.Option("--from", help="Từ ngày.")] = "",
) -> None:
    """Thêm một người."""
    from engine.commands import people
    from workflows.orgfile import read_person

    fields = {"code": code, "name": name, "unit": in_unit, "position": position, "email": email,
              "from": since}  # fmt: skip
    words, _ = _reading_rules()
    entry = read_person(fields, words=words)
    with opened(ctx) as app, app.database.begin() as tx:
        done = people.add_person(tx, entry, at=app.clock.now(), actor=app.operator)
    _tell(ctx, done, what="người", as_json=False)


for act in (standing.delegate, standing.absences, standing.charge, standing.charges,
            standing.disable):  # fmt: skip
    person.command()(act)


def _reading_rules() -> tuple["OrgWords", "IntakeRules"]:
    from config.defaults import reading_rules
    from workflows.orgfile import OrgWords
    from workflows.planfile.rules import IntakeRules

    return (
        OrgWords.from_mapping(reading_rules("organisation")),
        IntakeRules.from_mapping(reading_rules("intake")),
    )


def _tell(ctx: typer.Context, done: "Imported", *, what: str, as_json: bool) -> None:
    if as_json:
        emit(asdict(done))
        return
    say(ctx, f"{what}: thêm {len(done.created)}, sửa {len(done.updated)}, "
             f"không đổi {len(done.unchanged)}.")  # fmt: skip
    for warning in done.warnings:
        say(ctx, f"Lưu ý: {clean(warning)}")
