"""`plan adjust`, `plan diff`, `plan versions`: a plan changed by decisions, version by version."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_date, say
from dondoc.cli.intake import FIRST_YEAR, LAST_YEAR, PlanCode, input_file
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.reviewing import warnings_in_short
from dondoc.papers import intake_rules, read_decision
from dondoc.words import term
from engine.plaintext import clean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dondoc.bootstrap import App
    from engine.adjustment import Adjustment, ItemChange, Stated
    from engine.commands.adjustments import Adjusted
    from engine.draft import DraftPlan
    from engine.naming import Names
    from workflows.planfile import InputFile

#: So much of a title heads its changes; `--json` has all of it.
_TITLE = 150

#: So many codes of tasks that stay are named.
_ABSENT = 6

#: What a change of a plan is called, and how it is marked.
_WHATS = {"added": ("+", "thêm"), "removed": ("-", "bỏ"), "changed": ("~", "đổi")}

_FIELDS = {
    "title": "nội dung",
    "kind": "loại",
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "assignee": "người thực hiện",
    "verifier": "người xác nhận",
    "due": "thời hạn",
    "deadline": "thời hạn",
    "output": "sản phẩm",
    "is_urgent": "khẩn",
    "section": "mục",
    "field": "lĩnh vực",
    "parent": "thuộc",
    "citations": "căn cứ",
}


class Absent(StrEnum):
    """What becomes of the open tasks that a whole plan does not name."""

    keep = "keep"
    cancel = "cancel"


_Into = Annotated[str, typer.Option("--into", metavar="KẾ-HOẠCH", help="Kế hoạch được đổi.")]
_Number = Annotated[str, typer.Option("--decision", metavar="SỐ", help="Số quyết định.")]
_Dated = Annotated[str, typer.Option("--date", metavar="NGÀY", help="Ngày quyết định.")]
_Appendices = Annotated[
    list[Path] | None, typer.Option("--appendix", metavar="TỆP", help="Phụ lục ở tệp riêng.")
]
_Absent = Annotated[
    Absent | None, typer.Option("--absent", help="Việc đang làm mà tệp không nêu: giữ hay hủy.")
]


def adjust(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="TỆP", help="Bảng những việc đổi, hoặc cả kế hoạch ban hành lại."),
    ],
    *,
    into: _Into,
    decision: _Number,
    dated: _Dated,
    appendix: _Appendices = None,
    absent: _Absent = None,
    note: Annotated[str | None, typer.Option("--note", help="Lý do, ghi trong thư báo.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không ghi gì.")] = False,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Điều chỉnh kế hoạch đang thực hiện theo quyết định: tất cả, hoặc không gì cả."""
    made = _Decision(number=decision, on=read_date(dated, field="--date"), note=note)
    files = [input_file(path) for path in (file, *(appendix or ()))]
    who = acting(actor, what="adjust_plan")
    with opened(ctx) as app:
        adjustment = _read(app, files, into=into, absent=absent, decision=made)
        done = _carry_out(app, adjustment, by=(who, principal), is_dry=dry_run)
    if as_json:
        emit(_as_json(done, adjustment))
    else:
        tell(ctx, done, is_dry=dry_run)


def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="CŨ", help="KẾ-HOẠCH@SỐ, KẾ-HOẠCH, hoặc tệp.")],
    new: Annotated[str, typer.Argument(metavar="MỚI", help="KẾ-HOẠCH@SỐ, KẾ-HOẠCH, hoặc tệp.")],
    *,
    year: Annotated[
        int | None,
        typer.Option("--year", min=FIRST_YEAR, max=LAST_YEAR, help="Năm, khi so hai tệp."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """So hai bản của kế hoạch, từng mục, từng trường: cũ → mới."""
    from engine.adjustment import compare, compare_documents

    sides = (_side(old), _side(new))
    if all(side.is_file for side in sides):
        if year is None:
            problem = "so hai tệp cần biết năm của kế hoạch"
            raise typer.BadParameter(problem, param_hint="--year")
        stated = [_of_file(side, year=year, names=None) for side in sides]
    else:
        with opened(ctx) as app:
            stated = _of_office(app, sides, year=year)
    is_one_plan = not any(side.is_file for side in sides) and len({one.name for one in sides}) == 1
    changes = (compare if is_one_plan else compare_documents)(*stated)
    if as_json:
        emit({"old": old, "new": new, "changes": _changes(changes), "summary": _summary(changes)})
        return
    _print(changes)
    if not changes:
        say(ctx, "Không có gì khác nhau.")


def list_versions(ctx: typer.Context, plan: PlanCode, as_json: AsJson = False) -> None:
    """Liệt kê các bản của kế hoạch: bản nhập, bản kích hoạt, từng lần điều chỉnh."""
    from engine import plan_versions

    with opened(ctx) as app, app.database.read() as tx:
        found = plan_versions.list_versions(tx, plan)
    if as_json:
        emit_list("versions", found)
        return
    columns(
        ("BẢN", "LÚC", "NGƯỜI", "QUYẾT ĐỊNH", "NGÀY", "TỪ TỆP", "GHI CHÚ"),
        [
            (
                f"{one['version']}{'*' if one['is_current'] else ''}",
                f"{one['at'].astimezone(app.office.zone):%d/%m/%Y %H:%M}",
                one["by"], one["decision"] or "", _day(one["decided_on"]), one["source"],
                term(one["note"]),
            )
            for one in found
        ],
    )  # fmt: skip


def show_version(ctx: typer.Context, plan: str, number: int, *, as_json: bool) -> None:
    """Print a plan as one of its versions kept it."""
    from engine import plan_versions

    with opened(ctx) as app, app.database.read() as tx:
        found = plan_versions.show_version(tx, plan, number)
    if as_json:
        emit(found)
        return
    head = found["plan"]
    by = f", theo {head['decision']} ngày {_day(head['decided_on'])}" if head["decision"] else ""
    line(f"{head['code']}@{number}  {head['title']}{by}")
    columns(
        ("MÃ", "CHỦ TRÌ", "THỜI HẠN", "TRẠNG THÁI", "NỘI DUNG"),
        [
            (
                one["code"], one["lead"] or "",
                ", ".join(_day(date.fromisoformat(day)) for day in one["due"]),
                term(one["state"] or one["kind"]), one["title"],
            )
            for one in found["items"]
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    number: str
    on: date
    note: str | None


def _read(
    app: "App",
    files: "Sequence[InputFile]",
    *,
    into: str,
    absent: Absent | None,
    decision: _Decision,
) -> "Adjustment":
    from engine.adjustment import Adjustment
    from engine.commands import plans

    with app.database.read() as tx:
        year = plans.year_of(tx, into)
    stating = read_decision(files, into, year=year, rules=intake_rules())
    return Adjustment(
        plan=into,
        decision=decision.number,
        decided_on=decision.on,
        entries=stating.entries,
        # Who says what becomes of the others has a whole plan in his hand.
        is_whole=stating.is_whole or absent is not None,
        absent=absent.value if absent else None,
        note=decision.note,
        source_name=stating.source_name,
        digest=stating.digest,
    )


def _carry_out(
    app: "App", adjustment: "Adjustment", *, by: tuple[str, str | None], is_dry: bool
) -> "Adjusted":
    from engine.commands import adjustments

    actor, principal = by
    with app.database.read() if is_dry else app.database.begin() as tx:
        return adjustments.adjust(
            tx, adjustment, actor=actor, on_behalf_of=principal, rules=app.rules,
            at=app.clock.now(),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of the two that are compared; `number` is None for a plan as it stands, or a file."""

    name: str
    number: int | None = None
    is_file: bool = False


def _side(text: str) -> _Side:
    name, at, number = text.rpartition("@")
    if at and number.isdecimal():
        return _Side(name=name, number=int(number))
    return _Side(name=text, is_file=Path(text).is_file())


def _of_office(
    app: "App", sides: "Sequence[_Side]", *, year: int | None
) -> "list[tuple[Stated, ...]]":
    """Return both sides where at least one is a plan of this office."""
    from engine import plan_versions
    from engine.commands import plans
    from engine.naming import Names

    with app.database.read() as tx:
        rulebook = app.rules.current(tx)
        known: dict[_Side, tuple[Stated, ...]] = {}
        for side in sides:
            if not side.is_file:
                year = year or plans.year_of(tx, side.name)
                known[side] = plan_versions.stated(tx, side.name, side.number, rulebook=rulebook)
    names = Names(rulebook.organisation)
    return [
        _of_file(side, year=year or 0, names=names) if side.is_file else known[side]
        for side in sides
    ]


def _of_file(side: _Side, *, year: int, names: "Names | None") -> "tuple[Stated, ...]":
    from engine.adjustment import stated_by
    from workflows.planfile.confinement import read_plan_confined

    file = input_file(Path(side.name))
    draft: DraftPlan = read_plan_confined(
        [file], code=Path(side.name).stem, year=year, rules=intake_rules()
    )
    return stated_by(draft, names)


def _as_json(done: "Adjusted", adjustment: "Adjustment") -> dict[str, Any]:
    return {
        "plan": done.plan,
        "version": done.version,
        "decision": adjustment.decision,
        "decided_on": adjustment.decided_on,
        "changes": _changes(done.changes),
        "kept": [asdict(one) for one in done.kept],
        "absent": list(done.absent),
        "summary": {**_summary(done.changes), "unchanged": done.unchanged},
        "people_told": done.people_told,
        "warnings": [asdict(one) for one in done.warnings],
    }


def _changes(changes: "Iterable[ItemChange]") -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "title": one.title,
            "what": one.what,
            "fields": [asdict(each) for each in one.fields],
        }
        for one in changes
    ]


def _summary(changes: "Sequence[ItemChange]") -> dict[str, int]:
    return {what: sum(one.what == what for one in changes) for what in _WHATS}


def tell(ctx: typer.Context, done: "Adjusted", *, is_dry: bool) -> None:
    """Say what an adjustment did, or would do."""
    _print(done.changes)
    for kept in done.kept:
        line(f"  {kept.code}: giữ hạn đã cho {_day(kept.due_on)}, quyết định nêu "
             f"{_day(kept.planned_on)}")  # fmt: skip
    if done.absent:
        codes = ", ".join(done.absent[:_ABSENT]) + ("…" if len(done.absent) > _ABSENT else "")
        say(ctx, f"Giữ nguyên {len(done.absent)} việc tệp không nêu: {codes}")
    if done.version is None:
        say(ctx, f"{done.plan}: tệp không nói gì mới, không có gì thay đổi.")
        return
    counts = _summary(done.changes)
    told = f"{done.people_told} người"
    ending = f"sẽ báo cho {told}" if is_dry else f"báo cho {told}"
    did = f"Nếu điều chỉnh thật, {done.plan}" if is_dry else done.plan
    say(
        ctx,
        f"{did}: bản {done.version}; đổi {counts['changed']}, thêm {counts['added']}, "
        f"bỏ {counts['removed']}, không đổi {done.unchanged}; {ending}.",
    )
    for warning in warnings_in_short(done.warnings):
        say(ctx, f"  lưu ý: {warning}")


def _print(changes: "Iterable[ItemChange]") -> None:
    for one in changes:
        mark, what = _WHATS[one.what]
        line(clean(f"{mark} {one.code}  {what}: {shortened(one.title, most=_TITLE)}"))
        for each in one.fields:
            old, new = (_words(each.field, value) for value in (each.old, each.new))
            line(clean(f"    {_FIELDS[each.field]}: {old} → {new}"))


def _words(field: str, value: str | None) -> str:
    if value is None:
        return "(không có)"
    if field == "due":
        return ", ".join(_day(date.fromisoformat(day)) for day in value.split("; "))
    return term(value) if field == "kind" else value


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
