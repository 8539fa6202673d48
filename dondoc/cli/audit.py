"""`audit`: verify the log here or from an export, export it, anchor it, look at one entry."""

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, invocation, opened, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.newfile import new_file
from dondoc.cli.output import columns, emit, line
from dondoc.cli.verbs import noun
from engine.errors import BadInput, Corrupt, Fault
from engine.oserrors import os_words
from engine.plaintext import clean

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.audit.anchors import Anchor
    from engine.audit.verdict import Verdict
    from engine.audit.verify import Progress

app = noun("Nhật ký kiểm toán: xác minh, xuất, neo, xem.")

_Output = Annotated[Path, typer.Option("--output", "-o", metavar="TỆP", help="Tệp sẽ ghi.")]
_Kept = Annotated[
    Path | None,
    typer.Option("--anchor", metavar="TỆP", help="Mốc neo đã cất ở nơi khác."),
]
#: Of these an export holds one near its start, however it was changed since.
_SIGNS = (b"dondoc-audit-export", b'"type":"')
_START = 65_536
#: An anchor is a few hundred bytes.
_LONGEST_ANCHOR = 65_536
#: Findings printed; `--json` holds the rest. The first one is what an auditor starts from.
_SHOWN = 10


@app.command()
def verify(
    ctx: typer.Context,
    anchor: _Kept = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="TỆP", help="Bản xuất cần xác minh, không cần CSDL."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Xác minh nhật ký từ mục đầu; nêu mục sai đầu tiên (mã thoát 1).

    Không có mốc neo cất bên ngoài thì không thể biết phần cuối có bị cắt hay toàn bộ có bị viết
    lại hay không.
    """
    kept = _read_anchor(anchor) if anchor is not None else None
    verdict = _verify_file(ctx, file, kept) if file is not None else _verify_here(ctx, kept)
    if as_json:
        emit(_as_object(verdict))
    else:
        _tell(ctx, verdict)
    return 0 if verdict.is_clean else FINDINGS


@app.command()
def export(ctx: typer.Context, output: _Output, as_json: AsJson = False) -> None:
    """Xuất toàn bộ nhật ký ra một tệp, xác minh được mà không cần cơ sở dữ liệu."""
    from engine.audit import acts, files

    with opened(ctx) as here, new_file(output, is_private=True) as (target, keep):
        _seal(here)
        at = here.clock.now()
        with _bar(ctx, "Đang xuất") as progress:
            exported = files.write(here.database, target, at=at, progress=progress)
        with here.database.begin() as tx:
            where = str(output.resolve())
            acts.record_export(tx, exported, at=at, actor=here.operator, where=where)
            keep()
    if as_json:
        emit({"file": str(output), "entries": exported.entries, "blocks": exported.blocks,
              "head": exported.head, "sha256": exported.sha256})  # fmt: skip
    say(ctx, f"Đã xuất {exported.entries} mục, {exported.blocks} khối ra {output}.")


@app.command()
def anchor(ctx: typer.Context, output: _Output, as_json: AsJson = False) -> None:
    """Ghi mốc neo: đầu nhật ký lúc này, để cất ở nơi không ai sửa được cùng cơ sở dữ liệu."""
    from engine.audit import acts, anchors

    with opened(ctx) as here, new_file(output, is_private=True) as (target, keep):
        _seal(here)
        where = str(output.resolve())
        with here.database.begin() as tx:
            taken = acts.take_anchor(tx, at=here.clock.now(), actor=here.operator, where=where)
            target.write(anchors.write(taken).encode())
            keep()
    if as_json:
        emit(json.loads(anchors.write(taken)))
    say(ctx, f"Đã ghi mốc neo của khối {taken.block} ({taken.entries} mục) ra {output}.")


@app.command()
def show(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="SỐ", min=1, help="Số thứ tự của mục.")],
    as_json: AsJson = False,
) -> None:
    """Xem một mục: ai, thay ai, làm gì, vì sao, trước và sau."""
    from engine.audit import acts

    with opened(ctx) as here:
        _seal(here)
        with here.database.read() as tx:
            found = acts.entry(tx, number)
    body: dict[str, Any] = json.loads(found.body)
    shown = {"number": found.number, **body, "hash": found.hash, "block": found.block,
             "sealed_at": found.sealed_at}  # fmt: skip
    if as_json:
        emit(shown)
        return
    columns(("TRƯỜNG", "GIÁ TRỊ"), [(name, _flat(value)) for name, value in shown.items()])


def _verify_here(ctx: typer.Context, kept: "Anchor | None") -> "Verdict":
    from engine.audit.verify import verify as verify_database

    with opened(ctx) as here:
        try:
            _seal(here)
        except Corrupt:
            # The blocks contradict each other: that is what the verdict is about to say.
            say(ctx, "Không niêm phong thêm được; chỉ xác minh phần đã niêm phong.")
        with _bar(ctx, "Đang xác minh") as progress:
            return verify_database(here.database, kept, progress=progress)


def _verify_file(ctx: typer.Context, file: Path, kept: "Anchor | None") -> "Verdict":
    from engine.audit.offline import verify_file

    try:
        with file.open("rb") as source, _bar(ctx, "Đang xác minh") as progress:
            _refuse_foreign(file, source)
            return verify_file(source, kept, progress=progress)
    except OSError as error:
        raise _unreadable(file, error) from error


def _refuse_foreign(file: Path, source: IO[bytes]) -> None:
    """Refuse what was never an export; one that was changed is for the verdict to tell."""
    start = source.read(_START)
    source.seek(0)
    if any(sign in start for sign in _SIGNS):
        return
    fault = Fault(place=str(file), problem="không phải bản xuất nhật ký của dondoc",
                  cure='nêu tệp do "dondoc audit export" ghi')  # fmt: skip
    raise BadInput(source=str(file), faults=[fault])


def _seal(here: "App") -> None:
    from scheduler.seal import seal_all

    seal_all(here.database, here.clock)


def _read_anchor(file: Path) -> "Anchor":
    from engine.audit import anchors

    try:
        with file.open("rb") as source:
            text = source.read(_LONGEST_ANCHOR).decode(errors="replace")
    except OSError as error:
        raise _unreadable(file, error) from error
    return anchors.read(text, source=str(file))


def _unreadable(file: Path, error: OSError) -> BadInput:
    fault = Fault(place=str(file), problem=f"không đọc được: {os_words(error)}",
                  cure="kiểm tra đường dẫn và quyền đọc")  # fmt: skip
    return BadInput(source=str(file), faults=[fault])


@contextmanager
def _shown_bar(words: str) -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _bar(ctx: typer.Context, words: str) -> AbstractContextManager["Progress | None"]:
    """Show how far the work has got, where somebody is looking."""
    if invocation(ctx).is_quiet or not sys.stderr.isatty():
        return nullcontext()
    return _shown_bar(words)


def _tell(ctx: typer.Context, verdict: "Verdict") -> None:
    read = f"{verdict.entries} mục, {verdict.blocks} khối"
    if verdict.first is None:
        line(f"Nhật ký nguyên vẹn: {read}; khối cuối {verdict.head}")
    else:
        line(f"NHẬT KÝ CÓ SAI LỆCH ({read}). Chỗ sai đầu tiên:")
        for finding in verdict.findings[:_SHOWN]:
            line(f"  {clean(str(finding))}")
        more = verdict.more + max(0, len(verdict.findings) - _SHOWN)
        if more:
            line(f"  và {more} chỗ khác")
    for reservation in verdict.reservations:
        say(ctx, f"Lưu ý: {reservation}.")


def _as_object(verdict: "Verdict") -> dict[str, Any]:
    findings = [
        {"check": one.check, "number": one.number, "place": one.place, "problem": one.problem}
        for one in verdict.findings
    ]
    return {"ok": verdict.is_clean, "entries": verdict.entries, "blocks": verdict.blocks,
            "head": verdict.head, "anchored": verdict.is_anchored, "findings": findings,
            "more": verdict.more, "reservations": list(verdict.reservations)}  # fmt: skip


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={_flat(held)}" for name, held in value.items())
    return "" if value is None else str(value)
