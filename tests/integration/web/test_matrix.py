"""Who may do what: a table that people have read, tried cell by cell.

`tests/data/rights/matrix.csv` was written from the rules and not computed by what it judges. Its
statuses: 303 and 201 is done, 200 is shown; 401 says to sign in, 403 not permitted, 404 that there
is no such thing for this reader, 409 that the state of the task does not allow it, 422 that what
the plan says of it cannot change as it stands.
"""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.support.databases import SqliteSource
from tests.support.rights_office import PEOPLE, SCOPES, STATES, RightsOffice, rights_office

TABLE = Path(__file__).resolve().parents[2] / "data" / "rights" / "matrix.csv"
ACTIONS = (
    "see", "start", "report", "withdraw", "verify", "return", "cancel", "reopen", "reassign",
    "set_due", "urge", "raise_obstacle", "ask_extension", "ask_contribution", "comment",
    "reword",
)  # fmt: skip
#: What is left in the record by what is done: one entry for each thing that changed.
ENTRIES = {
    "see": (),
    **dict.fromkeys(
        ("start", "report", "withdraw", "verify", "return", "cancel", "reopen"), ("task.moved",)
    ),
    **dict.fromkeys(("reassign", "set_due"), ("task.edited",)),
    # What hangs on a task is an object of its own, and changes the task as well.
    "raise_obstacle": ("task.edited", "obstacle.raised"),
    "ask_extension": ("task.edited", "extension.requested"),
    "ask_contribution": ("task.edited", "contribution.asked"),
    "urge": ("task.urged",),
    "comment": ("task.commented",),
    "reword": ("task.edited", "plan.adjusted"),
}  # fmt: skip


@pytest.fixture(scope="module")
def office(
    sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RightsOffice]:
    """The office, made once: nothing that is tried in it stays."""
    folder = tmp_path_factory.mktemp("rights")
    made = rights_office(sqlite_source.migrated(folder).url, folder)
    yield made
    made.site.close()
    made.database.dispose()


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_every_cell_once() -> None:
    found = [(row["action"], row["state"], row["scope"]) for row in rows()]

    assert sorted(found) == sorted(product(ACTIONS, STATES, SCOPES))
    assert all(set(row) == {"action", "state", "scope", *PEOPLE} for row in rows())


@pytest.mark.parametrize("action", ACTIONS)
def test_everybody_may_do_exactly_what_the_table_says(office: RightsOffice, action: str) -> None:
    asked = [(row, role) for row in rows() if row["action"] == action for role in PEOPLE]

    wrong = [
        f"{role} {action} {row['scope']} {row['state']}: {found} instead of {row[role]}"
        for row, role in asked
        if str(found := office.ask(role, action, state=row["state"], scope=row["scope"]))
        != row[role]
    ]

    assert wrong == []


def test_who_may_give_one_more_task_of_a_plan(office: RightsOffice) -> None:
    """It is the same whatever stands beside it: a right to the plan, and to no task of it."""
    gives = {"monitor_head": 303, "director": 303, "anonymous": 401, "administrator": 404}

    found = {role: office.ask(role, "give", state="assigned", scope="own") for role in PEOPLE}

    assert found == {role: gives.get(role, 403) for role in PEOPLE}


def test_what_was_tried_left_no_trace(office: RightsOffice) -> None:
    before = office.site.world.row("own-assigned")

    status = office.ask("officer", "start", state="assigned", scope="own")

    assert status == 303
    assert office.site.world.row("own-assigned") == before


@pytest.mark.parametrize("action", ACTIONS)
def test_fault_46_what_is_done_leaves_exactly_its_entries(
    office: RightsOffice, action: str
) -> None:
    found = {}
    for status in ("303", "201", "200"):
        cell = next(
            ((row, role) for row in rows() if row["action"] == action
             for role in PEOPLE if row[role] == status and role != "anonymous"), None,
        )  # fmt: skip
        if cell is not None:
            row, role = cell
            office.ask(role, action, state=row["state"], scope=row["scope"])
            found[status] = tuple(office.left)

    assert found
    assert all(left == ENTRIES[action] for left in found.values()), found


@pytest.mark.parametrize(
    ("role", "action", "state", "status"),
    [("officer", "verify", "reported", 403), ("officer", "verify", "assigned", 409),
     ("write_token", "verify", "reported", 403), ("write_token", "verify", "assigned", 409)],
)  # fmt: skip
def test_fault_46_what_is_refused_leaves_that_it_was_refused(
    office: RightsOffice, role: str, action: str, state: str, status: int
) -> None:
    found = office.ask(role, action, state=state, scope="own")

    assert (found, office.left) == (status, ["task.refused"])


@pytest.mark.parametrize("role", ["anonymous", "read_token", "other_officer"])
def test_who_is_not_let_in_leaves_nothing(office: RightsOffice, role: str) -> None:
    found = office.ask(role, "start", state="assigned", scope="own")

    assert found in (401, 403, 404)
    assert office.left == []
