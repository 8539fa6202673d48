"""`dondoc simulate` on a database of its own and on one that is named: the same play, and kept."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.simulate.reading import read_scenario
from engine import queries
from engine.audit.verify import verify
from engine.database import Database, Rules
from engine.filters import Filter
from engine.store.record import audit_entry
from tests.support.terminal import Terminal

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SWAPPED = str(SCENARIOS / "s01-swapped-saturday.yaml")
REFUSED = """\
format: dondoc-scenario/1
name: Điều bị từ chối cũng được ghi lại
start: 2014-03-03T08:00
until: 2014-03-04T08:00
organisation:
  units:
    - {code: SO, name: Sở}
    - {code: VP, name: Văn phòng, parent: SO, monitor: true}
  people:
    - {id: gd, name: Giám đốc, unit: SO, position: director}
    - {id: cvp, name: Chánh Văn phòng, unit: VP, position: unit_head}
    - {id: cv, name: Chuyên viên, unit: VP, position: officer}
plan:
  code: KH
  year: 2014
  tasks:
    - {code: T1, title: Việc một, lead: VP, assignee: cv, due: 2014-06-30}
play:
  - {at: 2014-03-03T09:00, by: cv, do: absence, person: gd, from: 2014-03-05, to: 2014-03-06,
     substitute: cv}
  - {at: 2014-03-03T09:30, by: cv, do: calendar, days_off: [2014-03-07], note: Xin nghỉ}
  - {at: 2014-03-03T09:45, by: cvp, do: verify, task: T1}
expect:
  refused:
    - {at: 2014-03-03T09:00, by: cv, do: absence, code: not_permitted}
    - {at: 2014-03-03T09:30, by: cv, do: calendar, code: not_permitted}
    - {at: 2014-03-03T09:45, by: cvp, do: verify, task: T1, code: transition_refused}
"""


@pytest.mark.parametrize("name", ["s01-swapped-saturday", "g08-the-answer-is-lost"])
def test_a_named_database_gives_the_same_object_to_the_byte(
    name: str, dondoc: Terminal, database_url: str
) -> None:
    file = str(SCENARIOS / f"{name}.yaml")

    thrown_away = dondoc("simulate", file, "--json")
    kept = dondoc("simulate", file, "--json", "--database", database_url)

    assert thrown_away.code == kept.code == 0
    assert thrown_away.out == kept.out


def test_a_named_database_is_left_as_the_play_left_it(dondoc: Terminal, database_url: str) -> None:
    played = dondoc("simulate", SWAPPED, "--json", "--database", database_url)

    scenario = read_scenario(Path(SWAPPED))
    database, rules = Database(database_url), Rules(scenario.office)
    after = played.json["tasks"]
    with database.read() as tx:
        views = queries.list_tasks(tx, Filter(), rules=rules, at=scenario.until, limit=1_000)
    verdict = verify(database)
    database.dispose()
    assert [(view.code, view.state) for view in views] == [
        (one["code"], one["state"]) for one in after
    ]
    assert verdict.is_clean
    assert verdict.entries == played.json["audit"]["entries"]


def test_what_is_refused_to_an_absence_or_the_calendar_is_on_record_like_any_refusal(
    dondoc: Terminal, database_url: str
) -> None:
    played = dondoc("simulate", dondoc.write("r.yaml", REFUSED), "--database", database_url)

    database = Database(database_url)
    with database.read() as tx:
        bodies = tx.execute(
            select(audit_entry.c.body)
            .where(audit_entry.c.action.in_(["command.refused", "task.refused"]))
            .order_by(audit_entry.c.id)
        ).scalars()
        found = [json.loads(body) for body in bodies]
    database.dispose()
    assert played.code == 0, played.out
    assert [(one["actor"], one["cause"]) for one in found] == [
        ("cv", "not_permitted"),
        ("cv", "not_permitted"),
        ("cvp", "transition_refused"),
    ]
    assert found[0]["before"] == {
        "command": "person delegate",
        "person": "gd",
        "substitute": "cv",
        "from": "2014-03-05",
        "to": "2014-03-06",
    }
    assert found[1]["before"] == {"command": "calendar set", "2014-03-07": "off"}
