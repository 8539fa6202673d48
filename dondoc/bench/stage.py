"""A throw-away database with an active plan of many tasks: what a measurement is played on.

Everything in it comes through the public commands, so that the rows are those of a real office.
"""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy.engine import make_url

from config.defaults import default_policy
from engine import migrations
from engine.commands import activation, people, plans, policy, units, workflows
from engine.database import Database, Rules, Transaction
from engine.draft import Deadline, DraftItem, DraftPlan
from engine.errors import BadInput, Fault
from engine.ids import new_id
from engine.office import Office
from engine.roster import PeopleSheet, PersonEntry, PositionKind, UnitEntry, UnitSheet
from workflows.registry import shipped

PLAN = "KH-DO"
#: Who starts the tasks.
OFFICER = "cv"
#: A morning of a working week: no measurement depends on the day it is made.
AT = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)

_DUE = Deadline(phrase="Trước ngày 01/7/2025", kind="fixed_date", due=(date(2025, 6, 30),))

Kind: TypeAlias = Literal["postgresql", "sqlite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where throw-away databases are made; PostgreSQL needs a server that one may make them on."""

    kind: Kind
    server: str | None = None

    def stage(self, tasks: int) -> "AbstractContextManager[Stage]":
        """Prepare a database with so many tasks, and remove it at the end."""
        if self.kind == "sqlite":
            return sqlite(tasks)
        return postgresql(self.server or "", tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A prepared database and the codes of its assigned tasks, none of them started yet."""

    url: str
    kind: str
    codes: tuple[str, ...]


@contextmanager
def sqlite(tasks: int) -> Iterator[Stage]:
    """Prepare a SQLite file in the folder for temporary files and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as folder:
        yield _filled(f"sqlite:///{Path(folder) / 'bench.db'}", tasks=tasks)


@contextmanager
def postgresql(server: str, tasks: int) -> Iterator[Stage]:
    """Prepare a database of its own on a server and drop it at the end.

    Args:
        server: URL of somebody who may create databases there; the database it names is only
            connected to, never written.
        tasks: How many.

    Raises:
        BadInput: the URL is none of PostgreSQL's.
    """
    import psycopg

    name = f"dondoc_bench_{new_id().replace('-', '')}"
    with psycopg.connect(libpq(server), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    try:
        yield _filled(_in_database(server, name), tasks=tasks)
    finally:
        with psycopg.connect(libpq(server), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def libpq(url: str) -> str:
    """Return the URL as psycopg itself takes it.

    Raises:
        BadInput: the URL is none of PostgreSQL's.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        fault = Fault(place=scheme or "URL", problem="không phải địa chỉ PostgreSQL",
                      cure="viết postgresql://người_dùng@máy/cơ_sở_dữ_liệu")  # fmt: skip
        raise BadInput(source="--database", faults=[fault])
    return f"postgresql://{rest}"


def _in_database(server: str, name: str) -> str:
    url = make_url(libpq(server)).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _filled(url: str, *, tasks: int) -> Stage:
    migrations.upgrade(url)
    codes = tuple(f"II.{number}" for number in range(1, tasks + 1))
    database = Database(url)
    try:
        with database.begin() as tx:
            _office(tx)
        with database.begin() as tx:
            _plan(tx, codes)
        return Stage(url=url, kind=database.dialect, codes=codes)
    finally:
        database.dispose()


def _office(tx: Transaction) -> None:
    actor = "operator:bench"
    ladders = default_policy().ladders
    workflows.install(tx, shipped(), at=AT, actor=actor)
    policy.install_ladders(tx, ladders, source="bench", actor=actor, at=AT)
    listed = (
        UnitEntry(place="1", code="SO", name="Sở"),
        UnitEntry(place="2", code="VP", name="Văn phòng", parent="SO", is_monitor=True),
        UnitEntry(place="3", code="CNTT", name="Phòng CNTT", parent="SO", leader="gd"),
    )
    units.import_units(tx, UnitSheet(source="bench", entries=listed), at=AT, actor=actor)
    named = (
        person("gd", "SO", "director"),
        person("cvp", "VP", "unit_head"),
        person("tp", "CNTT", "unit_head"),
        person(OFFICER, "CNTT", "officer"),
    )
    people.import_people(tx, PeopleSheet(source="bench", entries=named), at=AT, actor=actor)


def person(code: str, unit: str, position: PositionKind) -> PersonEntry:
    """Return somebody with an address, as the import takes him."""
    return PersonEntry(
        place=code, code=code, name=code, unit=unit, position=position, email=f"{code}@example.test"
    )


def _plan(tx: Transaction, codes: tuple[str, ...]) -> None:
    rules = Rules(Office())
    items = tuple(
        DraftItem(
            code=code,
            parent=None,
            section="II",
            field="Chính quyền số",
            kind="task",
            title=f"Rà soát, cập nhật quy trình điện tử số {code}",
            lead="CNTT",
            assignee=OFFICER,
            output="Báo cáo",
            deadline=_DUE,
        )
        for code in codes
    )
    draft = DraftPlan(
        code=PLAN, year=2025, title="Kế hoạch đo", source_name="bench", digest="0" * 64, items=items
    )
    plans.import_plan(tx, draft, actor="cvp", rules=rules, at=AT)
    activation.activate(tx, PLAN, actor="cvp", rules=rules, at=AT)
