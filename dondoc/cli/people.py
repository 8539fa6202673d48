"""`person`: who there is, where he works, and who stands in for him."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli import inviting, preferring, standing
from dondoc.cli.door import AsJson, opened, read_file
from dondoc.cli.output import columns, emit_list
from dondoc.cli.roster import File, reading_rules, tell
from dondoc.cli.verbs import noun
from dondoc.words import term

if TYPE_CHECKING:
    from engine.commands.people import PersonSeen

person = noun("Người: nhập, mời đăng nhập, ủy quyền, phụ trách, thôi làm việc, chọn thư.")
person.command("prefer")(preferring.prefer)
person.command("watch")(preferring.watch)
person.command("invite")(inviting.invite)


@person.command("import")
def import_people(ctx: typer.Context, file: File, as_json: AsJson = False) -> None:
    """Nhập danh sách người; mọi dòng sai được nêu một lần, sai một dòng thì không nhập gì."""
    from engine.commands import people
    from workflows.orgfile import read_people

    words, rules = reading_rules()
    sheet = read_people(read_file(file), file.name, words=words, rules=rules)
    with opened(ctx) as app, app.database.begin() as tx:
        done = people.import_people(tx, sheet, at=app.clock.now(), actor=app.operator)
    tell(ctx, done, what="người", as_json=as_json)


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
            (one.code, one.name, one.unit, _position(one), one.email)
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
    words, _ = reading_rules()
    entry = read_person(fields, words=words)
    with opened(ctx) as app, app.database.begin() as tx:
        done = people.add_person(tx, entry, at=app.clock.now(), actor=app.operator)
    tell(ctx, done, what="người", as_json=False)


for act in (standing.delegate, standing.absences, standing.charge, standing.charges,
            standing.disable):  # fmt: skip
    person.command()(act)


def _position(one: "PersonSeen") -> str:
    return f"{term(one.position or '')}{' (quyền, phụ trách)' if one.acting else ''}"
