"""`token`: keys by which other programs act as a person."""

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from dondoc.cli.door import AsJson, opened, say
from dondoc.cli.output import columns, emit, emit_list, line
from dondoc.cli.verbs import noun

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.commands.tokens import Token

app = noun("Khóa API: tạo, thu hồi, liệt kê.")

Whose = Annotated[str, typer.Argument(metavar="MÃ", help="Người mà chương trình làm thay.")]


@app.command()
def create(
    ctx: typer.Context,
    person: Whose,
    *,
    name: Annotated[str, typer.Option("--name", help="Chương trình nào dùng khóa này.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="read: xem; write: xem và làm; audit: đọc nhật ký."),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=0, max=3650, help="Dùng bấy nhiêu ngày; 0 là mãi.")
    ] = 90,
    as_json: AsJson = False,
) -> None:
    """Tạo một khóa; khóa chỉ in ra một lần này."""
    from engine.commands import tokens

    with opened(ctx) as opened_app, opened_app.database.begin() as tx:
        at = opened_app.clock.now()
        asked = tokens.TokenRequest(
            person=person,
            name=name,
            scopes=tuple(scope or ("read",)),
            expires_at=at + timedelta(days=days) if days else None,
        )
        token_id, secret = tokens.create(
            tx, asked, by=opened_app.operator, rules=opened_app.rules, at=at
        )
    if as_json:
        emit({"id": token_id, "token": secret, "expires_at": asked.expires_at})
        return
    line(secret)
    say(ctx, f"Khóa của {person}, mã {token_id}. Hãy chép ngay: không xem lại được.")


@app.command()
def revoke(
    ctx: typer.Context,
    token: Annotated[str, typer.Argument(metavar="MÃ-KHÓA", help="Mã trong token list.")],
) -> None:
    """Thu hồi một khóa; chương trình dùng nó bị từ chối ngay."""
    from engine.commands import tokens

    with opened(ctx) as opened_app, opened_app.database.begin() as tx:
        tokens.revoke(tx, token, by=opened_app.operator, at=opened_app.clock.now())
    say(ctx, f"Đã thu hồi {token}.")


@app.command("list")
def list_tokens(ctx: typer.Context, person: Whose, as_json: AsJson = False) -> None:
    """Liệt kê khóa của một người; phần bí mật không xem lại được."""
    from engine.commands import tokens
    from engine.commands.rights import find_person

    with opened(ctx) as opened_app, opened_app.database.read() as tx:
        found = find_person(opened_app.rules.current(tx).organisation, person)
        rows = tokens.of_person(tx, found.id)
    if as_json:
        emit_list("tokens", [asdict(row) for row in rows])
        return
    columns(
        ("MÃ", "KHÓA", "TÊN", "PHẠM VI", "HẾT HẠN", "DÙNG LẦN CUỐI"),
        [_shown(row, opened_app) for row in rows],
    )


def _shown(row: "Token", opened_app: "App") -> tuple[str, ...]:
    zone = opened_app.office.zone
    ends, used = (
        f"{one.astimezone(zone):%d/%m/%Y}" if one else "" for one in (row.expires_at, row.used_at)
    )
    return (row.id, f"{row.prefix}…", row.name, ", ".join(row.scopes), ends, used)
