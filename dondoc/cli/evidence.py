"""`evidence`: files kept as proof: listed, added, replaced with a reason, read, checked."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, acting, opened, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import columns, emit, emit_list
from dondoc.cli.triggers import Code, proof_of
from dondoc.cli.verbs import noun

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.commands.evidence import Bringing, Proof

app = noun("Minh chứng: liệt kê, thêm, thay, lấy ra, kiểm tra.")

_File = Annotated[str, typer.Argument(metavar="TỆP", help="Tệp, hoặc số văn bản.")]
_STANDING = {
    "missing": "không còn tệp",
    "altered": "tệp đã bị sửa",
    "unreadable": "không đọc được tệp",
    "removed": "nhật ký có ghi, bảng không còn",
    "unrecorded": "bảng có, nhật ký không ghi",
}
_MARK = {"kept": "giữ tệp", "named": "chỉ ghi tên"}
_SHOWN_DIGITS = 16


@app.command("list")
def list_proofs(ctx: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """Liệt kê minh chứng của một nhiệm vụ, kể cả bản đã được thay."""
    from engine.commands import evidence

    with opened(ctx) as app_, app_.database.read() as tx:
        found = evidence.evidence_of(tx, code)
    if as_json:
        emit_list("evidence", [_shown(one) for one in found])
        return
    columns(
        ("TÊN", "SHA-256", "LOẠI", "AI", "LÀ", "LÝ DO THAY"),
        [
            (one.name, (one.sha256 or "")[:_SHOWN_DIGITS], one.media_type or "",
             one.added_by or "", _standing(one), one.reason or "")
            for one in found
        ],
    )  # fmt: skip
    if not found:
        say(ctx, "Chưa có minh chứng nào.")


@app.command()
def add(
    ctx: typer.Context,
    code: Code,
    file: _File,
    *,
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Thêm một minh chứng khi nhiệm vụ đang làm hoặc đang chờ xác nhận."""
    from engine.commands.evidence import ADD, Bringing

    by = (acting(actor, what=ADD), principal)
    with opened(ctx) as app_:
        (new,) = proof_of(app_, [file])
        _bring(ctx, app_, Bringing(task=code, evidence=new), by=by)


@app.command()
def replace(
    ctx: typer.Context,
    code: Code,
    old: Annotated[str, typer.Argument(metavar="CŨ", help="Tên, hoặc đầu mã băm, của bản cũ.")],
    file: _File,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao thay.")],
    actor: AsPerson = None,
    principal: ForPerson = None,
) -> None:
    """Thay một minh chứng bằng bản mới, kèm lý do; bản cũ vẫn đọc được."""
    from engine.commands.evidence import REPLACE, Bringing

    by = (acting(actor, what=REPLACE), principal)
    with opened(ctx) as app_:
        (new,) = proof_of(app_, [file])
        bringing = Bringing(task=code, evidence=new, replaces=old, reason=reason)
        _bring(ctx, app_, bringing, by=by)


@app.command()
def get(
    ctx: typer.Context,
    digest: Annotated[str, typer.Argument(metavar="MÃ-BĂM", help="Ít nhất 8 ký tự đầu.")],
    *,
    target: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="TỆP", help="Ghi ra đâu.")
    ] = None,
) -> None:
    """Lấy một tệp minh chứng ra; không ghi đè tệp nào."""
    from dondoc.evidence import file_name
    from engine.commands import evidence

    with opened(ctx) as app_:
        with app_.database.read() as tx:
            found = evidence.the_kept(tx, digest)
        name = file_name(found.name)
        to = target if target is not None else Path(name)
        to = to / name if to.is_dir() else to
        app_.cabinet.copy(found.sha256, to)
    say(ctx, f"{found.address}: {to} ({found.size_bytes} byte, đúng mã băm).")


@app.command()
def check(
    ctx: typer.Context,
    *,
    is_sweeping: Annotated[
        bool, typer.Option("--sweep", help="Bỏ những tệp mà không minh chứng nào nhắc tới.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """So từng tệp đang giữ với mã băm đã ghi; mã thoát 1 khi có tệp mất hoặc bị sửa."""
    from engine.commands import evidence

    with opened(ctx) as app_:
        with app_.database.read() as tx:
            kept, strayed = evidence.all_kept(tx), evidence.all_strayed(tx)
        wrong: list[dict[str, Any]] = [
            {"address": one.address, "name": one.name, "sha256": one.sha256, "standing": standing}
            for one in kept
            if (standing := app_.cabinet.standing(one.sha256, one.size_bytes)) != "kept"
        ]
        wrong += [
            {"address": one.address, "name": one.name, "sha256": one.sha256,
             "standing": "removed" if one.is_recorded else "unrecorded"}
            for one in strayed
        ]  # fmt: skip
        orphans = _orphans(app_, [one.sha256 for one in kept], is_sweeping=is_sweeping)
    if as_json:
        emit({"files": len(kept), "wrong": wrong, "orphans": orphans, "swept": is_sweeping})
        return FINDINGS if wrong else 0
    columns(
        ("NHIỆM VỤ", "TÊN", "SHA-256", "TÌNH TRẠNG"),
        [
            (one["address"], one["name"], one["sha256"] or "", _STANDING[one["standing"]])
            for one in wrong
        ],
    )
    does = "đã bỏ" if is_sweeping else "chưa bỏ (--sweep)"
    left = f"; {len(orphans)} tệp không ai nhắc tới, {does}" if orphans else ""
    say(ctx, f"{len(kept)} tệp, {len(wrong)} chỗ mất hoặc bị sửa{left}.")
    return FINDINGS if wrong else 0


def _orphans(app_: "App", known: Iterable[str], *, is_sweeping: bool) -> list[str]:
    found = list(app_.cabinet.orphans(frozenset(known)))
    if is_sweeping:
        for path in found:
            app_.cabinet.drop(path)
    return [path.name for path in found]


def _bring(
    ctx: typer.Context, app_: "App", bringing: "Bringing", *, by: tuple[str, str | None]
) -> None:
    from engine.commands import evidence

    with app_.database.begin() as tx:
        done = evidence.bring(tx, bringing, by=by, rules=app_.rules, at=app_.clock.now())
    say(ctx, f"{done.address}: {bringing.evidence.name} (phiên bản {done.version}).")


def _shown(one: "Proof") -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "media_type": one.media_type,
        "is_kept": one.is_kept,
        "added_at": one.added_at,
        "added_by": one.added_by,
        "is_replaced": one.replaced_by is not None,
        "reason": one.reason,
    }


def _standing(one: "Proof") -> str:
    mark = _MARK["kept" if one.is_kept else "named"]
    return f"{mark}, đã thay" if one.replaced_by is not None else mark
