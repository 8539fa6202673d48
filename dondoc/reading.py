"""That somebody reads the audit log: kept in it once a day, whichever door he comes by."""

from datetime import datetime, time

from dondoc.bootstrap import App
from engine import auditlog


def keep(app: App, actor: str, *, at: datetime) -> None:
    """Keep that somebody reads the log, unless it is kept since the day of the office began."""
    midnight = datetime.combine(at.astimezone(app.office.zone), time(), tzinfo=app.office.zone)
    with app.database.read() as tx:
        is_kept = auditlog.is_reading_kept(tx, actor, since=midnight)
    if not is_kept:
        with app.database.begin() as tx:
            auditlog.keep_reading(tx, actor, at=at)
