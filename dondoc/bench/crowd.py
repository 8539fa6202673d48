"""A stage filled by SQL: as many tasks as wanted, some thousands of them due in each slot to come.

Copies of the one task that came through the commands, in twenty units, with the ledger that such
tasks have by then. Test data: their codes begin with `DO.`, and no entry of the record speaks of
the copies.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import inspect, text

from dondoc.bench.stage import AT, Kind, Place, person
from engine.calendar import WorkingCalendar
from engine.commands import people, units
from engine.database import Database, Rules, Transaction
from engine.office import Office
from engine.roster import PeopleSheet, UnitEntry, UnitSheet

_UNITS: Final = 20
_OFFICERS: Final = 9
#: A plan's tasks lie together in the table, and many of them fall due together.
_RUN: Final = 20
#: Every third task is late and about to be complained of; of the others somebody is reminded.
_LATE: Final = 3

#: What the ledger holds before `remind-3` and before `escalate-1`: rung, working days before the
#: due date, and whether the head is told as well.
_TOLD: Final = (
    ("remind-7", 7, False), ("remind-3", 3, False), ("remind-1", 1, False),
    ("remind-1", 1, True), ("remind-0", 0, False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A filled database: `due` tasks have their instant in each of the slots, which are in order.

    Only the tasks of the first slots, those in `slots`, have a ledger.
    """

    url: str
    kind: Kind
    tasks: int
    due: int
    slots: tuple[datetime, ...]


@contextmanager
def crowd(place: Place, tasks: int, *, due: int, slots: int) -> Iterator[Crowd]:
    """Prepare a database and remove it at the end.

    Args:
        place: Where.
        tasks: How many; a multiple of `due`.
        due: How many of them in one slot.
        slots: How many slots will be lived through.
    """
    with place.stage(1) as stage:
        database = Database(stage.url)
        try:
            with database.begin() as tx:
                coming = _slots(Rules(Office()).current(tx).calendar, tasks // due)
                _hire(tx)
                _describe(tx, coming, tasks=tasks, ledger_of=slots)
                _trust(tx)
                _copy(tx)
                _tell(tx)
                _coordinate(tx, ledger_of=slots)
            _settle(database)
        finally:
            database.dispose()
        yield Crowd(
            url=stage.url, kind=place.kind, tasks=tasks, due=due, slots=tuple(coming[:slots])
        )


def _slots(calendar: WorkingCalendar, count: int) -> list[datetime]:
    slots = [calendar.next_slot(AT)]
    while len(slots) < count:
        slots.append(calendar.following_slot(slots[-1]))
    return slots


def _hire(tx: Transaction) -> None:
    codes = [f"P{number:02}" for number in range(_UNITS)]
    listed = tuple(
        UnitEntry(place=code, code=code, name=f"Phòng {code}", parent="SO", leader="gd")
        for code in codes
    )
    units.import_units(tx, UnitSheet(source="bench", entries=listed), at=AT, actor="operator:bench")
    named = [person(f"{code}-tp", code, "unit_head") for code in codes]
    named += [person(f"{code}-cv{n}", code, "officer") for code in codes for n in range(_OFFICERS)]
    sheet = PeopleSheet(source="bench", entries=tuple(named))
    people.import_people(tx, sheet, at=AT, actor="operator:bench")


def _describe(tx: Transaction, slots: Sequence[datetime], *, tasks: int, ledger_of: int) -> None:
    """Make the temporary tables from which everything else follows by joining."""
    calendar = Rules(Office()).current(tx).calendar
    for statement in _tables(tx, tasks=tasks, slots=len(slots)):
        tx.execute(text(statement))
    for number, slot in enumerate(slots):
        today = calendar.local_date(slot)
        wave = {"number": number, "next_at": slot, "since": slot - timedelta(days=60)}
        wave |= {"soon_on": calendar.shift(today, 3), "late_on": calendar.shift(today, -1)}
        _insert(tx, "wave", [wave])
        if number < ledger_of:
            _insert(tx, "past", list(_past(calendar, number, slot)))


def _tables(tx: Transaction, *, tasks: int, slots: int) -> list[str]:
    is_postgresql = tx.dialect.name == "postgresql"
    instant, day, key = (
        ("timestamptz", "date", "uuid") if is_postgresql else ("text", "text", "text")
    )
    numbers = f"generate_series(0, {tasks - 1}) AS counted(n)" if is_postgresql else "counted"
    return f"""
CREATE TEMPORARY TABLE wave
    (number int, next_at {instant}, since {instant}, soon_on {day}, late_on {day});
CREATE TEMPORARY TABLE past
    (number int, place int, is_late int, rung text, is_head int, told_at {instant});
CREATE TEMPORARY TABLE lane AS
    SELECT row_number() OVER (ORDER BY officer.code) - 1 AS number,
           unit.id AS unit_id, head.id AS head_id, officer.id AS officer_id
    FROM unit JOIN person head ON head.code = unit.code || '-tp'
    JOIN person officer ON officer.code LIKE unit.code || '-cv%';
CREATE TEMPORARY TABLE numbered (n int, wave int, lane int, is_late int, id {key});
INSERT INTO numbered
    WITH RECURSIVE counted(n) AS
        (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {tasks - 1})
    SELECT n, (n / {_RUN}) % {slots}, n % {_UNITS * _OFFICERS},
           CASE WHEN n % {_LATE} = 0 THEN 1 ELSE 0 END, {_id(tx, "n", tail="8000")}
    FROM {numbers}
""".split(";")


def _id(tx: Transaction, number: str, *, tail: str) -> str:
    """Return the words that make an id of a number: ids that rise, as those of a real office."""
    rest = f"7000{tail}{'0' * 12}"
    if tx.dialect.name == "postgresql":
        return f"(lpad(to_hex({number}), 12, '0') || '{rest}')::uuid"
    return f"printf('%012x{rest}', {number})"


def _past(calendar: WorkingCalendar, number: int, slot: datetime) -> Iterator[dict[str, Any]]:
    today = calendar.local_date(slot)
    for is_late, due in ((1, calendar.shift(today, -1)), (0, calendar.shift(today, 3))):
        for place, (rung, before, is_head) in enumerate(_TOLD):
            told_at = calendar.slot_of(calendar.shift(due, -before))
            if told_at < slot:
                yield {"number": number, "place": place, "is_late": is_late, "rung": rung,
                       "is_head": int(is_head), "told_at": told_at}  # fmt: skip


def _trust(tx: Transaction) -> None:
    """Check no reference of what follows, where one may: it doubles the time of a million tasks."""
    if tx.dialect.name != "postgresql":
        return
    if tx.execute(text("SELECT current_setting('is_superuser')")).scalar_one() == "on":
        tx.execute(text("SET LOCAL session_replication_role = replica"))


def _copy(tx: Transaction) -> None:
    chosen = {one["name"]: f"one.{one['name']}" for one in inspect(tx).get_columns("task")} | {
        "id": "numbered.id",
        "code": "'DO.' || n",
        "ordinal": "n + 10",
        "lead_unit_id": "lane.unit_id",
        "assignee_id": "lane.officer_id",
        "due_on": "CASE is_late WHEN 1 THEN late_on ELSE soon_on END",
        "next_at": "wave.next_at",
        "running_since": "since",
    }
    tx.execute(
        text(
            f"INSERT INTO task ({', '.join(chosen)}) SELECT {', '.join(chosen.values())} "
            "FROM task one CROSS JOIN numbered JOIN wave ON wave.number = numbered.wave "
            "JOIN lane ON lane.number = numbered.lane ORDER BY n"
        )
    )


def _tell(tx: Transaction) -> None:
    false, true = ("false", "true") if tx.dialect.name == "postgresql" else ("0", "1")
    chosen = {
        "id": _id(tx, "n * 8 + place", tail="9000"),
        "task_id": "numbered.id",
        "ladder": "'unit'",
        "deadline_version": "1",
        "arming": "1",
        "rung": "past.rung",
        "occurrence": "1",
        "recipient_id": "CASE is_head WHEN 1 THEN head_id ELSE officer_id END",
        "kind": "'reminder'",
        "position": "CASE is_head WHEN 1 THEN 'unit_head' ELSE 'assignee' END",
        "detail": "'{}'",
        "is_urgent": false,
        "is_planned": true,
        "created_at": "told_at",
        "leave_at": "told_at",
        "status": "'accepted'",
        "tries": "1",
        "told_at": "told_at",
    }
    tx.execute(
        text(
            f"INSERT INTO notice ({', '.join(chosen)}) SELECT {', '.join(chosen.values())} "
            "FROM numbered JOIN past ON past.number = wave AND past.is_late = numbered.is_late "
            "JOIN lane ON lane.number = numbered.lane"
        )
    )


def _coordinate(tx: Transaction, *, ledger_of: int) -> None:
    """Give every third task that will come up a unit that contributes."""
    tx.execute(
        text(
            "INSERT INTO contribution (id, task_id, ordinal, name, unit_id) "
            "SELECT numbered.id, numbered.id, 1, unit.name, unit.id "
            "FROM numbered CROSS JOIN unit "
            f"WHERE unit.code = 'VP' AND wave < {ledger_of} AND n % {_LATE} = 1"
        )
    )


def _insert(tx: Transaction, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0])
    given = [{name: kept(tx, value) for name, value in row.items()} for row in rows]
    marks = ", ".join(f":{name}" for name in names)
    tx.execute(text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"), given)


def kept(tx: Transaction, value: Any) -> Any:
    """Return a value as the tables of the database keep it."""
    if tx.dialect.name == "postgresql" or not isinstance(value, date):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat()


def _settle(database: Database) -> None:
    """Have the planner know what is there, as it would in a database that grew."""
    with database.begin() as tx:
        tx.execute(text("ANALYZE"))
