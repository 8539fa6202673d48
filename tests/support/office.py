"""A small office to test in: one agency, five people, the shipped workflow, ladders of choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, insert, select, update

from engine.clock import PinnedClock
from engine.commands import activation, policy, tasks, workflows
from engine.commands.request import Outcome, Request
from engine.ids import new_id
from engine.office import Office
from engine.store import plans, rulebooks, tables
from engine.store.change import Evidence
from engine.store.record import alert, audit_entry, contribution, history, notice, task
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction
from engine.store.tasks import next_wake
from engine.store.waking import wake_all
from scheduler.sweep import Sweep, Swept
from workflows import registry

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
#: The ladder of simulate.md's example.
LADDERS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "unit": [
        {"rung": "remind-3", "at": "-3wd", "to": ["assignee"]},
        {"rung": "remind-0", "at": "0wd", "to": ["assignee"]},
        {"rung": "escalate-1", "at": "+2wd", "to": ["unit_head"]},
        {"rung": "escalate-2", "at": "+5wd", "to": ["leader_in_charge"]},
        {"rung": "escalate-3", "at": "+7wd", "to": ["director"], "repeat": "5wd"},
    ],
    "verifier": [{"rung": "verify-2", "at": "+2wd", "to": ["verifier"]}],
    "leader": [{"rung": "answer-3", "at": "+3wd", "to": ["director"]}],
}
#: Tết of 2014 with its two swapped Saturdays.
OFF = tuple(date(2014, 1, 28) + timedelta(days=n) for n in range(9))
WORKED = (date(2014, 1, 25), date(2014, 2, 8))


def local(text: str) -> datetime:
    """Return the instant of a local date and time, `2014-01-20T09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@dataclass(slots=True)
class World:
    """An office in a database, with a plan to which tasks can be added."""

    database: Database
    clock: PinnedClock
    rules: Rules = field(default_factory=lambda: Rules(Office(zone=ZONE)))
    ids: dict[str, str] = field(default_factory=dict)

    def open(self, ladders: Mapping[str, Sequence[Mapping[str, Any]]] = LADDERS) -> "World":
        """Fill the database: SO with VP (monitor) and CNTT; gd, pgd, cvp, tp, cv and cv2."""
        at = self.clock.now()
        with self.database.begin() as tx:
            workflows.install(tx, registry.shipped(), at=at, actor="operator:test")
            policy.install_ladders(tx, ladders, source="test", actor="operator:test", at=at)
            self._units(tx)
            self._people(tx)
            for day in OFF:
                self._day(tx, day, is_off=True)
            for day in WORKED:
                self._day(tx, day, is_off=False)
            rulebooks.bump(tx)
        return self

    def found(self) -> "World":
        """Know the units and people of a database that was filled before."""
        with self.database.read() as tx:
            for known in (tables.unit, tables.person):
                rows = tx.execute(select(known.c.code, known.c.id).order_by(known.c.ordinal))
                self.ids.update((row.code, row.id) for row in rows)
        return self

    def plan(self, *items: Mapping[str, Any], code: str = "KH-2014", activate: bool = True) -> None:
        """Store a plan of tasks; each item needs `code`, and `due` or `standing`."""
        with self.database.begin() as tx:
            plan_id = plans.insert_plan(
                tx, {"code": code, "year": 2014, "title": "Kế hoạch", "citations": []}
            )
            rows = [self._item(item, plan_id, number) for number, item in enumerate(items, 1)]
            plans.insert_items(tx, rows)
            for item in items:
                for ordinal, unit in enumerate(item.get("coordinating", ()), 1):
                    tx.execute(
                        insert(contribution).values(
                            id=new_id(), task_id=self.ids[item["code"]], ordinal=ordinal,
                            name=unit, unit_id=self.ids[unit],
                        )
                    )  # fmt: skip
        if activate:
            self.activate(code)

    def activate(self, code: str = "KH-2014", *, by: str = "cvp") -> None:
        """Activate a plan now."""
        with self.database.begin() as tx:
            activation.activate(tx, code, actor=by, rules=self.rules, at=self.clock.now())

    def do(self, by: str, trigger: str, code: str = "T1", **fields: Any) -> Outcome:
        """Pull a trigger in a transaction of its own; a report brings evidence and a note."""
        if trigger == "report":
            fields = {"note": "xong", "evidence": (Evidence(name="12/TTr"),), **fields}
        request = Request(actor=by, trigger=trigger, task=code, **fields)
        with self.database.begin() as tx:
            return tasks.perform(tx, request, rules=self.rules, at=self.clock.now())

    def row(self, code: str = "T1") -> Any:
        """Return the stored row of a task."""
        with self.database.read() as tx:
            return tx.execute(select(task).where(task.c.code == code)).one()

    def ledger(self) -> list[Any]:
        """Return every row of the ledger in order of making."""
        with self.database.read() as tx:
            return list(tx.execute(select(notice).order_by(notice.c.created_at, notice.c.id)))

    def now(self, text: str) -> None:
        """Set the clock to a local time."""
        self.clock.set(local(text))

    def unit(self, code: str, *, parent: str = "SO", leader: str | None = None) -> None:
        """Add a unit."""
        self.ids[code] = new_id()
        values = {"id": self.ids[code], "code": code, "name": f"Đơn vị {code}", "aliases": [],
                  "parent_id": self.ids[parent], "ordinal": len(self.ids),
                  "leader_id": self.ids[leader] if leader else None}  # fmt: skip
        self._change(insert(tables.unit).values(values))

    def person(self, code: str, unit: str, kind: str = "officer") -> None:
        """Add a person and the position he holds."""
        self.ids[code] = new_id()
        values = {"id": self.ids[code], "code": code, "name": code, "ordinal": len(self.ids),
                  "email": f"{code}@example.test"}  # fmt: skip
        self._change(insert(tables.person).values(values))
        self.appoint(code, unit, kind)

    def appoint(self, code: str, unit: str, kind: str) -> None:
        """Give somebody a position."""
        held = {
            "id": new_id(),
            "person_id": self.ids[code],
            "unit_id": self.ids[unit],
            "kind": kind,
        }
        self._change(insert(tables.position).values(held))

    def dismiss(self, code: str) -> None:
        """Take every position from somebody."""
        held = tables.position.c.person_id == self.ids[code]
        self._change(tables.position.delete().where(held))

    def amend(self, code: str, **values: Any) -> None:
        """Change columns of a person, `email` or `disabled_at`."""
        person = tables.person
        self._change(update(person).where(person.c.code == code).values(**values))

    def insert(self, table: Table, **values: Any) -> None:
        """Add a row that the rules depend on."""
        self._change(insert(table).values(**values))

    def delegate(self, code: str, substitute: str, *, first: str, last: str) -> None:
        """Let somebody stand in for a person from one local date through another."""
        values = {"id": new_id(), "person_id": self.ids[code],
                  "substitute_id": self.ids[substitute],
                  "from_on": date.fromisoformat(first), "to_on": date.fromisoformat(last),
                  "created_at": self.clock.now()}  # fmt: skip
        self._change(insert(tables.delegation).values(values))

    def sweep(self) -> Swept:
        """Do one turn of a sweep now."""
        return Sweep(self.database, self.clock, self.rules, node="test").turn()

    def deliver(self) -> None:
        """Tell everybody at once whatever waits and may leave, as a faultless relay would."""
        at = self.clock.now()
        with self.database.begin() as tx:
            tx.execute(
                update(notice)
                .where(notice.c.status == "pending", notice.c.leave_at <= at)
                .values(status="accepted", told_at=at)
            )

    def withhold(self) -> None:
        """Supersede whatever waits, as the relay does when a task was reported meanwhile."""
        with self.database.begin() as tx:
            tx.execute(
                update(notice)
                .where(notice.c.status == "pending", notice.c.is_planned.is_(True))
                .values(status="superseded", superseded_by="report", reason="the task is reported")
            )

    def ladder(self, rungs: Sequence[Mapping[str, Any]], name: str = "unit") -> None:
        """Put another ladder in force, and look at every task anew."""
        ladder, at = tables.policy_ladder, self.clock.now()
        with self.database.begin() as tx:
            number = tx.execute(select(func.max(ladder.c.version)).where(ladder.c.name == name))
            tx.execute(
                insert(ladder).values(
                    id=new_id(), name=name, version=number.scalar_one() + 1, rungs=list(rungs),
                    source="test", created_at=at,
                )
            )  # fmt: skip
            rulebooks.bump(tx)
            wake_all(tx, slot=self.rules.current(tx).calendar.next_slot(at))

    def slots(self, first: str, last: str) -> None:
        """Live through the slots of the days from one through another; everything is delivered."""
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end:
            self.now(f"{day.isoformat()}T07:30")
            self.sweep()
            self.deliver()
            day += timedelta(days=1)

    def live(self, last: str) -> None:
        """Live from one slot with work to the next, through a day; everything is delivered."""
        end = local(f"{last}T23:59")
        while True:
            with self.database.read() as tx:
                wake = next_wake(tx)
            if wake is None or wake > end:
                return
            self.clock.set(max(wake, self.clock.now()))
            self.sweep()
            self.deliver()

    def told(self, code: str | None = None) -> list[tuple[str, str, str]]:
        """Return (local day, rung, person) of every rung told or on its way, in order."""
        names = {identity: name for name, identity in self.ids.items()}
        rows = [
            (row.leave_at.astimezone(ZONE).date().isoformat(), row.rung, names[row.recipient_id])
            for row in self.ledger()
            if row.is_planned and row.status in ("pending", "accepted")
            and (code is None or row.task_id == self.ids[code])
        ]  # fmt: skip
        return sorted(rows)

    def history(self, code: str = "T1") -> list[Any]:
        """Return the history of a task in order."""
        with self.database.read() as tx:
            rows = select(history).where(history.c.task_id == self.ids[code])
            return list(tx.execute(rows.order_by(history.c.version)))

    def entries(self, subject: str) -> list[Any]:
        """Return the audit entries whose subject begins so, in order of making."""
        with self.database.read() as tx:
            rows = select(audit_entry).where(audit_entry.c.subject.startswith(subject))
            return list(tx.execute(rows.order_by(audit_entry.c.id)))

    def alerts(self) -> list[Any]:
        """Return every alert."""
        with self.database.read() as tx:
            return list(tx.execute(select(alert).order_by(alert.c.at, alert.c.id)))

    def _change(self, statement: Any) -> None:
        with self.database.begin() as tx:
            tx.execute(statement)
            rulebooks.bump(tx)

    def _units(self, tx: Transaction) -> None:
        for ordinal, (code, name, parent, monitor) in enumerate(
            [("SO", "Sở", None, False), ("VP", "Văn phòng Sở", "SO", True),
             ("CNTT", "Phòng Công nghệ thông tin", "SO", False)]
        ):  # fmt: skip
            self.ids[code] = new_id()
            tx.execute(
                insert(tables.unit).values(
                    id=self.ids[code], code=code, name=name, is_monitor=monitor, aliases=[],
                    parent_id=self.ids[parent] if parent else None, ordinal=ordinal,
                )
            )  # fmt: skip

    def _people(self, tx: Transaction) -> None:
        for ordinal, (code, unit, kind) in enumerate(
            [("gd", "SO", "director"), ("pgd", "SO", "deputy_director"),
             ("cvp", "VP", "unit_head"), ("tp", "CNTT", "unit_head"),
             ("cv", "CNTT", "officer"), ("cv2", "CNTT", "officer")]
        ):  # fmt: skip
            self.ids[code] = new_id()
            tx.execute(
                insert(tables.person).values(
                    id=self.ids[code], code=code, name=code, email=f"{code}@example.test",
                    ordinal=ordinal,
                )
            )  # fmt: skip
            tx.execute(
                insert(tables.position).values(
                    id=new_id(), person_id=self.ids[code], unit_id=self.ids[unit], kind=kind
                )
            )
        tx.execute(
            tables.unit.update()
            .where(tables.unit.c.code == "CNTT")
            .values(leader_id=self.ids["pgd"])
        )

    def _day(self, tx: Transaction, day: date, *, is_off: bool) -> None:
        tx.execute(
            insert(tables.calendar_day).values(
                day=day, is_off=is_off, name="Tết", source="test", kind="office"
            )
        )

    def _item(self, item: Mapping[str, Any], plan_id: str, ordinal: int) -> dict[str, Any]:
        due = item.get("due")
        days = [due] if isinstance(due, str) else list(due or ())
        kind = "heading" if item.get("heading") else "task" if due else "standing"
        assignee = item.get("assignee", "cv")
        self.ids[item["code"]] = new_id()
        return {
            "id": self.ids[item["code"]],
            "plan_id": plan_id,
            "code": item["code"],
            "ordinal": ordinal,
            "section": "",
            "field": "",
            "kind": item.get("kind", kind),
            "title": item.get("title", f"Việc {item['code']}"),
            "citations": [],
            "intake": item.get("intake", {}),
            "decision": item.get("decision"),
            "deadline": {"phrase": days[-1], "due": days, "confidence": item.get("sure", "auto")}
            if days
            else None,
            "parent_id": self.ids[item["parent"]] if "parent" in item else None,
            "lead_unit_id": self.ids[item.get("lead", "CNTT")] if item.get("lead", 1) else None,
            "assignee_id": self.ids[assignee] if assignee else None,
            "verifier_id": self.ids[item["verifier"]] if "verifier" in item else None,
            "is_urgent": item.get("urgent", False),
            "evidence_optional": item.get("evidence") == "optional",
        }
