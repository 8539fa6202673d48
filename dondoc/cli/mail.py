"""`mail`: try the server, see what left and what did not, hold everything back."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dondoc.cli.door import AsJson, AsPerson, Limit, acting, invocation, opened, read_instant, say
from dondoc.cli.failure import UNREACHABLE, language, tell
from dondoc.cli.output import columns, emit_list
from dondoc.cli.receiving import receive
from dondoc.cli.verbs import noun
from dondoc.words import term
from engine.plaintext import clean

if TYPE_CHECKING:
    from config.settings import Settings
    from engine.commands.mail import Gate, Listed
    from engine.withheld import Trouble
    from scheduler.courier import Delivery

app = noun("Thử, xem, gửi lại, tạm dừng, nhận thư.")
app.command("receive")(receive)

#: What an administrator must see, by the code of the alert.
_ALERT_WORDS = {
    "address_failing": "địa chỉ thư bị trả lại",
    "database_restored": "cơ sở dữ liệu cũ được khôi phục",
    "mail_flood": "quá nhiều thư",
    "calendar_not_loaded": "chưa nạp lịch",
    "clock_stepped": "đồng hồ của máy bị sai",
    "mail_server": "máy chủ thư từ chối",
    "mail_undeliverable": "thư không tới được",
    "mail_unrenderable": "không soạn được thư",
    "no_recipient": "không còn ai để báo",
    "part_stuck": "chương trình bị treo",
    "reorganisation_failed": "sắp xếp tổ chức không thực hiện được",
    "series_not_opened": "không mở được kỳ mới",
    "sweep_failed": "không xét được nhiệm vụ",
    "webhook_paused": "phần mềm khác không nhận được tin",
}
#: Alerts shown above a list; the newest are the ones to act on.
_ALERTS_SHOWN = 20

#: How the answer to a message starts that no server was asked to take (trial mode).
_KEPT = "kept "


class Status(StrEnum):
    """What can be asked for."""

    LEASED = "leased"
    SENDING = "sending"
    ACCEPTED = "accepted"
    RETRY = "retry"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    SUPERSEDED = "superseded"


Note = Annotated[str, typer.Option("--note", help="Lý do.")]


@app.command("test")
def send_test(
    ctx: typer.Context,
    to: Annotated[
        str | None,
        typer.Argument(metavar="[ĐỊA-CHỈ]", help="Gửi tới địa chỉ nào; để trống là mail.from."),
    ] = None,
) -> int:
    """Gửi một thư thử qua máy chủ đã cấu hình; chưa có máy chủ thì giữ thành tệp .eml."""
    from dondoc.mail.post import sender
    from dondoc.mail.probe import probe
    from engine.commands import mail

    with opened(ctx) as app_:
        settings = app_.settings
        to = to or sender(app_).address
        delivery = probe(app_, to)
        outcome = f"{delivery.outcome} {delivery.phase} {delivery.code or ''}".strip()
        with app_.database.begin() as tx:
            mail.remember_test(tx, to, actor=app_.operator, at=app_.clock.now(), outcome=outcome)
    if delivery.outcome != "accepted":
        tell(_not_taken(ctx, delivery, settings))
        return UNREACHABLE
    if delivery.phase == "kept":
        say(ctx, f"Chưa khai mail.host; thư thử được giữ tại {delivery.reply}.")
    else:
        say(ctx, f"Máy chủ đã nhận thư gửi tới {to}: {delivery.code} {delivery.reply}")
    return 0


def _not_taken(ctx: typer.Context, delivery: "Delivery", settings: "Settings") -> str:
    from dondoc.cli.mail_trouble import folder_trouble, mail_trouble

    spoken = language(invocation(ctx).environ)
    if not settings.mail.host:
        return folder_trouble(delivery, folder=str(settings.trial_dir), language=spoken)
    server = f"{settings.mail.host}:{settings.mail.port}"
    return mail_trouble(delivery, server=server, language=spoken)


@app.command("list")
def list_messages(
    ctx: typer.Context,
    status: Annotated[
        Status | None, typer.Option("--status", help="Chỉ những thư ở trạng thái này.")
    ] = None,
    as_json: AsJson = False,
    limit: Limit = 100,
) -> None:
    """Liệt kê thư, mới nhất trước: tới ai, việc nào, ra sao."""
    from engine import withheld
    from engine.commands import mail

    with opened(ctx) as app_, app_.database.read() as tx:
        found = mail.listed(tx, status=status.value if status else None, limit=limit)
        waiting, first, held = mail.waiting(tx, at=app_.clock.now())
        troubles = withheld.troubles(tx)
        zone = app_.office.zone
    _tell_troubles(ctx, troubles, zone)
    if as_json:
        emit_list("messages", [_shown(one, zone) for one in found])
    else:
        columns(
            ("LÚC", "TỚI", "TÌNH TRẠNG", "TIÊU ĐỀ", "TRẢ LỜI CỦA MÁY CHỦ", "MÃ"),
            [_row(one, zone) for one in found],
        )
    if held is not None:
        say(ctx, held_back(held, zone))
    if waiting:
        at = f", sớm nhất {first.astimezone(zone):%d/%m/%Y %H:%M}" if first else ""
        say(ctx, f"{waiting} thông báo đang chờ gửi{at}.")


def held_back(gate: "Gate", zone: ZoneInfo) -> str:
    """Return the sentence that says what holds mail back, and who or what lets it go."""
    cure = "mở lại: dondoc mail resume --as MÃ"
    match gate.name:
        case "mail":
            return f"Thư đang tạm dừng; {cure}"
        case "flood":
            return f"Thư bị giữ lại: {gate.reason}. Nếu đúng là cần gửi ngần ấy, {cure}"
        case "restored":
            return f"Thư bị giữ lại: {gate.reason}. Khi đã biết thư nào gửi rồi, {cure} --from LÚC"
        case _:
            until = f" đến {gate.opens_at.astimezone(zone):%d/%m/%Y %H:%M}" if gate.opens_at else ""
            return f"Thư đang bị giữ{until}: {gate.reason}. Nếu đồng hồ đã đúng, {cure}"


@app.command()
def retry(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(metavar="MÃ", help="Mã thư, như mail list in ra.")],
    actor: AsPerson = None,
) -> None:
    """Gửi lại một thư hỏng hoặc chưa rõ; điều không còn đúng trong thư sẽ tự rút ra."""
    from engine.commands import mail

    person = acting(actor, what="mail_retry")
    with opened(ctx) as app_, app_.database.begin() as tx:
        reference = mail.retry(tx, message, actor=person, at=app_.clock.now(), rules=app_.rules)
    say(ctx, f"Sẽ gửi lại {reference} trong lượt tới.")


@app.command()
def pause(ctx: typer.Context, note: Note = "", actor: AsPerson = None) -> None:
    """Tạm dừng mọi thư; việc vẫn được theo dõi và ghi sổ."""
    from engine.commands import mail

    person = acting(actor, what="mail_pause")
    with opened(ctx) as app_, app_.database.begin() as tx:
        changed = mail.pause(tx, note, actor=person, at=app_.clock.now(), rules=app_.rules)
    say(ctx, "Đã tạm dừng mọi thư." if changed else "Thư vốn đang tạm dừng.")


@app.command()
def resume(
    ctx: typer.Context,
    note: Note = "",
    since: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="LÚC",
            help="Sau khi khôi phục cơ sở dữ liệu cũ: thư đáng lẽ gửi trước lúc này coi như đã "
            "gửi; ngày, hoặc 2026-05-20T07:30, hoặc now.",
        ),
    ] = "",
    actor: AsPerson = None,
) -> None:
    """Cho gửi thư trở lại, dù bị giữ vì sao."""
    from engine.commands import mail

    person = acting(actor, what="mail_resume")
    with opened(ctx) as app_:
        now = app_.clock.now()
        floor = read_instant(since, zone=app_.office.zone, now=now, field="--from")
        with app_.database.begin() as tx:
            changed = mail.resume(tx, note, actor=person, at=now, rules=app_.rules, floor=floor)
    say(ctx, "Thư được gửi trở lại." if changed else "Thư vốn không tạm dừng.")


def _tell_troubles(ctx: typer.Context, troubles: "Sequence[Trouble]", zone: ZoneInfo) -> None:
    for one in troubles[-_ALERTS_SHOWN:]:
        at = one.at.astimezone(zone).strftime("%d/%m/%Y %H:%M")
        what = _ALERT_WORDS.get(one.code, one.code)
        say(ctx, f"CẢNH BÁO {at}: {what}: {clean(one.message)}")
    if len(troubles) > _ALERTS_SHOWN:
        say(ctx, f"và {len(troubles) - _ALERTS_SHOWN} cảnh báo cũ hơn.")


def _row(one: "Listed", zone: ZoneInfo) -> tuple[str, ...]:
    return (
        one.created_at.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
        one.recipient or one.address,
        _status(one),
        one.subject or _tasks(one),
        (one.reply or "").removeprefix(_KEPT),
        one.id,
    )


def _status(one: "Listed") -> str:
    is_kept = one.status == "accepted" and (one.reply or "").startswith(_KEPT)
    return "đã giữ thành tệp" if is_kept else term(one.status)


def _tasks(one: "Listed") -> str:
    """Return what a message that was never written would have been about."""
    return ", ".join(dict.fromkeys(task for task, _, _ in one.notices)) or "(chưa soạn)"


def _shown(one: "Listed", zone: ZoneInfo) -> dict[str, Any]:
    again = one.next_try_at.astimezone(zone).isoformat() if one.next_try_at else None
    return {
        "id": one.id,
        "message_id": one.reference,
        "at": one.created_at.astimezone(zone).isoformat(),
        "to": one.recipient,
        "address": one.address,
        "kind": one.kind,
        "subject": one.subject,
        "status": one.status,
        "tries": one.tries,
        "copies": one.copies,
        "next_try_at": again,
        "reply": one.reply,
        "items": [
            {"task": task, "rung": rung, "status": status} for task, rung, status in one.notices
        ],
    }
