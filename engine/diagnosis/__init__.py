"""Everything that is stuck, silent or about to be, each with its cure; it changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import OperationalError

from engine.clock import require_aware
from engine.diagnosis import beats, days, mailroom, owed, people, record, storage, troubles
from engine.diagnosis.findings import CODES, Finding, Findings, Severity
from engine.diagnosis.measures import Measures, measures
from engine.diagnosis.scene import Check, Scene
from engine.store import examination
from engine.store.rulebooks import Rules
from engine.store.session import Database

__all__ = [
    "CODES",
    "Finding",
    "Findings",
    "Measures",
    "Severity",
    "examine",
    "examine_service",
    "facts",
    "measures",
]

_CHECKS: Sequence[Check] = (
    beats.examine,
    owed.examine,
    mailroom.examine,
    troubles.examine,
    days.examine,
    people.examine,
    record.examine,
)


def examine(
    database: Database, *, rules: Rules, at: datetime, is_paused: bool, found: Findings
) -> bool:
    """Add everything that is wrong with an office's database and what is in it.

    Args:
        database: The office's database.
        rules: The rulebook's keeper.
        at: Now.
        is_paused: Whether the settings hold all mail back.
        found: Takes the findings.

    Returns:
        Whether anybody is owed anything: whether a plan is active.
    """
    at = require_aware(at).astimezone(UTC)
    if not storage.is_readable(database, found):
        return False
    storage.examine(database, found)
    try:
        with database.read() as tx:
            rulebook, is_live = rules.current(tx), examination.has_active_plan(tx)
    except OperationalError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with a row is a finding
        found.add(
            "rules_unreadable",
            "database",
            f"không đọc được tổ chức, lịch, bậc nhắc hoặc quy trình ({problem}): không ai được "
            "nhắc gì",
            cure="khôi phục bản sao lưu, hoặc sửa dòng đã nêu; kiểm tra: dondoc db check",
        )
        return False
    scene = Scene(database=database, rulebook=rulebook, at=at, is_live=is_live, is_paused=is_paused)
    for check in _CHECKS:
        _run(check, scene, found)
    return is_live


def examine_service(
    database: Database, *, rules: Rules, at: datetime, is_paused: bool, found: Findings
) -> None:
    """Add what keeps the service from working now: its tables, its parts, mail that waits.

    It is asked every few seconds, and so reads nothing that grows with the office.

    Raises:
        OperationalError: the database cannot be reached.
    """
    at = require_aware(at).astimezone(UTC)
    if not storage.is_readable(database, found):
        return
    with database.read() as tx:
        rulebook, is_live = rules.current(tx), examination.has_active_plan(tx)
    scene = Scene(database=database, rulebook=rulebook, at=at, is_live=is_live, is_paused=is_paused)
    beats.examine(scene, found)
    mailroom.examine_waiting(scene, found)


def examine_office(
    database: Database, *, rules: Rules, at: datetime, is_paused: bool, found: Findings
) -> None:
    """Add what who keeps the office can mend: alerts, days not loaded, posts and addresses.

    Raises:
        OperationalError: the database cannot be reached.
    """
    at = require_aware(at).astimezone(UTC)
    with database.read() as tx:
        rulebook, is_live = rules.current(tx), examination.has_active_plan(tx)
    scene = Scene(database=database, rulebook=rulebook, at=at, is_live=is_live, is_paused=is_paused)
    for check in (troubles.examine, days.examine, people.examine):
        _run(check, scene, found)


def _run(check: Check, scene: Scene, found: Findings) -> None:
    try:
        check(scene, found)
    except OperationalError:
        # The database is away: that is no finding, nothing can be said at all.
        raise
    except Exception as problem:  # noqa: BLE001 - a damaged row must not hide the other troubles
        name = check.__module__.rpartition(".")[2]
        found.add(
            "examination_failed",
            name,
            f"không khám được phần {name} ({type(problem).__name__}: {problem}): dữ liệu hỏng",
            cure="dondoc db check; dondoc audit verify; khôi phục từ bản sao lưu nếu cần",
        )


def facts(database: Database) -> dict[str, Any]:
    """Return the facts an administrator is asked for first; empty where there are no tables."""
    if not storage.is_readable(database, Findings()):
        return {}
    return storage.facts(database)
