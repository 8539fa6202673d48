"""Lists saved under a name: one's own, seen again at the top of the list, gone when removed."""

import re

from tests.support.web import Site

SAVED = {"name": "Việc của phòng", "query": "status=open&unit=CNTT"}


def test_a_saved_list_stands_above_the_list_of_whoever_saved_it_alone(site: Site) -> None:
    answer = site.as_("cv").post("/bo-loc", data=SAVED)

    assert answer.status_code == 303
    assert "Việc của phòng" in site.as_("cv").get("/nhiem-vu?sort=plan").text
    assert "Việc của phòng" not in site.as_("tp").get("/nhiem-vu?sort=plan").text


def test_the_same_name_means_the_newer_list(site: Site) -> None:
    site.as_("cv").post("/bo-loc", data=SAVED)
    site.as_("cv").post("/bo-loc", data={**SAVED, "query": "status=overdue"})

    page = site.as_("cv").get("/bo-loc").text

    assert page.count("Việc của phòng</a>") == 1
    assert 'href="/nhiem-vu?status=overdue"' in page


def test_a_saved_list_is_removed_by_its_owner_alone(site: Site) -> None:
    site.as_("cv").post("/bo-loc", data=SAVED)
    (saved,) = re.findall(r'name="id" value="([^"]+)"', site.as_("cv").get("/bo-loc").text)

    foreign = site.as_("tp").post("/bo-loc/xoa", data={"id": saved})
    own = site.as_("cv").post("/bo-loc/xoa", data={"id": saved})

    assert foreign.status_code == 404
    assert own.status_code == 303
    assert "Việc của phòng" not in site.as_("cv").get("/bo-loc").text


def test_a_list_without_a_name_or_a_meaning_is_not_saved(site: Site) -> None:
    nameless = site.as_("cv").post("/bo-loc", data={"name": " ", "query": ""})
    meaningless = site.as_("cv").post("/bo-loc", data={"name": "A", "query": "status=opne"})

    assert nameless.status_code == meaningless.status_code == 422
    assert "Chưa lưu bộ lọc nào" in site.as_("cv").get("/bo-loc").text
