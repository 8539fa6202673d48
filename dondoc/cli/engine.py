"""`forecast`, `sweep`, `relay`: what the passing of time will do, and does, by hand."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, opened, read_date, say, warn_of_years
from dondoc.cli.failure import FINDINGS
from dondoc.cli.output import columns, emit

if TYPE_CHECKING:
    from engine.forecast import Foretold

Once = Annotated[bool, typer.Option("--once", help="Một lượt (mặc định).")]


def forecast(
    ctx: typer.Context,
    *,
    until: Annotated[str, typer.Option("--until", metavar="NGÀY", help="Đến hết ngày nào.")],
    as_json: AsJson = False,
) -> None:
    """Ai sẽ được báo gì, lúc nào, nếu không có gì thay đổi."""
    from engine import prospects
    from engine.commands import calendars

    last = read_date(until, field="--until")
    with opened(ctx) as app, app.database.read() as tx:
        now = app.clock.now()
        coming = prospects.foretell(tx, rules=app.rules, at=now, until=last)
        zone = app.office.zone
        days = [one.at.astimezone(zone).date() for one in coming]
        missing = {*calendars.not_loaded(tx, days, rules=app.rules),
                   *calendars.due_years_not_loaded(tx, rules=app.rules)}  # fmt: skip
    if as_json:
        shown = [_shown(one, zone) for one in coming]
        emit({"notices": shown, "next": None, "calendar_not_loaded": sorted(missing)})
        return
    warn_of_years(ctx, sorted(missing))
    columns(
        ("LÚC", "AI", "NHIỆM VỤ", "BẬC"),
        [
            (
                one.at.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
                one.recipient or "quản trị",
                one.task,
                _counted(one),
            )
            for one in coming
        ],
    )
    if not coming:
        say(ctx, "Không ai phải được báo gì trong thời gian đó.")


def _counted(one: "Foretold") -> str:
    """Return the rung, and which of its repetitions; of a decision the number says nothing."""
    is_again = one.kind in ("reminder", "escalation") and one.occurrence > 1
    return f"{one.rung} (lần {one.occurrence})" if is_again else one.rung


def sweep(ctx: typer.Context, as_json: AsJson = False) -> int:
    """Quét một lượt: những gì đến hạn nhắc được ghi vào sổ thông báo."""
    from dondoc.service import service

    with opened(ctx) as app:
        done = service(app).sweep_once()
        zone = app.office.zone
    if as_json:
        slot = done.slot.astimezone(zone).isoformat() if done.slot else None
        emit({**asdict(done), "slot": slot})
    elif done.is_held:
        say(ctx, "Chưa quét: đồng hồ của máy vừa nhảy; xem: dondoc mail list")
    else:
        where = "trong phiên gửi" if done.slot else "ngoài phiên gửi"
        say(
            ctx,
            f"Quét {where}: xét {done.judged}, ghi {done.told} thông báo, thay thế "
            f"{done.superseded}, dời sang phiên sau {done.postponed}.",
        )
        for address in done.failed:
            say(ctx, f"  không xét được {address}; xem nhật ký chương trình")
    return FINDINGS if done.failed else 0


def relay(ctx: typer.Context, once: Once = True, as_json: AsJson = False) -> None:
    """Gửi một lượt những thư đã đến lúc gửi."""
    from dondoc.cli.mail import held_back
    from dondoc.service import service
    from engine.commands.mail import waiting

    del once
    with opened(ctx) as app:
        done = service(app).relay_once()
        mail, folder = app.settings.mail, app.settings.trial_dir
        with app.database.read() as tx:
            _, _, held = waiting(tx, at=app.clock.now())
    if as_json:
        emit(asdict(done))
        return
    if held is not None:
        say(ctx, held_back(held, app.office.zone))
    rest = f"sẽ thử lại {done.retried}, hỏng {done.failed}, chưa rõ {done.in_doubt}."
    match mail.mode:
        case "trial":
            say(ctx, f"Đã giữ {done.accepted} thư thành tệp (chế độ thử) tại {folder}; {rest}")
        case "paused":
            say(ctx, 'Chưa gửi gì: mail.mode = "paused".')
        case _:
            say(ctx, f"Đã gửi {done.accepted} thư; {rest}")


def _shown(one: "Foretold", zone: Any) -> dict[str, Any]:
    return {
        "at": one.at.astimezone(zone).isoformat(),
        "to": one.recipient,
        "task": one.task,
        "rung": one.rung,
        "occurrence": one.occurrence,
        "kind": one.kind,
        "position": one.position,
    }
