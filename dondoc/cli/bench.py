"""`dondoc bench`: how fast this program is on this machine, beside the least its work can cost."""

import dataclasses
import gc
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import AsJson, invocation, say
from dondoc.cli.failure import FINDINGS, tell
from dondoc.cli.output import columns, emit
from engine.spelling import did_you_mean

if TYPE_CHECKING:
    from dondoc.bench.row import Row
    from dondoc.bench.table import Measurement

_SERVER = "DONDOC_BENCH_POSTGRES_URL"
#: From here on a rate is shown without decimals.
_WHOLE = 10


def bench(
    ctx: typer.Context,
    quick: Annotated[
        bool, typer.Option("--quick", help="Đo dưới một phút, bỏ những phép đo lâu.")
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help=f"Máy chủ PostgreSQL được phép tạo cơ sở dữ liệu tạm (hoặc {_SERVER}).",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="TÊN", help="Chỉ phép đo này; có thể dùng nhiều lần."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Đo những đường nóng của chương trình, mỗi đường cạnh chính việc ấy viết bằng tay.

    Mỗi phép đo dùng một cơ sở dữ liệu tạm rồi xóa. Mã thoát 1: có chỗ chậm hơn mức phải đạt.
    """
    from config import logs

    logs.configure(level="warning")
    # As `run` does; both sides are spared the same.
    gc.collect()
    gc.freeze()
    server = database or invocation(ctx).environ.get(_SERVER)
    rows = list(_measured(ctx, _chosen(only or ()), server=server, quick=quick))
    if as_json:
        emit({"rows": [dataclasses.asdict(row) for row in rows]})
    else:
        _table(rows)
    return 0 if all(row.is_reached for row in rows) else FINDINGS


def _chosen(names: Sequence[str]) -> "Sequence[Measurement]":
    from dondoc.bench.table import MEASUREMENTS

    known = [one.name for one in MEASUREMENTS]
    for name in names:
        if name not in known:
            raise typer.BadParameter(did_you_mean(name, known), param_hint="--only")
    return [one for one in MEASUREMENTS if one.name in names] if names else MEASUREMENTS


def _measured(
    ctx: typer.Context, chosen: "Sequence[Measurement]", *, server: str | None, quick: bool
) -> "Iterator[Row]":
    from dondoc.bench.stage import Place

    for one in chosen:
        if quick and not one.is_quick:
            say(ctx, f"{one.name}: bỏ qua vì --quick.")
            continue
        for kind in one.databases:
            if kind == "postgresql" and server is None:
                # Never quiet: a table without these rows is half a table.
                tell(f"{one.name}: không đo PostgreSQL, chưa có --database URL hay {_SERVER}.")
                continue
            say(ctx, f"{one.name}, {kind}...")
            yield one.measure(Place(kind=kind, server=server), quick)


def _table(rows: "Sequence[Row]") -> None:
    columns(
        ("ĐƯỜNG", "CSDL", "SỐ NGƯỜI", "ĐẠT", "GIỚI HẠN", "ĐƠN VỊ", "TỈ LỆ", "PHẢI ĐẠT",
         "THÊM µs", "GHI CHÚ"),
        [
            (
                row.path,
                row.database,
                row.clients,
                _number(row.rate),
                _number(row.limit_rate),
                row.unit,
                f"{row.ratio:.2f}",
                "" if row.must_reach is None else f"{row.must_reach:.2f}"
                + ("" if row.is_reached else " chưa đạt"),
                "" if row.added_us is None else f"{row.added_us:.0f}",
                row.note,
            )
            for row in rows
        ],
    )  # fmt: skip


def _number(rate: float) -> str:
    return f"{rate:.0f}" if rate >= _WHOLE else f"{rate:.3f}"
