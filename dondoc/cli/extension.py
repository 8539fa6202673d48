"""`extension`: more time for a task, asked for by its unit and decided by a leader."""

from typing import Annotated

import typer

from dondoc.cli.asked import day, list_asked, show_asked
from dondoc.cli.door import AsJson, AsPerson, ForPerson, Limit, opened, say, warn
from dondoc.cli.triggers import Code, Note, date_of
from dondoc.cli.verbs import noun

app = noun("Gia hạn nhiệm vụ: xin, đồng ý, không đồng ý, rút, xem.")

_Asked = Annotated[
    str | None, typer.Option("--due", metavar="NGÀY", help="Xin đến ngày nào, sau hạn hiện nay.")
]
_Granted = Annotated[
    str | None, typer.Option("--due", metavar="NGÀY", help="Hạn cho, nếu khác ngày được xin.")
]
_Found = Annotated[str, typer.Argument(metavar="MÃ", help="Mã nhiệm vụ, hoặc mã đề nghị gia hạn.")]


@app.command()
def ask(
    ctx: typer.Context,
    code: Code,
    *,
    due: _Asked = None,
    note: Note = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Xin gia hạn; hạn hiện nay giữ nguyên cho đến khi lãnh đạo quyết định."""
    from engine.commands import extensions

    asked = extensions.Asked(task=code, due=date_of(due), reason=note)
    with opened(ctx) as app_, app_.database.begin() as tx:
        by = (actor or app_.operator, principal)
        address = extensions.ask(tx, asked, by=by, rules=app_.rules, at=app_.clock.now())
    say(ctx, f"{address}: đã xin gia hạn đến {day(asked.due)}, chờ lãnh đạo quyết định.")


@app.command()
def approve(
    ctx: typer.Context,
    code: _Found,
    *,
    due: _Granted = None,
    note: Note = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đồng ý gia hạn; nhiệm vụ có hạn mới, nhắc việc tính lại từ đầu."""
    from engine.commands import delegations, extensions

    decision = extensions.Decision(task=code, granted=True, note=note, due=date_of(due))
    with opened(ctx) as app_, app_.database.begin() as tx:
        by = (actor or app_.operator, principal)
        address = extensions.decide(tx, decision, by=by, rules=app_.rules, at=app_.clock.now())
        warnings = delegations.clashes(tx, address, rules=app_.rules)
    say(ctx, f"{address}: đã đồng ý gia hạn.")
    warn(ctx, warnings)


@app.command()
def refuse(
    ctx: typer.Context,
    code: _Found,
    *,
    note: Note = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Không đồng ý gia hạn; hạn và nhắc việc giữ nguyên."""
    from engine.commands import extensions

    decision = extensions.Decision(task=code, granted=False, note=note)
    with opened(ctx) as app_, app_.database.begin() as tx:
        by = (actor or app_.operator, principal)
        address = extensions.decide(tx, decision, by=by, rules=app_.rules, at=app_.clock.now())
    say(ctx, f"{address}: không đồng ý gia hạn.")


@app.command()
def withdraw(
    ctx: typer.Context, code: _Found, *, actor: AsPerson = None, principal: ForPerson = None
) -> None:
    """Rút đề nghị gia hạn chưa ai quyết định."""
    from engine.commands import extensions

    with opened(ctx) as app_, app_.database.begin() as tx:
        by = (actor or app_.operator, principal)
        address = extensions.withdraw(tx, code, by=by, rules=app_.rules, at=app_.clock.now())
    say(ctx, f"{address}: đã rút.")


@app.command("list")
def list_extensions(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Cả những đề nghị đã xong.")] = False,
    as_json: AsJson = False,
    limit: Limit = 1_000,
) -> None:
    """Liệt kê đề nghị gia hạn đang chờ quyết định, cũ nhất trước."""
    list_asked(ctx, "extension", every=every, limit=limit, as_json=as_json)


@app.command()
def show(ctx: typer.Context, code: _Found, as_json: AsJson = False) -> None:
    """Xem một đề nghị gia hạn, hoặc mọi đề nghị của một nhiệm vụ."""
    show_asked(ctx, "extension", code, as_json=as_json)
