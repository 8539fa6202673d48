"""`dondoc workflow publish`: a new version of a workflow, what it changes, and who comes over."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, read_file, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import columns, emit, line
from dondoc.words import term

if TYPE_CHECKING:
    from engine.changeover import Difference, Outcome
    from engine.commands.workflows import Prospect, Publication
    from engine.workflow import Workflow

_PARTS = {"initial": "bắt đầu ở", "state": "trạng thái", "trigger": "thao tác"}
_CHANGES = {"added": "thêm", "removed": "bỏ", "changed": "sửa"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the command line says of one publication."""

    file: Path
    mapping: Sequence[str]
    keep: Sequence[str]
    migrate: bool
    actor: str
    principal: str | None
    note: str | None


_File = Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp quy trình, TOML.")]
_Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="CŨ=MỚI", help="Chuyển nhiệm vụ ở trạng thái CŨ sang MỚI."),
]
_Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="TRẠNG THÁI", help="Để làm xong theo phiên bản đang chạy."),
]
_Migrate = Annotated[bool, typer.Option("--migrate", help="Chuyển cả những nhiệm vụ khác đang mở.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Chỉ cho xem, không ghi.")]
_Note = Annotated[str | None, typer.Option("--note", help="Lý do.")]


def publish(
    ctx: typer.Context,
    file: _File,
    *,
    mapping: _Map = None,
    keep: _Keep = None,
    migrate: _Migrate = False,
    dry_run: _DryRun = False,
    note: _Note = None,
    as_json: AsJson = False,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> int:
    """Ban hành một phiên bản mới; nhiệm vụ đang chạy giữ phiên bản cũ, trừ khi được chuyển."""
    given = _Given(
        file=file, mapping=mapping or (), keep=keep or (), migrate=migrate,
        actor=(actor or "") if dry_run else acting(actor, what="publish_workflow"),
        principal=principal, note=note,
    )  # fmt: skip
    found = _carried_out(ctx, _publication(given), dry_run=dry_run)
    if as_json:
        emit(_plain(found, dry_run=dry_run))
    else:
        _print(found)
    say(ctx, _summary(found, dry_run=dry_run))
    undecided = any(one.fate == "undecided" for one in found.outcomes)
    return FINDINGS if undecided else 0


def _carried_out(ctx: typer.Context, wanted: "Publication", *, dry_run: bool) -> "Prospect":
    from engine.commands import workflows

    with opened(ctx) as app:
        if dry_run:
            with app.database.read() as tx:
                return workflows.prospect(tx, wanted, rules=app.rules)
        with app.database.begin() as tx:
            return workflows.publish(tx, wanted, rules=app.rules, at=app.clock.now())


def _publication(given: _Given) -> "Publication":
    from engine.changeover import Wishes
    from engine.commands.workflows import Publication

    return Publication(
        workflow=_workflow(given.file),
        source=str(given.file),
        wishes=Wishes(
            mapping=_mapping(given.mapping), keep=frozenset(given.keep), migrate=given.migrate
        ),
        actor=given.actor,
        on_behalf_of=given.principal,
        note=given.note,
    )


def _workflow(file: Path) -> "Workflow":
    from workflows.registry import parse

    return parse(read_file(file), source=str(file))


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        old, separator, new = pair.partition("=")
        if not separator or not old or not new:
            problem = f"{pair!r}: viết CŨ=MỚI, ví dụ assigned=in_progress"
            raise typer.BadParameter(problem, param_hint="--map")
        if found.setdefault(old, new) != new:
            problem = f"{old!r} được chuyển sang hai nơi, {found[old]!r} và {new!r}"
            raise typer.BadParameter(problem, param_hint="--map")
    return found


def _plain(found: "Prospect", *, dry_run: bool) -> dict[str, Any]:
    return {
        "workflow": found.workflow.name,
        "version": found.workflow.version,
        "previous": found.previous,
        "new": found.is_new,
        "dry_run": dry_run,
        "changes": [
            {"part": one.part, "name": one.name, "change": one.change,
             "details": [dict(zip(("key", "before", "after"), each, strict=True))
                         for each in one.details]}
            for one in found.changes
        ],
        "tasks": [
            {"version": one.crowd.version, "state": one.crowd.state, "count": one.crowd.count,
             "fate": one.fate, "to": one.to}
            for one in found.outcomes
        ],
        "moved": found.moved,
        "next": None,
    }  # fmt: skip


def _print(found: "Prospect") -> None:
    if found.changes:
        columns(
            ("PHẦN", "TÊN", "", "CHI TIẾT"),
            [(_PARTS[one.part], one.name, _CHANGES[one.change], _details(one))
             for one in found.changes],
        )  # fmt: skip
    if found.outcomes:
        if found.changes:
            line("")
        columns(
            ("PHIÊN BẢN", "TRẠNG THÁI", "NHIỆM VỤ", "RA SAO"),
            [(one.crowd.version, f"{one.crowd.state} ({term(one.crowd.state)})",
              one.crowd.count, _fate(one, found.workflow.version))
             for one in found.outcomes],
        )  # fmt: skip


def _details(one: "Difference") -> str:
    return "; ".join(
        f"{key}: {_shown(before)} → {_shown(after)}" for key, before, after in one.details
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_arrow(one) if isinstance(one, dict) else str(one) for one in value) or "-"
    return "-" if value is None else str(value)


def _arrow(trigger: dict[str, Any]) -> str:
    return f"({', '.join(trigger['from'])} → {trigger.get('to', '=')})"


def _fate(one: "Outcome", version: int) -> str:
    match one.fate:
        case "moved":
            return f"chuyển sang phiên bản {version}, {one.to}"
        case "undecided":
            state = one.crowd.state
            return f"PHẢI QUYẾT ĐỊNH: --map {state}=... hoặc --keep {state}"
        case _:
            return f"giữ phiên bản {one.crowd.version}"


def _summary(found: "Prospect", *, dry_run: bool) -> str:
    new = f"{found.workflow.name} phiên bản {found.workflow.version}"
    if dry_run:
        moving = sum(one.crowd.count for one in found.outcomes if one.fate == "moved")
        return f"{new}: sẽ chuyển {moving} nhiệm vụ. Chưa ghi gì."
    head = f"Đã ban hành {new}" if found.is_new else f"{new} đã ban hành từ trước"
    return f"{head}; đã chuyển {found.moved} nhiệm vụ."
