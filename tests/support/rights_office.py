"""An office in which every right can be tried: a task in each state for units near and far.

Each call runs in a transaction that is rolled back, so that thousands of them find the same office.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import literal_column, select

from dondoc.web.tasks.addresses import act_path, task_path
from dondoc.web.visit import cookie_name
from engine.clock import PinnedClock
from engine.commands import tokens
from engine.commands.tokens import TokenRequest
from engine.possibilities import ASK, EXTEND, RAISE
from engine.store.record import audit_entry
from engine.store.session import Database, Transaction
from tests.support.office import World, local
from tests.support.web import FROM_HERE, Site, site_of

#: Who each role is; nobody for somebody who has not signed in.
PEOPLE = {
    "anonymous": None, "officer": "cv", "head": "tp", "other_officer": "cvql",
    "other_head": "tpql", "monitor_head": "cvp", "monitor_member": "cvvp", "verifier": "kt",
    "deputy": "pgd", "director": "gd", "auditor": "tra", "administrator": "quantri",
    "read_token": "cv", "write_token": "cv",
}  # fmt: skip
#: Whose tasks those of a scope are: lead unit, assignee, a colleague of his, another unit.
SCOPES = {
    "own": ("CNTT", "cv", "cv2", "QL"),
    "below": ("TO", "cvto", "cvto2", "QL"),
    "elsewhere": ("QL", "cvql", "cvql2", "CNTT"),
}
STATES = ("assigned", "in_progress", "reported", "verified", "cancelled")
_DECIDED = {"decision": "15/QĐ", "decided_on": "2014-01-15"}
_GIVEN = {**_DECIDED, "title": "Một việc nữa", "lead": "CNTT", "due": "2014-03-10"}
#: What is asked to be done, by the name it has in the table.
TRIGGERS = {"raise_obstacle": RAISE, "ask_extension": EXTEND, "ask_contribution": ASK}


class Held(Database):
    """A database of which nothing stays: everything happens in one transaction."""

    connection: Transaction | None = None

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Open a part of the transaction."""
        if self.connection is None:
            with super().begin() as tx:
                yield tx
            return
        with self.connection.begin_nested():
            yield self.connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read in the transaction."""
        if self.connection is None:
            with super().read() as tx:
                yield tx
            return
        yield self.connection

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo whatever happens in the block."""
        with self.engine.connect() as connection, connection.begin() as whole:
            self.connection = connection
            try:
                yield
            finally:
                self.connection = None
                whole.rollback()


@dataclass(slots=True)
class RightsOffice:
    """The office, with its pages and its programs."""

    site: Site
    database: Held
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    doors: dict[str, TestClient] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def ask(self, role: str, action: str, *, state: str, scope: str) -> int:
        """Do something as somebody, undo it, and return the status of the answer.

        What it left in the record, before it was undone, is in `left`.
        """
        address = f"KH-2014/{scope}-{state}"
        with self.database.undone():
            before = self._record()
            asks = self._by_program if role.endswith("_token") else self._on_page
            status = asks(role, action, address, scope)
            self.left = self._record()[len(before) :]
        return status

    def _record(self) -> list[str]:
        with self.database.read() as tx:
            wanted = select(audit_entry.c.action).order_by(literal_column("rowid"))
            return list(tx.execute(wanted).scalars())

    def _on_page(self, role: str, action: str, address: str, scope: str) -> int:
        door = self.doors[role]
        if action == "see":
            return door.get(task_path(address)).status_code
        if action == "comment":
            path, form = f"{task_path(address)}/trao-doi", {"words": "Đã nhận."}
            return door.post(path, data=form).status_code
        state = address.rpartition("-")[2]
        if action == "give":
            form = {**_GIVEN, "version": "1", "buoc": "giao", "place": f"by:{scope}-{state}"}
            return door.post("/ke-hoach/KH-2014/giao-them", data=form).status_code
        if action == "reword":
            form = {
                **_DECIDED,
                "version": str(self.versions[scope, state]),
                "title": "Nội dung mới",
            }
            return door.post(f"{task_path(address)}/sua", data=form).status_code
        form = {**_filled(action, scope), "version": str(self.versions[scope, state])}
        if action == "report":
            form["number"] = "12/TTr"
        path = act_path(address, TRIGGERS.get(action, action))
        return door.post(path, data=form).status_code

    def _by_program(self, role: str, action: str, address: str, scope: str) -> int:
        door = self.doors[role]
        if action == "see":
            return door.get(f"/api/v1/tasks/{address}").status_code
        if action == "comment":
            path = f"/api/v1/tasks/{address}/comments"
            return door.post(path, json={"words": "Đã nhận."}).status_code
        if action == "give":
            given = {**_GIVEN, "plan": "KH-2014", "beside": address.partition("/")[2]}
            return door.post("/api/v1/tasks", json=given).status_code
        if action == "reword":
            words, headers = {**_DECIDED, "title": "Nội dung mới"}, {"If-Match": "*"}
            return door.patch(f"/api/v1/tasks/{address}", json=words, headers=headers).status_code
        asked: dict[str, Any] = {"trigger": TRIGGERS.get(action, action)}
        filled = _filled(action, scope)
        asked |= {("comment" if key == "note" else key): filled[key] for key in filled}
        if "what" in asked:
            asked["wanted"] = asked.pop("what")
        if action == "report":
            asked["evidence"] = ["12/TTr"]
        path = f"/api/v1/tasks/{address}/transitions"
        return door.post(path, json=asked, headers={"If-Match": "*"}).status_code


def _filled(action: str, scope: str) -> dict[str, str]:
    """Return what the form of an action needs, filled in well."""
    _, _, colleague, another = SCOPES[scope]
    note = {"note": "Có lý do."}
    match action:
        case "start":
            return {}
        case "cancel" | "reopen":
            return {**note, "decision": "15/QĐ"}
        case "reassign":
            return {"to": colleague}
        case "set_due" | "ask_extension":
            return {**note, "due": "2014-03-20"}
        case "raise_obstacle":
            return {**note, "category": "funding"}
        case "ask_contribution":
            return {"unit": another, "due": "2014-02-20", "what": "Góp ý."}
        case _:
            return note


def rights_office(url: str, folder: Path) -> RightsOffice:
    """Fill an empty database with the office."""
    database = Held(url)
    world = World(database, PinnedClock(local("2014-01-15T08:00"))).open()
    _hire(world)
    names = [f"{scope}-{state}" for scope, state in product(SCOPES, STATES)]
    world.plan(
        *(
            {"code": name, "lead": SCOPES[scope][0], "assignee": SCOPES[scope][1],
             "due": "2014-03-10", "verifier": "kt"}
            for name, (scope, _) in zip(names, product(SCOPES, STATES), strict=True)
        )
    )  # fmt: skip
    for scope, state in product(SCOPES, STATES):
        _bring(world, f"KH-2014/{scope}-{state}", state, by=SCOPES[scope][1])
    site = site_of(world, folder)
    site.make_administrator("quantri")
    made = RightsOffice(site=site, database=database)
    for scope, state in product(SCOPES, STATES):
        made.versions[scope, state] = world.row(f"{scope}-{state}").version
    made.doors = {role: _door(made, role) for role in PEOPLE}
    return made


def _hire(world: World) -> None:
    for code, parent in (("TO", "CNTT"), ("QL", "SO"), ("TC", "SO")):
        world.unit(code, parent=parent, leader="pgd")
    for code, unit, kind in (
        ("tt", "TO", "unit_head"), ("cvto", "TO", "officer"), ("cvto2", "TO", "officer"),
        ("tpql", "QL", "unit_head"), ("cvql", "QL", "officer"), ("cvql2", "QL", "officer"),
        ("cvvp", "VP", "officer"), ("kt", "TC", "officer"), ("quantri", "TC", "officer"),
        ("tra", "SO", "auditor"),
    ):  # fmt: skip
        world.person(code, unit, kind)


def _bring(world: World, address: str, state: str, *, by: str) -> None:
    """Bring a task into a state by the way that leads there."""
    if state == "assigned":
        return
    if state == "cancelled":
        world.do("gd", "cancel", address, note="Thôi.", decision="15/QĐ")
        return
    world.do(by, "start", address)
    if state in ("reported", "verified"):
        world.do(by, "report", address)
    if state == "verified":
        world.do("kt", "verify", address)


def _door(made: RightsOffice, role: str) -> TestClient:
    site, code = made.site, PEOPLE[role]
    if not role.endswith("_token"):
        return site.as_(code)
    asked = TokenRequest(
        person=str(code), name=role, scopes=(role.removesuffix("_token"),),
        expires_at=site.now + timedelta(days=1),
    )  # fmt: skip
    with made.database.begin() as tx:
        _, secret = tokens.create(tx, asked, by=str(code), rules=site.app.rules, at=site.now)
    door = site.as_(None)
    for name in (*FROM_HERE, cookie_name(site.app)):
        door.headers.pop(name, None)
    door.headers["Authorization"] = f"Bearer {secret}"
    return door
