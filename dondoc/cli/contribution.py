"""`contribution`: what coordinating units are asked for and deliver, and what is gone without."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_date, say
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.triggers import Code, Due, Note, Proof, To, date_of, moved, proof_of
from dondoc.cli.verbs import noun
from dondoc.words import term
from engine.plaintext import clean

if TYPE_CHECKING:
    from dondoc.bootstrap import App

app = noun("Phần phối hợp: đề nghị, gửi, nhận, trả lại, ghi nhận không giao.")

_EITHER = "nêu mã nhiệm vụ, hoặc --unit"
_Unit = Annotated[str, typer.Argument(metavar="ĐƠN-VỊ", help="Mã đơn vị phối hợp.")]


@app.command()
def ask(
    ctx: typer.Context,
    code: Code,
    unit: _Unit,
    *,
    due: Annotated[str, typer.Option("--due", metavar="NGÀY", help="Hạn gửi phần phối hợp.")],
    what: Annotated[str, typer.Option("--what", help="Nội dung đề nghị.")],
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Đề nghị một đơn vị phối hợp, với hạn riêng của đơn vị ấy."""
    from engine.commands import contributions

    asking = contributions.Asking(
        task=code, unit=unit, due=read_date(due, field="--due"), what=what
    )
    by = (acting(actor, what=contributions.TRIGGER), principal)
    with opened(ctx) as app_, app_.database.begin() as tx:
        asked = contributions.ask(tx, asking, by=by, rules=app_.rules, at=app_.clock.now())
    for one in asked.warnings:
        say(ctx, f"LƯU Ý: {one}")
    say(ctx, f"{asked.address}: đã đề nghị {asked.unit}, hạn {asked.due_on:%d/%m/%Y}, "
             f"báo {asked.people_told} người.")  # fmt: skip


@app.command()
def deliver(
    ctx: typer.Context,
    code: Code,
    unit: _Unit,
    *,
    note: Note = None,
    evidence: Proof = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Gửi phần phối hợp cho đơn vị chủ trì."""
    _pull(ctx, "report", code, unit, by=(actor, principal), proof=evidence or (), note=note)


@app.command()
def accept(
    ctx: typer.Context,
    code: Code,
    unit: _Unit,
    *,
    note: Note = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Nhận phần phối hợp đã gửi."""
    _pull(ctx, "verify", code, unit, by=(actor, principal), note=note)


@app.command("return")
def give_back(
    ctx: typer.Context,
    code: Code,
    unit: _Unit,
    *,
    note: Note = None,
    due: Due = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Trả lại phần phối hợp để bổ sung, kèm lý do."""
    _pull(ctx, "return", code, unit, by=(actor, principal), note=note, due=date_of(due))


@app.command()
def waive(
    ctx: typer.Context,
    code: Code,
    unit: _Unit,
    *,
    note: Note = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Ghi nhận đơn vị không giao phần phối hợp; chủ trì báo cáo được mà không chờ nữa."""
    _pull(ctx, "waive", code, unit, by=(actor, principal), note=note)


@app.command()
def assign(
    ctx: typer.Context,
    code: Code,
    unit: _Unit,
    *,
    to: To = None,
    note: Note = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Chọn người của đơn vị làm phần phối hợp."""
    _pull(ctx, "reassign", code, unit, by=(actor, principal), note=note, to=to)


@app.command("list")
def list_parts(
    ctx: typer.Context,
    code: Annotated[
        str | None, typer.Argument(metavar="[MÃ]", help="Mã nhiệm vụ, hoặc KẾ-HOẠCH/MÃ.")
    ] = None,
    *,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="ĐƠN-VỊ", help="Những gì đơn vị này còn nợ.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Liệt kê những gì đã đề nghị cho một nhiệm vụ, hoặc một đơn vị còn phải gửi."""
    from engine.commands import contributions

    if (code is None) == (unit is None):
        raise typer.BadParameter(_EITHER, param_hint="[MÃ]")
    with opened(ctx) as app_, app_.database.read() as tx:
        if unit is not None:
            found = contributions.owed_by(tx, unit, rules=app_.rules)
        else:
            found = contributions.parts_of(tx, code or "", rules=app_.rules)
    if as_json:
        emit_list("contributions", found)
        return
    print_parts(found, is_of_many=unit is not None)
    if not found:
        say(ctx, "Chưa đề nghị đơn vị nào." if unit is None else "Không còn phải gửi gì.")


@app.command()
def show(ctx: typer.Context, code: Code, unit: _Unit, as_json: AsJson = False) -> None:
    """Xem một phần phối hợp: nội dung, hạn, diễn biến."""
    from engine import queries
    from engine.commands import contributions

    with opened(ctx) as app_, app_.database.read() as tx:
        address = contributions.address_of(tx, code, unit, rules=app_.rules)
        parts = contributions.parts_of(tx, code, rules=app_.rules)
        page = queries.show_task(tx, address, rules=app_.rules, at=app_.clock.now())
        zone = app_.office.zone
    (part,) = [one for one in parts if one["address"] == address]
    if as_json:
        emit({"contribution": part, "history": page["history"], "evidence": page["evidence"]})
        return
    line(f"{address}  {term(state_of(part))}")
    line(clean(part["what"]))
    columns(("LÚC", "AI", "VIỆC", "GHI CHÚ"), [
        (one["at"].astimezone(zone).strftime("%d/%m/%Y %H:%M"), one["actor"],
         term(one["trigger"]), one["note"] or "")
        for one in page["history"]
    ])  # fmt: skip


def print_parts(parts: Sequence[dict[str, Any]], *, is_of_many: bool = False) -> None:
    """Print contributions to one task, or to many, as a table; nothing where there are none."""
    if not parts:
        return
    whose = "NHIỆM VỤ" if is_of_many else "ĐƠN VỊ"
    columns(
        (whose, "NỘI DUNG", "HẠN", "TÌNH TRẠNG", "GHI CHÚ"),
        [
            (one["task"] if is_of_many else one["unit"], one["what"], _day(one["due"]),
             term(state_of(one)), one["note"] or "")
            for one in parts
        ],
    )  # fmt: skip


def state_of(part: dict[str, Any]) -> str:
    """Return the word of the glossary for the state of a contribution."""
    return f"part_{part['state']}"


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _pull(
    ctx: typer.Context,
    trigger: str,
    code: str,
    unit: str,
    *,
    by: tuple[str | None, str | None],
    proof: Sequence[str] = (),
    **fields: Any,
) -> None:
    from dondoc.desk import pull
    from engine.commands.request import Request

    with opened(ctx) as app_:
        address = _address(app_, code, unit)
        request = Request(
            actor=by[0] or app_.operator,
            trigger=trigger,
            task=address,
            on_behalf_of=by[1],
            evidence=proof_of(app_, proof),
            **fields,
        )
        done = pull(app_.database, request, rules=app_.rules, at=app_.clock.now())
    say(ctx, f"{done.address}: {moved(done)}")


def _address(app_: "App", code: str, unit: str) -> str:
    from engine.commands import contributions

    with app_.database.read() as tx:
        return contributions.address_of(tx, code, unit, rules=app_.rules)
