"""`plan`: from the document to assigned tasks, with every doubt settled in between."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_date, read_file, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.verbs import noun
from dondoc.cli.words import term
from engine.errors import Fault
from engine.plaintext import clean

if TYPE_CHECKING:
    from engine.commands.intake import Imported
    from engine.draft import DraftPlan
    from workflows.planfile.rules import IntakeRules

app = noun("Kế hoạch: nhập, quyết định, kích hoạt.")

PlanCode = Annotated[str, typer.Argument(metavar="KẾ-HOẠCH", help="Mã kế hoạch.")]
#: Warnings printed by an import; `--json` holds all of them.
_WARNINGS_SHOWN = 20
#: Years a plan can be of; anything else is a slip of the finger.
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_Year = Annotated[
    int | None, typer.Option("--year", min=_FIRST_YEAR, max=_LAST_YEAR, help="Năm của kế hoạch.")
]


#: What a phrase can say of a deadline.
_DEADLINES = {
    "fixed_date": "ngày cố định",
    "month": "trong tháng",
    "quarter": "trong quý",
    "half_year": "trong 6 tháng",
    "year": "trong năm",
    "range": "từ ngày đến ngày",
    "milestones": "nhiều mốc",
    "recurring": "lặp lại",
    "event_relative": "tính từ một sự kiện",
    "standing": "thường xuyên",
    "on_demand": "khi có yêu cầu",
    "reference": "theo văn bản khác",
    "ditto": "như mục trên",
    "none": "không ghi hạn",
    "unresolved": "chưa hiểu",
}


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Văn bản kế hoạch hoặc bảng CSV.")],
    *,
    year: _Year = None,
    code: Annotated[str | None, typer.Option("--code", help="Mã đặt cho kế hoạch.")] = None,
    into: Annotated[
        str | None, typer.Option("--into", help="Điền bảng phân công vào kế hoạch này.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không ghi gì.")] = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
) -> int:
    """Nhập kế hoạch (--year --code), hoặc bảng phân công vào kế hoạch đã nhập (--into)."""
    if into is not None:
        return _import_worksheet(ctx, file, into, dry_run=dry_run, as_json=as_json, actor=actor)
    if code is None or year is None:
        problem = "nhập kế hoạch cần --code và --year; nhập bảng phân công cần --into"
        raise typer.BadParameter(problem)
    return _import_plan(ctx, file, code, year=year, dry_run=dry_run, as_json=as_json, actor=actor)


@app.command()
def decide(
    ctx: typer.Context,
    plan: PlanCode,
    item: Annotated[str, typer.Argument(metavar="MỤC", help="Mã mục trong kế hoạch.")],
    choice: Annotated[
        str, typer.Argument(metavar="keep|drop|class|due", help="Giữ, bỏ, phân loại, đặt hạn.")
    ],
    value: Annotated[
        str | None, typer.Argument(help="Loại (standing|task|recurring), hoặc ngày.")
    ] = None,
    *,
    actor: AsPerson = None,
) -> None:
    """Quyết định một mục còn chờ."""
    from engine.commands import decisions

    chosen = read_date(value, field="NGÀY") if choice == "due" and value else value
    with opened(ctx) as app_, app_.database.begin() as tx:
        decisions.decide(
            tx, decisions.Decision(plan=plan, item=item, choice=choice, value=chosen),
            actor=acting(actor, what="decide_plan"), rules=app_.rules, at=app_.clock.now(),
        )  # fmt: skip
    say(ctx, f"{plan}/{item}: đã quyết định.")


@app.command()
def activate(
    ctx: typer.Context, plan: PlanCode, actor: AsPerson = None, principal: ForPerson = None
) -> None:
    """Kích hoạt: mọi mục đã rõ thành nhiệm vụ được giao, người liên quan được báo."""
    from dondoc.foundation import load_years
    from engine.commands import activation, plans

    with opened(ctx) as app_, app_.database.begin() as tx:
        who = acting(actor, what="activate_plan")
        year = plans.year_of(tx, plan)
        load_years(tx, (year, year + 1), at=app_.clock.now(), actor=app_.operator, rules=app_.rules)
        done = activation.activate(
            tx, plan, actor=who, on_behalf_of=principal, rules=app_.rules, at=app_.clock.now()
        )
    say(ctx, f"{plan}: đã giao {done.assigned} nhiệm vụ, sẽ báo cho {done.people_told} người.")
    for warning in done.warnings:
        say(ctx, f"  lưu ý: {warning}")


@app.command()
def close(ctx: typer.Context, plan: PlanCode, actor: AsPerson = None) -> None:
    """Kết thúc kế hoạch: thôi nhắc việc; các việc thường xuyên kết thúc theo."""
    from engine.commands import activation

    with opened(ctx) as app_, app_.database.begin() as tx:
        activation.close(
            tx, plan, actor=acting(actor, what="close_plan"), rules=app_.rules,
            at=app_.clock.now(),
        )  # fmt: skip
    say(ctx, f"{plan}: đã kết thúc.")


@app.command("list")
def list_plans(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Liệt kê các kế hoạch."""
    from engine import queries

    with opened(ctx) as app_, app_.database.read() as tx:
        found = queries.list_plans(tx)
    if as_json:
        emit_list("plans", found)
        return
    columns(
        ("MÃ", "NĂM", "TÌNH TRẠNG", "MỤC", "TÊN"),
        [
            (one["code"], one["year"], term(one["state"]), one["items"], one["title"])
            for one in found
        ],
    )


@app.command()
def show(ctx: typer.Context, plan: PlanCode, as_json: AsJson = False) -> None:
    """Xem một kế hoạch: bảng 2x2 theo đơn vị, dòng báo cáo, mục còn chờ quyết định."""
    from engine import queries

    with opened(ctx) as app_, app_.database.read() as tx:
        page = queries.show_plan(tx, plan, rules=app_.rules, at=app_.clock.now())
        items = queries.plan_items(tx, plan, rules=app_.rules) if as_json else []
    if as_json:
        emit({**page, "items": items})
        return
    _print_page(page)


@app.command()
def deadline(
    ctx: typer.Context,
    phrase: Annotated[str, typer.Argument(metavar="CỤM-TỪ", help="Cụm từ chỉ thời hạn.")],
    *,
    year: Annotated[
        int, typer.Option("--year", min=_FIRST_YEAR, max=_LAST_YEAR, help="Năm của kế hoạch.")
    ],
    as_json: AsJson = False,
) -> int:
    """Xem một cụm từ chỉ thời hạn được hiểu là ngày nào."""
    from workflows.planfile import deadline_as_json, read_deadline

    del ctx
    read = read_deadline(phrase, year=year, rules=_intake_rules())
    if as_json:
        emit(deadline_as_json(read))
    else:
        days = ", ".join(day.strftime("%d/%m/%Y") for day in read.due) or "chưa thành ngày"
        sure = "" if read.confidence == "auto" else " (cần người xác nhận)"
        line(f"{_DEADLINES[read.kind]}: {days}{sure}")
    return 0 if read.confidence == "auto" else FINDINGS


def _import_plan(
    ctx: typer.Context,
    file: Path,
    code: str,
    *,
    year: int,
    dry_run: bool,
    as_json: bool,
    actor: str | None,
) -> int:
    from engine.commands import plans
    from workflows.planfile import InputFile, read_plan

    draft = read_plan(
        [InputFile(name=file.name, data=read_file(file))],
        code=code,
        year=year,
        rules=_intake_rules(),
    )
    with opened(ctx) as app_:
        now = app_.clock.now()
        if dry_run:
            with app_.database.read() as tx:
                done = plans.preview_plan(tx, draft, rules=app_.rules, at=now)
        else:
            who = acting(actor, what="import_plan")
            with app_.database.begin() as tx:
                done = plans.import_plan(tx, draft, actor=who, rules=app_.rules, at=now)
    if as_json:
        from workflows.planfile import as_json as mapping

        warnings = [_fault(one) for one in done.warnings]
        emit({**mapping(draft), "summary": done.summary, "warnings": warnings})
    else:
        _tell_draft(ctx, draft)
        _tell(ctx, done, dry_run=dry_run)
    return FINDINGS if done.needs_decision else 0


def _import_worksheet(
    ctx: typer.Context,
    file: Path,
    into: str,
    *,
    dry_run: bool,
    as_json: bool,
    actor: str | None,
) -> int:
    from engine import queries
    from engine.commands import plans, worksheets
    from workflows.planfile import InputFile, read_worksheet

    with opened(ctx) as app_:
        now = app_.clock.now()
        with app_.database.read() as tx:
            year = plans.year_of(tx, into)
        sheet = read_worksheet(
            InputFile(name=file.name, data=read_file(file)), year=year, rules=_intake_rules()
        )
        if dry_run:
            with app_.database.read() as tx:
                done = worksheets.preview_worksheet(tx, sheet, into=into, rules=app_.rules, at=now)
                organisation = app_.rules.current(tx).organisation
        else:
            who = acting(actor, what="import_worksheet")
            with app_.database.begin() as tx:
                done = worksheets.merge(tx, sheet, into=into, actor=who, rules=app_.rules, at=now)
                organisation = app_.rules.current(tx).organisation
    if as_json:
        emit(
            {
                "plan": {"code": into, "year": year},
                "items": queries.items_after(done.edits, organisation),
                "summary": done.summary,
                "undecided": [_fault(one) for one in done.faults],
                "warnings": [_fault(one) for one in done.warnings],
            }
        )
    else:
        _tell(ctx, done, dry_run=dry_run)
    return FINDINGS if done.needs_decision else 0


def _intake_rules() -> "IntakeRules":
    from config.defaults import reading_rules
    from workflows.planfile.rules import IntakeRules

    return IntakeRules.from_mapping(reading_rules("intake"))


def _fault(fault: Fault) -> dict[str, str]:
    return {"place": fault.place, "problem": fault.problem, "cure": fault.cure}


def _tell_draft(ctx: typer.Context, draft: "DraftPlan") -> None:
    kinds = [item.kind for item in draft.items]
    counted = ", ".join(f"{kinds.count(kind)} {term(kind)}" for kind in dict.fromkeys(kinds))
    fields = len({item.section for item in draft.items})
    say(ctx, f"{draft.title} ({draft.code}, {draft.year})")
    say(ctx, f"  {fields} lĩnh vực, {len(draft.items)} mục: {counted}")
    say(ctx, f"  {len(draft.citations)} văn bản được dẫn, {len(draft.report_lines)} dòng báo cáo")


def _tell(ctx: typer.Context, done: "Imported", *, dry_run: bool) -> None:
    for fault in done.faults:
        line(str(fault))
    did = "Nếu nhập thật" if dry_run else "Đã nhập"
    say(
        ctx,
        f"{did}: tạo mới {done.create}, thay đổi {done.update}, không đổi {done.unchanged}; "
        f"còn {done.needs_decision} mục chờ quyết định, {len(done.warnings)} lưu ý.",
    )
    for fault in done.warnings[:_WARNINGS_SHOWN]:
        say(ctx, f"  lưu ý: {clean(str(fault))}")
    if len(done.warnings) > _WARNINGS_SHOWN:
        say(ctx, f"  và {len(done.warnings) - _WARNINGS_SHOWN} lưu ý nữa (xem đủ bằng --json)")


def _print_page(page: dict[str, Any]) -> None:
    plan = page["plan"]
    line(f"{plan['code']}  {plan['title']} ({term(plan['state'])})")
    if page["tally"]:
        columns(
            ("ĐƠN VỊ", "ĐÚNG HẠN", "TRỄ HẠN", "CÒN HẠN", "QUÁ HẠN", "THƯỜNG XUYÊN", "HỦY"),
            [
                (
                    row["unit"], row["completed_on_time"], row["completed_late"],
                    row["open_within_term"], row["open_overdue"], row["standing"],
                    row["cancelled"],
                )
                for row in page["tally"]
            ],
        )  # fmt: skip
    for one in page["report_lines"]:
        line(f"báo cáo {term(one['period'])}: {one['recipient'] or ''}")
    for one in page["undecided"]:
        line(f"chờ quyết định: {one['place']}: {one['problem']}; {one['cure']}")
