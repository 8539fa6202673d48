"""Mail that is stuck, held back or in doubt."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from engine.diagnosis.findings import Findings
from engine.diagnosis.scene import Scene
from engine.store import examination, gates, outbox
from engine.store.gates import Gate

#: A turn of the relay takes what is due every ten seconds; this long, and nobody is at it.
_WAITS = timedelta(minutes=15)
#: A lease that ran out this long ago should have been taken up by the next turn.
_UNCLAIMED = timedelta(minutes=5)
#: A temporary refusal is final after this (G9).
_RETRIES = timedelta(days=4)
#: What else the cure needs of whoever opens a gate.
_FROM = {gates.RESTORED: " --from LÚC (thư đáng lẽ gửi trước lúc đó coi như đã gửi)"}


def examine(scene: Scene, found: Findings) -> None:
    """Add what is wrong with gates, notices and messages."""
    examine_waiting(scene, found)
    _examine_messages(scene, found)
    _examine_retries(scene, found)


def examine_waiting(scene: Scene, found: Findings) -> None:
    """Add what holds mail back, and what waits although nothing does."""
    with scene.database.read() as tx:
        held = [
            gate
            for name in (*gates.OPENED_BY_PEOPLE, gates.CLOCK)
            if (gate := gates.found(tx, name)) is not None and gate.holds(scene.at)
        ]
        waiting = examination.notices_waiting(tx, before=scene.at - _WAITS)
    for gate in held:
        _add_gate(scene, found, gate, waiting=waiting.count)
    if scene.is_paused and scene.is_live:
        found.add(
            "mail_mode_paused",
            "mail.mode",
            f'mail.mode = "paused": không thư nào được gửi ({waiting.count} thông báo đã đến giờ)',
            cure='đặt mail.mode = "live" (hoặc "trial") trong dondoc.toml rồi khởi động lại',
        )
    if waiting.count and waiting.since is not None and not held and not scene.is_paused:
        found.add(
            "notice_waiting",
            "mail",
            f"{waiting.count} thông báo đã đến giờ gửi, sớm nhất {scene.hour(waiting.since)}, mà "
            "chưa rời máy",
            cure="dondoc relay; xem vì sao: dondoc mail list --status retry",
            since=waiting.since,
        )


def _add_gate(scene: Scene, found: Findings, gate: Gate, *, waiting: int) -> None:
    reason = f": {gate.reason}" if gate.reason else ""
    since = f"từ {scene.hour(gate.changed_at)}"
    if gate.name == gates.CLOCK:
        until = f", tự mở lúc {scene.hour(gate.opens_at)}" if gate.opens_at else ""
        found.add(
            "clock_gate_closed",
            "gate:clock",
            f"thư và nhắc việc tạm giữ {since} vì đồng hồ máy vừa nhảy{reason}{until}",
            cure="kiểm tra giờ máy: timedatectl; chờ tự mở, hoặc: dondoc mail resume --as MÃ",
            since=gate.changed_at,
        )
        return
    by_hand = gate.name == gates.MAIL
    what = "thư đang tạm dừng" if by_hand else "thư bị giữ lại"
    found.add(
        "mail_held_back",
        f"gate:{gate.name}",
        f"{what} {since}{reason}; {waiting} thông báo đã đến giờ phải chờ",
        cure="dondoc mail resume --as MÃ" + _FROM.get(gate.name, ""),
        since=gate.changed_at,
        # Held back on purpose; but those who should have heard are waiting.
        severity="error" if waiting or not by_hand else None,
    )


def _examine_messages(scene: Scene, found: Findings) -> None:
    with scene.database.read() as tx:
        leases = outbox.database_now(tx)
        rows = examination.messages(tx, "leased", "sending", "in_doubt", "failed")
        reached = examination.last_accepted(tx) if rows else {}
        orphaned = examination.notices_orphaned(tx)
    for row in rows:
        later = reached.get(row.recipient_id)
        is_over = later is not None and later > row.created_at
        match row.status:
            case "leased" | "sending":
                _add_leased(found, row, leases=leases)
            case "in_doubt":
                _add_doubtful(scene, found, row, is_over=is_over)
            case _ if not is_over:
                found.add(
                    "message_failed",
                    f"{row.recipient} <{row.address}>",
                    f"thư hỏng: {row.subject or '(chưa soạn)'}; từ đó chưa thư nào tới được người "
                    "này",
                    cure=f"sửa địa chỉ (dondoc person import) rồi: dondoc mail retry {row.id} "
                    "--as MÃ",
                    since=row.created_at,
                )
    if orphaned.count:
        found.add(
            "notice_orphaned",
            "ledger",
            f"{orphaned.count} thông báo ghi là đang trong một thư không còn trên đường gửi",
            cure="giữ nguyên cơ sở dữ liệu và báo người phát triển, kèm: dondoc doctor --json",
            since=orphaned.since,
        )


def _add_leased(found: Findings, row: Row[Any], *, leases: datetime) -> None:
    if row.lease_until is not None and leases - row.lease_until <= _UNCLAIMED:
        return
    found.add(
        "message_leased",
        f"{row.recipient} <{row.address}>",
        f"thư {row.id} bị giữ ở trạng thái {row.status!r} quá hạn giữ mà chưa lượt gửi nào nhận "
        "lại",
        cure="dondoc relay (và để dondoc run chạy thường trực)",
        since=row.lease_until,
    )


def _add_doubtful(scene: Scene, found: Findings, row: Row[Any], *, is_over: bool) -> None:
    again = row.next_try_at
    subject = f"{row.recipient} <{row.address}>"
    if again is not None and scene.at - again > _WAITS and not scene.is_paused:
        found.add(
            "message_in_doubt",
            subject,
            f"thư chưa rõ đã tới hay chưa, lẽ ra gửi lại lúc {scene.hour(again)}",
            cure="dondoc relay (và để dondoc run chạy thường trực)",
            since=again,
            severity="error",
        )
    elif not is_over:
        later = f"; sẽ gửi lại lúc {scene.hour(again)}" if again is not None else ""
        found.add(
            "message_in_doubt",
            subject,
            f"thư chưa rõ đã tới hay chưa: {row.subject}{later}",
            cure=f"hỏi người nhận; cần thì: dondoc mail retry {row.id} --as MÃ",
            since=row.created_at,
        )


def _examine_retries(scene: Scene, found: Findings) -> None:
    with scene.database.read() as tx:
        rows = examination.notices_retried(tx)
    first: dict[str, datetime] = {}
    for row in rows:
        said = (row.detail or {}).get("first_failed_at")
        at = datetime.fromisoformat(said) if said else row.created_at
        first[row.code] = min(at, first.get(row.code, at))
    for person, at in sorted(first.items()):
        if scene.at - at > _RETRIES:
            found.add(
                "message_retried_long",
                person,
                f"thư gửi {person} bị máy chủ hoãn từ {scene.hour(at)}, đã quá bốn ngày",
                cure="thử máy chủ: dondoc mail test; rồi: dondoc relay",
                since=at,
            )
