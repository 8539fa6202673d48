"""`plan`: from the document to assigned tasks, with every doubt settled in between."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from dondoc.cli import adding, adjustment, intake
from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_date, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.intake import FIRST_YEAR, LAST_YEAR, PlanCode
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.reviewing import warnings_in_short
from dondoc.cli.verbs import noun
from dondoc.papers import intake_rules
from dondoc.words import term
from engine.plaintext import clean

#: Days that one row of a list holds.
_DAYS = 4

app = noun("Kế hoạch: nhập, quyết định, kích hoạt.")

#: What can be decided of a row.
_CHOICES = ("keep", "drop", "class", "due", "lead", "assignee", "verifier", "output")

app.command("import")(intake.import_)
app.command("export")(intake.export)
app.command("adjust")(adjustment.adjust)
app.command("add")(adding.add)
app.command("reword")(adding.reword)
app.command("diff")(adjustment.diff)
app.command("versions")(adjustment.list_versions)


@app.command()
def decide(
    ctx: typer.Context,
    plan: PlanCode,
    item: Annotated[str, typer.Argument(metavar="MỤC", help="Mã mục trong kế hoạch.")],
    choice: Annotated[
        str,
        typer.Argument(
            metavar="|".join(_CHOICES),
            help="Giữ, bỏ, phân loại, đặt hạn, đơn vị chủ trì, người thực hiện, người xác nhận, "
            "sản phẩm.",
        ),
    ],
    value: Annotated[
        str | None,
        typer.Argument(
            help="Loại (standing|task|recurring), ngày (nhiều ngày cách nhau bằng dấu phẩy), mã "
            "đơn vị, mã người, hoặc sản phẩm."
        ),
    ] = None,
    *,
    actor: AsPerson = None,
) -> None:
    """Quyết định một mục còn chờ."""
    from engine.commands import decisions

    chosen: decisions.Value = value
    if choice == "due" and value:
        chosen = tuple(read_date(one.strip(), field="NGÀY") for one in value.split(","))
    with opened(ctx) as app_, app_.database.begin() as tx:
        decisions.decide(
            tx, decisions.Decision(plan=plan, item=item, choice=choice, value=chosen),
            actor=acting(actor, what="decide_plan"), rules=app_.rules, at=app_.clock.now(),
        )  # fmt: skip
    say(ctx, f"{plan}/{item}: đã quyết định.")


@app.command()
def activate(
    ctx: typer.Context,
    plan: PlanCode,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
    as_json: AsJson = False,
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
    if as_json:
        emit({"plan": plan, "assigned": done.assigned, "people_told": done.people_told,
              "warnings": [asdict(one) for one in done.warnings]})  # fmt: skip
        return
    say(ctx, f"{plan}: đã giao {done.assigned} nhiệm vụ, sẽ báo cho {done.people_told} người.")
    for warning in warnings_in_short(done.warnings):
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
def show(
    ctx: typer.Context,
    plan: PlanCode,
    *,
    version: Annotated[
        int | None, typer.Option("--version", min=0, help="Kế hoạch như bản này đã ghi.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Xem một kế hoạch: kết quả từng đơn vị (dự thảo: từng mục), điều còn chờ quyết định."""
    from engine import queries

    if version is not None:
        adjustment.show_version(ctx, plan, version, as_json=as_json)
        return
    with opened(ctx) as app_, app_.database.read() as tx:
        page = queries.show_plan(tx, plan, rules=app_.rules, at=app_.clock.now())
        is_draft = page["plan"]["state"] == "draft"
        items = queries.plan_items(tx, plan, rules=app_.rules) if as_json or is_draft else []
    if as_json:
        emit({**page, "items": items})
        return
    _print_page(page, items)


@app.command()
def deadline(
    ctx: typer.Context,
    phrase: Annotated[str, typer.Argument(metavar="CỤM-TỪ", help="Cụm từ chỉ thời hạn.")],
    *,
    year: Annotated[
        int, typer.Option("--year", min=FIRST_YEAR, max=LAST_YEAR, help="Năm của kế hoạch.")
    ],
    context: Annotated[
        str, typer.Option("--context", help="Tiêu đề phía trên, khi năm hay khoảng ở trong đó.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Xem một cụm từ chỉ thời hạn được hiểu là ngày nào."""
    from dondoc.cli.deadline import told
    from workflows.planfile import deadline_as_json, doubts, judged, read_deadline

    del ctx
    rules = intake_rules()
    read = read_deadline(phrase, year=year, rules=rules, context=context)
    read, against = judged(read, context=context, year=year, rules=rules)
    if as_json:
        emit(deadline_as_json(read))
    else:
        unclear = doubts(read, context=context, year=year, rules=rules)
        for one in told(read, against or unclear):
            line(clean(one))
    return 0 if read.confidence == "auto" else FINDINGS


def _print_page(page: dict[str, Any], items: Iterable[dict[str, Any]]) -> None:
    plan = page["plan"]
    line(f"{plan['code']}  {clean(plan['title'])} ({term(plan['state'])})")
    for label, text in _head(plan):
        line(clean(f"{label}: {text}" if label else text))
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
    rows = [
        (one["code"], one["lead"], _days(one["deadline"]), term(one["kind"]), one["title"])
        for one in items
    ]
    if rows:
        columns(("MÃ", "CHỦ TRÌ", "THỜI HẠN", "LOẠI", "NỘI DUNG"), rows)
    for one in page["undecided"]:
        line(f"chờ quyết định: {one['place']}: {one['problem']}; {one['cure']}")


def _days(deadline: dict[str, Any] | None) -> str:
    """Return the days of a deadline, of many the first and the last."""
    days = [f"{date.fromisoformat(str(day)):%d/%m/%Y}" for day in (deadline or {}).get("due") or ()]
    return ", ".join(days) if len(days) <= _DAYS else f"{days[0]} ... {days[-1]}"


def _head(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what stands at the head and the foot of the document, each with its label."""
    issued = f"ngày {plan['date']:%d/%m/%Y}" if plan["date"] else ""
    number = " ".join(filter(None, (plan["number"], issued)))
    told = (("ban hành", plan["issuer"]), ("số", number), ("ký", plan["signer"]))
    yield from ((label, text) for label, text in told if text)
    yield from (("", text) for text in plan["bases"])
    yield from (("chỉ tiêu", one["text"]) for one in plan["targets"])
