"""`person invite`: a one-time link by which somebody sets his password."""

from typing import Annotated

import typer

from dondoc.cli.door import opened, say
from dondoc.cli.output import line


def invite(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="MÃ")],
    *,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="Người này cũng là quản trị.")
    ] = False,
) -> None:
    """In liên kết dùng một lần để một người đặt mật khẩu, trong 72 giờ."""
    from dondoc.invitation import address
    from engine.commands import links

    with opened(ctx) as app, app.database.begin() as tx:
        secret = links.invite(
            tx, code, by=app.operator, rules=app.rules, at=app.clock.now(),
            is_administrator=administrator,
        )  # fmt: skip
    line(address(app, secret))
    say(ctx, "Chỉ gửi cho đúng người đó; mật khẩu cũ còn dùng được đến khi liên kết được dùng.")
