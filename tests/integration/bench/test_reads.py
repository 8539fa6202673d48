"""Pages over a crowd: every page is there, and the line is that of the slowest."""

from collections import Counter

from sqlalchemy import func, select

from dondoc.bench import reads
from dondoc.bench.crowd import crowd
from dondoc.bench.stage import PLAN, Place
from engine.database import Database
from engine.store.record import plan, task
from tests.support.counting import as_counted, as_they_are

_TASKS = 400
_UNITS = 20


def test_a_row_of_pages_says_how_long_each_page_took(place: Place) -> None:
    row = reads.slowest(place, tasks=_TASKS, rounds=2)

    assert (row.path, row.database, row.unit) == ("pages", place.kind, "s")
    assert row.rate > 0
    assert all(page.name in row.note for page in reads.PAGES)


def test_an_aged_crowd_is_twenty_years_of_which_one_is_under_way(place: Place) -> None:
    with crowd(place, _TASKS, due=_TASKS, slots=0) as prepared:
        reads.age(prepared)

        database = Database(prepared.url)
        with database.read() as tx:
            plans = Counter(tx.execute(select(plan.c.state)).scalars())
            states = set(tx.execute(select(task.c.state).distinct()).scalars())
            counted, there = as_counted(tx), as_they_are(tx)
            of_each_plan = (
                select(plan.c.code, func.count(task.c.lead_unit_id.distinct()).label("of"))
                .join(task, task.c.plan_id == plan.c.id)
                .where(task.c.code.like("DO.%"))
                .group_by(plan.c.code)
            )
            units = {row.code: row.of for row in tx.execute(of_each_plan)}
        database.dispose()

    assert plans == {"active": 1, "closed": 19}
    assert {"assigned", "verified"} <= states
    assert counted == there
    assert units[PLAN] == _UNITS
