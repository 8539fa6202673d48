"""The dashboard: every number is that of its list, for whoever looks, and nobody is ranked."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from engine import dashboard, listing, queries
from engine.cells import Cells
from engine.filters import Filter, read_filter
from engine.listing import Viewpoint
from engine.store.change import Evidence
from tests.support.office import World
from tests.support.web import Site, site_of

_LINK = re.compile(r'<a href="(/nhiem-vu\?[^"]*)">(?:<strong>)?(\d+)')


@pytest.fixture
def busy(world: World, tmp_path: Path) -> Iterator[Site]:
    """An office on 2014-02-20 with a task in every cell, in two units and two fields."""
    world.now("2014-01-15T08:00")
    world.plan(
        *({"code": f"T{n}", "lead": "CNTT", "assignee": "cv", "due": "2014-02-12"}
          for n in range(1, 5)),
        {"code": "V1", "lead": "VP", "assignee": "cvp", "due": "2014-02-02"},
        {"code": "V2", "lead": "VP", "assignee": "cvp", "due": "2014-02-24"},
        {"code": "V3", "lead": "VP", "assignee": "cvp", "due": "2014-06-30"},
        {"code": "S1", "lead": "CNTT", "standing": True},
    )  # fmt: skip
    for code in ("T1", "T2", "T3"):
        world.do("cv", "start", code)
    world.do("cv", "report", "T1", note="xong", evidence=(Evidence(name="1/BC"),))
    world.now("2014-02-14T09:00")
    world.do("cvp", "verify", "T1")
    world.do("cv", "report", "T2", note="xong", evidence=(Evidence(name="2/BC"),))
    world.do("cvp", "verify", "T2")
    world.do("cv", "report", "T3", note="xong", evidence=(Evidence(name="3/BC"),))
    world.do("gd", "cancel", "V3", note="thôi", decision="1/QĐ")
    world.now("2014-02-20T10:00")
    made = site_of(world, tmp_path)
    yield made
    made.close()


def test_s56_the_cells_are_those_of_the_table_of_the_plan(busy: Site) -> None:
    page = busy.as_("gd").get("/tong-quan")

    with busy.app.database.read() as tx:
        table = queries.tally(tx, "KH-2014", rules=busy.app.rules, at=busy.now)
    assert dict(table["CNTT"]) == {
        "completed_on_time": 1, "completed_late": 1, "open_overdue": 2, "standing": 1,
    }  # fmt: skip
    assert _row(page.text, "Phòng Công nghệ thông tin") == [
        "4",
        "1",
        "1",
        "0",
        "2",
        "50,00%",
        "50,00%",
        "1",
        "0",
    ]
    assert _row(page.text, "Cộng") == ["6", "1", "1", "1", "3", "50,00%", "40,00%", "1", "1"]


@pytest.mark.parametrize("who", ["gd", "cvp", "tp", "cv"])
def test_s56_every_number_opens_the_list_that_it_counts(busy: Site, who: str) -> None:
    page = busy.as_(who).get("/tong-quan")

    links = [(unescape(href), int(number)) for href, number in _LINK.findall(page.text)]
    reader = Viewpoint(person_ids=(busy.world.ids[who],))
    assert len(links) > 10
    for href, number in links:
        query = urlsplit(href).query
        with busy.app.database.read() as tx:
            wanted = read_filter(query, today=busy.world.clock.now().date())
            found = listing.count(tx, wanted, reader, rules=busy.app.rules, at=busy.now)
        assert found.number == number, href
        assert dict(parse_qsl(query))["plan"] == "KH-2014"


@pytest.mark.parametrize("who", ["gd", "tp", "cv"])
def test_the_open_tasks_of_every_unit_are_those_of_its_list(busy: Site, who: str) -> None:
    reader = Viewpoint(person_ids=(busy.world.ids[who],))
    rules, at = busy.app.rules, busy.now

    with busy.app.database.read() as tx:
        found = dashboard.open_by_unit(tx, reader.person_ids, rules=rules, at=at)

        listed = {
            code: listing.count(
                tx, Filter(unit=code, status="open"), reader, rules=rules, at=at
            ).number
            for code in found
        }
    assert found == listed
    assert found["CNTT"] == 3


def test_a_head_of_a_unit_reads_the_numbers_of_his_unit_only(busy: Site) -> None:
    page = busy.as_("tp").get("/tong-quan").text

    assert "Phòng Công nghệ thông tin" in page
    assert "Văn phòng" not in page.split("<main")[1]
    assert busy.as_("tp").get("/tong-quan?don-vi=VP").status_code == 404


def test_a_leader_may_look_at_one_unit_and_at_all(busy: Site) -> None:
    reader = busy.as_("gd")

    one = reader.get("/tong-quan?don-vi=cntt").text

    assert all("unit=CNTT" in href for href, _ in _LINK.findall(one))
    assert _row(one, "Cộng")[0] == "4"
    assert _row(reader.get("/tong-quan?don-vi=").text, "Cộng")[0] == "6"


def test_the_longest_overdue_are_shown_with_what_blocks_them(busy: Site) -> None:
    page = busy.as_("gd").get("/tong-quan").text

    section = page.split("Những việc quá hạn lâu nhất")[1].split("</table>")[0]
    codes = re.findall(r'href="/nhiem-vu/KH-2014/(\w+)"', section)
    assert codes[0] == "V1"
    assert set(codes) == {"V1", "T3", "T4"}
    assert "không có vướng mắc chờ trả lời" in section
    # A Sunday: the date that every list shows, not the working day it is counted to.
    assert "02/02/2014" in section


def test_no_person_is_named_beside_a_number(busy: Site) -> None:
    page = busy.as_("gd").get("/tong-quan").text

    assert "assignee=" not in page
    assert ">cv<" not in page


def test_a_plan_that_is_not_there_is_not_found(busy: Site) -> None:
    assert busy.as_("gd").get("/tong-quan?ke-hoach=KH-1").status_code == 404


def test_without_a_plan_the_page_says_what_will_be_there(world: World, tmp_path: Path) -> None:
    made = site_of(world, tmp_path)

    page = made.as_("gd").get("/tong-quan")

    assert page.status_code == 200
    assert "Ở đây sẽ có số liệu" in page.text
    made.close()


def test_s56_rates_are_the_official_ones_with_their_formula() -> None:
    cells = Cells(
        completed_on_time=14_068, completed_late=1_983, open_within_term=5_640, open_overdue=223
    )

    assert cells.tracked == 21_914
    assert cells.on_time_share == pytest.approx(14_068 / 16_051)
    assert cells.completed_share == pytest.approx(16_051 / 16_274)


def test_s59_a_unit_without_a_task_divides_by_nothing() -> None:
    assert Cells().on_time_share is None
    assert Cells().completed_share is None


def _row(page: str, name: str) -> list[str]:
    """Return the cells of the line of a name in the first table of results."""
    table = page.split("Kết quả theo đơn vị")[1]
    line = next(one for one in re.findall(r"<tr>.*?</tr>", table, re.DOTALL) if f">{name}<" in one)
    return [
        re.sub(r"<[^>]*>", "", one).strip() for one in re.findall(r"<td.*?</td>", line, re.DOTALL)
    ]
