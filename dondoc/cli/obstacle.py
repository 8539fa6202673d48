"""`obstacle`: what stands in the way of a task, and what a leader says to it."""

from typing import Annotated

import typer

from dondoc.cli.asked import list_asked, show_asked
from dondoc.cli.door import AsJson, AsPerson, ForPerson, Limit, opened, read_date, say
from dondoc.cli.triggers import Code, Proof, proof_of
from dondoc.cli.verbs import noun

app = noun("Vướng mắc của nhiệm vụ: nêu, cho ý kiến, rút, xem.")

_Found = Annotated[
    str, typer.Argument(metavar="MÃ", help="Mã vướng mắc, hoặc mã nhiệm vụ chỉ có một vướng mắc.")
]


@app.command("raise")
def raise_(
    ctx: typer.Context,
    code: Code,
    *,
    category: Annotated[
        str | None,
        typer.Option("--category", help="funding (kinh phí), procedure (thủ tục), "
                     "coordination (phối hợp), other (khác)."),
    ] = None,
    reason: Annotated[str | None, typer.Option("--note", help="Vướng ở đâu.")] = None,
    wanted: Annotated[str | None, typer.Option("--wanted", help="Đề nghị lãnh đạo làm gì.")] = None,
    addressee: Annotated[
        str | None,
        typer.Option("--to", metavar="MÃ", help="Lãnh đạo được hỏi, nếu không phải phụ trách."),
    ] = None,
    evidence: Proof = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:  # fmt: skip
    """Nêu một vướng mắc; lãnh đạo phụ trách được báo, nhiệm vụ vẫn tính hạn như cũ."""
    from engine.commands import obstacles

    with opened(ctx) as app_:
        by = (actor or app_.operator, principal)
        obstacle = obstacles.Obstacle(
            task=code, category=category, reason=reason, wanted=wanted, addressee=addressee,
            evidence=proof_of(app_, evidence or ()),
        )  # fmt: skip
        with app_.database.begin() as tx:
            address = obstacles.raise_obstacle(
                tx, obstacle, by=by, rules=app_.rules, at=app_.clock.now()
            )
    say(ctx, f"{address}: đã nêu, chờ lãnh đạo cho ý kiến.")


@app.command()
def answer(
    ctx: typer.Context,
    code: _Found,
    *,
    note: Annotated[str | None, typer.Option("--note", help="Ý kiến chỉ đạo.")] = None,
    first: Annotated[
        str | None,
        typer.Option("--pause-from", metavar="NGÀY", help="Ngày đầu tạm dừng tính hạn."),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--pause-to", metavar="NGÀY", help="Ngày cuối tạm dừng tính hạn."),
    ] = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Cho ý kiến về một vướng mắc; nếu cần, tạm dừng tính hạn của đơn vị."""
    from engine.commands import obstacles

    if (first is None) != (last is None):
        problem = "nêu cả --pause-from và --pause-to"
        raise typer.BadParameter(problem, param_hint="--pause-from")
    pause = None
    if first is not None and last is not None:
        pause = (read_date(first, field="--pause-from"), read_date(last, field="--pause-to"))
    given = obstacles.Answer(task=code, answer=note, pause=pause)
    with opened(ctx) as app_, app_.database.begin() as tx:
        by = (actor or app_.operator, principal)
        address = obstacles.answer(tx, given, by=by, rules=app_.rules, at=app_.clock.now())
    paused = f", tạm dừng tính hạn {pause[0]:%d/%m/%Y} - {pause[1]:%d/%m/%Y}" if pause else ""
    say(ctx, f"{address}: đã có ý kiến{paused}.")


@app.command()
def withdraw(
    ctx: typer.Context, code: _Found, *, actor: AsPerson = None, principal: ForPerson = None
) -> None:
    """Rút một vướng mắc chưa ai cho ý kiến."""
    from engine.commands import obstacles

    with opened(ctx) as app_, app_.database.begin() as tx:
        by = (actor or app_.operator, principal)
        address = obstacles.withdraw(tx, code, by=by, rules=app_.rules, at=app_.clock.now())
    say(ctx, f"{address}: đã rút.")


@app.command("list")
def list_obstacles(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Cả những vướng mắc đã xong.")] = False,
    as_json: AsJson = False,
    limit: Limit = 1_000,
) -> None:
    """Liệt kê vướng mắc đang chờ ý kiến, cũ nhất trước."""
    list_asked(ctx, "obstacle", every=every, limit=limit, as_json=as_json)


@app.command()
def show(ctx: typer.Context, code: _Found, as_json: AsJson = False) -> None:
    """Xem một vướng mắc, hoặc mọi vướng mắc của một nhiệm vụ."""
    show_asked(ctx, "obstacle", code, as_json=as_json)
