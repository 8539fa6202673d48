"""`plan import`, `plan export`: a plan or its table comes in, is looked at, and goes round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, acting, opened, read_file, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.newfile import write_file
from dondoc.cli.output import emit
from dondoc.cli.reviewing import (
    decisions_as_json,
    place_as_json,
    print_review,
    rows_as_json,
    warnings_in_short,
)
from dondoc.papers import intake_rules, worksheet_of
from dondoc.words import term
from engine.errors import Fault

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.commands.intake import Imported
    from engine.draft import DraftPlan
    from engine.organisation import Organisation
    from workflows.planfile import InputFile

#: More open items than this are settled in a sheet, not one command each.
_FEW = 5
#: Items that a warning names; `--json` names all of them.
_PLACES_SHOWN = 20
#: Years a plan can be of; anything else is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 2000, 2099
_SHEET = ".xlsx"


class Follow(StrEnum):
    """Which tasks of a document are followed where its body and its tables list different ones."""

    auto = "auto"
    body = "body"
    tables = "tables"
    all = "all"


PlanCode = Annotated[str, typer.Argument(metavar="KẾ-HOẠCH", help="Mã kế hoạch.")]


_File = Annotated[
    Path, typer.Argument(metavar="TỆP", help="Kế hoạch: .docx, .pdf, .xlsx, .csv, .md, .txt.")
]
_Appendix = Annotated[
    list[Path] | None,
    typer.Option("--appendix", metavar="TỆP", help="Phụ lục ở tệp riêng (dùng nhiều lần được)."),
]
_Year = Annotated[
    int | None, typer.Option("--year", min=FIRST_YEAR, max=LAST_YEAR, help="Năm của kế hoạch.")
]
_Code = Annotated[str | None, typer.Option("--code", help="Mã đặt cho kế hoạch.")]
_Into = Annotated[str | None, typer.Option("--into", help="Điền bảng phân công vào kế hoạch này.")]
_Follow = Annotated[
    Follow,
    typer.Option(
        "--follow", help="Theo dõi mục nào: auto, body (thân), tables (phụ lục), all (cả hai)."
    ),
]
_IsDry = Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không ghi gì.")]
_IsWhole = Annotated[bool, typer.Option("--all", help="In cả những dòng không đổi.")]


def import_(
    ctx: typer.Context,
    file: _File,
    *,
    appendix: _Appendix = None,
    year: _Year = None,
    code: _Code = None,
    into: _Into = None,
    follow: _Follow = Follow.auto,
    dry_run: _IsDry = False,
    is_whole: _IsWhole = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
) -> int:
    """Nhập kế hoạch (--year --code), hoặc bảng phân công vào kế hoạch đã nhập (--into)."""
    is_plan = into is None
    if is_plan and (code is None or year is None):
        problem = "nhập kế hoạch cần --code và --year; nhập bảng phân công cần --into"
        raise typer.BadParameter(problem)
    if not is_plan and (appendix or code or year or follow is not Follow.auto):
        problem = "--into điền vào kế hoạch đã có; --appendix, --code, --year, --follow thì không"
        raise typer.BadParameter(problem)
    files = [input_file(path) for path in (file, *(appendix or ()))]
    what = "import_plan" if is_plan else "import_worksheet"
    with opened(ctx) as app:
        by = None if dry_run else acting(actor, what=what)
        if into is not None:
            done, answer = _worksheet(app, files[0], into, actor=by)
        else:
            done, answer = _plan(
                app, files, _Key(code=code or "", year=year or 0, follow=follow), actor=by
            )
    if as_json:
        emit(answer())
    else:
        _tell(ctx, done, is_dry=dry_run, is_whole=is_whole)
    return FINDINGS if done.needs_decision else 0


def export(
    ctx: typer.Context,
    plan: PlanCode,
    *,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="TỆP", help="Bảng phân công, .xlsx.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có.")] = False,
    actor: AsPerson = None,
) -> None:
    """Xuất kế hoạch thành bảng phân công để điền, rồi nhập lại bằng --into."""
    from engine.commands.reviews import export_plan

    if output.suffix.lower() != _SHEET:
        problem = f"{output.name}: chỉ xuất được bảng .xlsx"
        raise typer.BadParameter(problem, param_hint="-o")
    if output.exists() and not force:
        problem = f"{output} đã có; dùng tên khác, hoặc --force để ghi đè"
        raise typer.BadParameter(problem, param_hint="-o")
    with opened(ctx) as app, app.database.begin() as tx:
        who = acting(actor, what="export_plan")
        review = export_plan(
            tx, plan, file=output.name, actor=who, rules=app.rules, at=app.clock.now()
        )
        organisation = app.rules.current(tx).organisation
        today = app.clock.now().astimezone(app.office.zone).date()
        data = worksheet_of(review, organisation, on=today, rules=intake_rules())
        # Within the transaction: what could not be written was not exported.
        write_file(output, data)
    asked = review.summary["needs_decision"]
    say(ctx, f"{plan}: {len(review.rows)} dòng, {asked} dòng còn phải quyết định, trong {output}.")
    way = "import" if review.is_draft else "adjust"
    by = "" if review.is_draft else " --decision SỐ --date NGÀY"
    say(ctx, f"  điền xong: dondoc plan {way} {output} --into {plan}{by}")


def input_file(path: Path) -> "InputFile":
    """Return a file as the readers of plans take it."""
    from workflows.planfile import InputFile
    from workflows.planfile.readers.sniffing import most_bytes

    most = most_bytes(path.name, rules=intake_rules())
    # A name in an encoding of another age has bytes that are no letters, and is shown with them.
    name = path.name.encode(errors="backslashreplace").decode()
    return InputFile(name=name, data=read_file(path, most=most))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    code: str
    year: int
    follow: Follow


def _plan(
    app: "App", files: Sequence["InputFile"], key: _Key, *, actor: str | None
) -> tuple["Imported", Callable[[], dict[str, Any]]]:
    from engine.commands import plans
    from workflows.planfile.confinement import read_plan_confined

    draft = read_plan_confined(
        files, code=key.code, year=key.year, rules=intake_rules(), follow=key.follow.value
    )
    now = app.clock.now()
    if actor is None:
        with app.database.read() as tx:
            done = plans.preview_plan(tx, draft, rules=app.rules, at=now)
    else:
        with app.database.begin() as tx:
            done = plans.import_plan(tx, draft, actor=actor, rules=app.rules, at=now)
    return done, lambda: _plan_as_json(draft, done)


def _plan_as_json(draft: "DraftPlan", done: "Imported") -> dict[str, Any]:
    from workflows.planfile import as_json

    rows = {row.code: row for row in done.review.rows}
    told: Any = as_json(draft)
    items = [
        {**item, **decisions_as_json(rows[item["code"]]),
         "source": place_as_json(rows[item["code"]].source)}
        for item in told["items"]
    ]  # fmt: skip
    return {
        "plan": told["plan"],
        "items": items,
        "absent": [row.code for row in done.review.rows if row.action == "absent"],
        "summary": done.summary,
        "warnings": [_fault(one) for one in done.warnings],
    }


def _worksheet(
    app: "App", file: "InputFile", into: str, *, actor: str | None
) -> tuple["Imported", Callable[[], dict[str, Any]]]:
    from engine.commands import plans, worksheets
    from workflows.planfile.confinement import read_worksheet_confined

    with app.database.read() as tx:
        year = plans.year_of(tx, into)
    sheet = read_worksheet_confined(file, year=year, rules=intake_rules())
    now = app.clock.now()
    if actor is None:
        with app.database.read() as tx:
            done = worksheets.preview_worksheet(tx, sheet, into=into, rules=app.rules, at=now)
            organisation = app.rules.current(tx).organisation
    else:
        with app.database.begin() as tx:
            done = worksheets.merge(tx, sheet, into=into, actor=actor, rules=app.rules, at=now)
            organisation = app.rules.current(tx).organisation
    return done, lambda: _worksheet_as_json(done, organisation)


def _worksheet_as_json(done: "Imported", organisation: "Organisation") -> dict[str, Any]:
    from engine import queries

    return {
        "plan": {"code": done.review.plan, "year": done.review.year},
        "items": queries.items_after(done.edits, organisation),
        "rows": rows_as_json(done.review.rows),
        "summary": done.summary,
        "undecided": [_fault(one) for one in done.faults],
        "warnings": [_fault(one) for one in done.warnings],
    }


def _fault(fault: Fault) -> dict[str, str]:
    return {"place": fault.place, "problem": fault.problem, "cure": fault.cure}


def _tell(ctx: typer.Context, done: "Imported", *, is_dry: bool, is_whole: bool) -> None:
    review = done.review
    kinds = [row.kind for row in review.rows]
    counted = ", ".join(f"{kinds.count(kind)} {term(kind)}" for kind in dict.fromkeys(kinds))
    fields = len({row.section for row in review.rows})
    say(ctx, f"{review.title} ({review.plan}, {review.year})")
    say(ctx, f"  {fields} lĩnh vực, {len(review.rows)} mục: {counted}")
    print_review(review, is_whole=is_whole)
    did = "Nếu nhập thật" if is_dry else "Đã nhập"
    say(
        ctx,
        f"{did}: tạo mới {done.create}, thay đổi {done.update}, không đổi {done.unchanged}; "
        f"còn {done.needs_decision} mục chờ quyết định, {len(done.warnings)} lưu ý.",
    )
    for said in warnings_in_short(done.warnings, most=_PLACES_SHOWN):
        say(ctx, f"  lưu ý: {said}")
    if done.needs_decision > _FEW and not is_dry:
        say(ctx, f"nhiều mục: dondoc plan export {review.plan} -o bang.xlsx để điền trong Excel")
