"""`series`: work that comes back: what there is, changed from a day on, left out, ended, begun."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, Limit, acting, opened, read_date, say
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.verbs import noun
from dondoc.terms import TERMS, term

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date

    from dondoc.bootstrap import App
    from engine.commands.series_changes import Changed
    from engine.database import Transaction

app = noun("Việc định kỳ: xem, thêm, sửa từ một ngày, bỏ một kỳ, kết thúc.")

_Code = Annotated[str, typer.Argument(metavar="MÃ", help="Mã chuỗi, hoặc KẾ-HOẠCH/MÃ.")]
_Rule = Annotated[
    str | None,
    typer.Option("--rule", metavar="QUY-TẮC", help='"month 25", "month wd-1" (ngày làm việc cuối), '
                 '"quarter 10 +1", "week fri", hoặc các ngày; báo cáo: "cutoff + 2wd", "day 20".'),
]  # fmt: skip
_From = Annotated[
    str | None, typer.Option("--from", metavar="NGÀY", help="Những kỳ đến hạn từ ngày này.")
]
_Lead = Annotated[str | None, typer.Option("--unit", metavar="MÃ", help="Đơn vị chủ trì.")]
_Assignee = Annotated[str | None, typer.Option("--assignee", metavar="MÃ", help="Người thực hiện.")]
_Note = Annotated[str | None, typer.Option("--note", help="Lý do.")]
_Trial = Annotated[
    bool, typer.Option("--dry-run", help="Chỉ xem kỳ nào sẽ đổi; không ghi gì, không gửi gì.")
]
#: What became of occurrences, as people read it.
_FATES = {"changed": "đổi", "opened": "mở thêm", "given_up": "thôi", "kept": "giữ nguyên"}
#: So many codes are named.
_NAMED = 12


@app.command("list")
def list_series(
    ctx: typer.Context,
    plan: Annotated[
        str | None, typer.Argument(metavar="[KẾ-HOẠCH]", help="Mặc định: mọi kế hoạch đang chạy.")
    ] = None,
    as_json: AsJson = False,
    limit: Limit = 1_000,
) -> None:
    """Liệt kê việc định kỳ và báo cáo định kỳ, với quy tắc đang dùng."""
    from engine import returning

    with opened(ctx) as opened_, opened_.database.read() as tx:
        found = returning.list_series(tx, plan, rules=opened_.rules)[:limit]
    if as_json:
        emit_list("series", found)
        return
    columns(
        ("MÃ", "KẾ HOẠCH", "LẦN", "QUY TẮC", "CHỦ TRÌ", "NGƯỜI LÀM", "TỪ", "", "NỘI DUNG"),
        [
            (one["code"], one["plan"], one["number"], one["rule"], one["lead"], one["assignee"],
             _day(one["from"]), "" if one["state"] == "active" else "đã kết thúc", one["title"])
            for one in found
        ],
    )  # fmt: skip


@app.command()
def show(ctx: typer.Context, code: _Code, as_json: AsJson = False) -> None:
    """Xem một chuỗi: từng kỳ, kỳ đã bỏ, kỳ còn phải mở."""
    from engine import returning

    with opened(ctx) as opened_, opened_.database.read() as tx:
        found = returning.show_series(tx, code, rules=opened_.rules)
    if as_json:
        emit(found)
        return
    for one in found["series"]:
        last = f" đến {_day(one['to'])}" if one["to"] else ""
        line(f"{one['code']} lần {one['number']}: {one['rule']}, {one['lead'] or 'chưa rõ'}"
             f"{', từ ' + _day(one['from']) if one['from'] else ''}{last}")  # fmt: skip
    kind = found["series"][-1]["kind"]
    rows = [
        (one["occurrence"], one["code"], _state(one["state"] or "", kind), _day(one["due"]),
         one["lead"], one["assignee"])
        for one in found["occurrences"]
    ]  # fmt: skip
    there = {one["occurrence"] for one in found["occurrences"]}
    rows += [
        (one["occurrence"], "", f"bỏ: {one['reason']}", "", "", "")
        for one in found["skipped"]
        if one["occurrence"] not in there
    ]
    rows += [
        (one["occurrence"], "", "chưa mở", _day(one["due"]), "", "") for one in found["coming"]
    ]
    columns(("KỲ", "MÃ", "TRẠNG THÁI", "HẠN", "CHỦ TRÌ", "NGƯỜI LÀM"), rows)


@app.command()
def add(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="KẾ-HOẠCH")],
    code: Annotated[str, typer.Argument(metavar="MÃ", help="Mã mới, các kỳ là MÃ.1, MÃ.2 ...")],
    *,
    title: Annotated[str, typer.Option("--title", help="Nội dung.")],
    rule: Annotated[str, typer.Option("--rule", metavar="QUY-TẮC", help='Như ở "series edit".')],
    lead: Annotated[str, typer.Option("--unit", metavar="MÃ", help="Đơn vị chủ trì.")],
    assignee: _Assignee = None,
    output: Annotated[str | None, typer.Option("--output", help="Sản phẩm mỗi kỳ.")] = None,
    first: _From = None,
    note: _Note = None,
    dry_run: _Trial = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Thêm một việc định kỳ vào kế hoạch đang thực hiện; người được giao được báo."""
    from engine.commands import series_additions

    wanted = series_additions.Addition(
        plan=plan, code=code, title=title, rule=rule, lead=lead, assignee=assignee, output=output,
        from_on=_read(first), note=note,
    )  # fmt: skip
    who = acting(actor, what="add_series")
    with opened(ctx) as opened_, _written(opened_, is_dry=dry_run) as tx:
        done = series_additions.add(
            tx, wanted, by=(who, principal), rules=opened_.rules, at=opened_.clock.now()
        )
    _tell(ctx, done, is_dry=dry_run, as_json=as_json)


@app.command()
def edit(
    ctx: typer.Context,
    code: _Code,
    *,
    first: Annotated[
        str, typer.Option("--from", metavar="NGÀY", help="Những kỳ đến hạn từ ngày này.")
    ],
    lead: _Lead = None,
    assignee: _Assignee = None,
    rule: _Rule = None,
    note: _Note = None,
    dry_run: _Trial = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Sửa một chuỗi từ một ngày: kỳ trước ngày ấy và kỳ đã có người làm giữ nguyên."""
    from engine.commands import series

    wanted = series.Edit(
        series=code, from_on=read_date(first, field="--from"), lead=lead, assignee=assignee,
        rule=rule, note=note,
    )  # fmt: skip
    who = acting(actor, what="edit_series")
    with opened(ctx) as opened_, _written(opened_, is_dry=dry_run) as tx:
        done = series.edit(
            tx, wanted, by=(who, principal), rules=opened_.rules, at=opened_.clock.now()
        )
    _tell(ctx, done, is_dry=dry_run, as_json=as_json)


@app.command()
def skip(
    ctx: typer.Context,
    code: _Code,
    occurrence: Annotated[str, typer.Argument(metavar="KỲ", help="2014-Q2, 2014-06, 2014-W05 ...")],
    *,
    reason: Annotated[str, typer.Option("--note", help="Lý do.")] = "",
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Bỏ một kỳ, kèm lý do; kỳ đang mở thì thôi, các kỳ khác giữ nguyên."""
    from engine.commands import series

    wanted = series.Skipping(series=code, occurrence=occurrence, reason=reason)
    who = acting(actor, what="skip_occurrence")
    with opened(ctx) as opened_, opened_.database.begin() as tx:
        done = series.skip(
            tx, wanted, by=(who, principal), rules=opened_.rules, at=opened_.clock.now()
        )
    _tell(ctx, done, is_dry=False, as_json=as_json)


@app.command()
def end(
    ctx: typer.Context,
    code: _Code,
    *,
    first: _From = None,
    reason: Annotated[str, typer.Option("--note", help="Lý do.")] = "",
    dry_run: _Trial = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Kết thúc một chuỗi từ một ngày (mặc định hôm nay); những gì đã làm còn nguyên."""
    from engine.commands import series

    who = acting(actor, what="end_series")
    with opened(ctx) as opened_:
        at = opened_.clock.now()
        today = at.astimezone(opened_.office.zone).date()
        wanted = series.Ending(series=code, from_on=_read(first) or today, reason=reason)
        with _written(opened_, is_dry=dry_run) as tx:
            done = series.end(tx, wanted, by=(who, principal), rules=opened_.rules, at=at)
    _tell(ctx, done, is_dry=dry_run, as_json=as_json)


@app.command("make-up")
def make_up(ctx: typer.Context) -> None:
    """Mở những kỳ đã đến lúc mà chưa mở; dondoc run tự làm việc này mỗi phiên gửi."""
    from engine.commands import occurrences

    with opened(ctx) as opened_, opened_.database.begin() as tx:
        made = occurrences.make_up(tx, rules=opened_.rules, at=opened_.clock.now())
    say(ctx, f"Đã mở {made} kỳ.")


def _written(opened_: "App", *, is_dry: bool) -> "AbstractContextManager[Transaction]":
    """Return a transaction that is committed, or one of which nothing stays."""
    return opened_.database.read() if is_dry else opened_.database.begin()


def _read(text: str | None) -> "date | None":
    return read_date(text, field="--from") if text else None


def _state(state: str, kind: str) -> str:
    return TERMS.get(f"{kind}.{state}") or term(state)


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _tell(ctx: typer.Context, done: "Changed", *, is_dry: bool, as_json: bool) -> None:
    if as_json:
        emit({"series": done.series, "number": done.number, "written": not is_dry,
              **{name: list(getattr(done, name)) for name in _FATES}})  # fmt: skip
        return
    for name, words in _FATES.items():
        codes = getattr(done, name)
        if codes:
            more = f" và {len(codes) - _NAMED} kỳ nữa" if len(codes) > _NAMED else ""
            line(f"{words}: {', '.join(codes[:_NAMED])}{more}")
    say(ctx, f"{done.series}: xem thử, chưa ghi gì." if is_dry else f"{done.series}: đã ghi.")
