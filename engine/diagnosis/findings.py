"""What an examination finds: each trouble with its code, its place and its cure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Severity = Literal["error", "warning", "info"]

#: Findings of one code that are listed; the rest is counted.
MOST = 20

#: Every code with its usual severity. Codes are never renamed; docs/reference/doctor.md explains
#: each. Only an error makes an office unhealthy.
CODES: Mapping[str, Severity] = {
    # The parts of a running service.
    "sweep_never": "error",
    "sweep_late": "error",
    "relay_never": "error",
    "relay_late": "error",
    "seal_late": "error",
    "beat_in_future": "error",
    # Tasks and what is owed of them.
    "rules_unreadable": "error",
    "examination_failed": "error",
    "calendar_row_unreadable": "error",
    "rung_untold": "error",
    "rung_waiting": "info",
    "timer_wrong": "error",
    "timer_past": "error",
    "task_unjudgeable": "error",
    "task_unlike_record": "error",
    "calendar_not_loaded": "warning",
    # Mail.
    "notice_waiting": "error",
    "notice_orphaned": "error",
    "message_leased": "error",
    "message_in_doubt": "warning",
    "message_failed": "error",
    "message_retried_long": "error",
    "mail_held_back": "warning",
    "clock_gate_closed": "warning",
    "mail_mode_paused": "warning",
    "mail_mode_trial": "info",
    # Alerts that stand.
    "no_recipient": "error",
    "no_substitute": "warning",
    "no_superior": "warning",
    "left_without_successor": "warning",
    "mail_undeliverable": "warning",
    "mail_unrenderable": "error",
    "mail_server": "error",
    "mail_flood": "error",
    "database_restored": "error",
    "address_failing": "warning",
    "sweep_failed": "error",
    "series_not_opened": "error",
    "reorganisation_failed": "error",
    "clock_stepped": "warning",
    "part_stuck": "warning",
    "webhook_paused": "warning",
    "alert_other": "warning",
    # The organisation.
    "no_director": "warning",
    "no_monitor": "warning",
    "unit_without_head": "warning",
    "person_without_address": "warning",
    "delegation_circle": "warning",
    "leader_unbound": "warning",
    # The record.
    "audit_unsealed": "warning",
    "audit_unanchored": "info",
    "audit_anchor_old": "warning",
    "guard_missing": "error",
    "guard_weak": "warning",
    # Database, files and the machine.
    "database_unreachable": "error",
    "database_outdated": "error",
    "counting_missing": "error",
    "database_not_durable": "error",
    "database_on_network": "error",
    "disk_nearly_full": "error",
    "file_exposed": "warning",
    "folder_not_writable": "error",
    "evidence_missing": "error",
    "evidence_altered": "error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is stuck, silent or about to be.

    Attributes:
        code: One of CODES.
        severity: `error` is stuck or lost already; `warning` will be; `info` is worth knowing.
        subject: What a person can point at: a task, a person, a message, a file, a part.
        message: What is wrong, in Vietnamese.
        cure: What to type, or to do.
        since: Since when, where that is known.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    cure: str
    since: datetime | None = None


class Findings:
    """Collects findings in the order in which they are found, at most MOST of each code."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self._listed: list[Finding] = []
        self._more: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._worst_of_more: set[Severity] = set()

    def add(
        self,
        code: str,
        subject: str,
        message: str,
        *,
        cure: str,
        since: datetime | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Keep a finding; its severity is the usual one of its code unless another is given."""
        weight = severity or CODES[code]
        self._counts[code] += 1
        if self._counts[code] > MOST:
            self._more[code] += 1
            self._worst_of_more.add(weight)
            return
        self._listed.append(
            Finding(
                code=code, severity=weight, subject=subject, message=message, cure=cure, since=since
            )
        )

    @property
    def listed(self) -> list[Finding]:
        """The findings, errors first, else in the order in which they were found."""
        rank = {"error": 0, "warning": 1, "info": 2}
        return sorted(self._listed, key=lambda one: rank[one.severity])

    @property
    def more(self) -> dict[str, int]:
        """How many findings of a code are not listed."""
        return dict(self._more)

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is stuck."""
        weights = {one.severity for one in self._listed} | self._worst_of_more
        return "error" not in weights
