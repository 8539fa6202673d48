"""`dondoc bench`: how fast this program is on this machine, beside the least its work can cost."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import AsJson, invocation, say
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import columns, emit

if TYPE_CHECKING:
    from dondoc.bench.transitions import Row

_SERVER = "DONDOC_BENCH_POSTGRES_URL"


def bench(
    ctx: typer.Context,
    quick: Annotated[
        bool, typer.Option("--quick", help="Đo trong mươi giây, một người dùng.")
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help=f"Máy chủ PostgreSQL được phép tạo cơ sở dữ liệu tạm (hoặc {_SERVER}).",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Đo một bước chuyển trạng thái bền vững, cạnh chính việc đọc ghi ấy viết bằng tay.

    Mỗi phép đo dùng một cơ sở dữ liệu tạm rồi xóa. Mã thoát 1: có chỗ chậm hơn mức phải đạt.
    """
    server = database or invocation(ctx).environ.get(_SERVER)
    rows = [*_postgresql(ctx, server, quick=quick), *_sqlite(ctx, quick=quick)]
    if as_json:
        emit({"rows": [dataclasses.asdict(row) for row in rows]})
    else:
        _table(rows)
    return 0 if all(row.is_reached for row in rows) else FINDINGS


def _postgresql(ctx: typer.Context, server: str | None, *, quick: bool) -> "list[Row]":
    from dondoc.bench import stage, transitions

    if server is None:
        say(ctx, f"Không đo PostgreSQL: chưa có --database URL hay {_SERVER}.")
        return []
    effort = transitions.QUICK if quick else transitions.FULL
    rows = []
    for clients in (1,) if quick else (1, 4):
        say(ctx, f"PostgreSQL, {clients} người dùng: {effort.tasks(clients)} nhiệm vụ...")
        with stage.postgresql(server, effort.tasks(clients)) as prepared:
            rows.append(transitions.measure(prepared, effort, clients=clients))
    return rows


def _sqlite(ctx: typer.Context, *, quick: bool) -> "list[Row]":
    from dondoc.bench import stage, transitions

    effort = transitions.QUICK if quick else transitions.FULL
    say(ctx, f"SQLite: {effort.tasks(1)} nhiệm vụ...")
    with stage.sqlite(effort.tasks(1)) as prepared:
        return [transitions.measure(prepared, effort)]


def _table(rows: "Sequence[Row]") -> None:
    columns(
        ("ĐƯỜNG", "CSDL", "SỐ NGƯỜI", "MỖI GIÂY", "GIỚI HẠN", "TỈ LỆ", "PHẢI ĐẠT", "THÊM µs"),
        [
            (
                row.path,
                row.database,
                row.clients,
                f"{row.rate:.0f}",
                f"{row.limit_rate:.0f}",
                f"{row.ratio:.2f}",
                f"{row.must_reach:.2f}" + ("" if row.is_reached else " chưa đạt"),
                f"{row.added_us:.0f}",
            )
            for row in rows
        ],
    )
