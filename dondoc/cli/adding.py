"""`plan add`, `plan reword`: one item of an active plan, given or put in other words by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.adjustment import tell
from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_date, say, warn
from dondoc.cli.intake import PlanCode
from dondoc.cli.output import emit
from engine.errors import BadInput, Fault

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from dondoc.bootstrap import App
    from engine.commands.single_items import Given
    from engine.commands.written_items import NewItem, Ruling
    from engine.database import Transaction

#: Options that are called otherwise than what they say.
_OPTIONS = {
    "parent": "under", "coordinating": "with", "citations": "basis", "kind": "standing",
    "decided_on": "date",
}  # fmt: skip

_Title = Annotated[str, typer.Option("--title", help="Nội dung.")]
_Output = Annotated[str | None, typer.Option("--output", help="Sản phẩm.")]
_Number = Annotated[str, typer.Option("--decision", metavar="SỐ", help="Số quyết định.")]
_Dated = Annotated[str, typer.Option("--date", metavar="NGÀY", help="Ngày quyết định.")]
_Note = Annotated[str | None, typer.Option("--note", help="Lý do, ghi trong thư báo.")]
_Trial = Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không ghi gì.")]


_Lead = Annotated[str, typer.Option("--lead", metavar="MÃ", help="Đơn vị chủ trì.")]
_Due = Annotated[str | None, typer.Option("--due", metavar="NGÀY", help="Hạn.")]
_Standing = Annotated[bool, typer.Option("--standing", help="Nhiệm vụ thường xuyên, không có hạn.")]
_Under = Annotated[
    str | None, typer.Option("--under", metavar="MỤC", help="Mục gộp chứa việc này.")
]
_Beside = Annotated[
    str | None, typer.Option("--beside", metavar="MỤC", help="Một mục cùng lĩnh vực.")
]
_Code = Annotated[
    str | None, typer.Option("--code", metavar="MÃ", help="Mã; mặc định là mã kế tiếp.")
]
_With = Annotated[list[str] | None, typer.Option("--with", metavar="MÃ", help="Đơn vị phối hợp.")]
_Assignee = Annotated[str | None, typer.Option("--assignee", metavar="MÃ", help="Người thực hiện.")]
_Verifier = Annotated[str | None, typer.Option("--verifier", metavar="MÃ", help="Người xác nhận.")]
_Basis = Annotated[
    list[str] | None, typer.Option("--basis", metavar="SỐ", help="Căn cứ: số văn bản.")
]
_Urgent = Annotated[bool, typer.Option("--urgent", help="Khẩn.")]


def add(
    ctx: typer.Context,
    plan: PlanCode,
    *,
    title: _Title,
    lead: _Lead,
    decision: _Number,
    dated: _Dated,
    due: _Due = None,
    standing: _Standing = False,
    under: _Under = None,
    beside: _Beside = None,
    code: _Code = None,
    helping: _With = None,
    assignee: _Assignee = None,
    verifier: _Verifier = None,
    output: _Output = None,
    basis: _Basis = None,
    urgent: _Urgent = False,
    note: _Note = None,
    dry_run: _Trial = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Giao thêm một nhiệm vụ của kế hoạch đang thực hiện, theo quyết định."""
    from engine.commands.written_items import NewItem

    wanted = NewItem(
        plan=plan, title=title, lead=lead, kind="standing" if standing else "task",
        due=read_date(due, field="--due") if due else None, parent=under, beside=beside, code=code,
        coordinating=tuple(helping or ()), assignee=assignee, verifier=verifier, output=output,
        citations=tuple(basis or ()), is_urgent=urgent,
    )  # fmt: skip
    by = (acting(actor, what="adjust_plan"), principal)
    given = _give(ctx, wanted, _ruling(decision, dated, note), by=by, is_dry=dry_run)
    if as_json:
        emit(_as_json(given))
    else:
        tell(ctx, given.adjusted, is_dry=dry_run)
        warn(ctx, [replace(one, place=given.code) for one in given.remarks])


def _give(
    ctx: typer.Context,
    wanted: "NewItem",
    ruling: "Ruling",
    *,
    by: tuple[str, str | None],
    is_dry: bool,
) -> "Given":
    from engine.commands import single_items

    with opened(ctx) as app, _as_options(), _written(app, is_dry=is_dry) as tx:
        return single_items.give(
            tx, wanted, ruling, by=by, rules=app.rules, at=app.clock.now()
        )  # fmt: skip


def reword(
    ctx: typer.Context,
    plan: PlanCode,
    item: Annotated[str, typer.Argument(metavar="MỤC", help="Mã mục trong kế hoạch.")],
    *,
    decision: _Number,
    dated: _Dated,
    title: Annotated[str | None, typer.Option("--title", help="Nội dung mới.")] = None,
    output: _Output = None,
    note: _Note = None,
    dry_run: _Trial = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Sửa nội dung, sản phẩm của một mục theo quyết định; hạn và nhắc việc giữ nguyên."""
    from engine.commands import single_items
    from engine.commands.written_items import Rewording

    wanted = Rewording(plan=plan, code=item, title=title, output=output)
    ruling = _ruling(decision, dated, note)
    who = acting(actor, what="adjust_plan")
    with opened(ctx) as app, _as_options(), _written(app, is_dry=dry_run) as tx:
        done = single_items.reword(
            tx, wanted, ruling, by=(who, principal), rules=app.rules, at=app.clock.now()
        )
    if as_json:
        emit({"plan": done.plan, "version": done.version, "people_told": done.people_told})
    elif done.version is None:
        say(ctx, f"{done.plan}/{item}: đã là nội dung ấy, không có gì thay đổi.")
    else:
        tell(ctx, done, is_dry=dry_run)


def _ruling(number: str, dated: str, note: str | None) -> "Ruling":
    from engine.commands.written_items import Ruling

    return Ruling(decision=number, decided_on=read_date(dated, field="--date"), note=note)


def _as_json(given: "Given") -> dict[str, Any]:
    done = given.adjusted
    return {
        "address": given.address,
        "plan": given.plan,
        "code": given.code,
        "version": done.version,
        "people_told": done.people_told,
        "warnings": [asdict(one) for one in (*given.remarks, *done.warnings)],
    }


def _written(app: "App", *, is_dry: bool) -> "AbstractContextManager[Transaction]":
    return app.database.read() if is_dry else app.database.begin()


@contextmanager
def _as_options() -> Iterator[None]:
    """Have what is wrong with a field said by its option."""
    try:
        yield
    except BadInput as error:
        faults: list[Fault] = [
            replace(one, place=f"--{_OPTIONS.get(one.place, one.place)}") for one in error.faults
        ]
        raise BadInput(source=error.source, faults=faults) from error
