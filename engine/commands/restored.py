"""A database that is older than it once was: mail is held back until a person says what was sent.

What left in the lost time is not in the ledger any more, so it would leave a second time (G12).
"""

from dataclasses import dataclass
from datetime import datetime

from engine import audit
from engine.audit.anchors import Anchor
from engine.store import alerts, audit_log, gates, heartbeats, outbox
from engine.store.session import Transaction

CODE = "database_restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a database does not hold although it once did.

    Attributes:
        key: Names the loss, so that what was said about it is said about this one.
        words: What is lost, for people.
        since: The last instant of which it still knows, where that is known.
    """

    key: str
    words: str
    since: datetime | None


def compare(tx: Transaction, mark: Anchor) -> Lost | None:
    """Return what is lost since a mark was made, None where nothing is or a person has judged it.

    Args:
        tx: The transaction.
        mark: How far this database had come, as it was kept outside of it.
    """
    here = audit_log.last_block(tx)
    number = here.number if here is not None else 0
    held = audit_log.block_hash(tx, mark.block) if mark.block else None
    if mark.block == 0 or held == mark.hash:
        return None
    if number < mark.block:
        entries = here.first_seq + here.count - 1 if here is not None else 0
        words = (
            f"mất khối nhật ký {number + 1} đến {mark.block} (mục {entries + 1} đến {mark.entries})"
        )
    else:
        words = f"khối nhật ký {mark.block} không còn là khối đã niêm"
    lost = Lost(
        key=f"{CODE}:{mark.hash}", words=words, since=here.sealed_at if here is not None else None
    )
    return None if _is_judged(tx, lost) else lost


def idle(tx: Transaction, *, days: int, at: datetime) -> Lost | None:
    """Return that nobody has sent for so long that this may be an old copy, None if it is not so.

    Args:
        tx: The transaction.
        days: How many days are long.
        at: Now.
    """
    beat = heartbeats.last_beat(tx, "relay")
    if beat is None or (at - beat).days <= days:
        return None
    words = f"đã {(at - beat).days} ngày không chạy; có thể là một bản sao cũ"
    lost = Lost(key=f"{CODE}:idle:{beat.isoformat()}", words=words, since=beat)
    return None if _is_judged(tx, lost) else lost


def head(tx: Transaction, *, at: datetime) -> Anchor:
    """Return how far the log of this database has come, to be kept outside of it."""
    here = audit_log.last_block(tx)
    if here is None:
        return Anchor(block=0, hash="0" * 64, entries=0, at=at)
    return Anchor(block=here.number, hash=here.hash, entries=here.first_seq + here.count - 1, at=at)


def hold(tx: Transaction, lost: Lost, *, at: datetime) -> bool:
    """Close the gate `restored`; return False if it is closed already."""
    if gates.is_closed(tx, gates.RESTORED):
        return False
    gates.close(tx, gates.RESTORED, reason=lost.words, at=at)
    event = audit.Event(
        subject="gate:mail",
        action="mail.restored",
        actor="system",
        cause=lost.words,
        after={"closed": True, "since": lost.since},
    )
    audit.append(tx, event, at=at)
    alert = alerts.Alert(
        code="database_restored",
        message=f"cơ sở dữ liệu cũ hơn bản đã từng dùng: {lost.words}; thư bị giữ lại cho đến khi "
        "có người nói thư nào coi như đã gửi",
        key=lost.key,
    )
    alerts.raise_alert(tx, alert, at=at)
    return True


def let_rest(tx: Transaction, floor: datetime, *, at: datetime) -> list[str]:
    """Record that what was to leave before an instant was told then; return whom it was for.

    Ladders take it as told on the day it was meant for, and climb on from there.
    """
    told = outbox.rest(tx, before=floor)
    outbox.give_up_doubts(tx, before=at)
    return told


def _is_judged(tx: Transaction, lost: Lost) -> bool:
    """Return whether a person has opened the gate that this loss had closed."""
    return alerts.was_cleared(tx, lost.key)
