"""How fast mail leaves, and when so much of it wants to that something must be wrong (G11)."""

from dataclasses import dataclass
from datetime import datetime

from engine import audit
from engine.breaker import HOUR, MINUTE, Limits, window
from engine.store import alerts, gates, quota
from engine.store.session import Database, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Lets messages go; without limits all of them, and the database is not even asked."""

    database: Database
    limits: Limits | None

    def allow(self, wanted: int, *, at: datetime) -> int:
        """Return how many messages may leave now; the rest waits for the next minute.

        Where this hour had more than ever is right, none: nothing leaves until a person has looked.
        """
        limits = self.limits
        if limits is None or wanted == 0:
            return wanted
        with self.database.begin() as tx:
            hour, minute = window(at, HOUR), window(at, MINUTE)
            in_hour = quota.left(tx, quota.HOUR, window=hour, limit=limits.hard_hour)
            if in_hour == 0:
                close(tx, limits, at=at)
                return 0
            in_minute = quota.left(tx, quota.MINUTE, window=minute, limit=limits.per_minute)
            allowed = min(wanted, in_hour, in_minute)
            if allowed:
                used = {"count": allowed}
                quota.take(tx, quota.HOUR, window=hour, limit=limits.hard_hour, **used)
                quota.take(tx, quota.MINUTE, window=minute, limit=limits.per_minute, **used)
        return allowed

    def give_back(self, count: int, *, at: datetime) -> None:
        """Say that so many of those allowed at an instant had nothing to send."""
        if self.limits is None or count <= 0:
            return
        with self.database.begin() as tx:
            quota.give_back(tx, quota.HOUR, window=window(at, HOUR), count=count)
            quota.give_back(tx, quota.MINUTE, window=window(at, MINUTE), count=count)


def close(tx: Transaction, limits: Limits, *, at: datetime) -> None:
    """Close the gate `flood`, tell the administrator, and record it."""
    reason = f"hơn {limits.hard_hour} thư trong một giờ"
    gates.close(tx, gates.FLOOD, reason=reason, at=at)
    event = audit.Event(
        subject="gate:mail",
        action="mail.flooded",
        actor="system",
        cause=reason,
        after={"closed": True, "hour": window(at, HOUR), "limit": limits.hard_hour},
    )
    audit.append(tx, event, at=at)
    alert = alerts.Alert(
        code="mail_flood",
        message=f"{reason}: thư bị giữ lại cho đến khi có người xem và mở; ai cũng xem được thông "
        "báo của mình bằng dondoc notice list",
        key=f"mail_flood:{window(at, HOUR).isoformat()}",
    )
    alerts.raise_alert(tx, alert, at=at)
