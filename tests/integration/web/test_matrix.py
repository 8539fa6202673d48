"""Who may do what: a table that people have read, tried cell by cell.

`tests/data/rights/matrix.csv` was written from the rules and not computed by what it judges. Its
statuses: 303 and 201 is done, 200 is shown; 401 says to sign in, 403 not permitted, 404 that there
is no such thing for this reader, 409 that the state of the task does not allow it.
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
    "set_due", "raise_obstacle", "ask_extension", "ask_contribution", "comment",
)  # fmt: skip


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


def test_what_was_tried_left_no_trace(office: RightsOffice) -> None:
    before = office.site.world.row("own-assigned")

    status = office.ask("officer", "start", state="assigned", scope="own")

    assert status == 303
    assert office.site.world.row("own-assigned") == before
