"""`report`: periodic reports: which there are, by when, and that one was sent or need not be."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, Limit, acting, opened, say
from dondoc.cli.output import columns, emit_list, line
from dondoc.cli.triggers import Proof, proof_of
from dondoc.cli.verbs import noun
from dondoc.words import term

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.commands.request import Request

app = noun("Báo cáo định kỳ: kỳ số liệu, hạn gửi, ghi nhận đã gửi.")

_Code = Annotated[
    str, typer.Argument(metavar="MÃ", help="Mã báo cáo, như BC-2023-03, hoặc KẾ-HOẠCH/MÃ.")
]
_Plan = Annotated[
    str | None, typer.Argument(metavar="[KẾ-HOẠCH]", help="Mặc định: mọi kế hoạch đang chạy.")
]
_PERIODS = {"week": "tuần", "month": "tháng", "quarter": "quý", "half_year": "6 tháng",
            "nine_months": "9 tháng", "year": "năm"}  # fmt: skip
_STATES = {"assigned": "chưa gửi", "submitted": "đã gửi", "waived": "miễn gửi"}


@app.command()
def lines(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="KẾ-HOẠCH")],
    as_json: AsJson = False,
) -> None:
    """Những báo cáo kế hoạch đòi hỏi: kỳ số liệu, ngày chốt, hạn gửi trong năm."""
    from engine import returning
    from engine.report_lines import in_words

    with opened(ctx) as opened_, opened_.database.read() as tx:
        found = returning.report_lines(tx, plan, rules=opened_.rules)
    if as_json:
        emit_list("lines", found)
        return
    for one in found:
        if one["send_by"]:
            words = in_words(one["send_by"])
            line(f"BC-{one['code']}: gửi chậm nhất {words} ({one['send_by']})")
    columns(
        ("KỲ", "LOẠI", "SỐ LIỆU TỪ", "ĐẾN", "HẠN GỬI", "NƠI NHẬN", ""),
        [
            (one["key"], _PERIODS[each["period"]], _day(one["from"]), _day(one["figures_to"]),
             _day(one["send_by"]), each["recipient"], _remark(one))
            for each in found
            for one in each["windows"]
        ],
    )  # fmt: skip


@app.command("line")
def set_line(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="KẾ-HOẠCH", help="Mã kế hoạch còn dự thảo.")],
    code: Annotated[str, typer.Argument(metavar="MÃ", help="Như BC-thang, BC-quy, BC-nam.")],
    *,
    send_by: Annotated[
        str,
        typer.Option("--send-by", metavar="QUY-TẮC",
                     help='Hạn gửi: "cutoff + 2wd", "cutoff + 3d", "day 20", "day 25 -1".'),
    ],
    actor: AsPerson = None,
) -> None:  # fmt: skip
    """Đặt hạn gửi của một loại báo cáo trước khi kích hoạt kế hoạch (xem: report lines)."""
    from engine.commands import report_rules
    from engine.report_lines import in_words

    with opened(ctx) as opened_, opened_.database.begin() as tx:
        done = report_rules.set_line(
            tx, report_rules.LineRule(plan=plan, line=code, send_by=send_by),
            actor=acting(actor, what="set_report_line"), rules=opened_.rules,
            at=opened_.clock.now(),
        )  # fmt: skip
    say(ctx, f"{plan}/{done}: gửi chậm nhất {in_words(send_by)}.")


@app.command("list")
def list_reports(
    ctx: typer.Context,
    plan: _Plan = None,
    is_open: Annotated[bool, typer.Option("--open", help="Chỉ những báo cáo chưa gửi.")] = False,
    as_json: AsJson = False,
    limit: Limit = 1_000,
) -> None:
    """Liệt kê những báo cáo đã đến kỳ: hạn gửi, đã gửi hay chưa, chậm bao nhiêu ngày."""
    from engine import returning

    with opened(ctx) as opened_, opened_.database.read() as tx:
        found = returning.list_reports(
            tx, plan, rules=opened_.rules, at=opened_.clock.now(), is_open=is_open
        )[:limit]
    if as_json:
        emit_list("reports", found)
        return
    columns(
        ("MÃ", "BÁO CÁO", "SỐ LIỆU ĐẾN", "HẠN GỬI", "TRẠNG THÁI", "NGÀY GỬI", "SỐ", "CHẬM"),
        [
            (one["code"], one["title"], _day(one["figures_to"]), _day(one["effective_due"]),
             _state(one), _day(one["sent_on"]), one["number"],
             f"{one['late_working_days']} ngày làm việc" if one["late"] else "")
            for one in found
        ],
    )  # fmt: skip


@app.command()
def submit(
    ctx: typer.Context,
    code: _Code,
    *,
    number: Annotated[
        str | None, typer.Option("--number", metavar="SỐ", help="Số văn bản, khi đã có.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="Ghi chú.")] = None,
    evidence: Proof = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Ghi nhận một báo cáo đã gửi; từ đó không ai bị nhắc về nó nữa."""
    from engine.commands.request import Request

    with opened(ctx) as opened_:
        request = Request(
            actor=actor or opened_.operator, trigger="submit", task=code, on_behalf_of=principal,
            note=note, decision=number, evidence=proof_of(opened_, evidence or ()),
        )  # fmt: skip
        _pull(opened_, request)
        runs_until = _runs_until(opened_, code)
    say(ctx, f"{code}: đã ghi nhận đã gửi.")
    if runs_until:
        say(ctx, f"LƯU Ý: kỳ số liệu còn đến {runs_until}; nếu ghi nhầm: dondoc task reopen {code}")


def _runs_until(app_: "App", code: str) -> str:
    """Return the last day of the figures of a report where it is still to come."""
    from engine import returning

    today = app_.clock.now().astimezone(app_.office.zone).date()
    with app_.database.read() as tx:
        found = returning.list_reports(tx, None, rules=app_.rules, at=app_.clock.now())
    open_until = [
        one["figures_to"]
        for one in found
        if one["code"] == code.rpartition("/")[2] and one["figures_to"] > today
    ]
    return _day(open_until[0]) if open_until else ""


@app.command()
def waive(
    ctx: typer.Context,
    code: _Code,
    *,
    note: Annotated[str | None, typer.Option("--note", help="Lý do.")] = None,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Miễn gửi một báo cáo, kèm lý do (như báo cáo tháng 6 đã có báo cáo 6 tháng)."""
    from engine.commands.request import Request

    with opened(ctx) as opened_:
        request = Request(
            actor=actor or opened_.operator, trigger="waive", task=code, on_behalf_of=principal,
            note=note,
        )  # fmt: skip
        _pull(opened_, request)
    say(ctx, f"{code}: không phải gửi.")


def _pull(opened_: Any, request: "Request") -> None:
    from dondoc import desk

    desk.pull(opened_.database, request, rules=opened_.rules, at=opened_.clock.now())


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _state(one: dict[str, Any]) -> str:
    return _STATES.get(one["state"], term(one["state"]))


def _remark(one: dict[str, Any]) -> str:
    if one["replaced_by"]:
        return f"thay bằng {one['replaced_by']}"
    if not one["whole"]:
        return f"gửi trước ngày chốt {_day(one['to'])}"
    return ""
