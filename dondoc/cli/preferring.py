"""`person prefer` and `person watch`: what somebody chooses for himself."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dondoc.cli.door import AsJson, AsPerson, acting, opened, say
from dondoc.cli.output import emit

if TYPE_CHECKING:
    from engine.commands.preferences import Choices

Whose = Annotated[str, typer.Argument(metavar="NGƯỜI", help="Người chọn, chính là người gọi lệnh.")]


class Every(StrEnum):
    """How often a digest comes."""

    DAY = "day"
    WEEK = "week"
    OFF = "off"


_OFTEN: Mapping[Every, Literal["day", "week"] | None] = {
    Every.DAY: "day",
    Every.WEEK: "week",
    Every.OFF: None,
}


def prefer(
    ctx: typer.Context,
    person: Whose,
    *,
    mail: Annotated[
        list[str] | None,
        typer.Option(
            "--mail",
            metavar="LOẠI=on|off",
            help="reminder=off: nhắc việc chỉ hiện ở notice list. Giao việc, báo cáo vượt cấp, "
            "quyết định thì luôn gửi thư.",
        ),
    ] = None,
    as_json: AsJson = False,
    actor: AsPerson = None,
) -> None:
    """Chọn loại thông báo nào đến cả bằng thư; không kèm --mail thì chỉ xem."""
    from engine.commands import preferences

    wanted = [_chosen(one) for one in mail or ()]
    with opened(ctx) as app:
        if not wanted:
            with app.database.read() as tx:
                choices = preferences.chosen(tx, person, rules=app.rules)
        for kind, is_on in wanted:
            with app.database.begin() as tx:
                asked = preferences.Mailing(
                    person=person, kind=kind, is_on=is_on,
                    actor=acting(actor, what="person_prefer"),
                )  # fmt: skip
                choices = preferences.prefer(tx, asked, rules=app.rules, at=app.clock.now())
    _tell(ctx, choices, as_json=as_json)


def watch(
    ctx: typer.Context,
    person: Whose,
    *,
    unit: Annotated[str, typer.Option("--unit", metavar="MÃ", help="Theo dõi đơn vị nào.")] = "",
    plan: Annotated[str, typer.Option("--plan", metavar="MÃ", help="Theo dõi kế hoạch nào.")] = "",
    every: Annotated[Every, typer.Option("--every", help="Mỗi ngày, mỗi tuần, hoặc thôi.")],
    actor: AsPerson = None,
) -> None:
    """Nhận bản tổng hợp của một đơn vị hay kế hoạch mình chỉ theo dõi."""
    from engine.commands import preferences

    if bool(unit) == bool(plan):
        problem = "nêu đúng một trong hai: --unit hoặc --plan"
        raise typer.BadParameter(problem, param_hint="--unit")
    asked = preferences.Watching(
        person=person,
        of="unit" if unit else "plan",
        code=unit or plan,
        every=_OFTEN[every],
        actor=acting(actor, what="person_watch"),
    )
    with opened(ctx) as app, app.database.begin() as tx:
        choices = preferences.watch(tx, asked, rules=app.rules, at=app.clock.now())
    _tell(ctx, choices, as_json=False)


def _chosen(text: str) -> tuple[str, bool]:
    kind, sign, value = text.partition("=")
    if not sign or value not in ("on", "off"):
        problem = f"{text!r}: viết dạng reminder=off hoặc reminder=on"
        raise typer.BadParameter(problem, param_hint="--mail")
    return kind, value == "on"


def _tell(ctx: typer.Context, choices: "Choices", *, as_json: bool) -> None:
    if as_json:
        watches = [asdict(one) for one in choices.watches]
        emit({"without_mail": list(choices.muted), "watches": watches})
        return
    quiet = "nhắc việc" if "reminder" in choices.muted else "không loại nào"
    say(ctx, f"Chỉ hiện ở notice list, không gửi thư: {quiet}.")
    say(ctx, "Giao việc, báo cáo vượt cấp, quyết định về việc của mình thì luôn gửi thư.")
    for one in choices.watches:
        what = "đơn vị" if one.of == "unit" else "kế hoạch"
        often = "mỗi ngày làm việc" if one.every == "day" else "mỗi tuần"
        say(ctx, f"Theo dõi {what} {one.code}: {often}.")
