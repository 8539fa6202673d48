"""`init`, `config`, `db`: what an administrator does before anybody works."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import AsJson, invocation, opened, say, settings, settings_file
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import columns, emit, line
from dondoc.cli.verbs import noun
from engine.errors import Invalid

if TYPE_CHECKING:
    from config.settings import Settings

_FILE = Path("dondoc.toml")
_BESIDE = "sqlite:///dondoc.db"

config = noun("Kiểm tra và xem cấu hình.")
db = noun("Nâng cấp, kiểm tra cơ sở dữ liệu.")


def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Option("--name", help="Tên cơ quan, ghi vào [org].")] = "",
) -> None:
    """Tạo dondoc.toml có chú thích và cơ sở dữ liệu bên cạnh; không ghi đè tệp đã có."""
    from config.example import example_toml
    from config.sources import load_settings

    if _FILE.exists():
        raise Invalid(field=str(_FILE), problem="đã có; xoá hoặc đổi tên trước nếu muốn làm lại")
    environ = invocation(ctx).environ
    chosen = {} if environ.get("DONDOC_DATABASE__URL") else {"database.url": _BESIDE}
    if name:
        chosen["org.name"] = name
    draft = _FILE.with_suffix(".toml.part")
    draft.write_text(example_toml(chosen), encoding="utf-8")
    try:
        # The settings are read from the very file that will be in force, so that a bad variable
        # is told before anything stays behind.
        _lay_foundation(ctx, load_settings(draft, environ))
        os.link(draft, _FILE)
    except FileExistsError as error:
        raise Invalid(field=str(_FILE), problem="đã có; vừa được tạo bởi lệnh khác") from error
    finally:
        draft.unlink()
    say(ctx, f"Đã tạo {_FILE} và cơ sở dữ liệu. Tiếp theo: dondoc unit import units.csv")
    say(ctx, "Trang web: dondoc run, rồi mở liên kết thiết lập mà lệnh đó in ra.")


@config.command()
def check(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Đọc cấu hình từ mọi nguồn; nêu mọi chỗ sai cùng lúc (mã thoát 78)."""
    warnings = _config_warnings(settings(ctx))
    file = settings_file(ctx)
    if as_json:
        emit({"file": str(file) if file else None, "ok": True, "warnings": warnings})
        return
    say(ctx, f"Cấu hình đúng: {file or 'mặc định, không có tệp'}")
    for warning in warnings:
        say(ctx, f"Lưu ý: {warning}")


@config.command()
def show(ctx: typer.Context, as_json: AsJson = False) -> None:
    """In cấu hình đang có hiệu lực; bí mật được che."""
    shown = settings(ctx).shown()
    if as_json:
        emit(shown)
        return
    rows = [("state_dir", shown["state_dir"])]
    for section, values in shown.items():
        if isinstance(values, dict):
            rows += [(f"{section}.{key}", _flat(value)) for key, value in values.items()]
    columns(("THIẾT LẬP", "GIÁ TRỊ"), rows)


@config.command()
def example() -> None:
    """In một dondoc.toml đầy đủ, có chú thích, toàn giá trị mặc định."""
    from config.example import example_toml

    line(example_toml().rstrip("\n"))


@db.command()
def upgrade(ctx: typer.Context) -> None:
    """Tạo bảng hoặc nâng lên bản mới nhất; chạy lại không đổi gì."""
    _lay_foundation(ctx, settings(ctx))
    say(ctx, "Cơ sở dữ liệu ở bản mới nhất.")


@db.command("check")
def check_database(ctx: typer.Context, as_json: AsJson = False) -> int:
    """So cơ sở dữ liệu với chương trình: bản, bảng, khóa chống sửa nhật ký."""
    from engine import migrations

    with opened(ctx, any_revision=True) as app:
        findings = migrations.check(app.settings.database_url)
    if as_json:
        emit({"ok": not findings, "findings": findings})
    else:
        sys.stdout.writelines(f"{finding}\n" for finding in findings)
        if not findings:
            say(ctx, "Cơ sở dữ liệu đúng bản, đủ khóa.")
    return FINDINGS if findings else 0


def _config_warnings(chosen: "Settings") -> list[str]:
    if chosen.org.name:
        return []
    return ['org.name còn trống, nên thư ký tên "Cơ quan"; ghi tên cơ quan vào [org]']


def _lay_foundation(ctx: typer.Context, chosen: "Settings") -> None:
    from dondoc.bootstrap import build
    from dondoc.foundation import install_defaults
    from engine import migrations
    from engine.audit.entries import say_clock_is_pinned

    app = build(chosen, invocation(ctx).environ)
    if app.is_pinned:
        say_clock_is_pinned()
    try:
        migrations.upgrade(chosen.database_url, chosen.owner_url)
        with app.database.begin() as tx:
            install_defaults(tx, at=app.clock.now(), actor=app.operator)
    finally:
        app.close()


def _flat(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
