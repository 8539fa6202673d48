"""The audit log on screen: who may read it, what narrows it, what it says of itself."""

import json
import re
from datetime import date

import pytest
from sqlalchemy import func, select

from dondoc.api.problems import TITLES
from engine.store.record import audit_entry
from scheduler.seal import seal_all
from tests.support.web import Site


@pytest.fixture
def worked(site: Site) -> Site:
    """The office after cv started T1 and the office moved its date; with an auditor kt."""
    site.world.person("kt", "SO", "auditor")
    site.world.do("cv", "start")
    site.world.do("cvp", "set_due", note="chờ ý kiến", due=date(2014, 2, 3))
    seal_all(site.app.database, site.app.clock)
    return site


def _kept(site: Site, action: str) -> int:
    with site.app.database.read() as tx:
        found = select(func.count()).where(audit_entry.c.action == action)
        return int(tx.execute(found).scalar_one())


@pytest.mark.parametrize(("who", "status"), [("kt", 200), ("gd", 200), ("cvp", 200), ("cv", 403),
                                             ("tp", 403)])  # fmt: skip
def test_s64_the_log_is_read_by_auditors_leaders_and_who_follows_the_plan(
    worked: Site, who: str, status: int
) -> None:
    assert worked.as_(who).get("/nhat-ky").status_code == status


def test_s62_reading_the_log_is_in_the_log_once_a_day(worked: Site) -> None:
    auditor = worked.as_("kt")

    auditor.get("/nhat-ky")
    auditor.get("/nhat-ky?actor=cv")
    worked.world.now("2014-01-16T08:00")
    worked.as_("kt").get("/nhat-ky")

    assert _kept(worked, "audit.read") == 2


def test_the_log_is_narrowed_by_its_address(worked: Site) -> None:
    auditor = worked.as_("kt")

    by_person = auditor.get("/nhat-ky?actor=cv").text
    of_task = auditor.get("/nhat-ky?subject=KH-2014/T2").text
    dates = auditor.get("/nhat-ky?dates=1").text
    earlier = auditor.get("/nhat-ky?to=2014-01-14").text

    assert "Được giao → Đang thực hiện" in by_person
    assert "chờ ý kiến" not in by_person
    assert "KH-2014/T1" not in of_task
    assert "20/01/2014 → 03/02/2014" in dates
    assert "Đang thực hiện" not in dates
    assert "Không có mục nào khớp bộ lọc." in earlier


@pytest.mark.parametrize(
    "query", ["la=1", "from=hom-qua", "subject=KHONG/CO", "from=0001-01-01", "to=9999-12-31"]
)
def test_a_filter_that_means_nothing_is_said_and_not_ignored(worked: Site, query: str) -> None:
    assert worked.as_("kt").get(f"/nhat-ky?{query}").status_code in (404, 422)


def test_every_page_of_the_log_is_reached_and_no_entry_is_shown_twice(worked: Site) -> None:
    for _ in range(30):
        worked.world.do("cv", "report")
        worked.world.do("cv", "withdraw", note="nhầm")
    seal_all(worked.app.database, worked.app.clock)
    auditor = worked.as_("kt")
    seen: list[str] = []
    address = "/nhat-ky?actor=cv"
    while address:
        text = auditor.get(address).text
        seen += [part.partition('"')[0] for part in text.split('href="/nhat-ky/')[1:]]
        found = text.partition('" rel="next"')[0].rpartition('href="')[2]
        address = found.replace("&amp;", "&") if 'rel="next"' in text else ""

    assert len(seen) == len(set(seen)) == 61


def test_an_entry_shows_what_was_and_what_is_and_its_place_in_the_chain(worked: Site) -> None:
    auditor = worked.as_("kt")
    page = auditor.get("/nhat-ky?actor=cv").text
    number = page.split('href="/nhat-ky/')[1].partition('"')[0]

    entry = auditor.get(f"/nhat-ky/{number}").text

    cells = [re.sub(r"<[^>]*>", "", one) for one in re.findall(r"<t[dh].*?</t[dh]>", entry)]
    at = cells.index("Trạng thái")
    assert cells[at + 1 : at + 3] == ["được giao", "đang thực hiện"]
    assert cells[cells.index("Người thực hiện") + 2].endswith("(cv)")
    assert not any("_" in cell for cell in cells)
    assert "Mã trước" in entry
    assert auditor.get("/nhat-ky/999999").status_code == 404
    assert auditor.get(f"/nhat-ky/{'9' * 30}").status_code == 404


def test_s61_the_log_is_verified_on_the_page_and_that_is_kept(worked: Site) -> None:
    answer = worked.as_("kt").post("/nhat-ky/kiem-tra")

    assert "Nhật ký toàn vẹn" in answer.text
    assert "mốc neo" in answer.text.lower()
    assert _kept(worked, "audit.verified") == 1
    assert "toàn vẹn" in worked.as_("kt").get("/nhat-ky").text


def test_an_export_is_a_file_that_can_be_judged_elsewhere_and_is_kept(worked: Site) -> None:
    answer = worked.as_("kt").post("/nhat-ky/xuat")

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert "attachment" in answer.headers["content-disposition"]
    assert len(lines) > 3
    assert _kept(worked, "audit.exported") == 1


def test_an_anchor_is_taken_by_who_reads_the_log_and_by_nobody_else(worked: Site) -> None:
    refused = worked.as_("cv").post("/nhat-ky/moc-neo")
    taken = worked.as_("kt").post("/nhat-ky/moc-neo")

    assert refused.status_code == 403
    assert json.loads(taken.text)["block"] >= 1
    assert _kept(worked, "audit.anchored") == 1


@pytest.mark.parametrize("path", ["/nhat-ky", "/nhat-ky/1"])
def test_the_log_speaks_in_words(worked: Site, path: str) -> None:
    page = worked.as_("kt").get(path).text

    heading = page.partition("<h1>")[2].partition("</h1>")[0]
    cells = re.findall(r'data-label="Hành động">(.*?)</td>', page)
    said = heading if path != "/nhat-ky" else re.sub(r"<[^>]*>", "", " ".join(cells))
    assert said
    assert not re.search(r"[a-z]\.[a-z]|_", said)


def test_a_refusal_says_in_words_why(worked: Site) -> None:
    worked.as_("cv").post("/nhiem-vu/KH-2014/T1/huy", data={"version": "3", "note": "thôi"})

    page = worked.as_("kt").get("/nhat-ky?action=task.refused").text

    assert "not_permitted" not in page
    assert TITLES["not_permitted"][0] in page
