"""Pages of a list: nothing twice, nothing left out, wherever a page begins; counted on demand."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from engine import listing
from engine.errors import Invalid
from engine.filters import SORTS, Filter, read_filter
from engine.listing import Viewpoint, read_cursor
from engine.spelling import searchable
from engine.store.record import task
from tests.support.office import World

TITLES = {
    "NV-1": "Triển khai Trung tâm giám sát an toàn thông tin (SOC)",
    "NV-2": "Đôn đốc việc thực hiện kế hoạch",
    "NV-3": "Rà soát thủ tục hành chính",
    "SOC-4": "Báo cáo quý",
}


def view(world: World, code: str = "gd") -> Viewpoint:
    return Viewpoint(person_ids=(world.ids[code],))


def codes(world: World, wanted: str, *, reader: str = "gd", **other: Any) -> list[str]:
    """Return the codes of a list, as somebody reads it."""
    at = world.clock.now()
    today = at.astimezone(world.rules.office.zone).date()
    with world.database.read() as tx:
        page = listing.page(
            tx, read_filter(wanted, today=today), view(world, reader), rules=world.rules, at=at,
            **other,
        )  # fmt: skip
    return [one.code for one in page.items]


@pytest.fixture
def many(world: World) -> World:
    """An office with thirty tasks, some of them due on one day and some never."""
    first = date(2014, 1, 13)
    world.plan(
        *(
            {"code": f"T{number:02}", "due": (first + timedelta(days=number // 3)).isoformat(),
             "title": f"Việc {number}"}
            for number in range(24)
        ),
        *({"code": f"S{number}", "standing": True} for number in range(6)),
    )  # fmt: skip
    return world


@pytest.mark.parametrize("sort", SORTS)
def test_pages_put_together_are_the_whole_list(many: World, sort: str) -> None:
    wanted, at = Filter(sort=sort, q="việc"), many.clock.now()
    with many.database.read() as tx:
        whole = listing.page(tx, wanted, view(many), rules=many.rules, at=at, limit=100)
        found, after = [], None

        for _ in range(10):
            page = listing.page(
                tx, wanted, view(many), rules=many.rules, at=at, limit=7, after=after
            )
            found += [one.code for one in page.items]
            if page.next is None:
                break
            after = read_cursor(page.next.text())

    assert found == [one.code for one in whole.items]
    assert len(found) == 30


def test_a_page_begins_behind_its_place_whatever_came_before_meanwhile(many: World) -> None:
    wanted, at = Filter(sort="due"), many.clock.now()
    with many.database.read() as tx:
        first = listing.page(tx, wanted, view(many), rules=many.rules, at=at, limit=10)
    many.plan({"code": "EARLIER", "due": "2014-01-13"}, code="KH-2")

    with many.database.read() as tx:
        second = listing.page(
            tx, wanted, view(many), rules=many.rules, at=at, limit=10, after=first.next
        )

    seen = [one.code for one in (*first.items, *second.items)]
    assert len(seen) == len(set(seen)) == 20
    assert "EARLIER" not in seen


@pytest.mark.parametrize(
    "text",
    ["", "x", "bm90IGpzb24", "WzAsWyIiLDFdXQ", "WzksWyIiLCJ4Il1d", "WzAsWyIiLCJ4Il0sWyIiLCJ5Il1d"],
)
def test_a_place_that_is_none_is_refused_and_breaks_nothing(many: World, text: str) -> None:
    def read() -> None:
        place = read_cursor(text)
        with many.database.read() as tx:
            listing.page(
                tx, Filter(sort="due"), view(many), rules=many.rules, at=many.clock.now(),
                after=place,
            )  # fmt: skip

    with pytest.raises(Invalid):
        read()


def test_a_count_stops_where_it_is_told_to(many: World) -> None:
    at = many.clock.now()
    with many.database.read() as tx:
        some = listing.count(tx, Filter(), view(many), rules=many.rules, at=at, most=20)
        every = listing.count(tx, Filter(), view(many), rules=many.rules, at=at)

    assert (some.number, some.is_more) == (20, True)
    assert (every.number, every.is_more) == (30, False)


def test_a_count_of_what_is_judged_here_is_that_of_the_list(many: World) -> None:
    many.do("cv", "start", "T00")
    many.now("2014-01-14T09:00")
    many.do("cv", "report", "T00")
    many.now("2014-01-20T09:00")
    at = many.clock.now()
    for status in ("overdue", "within-term", "due-soon", "late", "on-time"):
        wanted = Filter(status=status)
        with many.database.read() as tx:
            found = listing.page(tx, wanted, view(many), rules=many.rules, at=at, limit=100)
            number = listing.count(tx, wanted, view(many), rules=many.rules, at=at)

        assert number.number == len(found.items), status


def test_a_page_costs_the_same_number_of_statements_however_many_lines_it_has(
    many: World,
) -> None:
    at, statements = many.clock.now(), []
    with many.database.read() as tx:
        event.listen(tx, "before_cursor_execute", lambda *given: statements.append(given[2]))
        counted = []
        for limit in (3, 25):
            statements.clear()
            listing.page(tx, Filter(sort="due"), view(many), rules=many.rules, at=at, limit=limit)
            counted.append(len(statements))

    assert counted[0] >= counted[1] - 2
    assert max(counted) <= 8


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("soc", ["SOC-4", "NV-1"]),
        ("don doc", ["NV-2"]),
        ("đôn đốc", ["NV-2"]),
        ("ĐÔN  ĐỐC", ["NV-2"]),
        ("doc don", ["NV-2"]),
        ("thu tuc hanh ch", ["NV-3"]),
        ("thu tuc han chinh", []),
        ("nv-2", ["NV-2"]),
        ("nv", ["NV-1", "NV-2", "NV-3"]),
        ("(soc)", ["SOC-4", "NV-1"]),
        ("100%_'\\", []),
        ("--", []),
    ],
)
def test_words_are_found_without_diacritics_in_any_order_and_codes_come_first(
    world: World, words: str, found: list[str]
) -> None:
    world.plan(
        *({"code": code, "title": title, "due": "2014-02-10"} for code, title in TITLES.items())
    )

    with world.database.read() as tx:
        page = listing.page(
            tx, Filter(q=words), view(world), rules=world.rules, at=world.clock.now()
        )

    assert [one.code for one in page.items] == found


def test_words_that_many_tasks_have_are_found_in_the_order_of_the_list(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.listing._OFTEN", 5)

    assert codes(many, "q=viec+t0&sort=-due", limit=3) == ["T09", "T08", "T07"]
    assert codes(many, "q=t0&sort=code", limit=3) == ["T00", "T01", "T02"]


def test_words_are_looked_through_once_for_all_stretches_of_a_list(many: World) -> None:
    at, statements = many.clock.now(), []
    wanted = Filter(q="viec t07", sort="due")
    with many.database.read() as tx:
        event.listen(tx, "before_cursor_execute", lambda *given: statements.append(given[2]))
        page = listing.page(tx, wanted, view(many), rules=many.rules, at=at)

    assert [one.code for one in page.items] == ["T07"]
    assert sum("looked_through" in one for one in statements) == 1


def test_every_row_is_found_by_its_code_and_title(world: World) -> None:
    world.plan(*({"code": code, "title": title, "due": "2014-02-10"}
                 for code, title in TITLES.items()))  # fmt: skip
    world.do("cv", "start", "NV-1")

    with world.database.read() as tx:
        rows = tx.execute(select(task.c.code, task.c.title, task.c.folded)).all()

    assert rows
    assert all(row.folded == searchable(f"{row.code} {row.title}") for row in rows)


def test_me_is_whoever_reads(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-10"}, {"code": "T2", "lead": "VP", "assignee": "cvp",
                                                     "due": "2014-02-10"})  # fmt: skip

    assert codes(world, "assignee=me", reader="cv") == ["T1"]
    assert codes(world, "assignee=me", reader="cvp") == ["T2"]
    with pytest.raises(Invalid), world.database.read() as tx:
        listing.page(tx, Filter(assignee="me"), None, rules=world.rules, at=world.clock.now())


@pytest.mark.parametrize("many_told", [1, 500])
def test_what_came_up_to_somebody_is_found_until_it_counts_anew(
    world: World, monkeypatch: pytest.MonkeyPatch, many_told: int
) -> None:
    monkeypatch.setattr("engine.store.escalated._MANY", many_told)
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"})
    world.slots("2014-02-07", "2014-02-11")
    told = codes(world, "escalated=me", reader="tp"), codes(world, "escalated=tp", reader="gd")

    world.do("cvp", "set_due", "T1", note="chờ ý kiến", due=date(2014, 2, 28))

    assert told == (["T1", "T2"], ["T1", "T2"])
    assert codes(world, "escalated=me", reader="tp") == ["T2"]
    assert codes(world, "escalated=me", reader="cv") == []
    assert codes(world, "escalated=tp", reader="cv2") == ["T2"]


def test_a_long_list_is_read_in_pieces_and_is_whole(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.listing._MOST_AT_ONCE", 4)

    found = codes(many, "sort=due", limit=29)

    assert len(found) == len(set(found)) == 29
