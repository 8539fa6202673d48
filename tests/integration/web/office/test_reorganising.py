"""The organisation rearranged on screen: what moves is seen first, and who may not is refused."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.store.tables import unit
from tests.support.web import Site

PAGE = "/quan-tri/don-vi/sap-xep"
MERGE: dict[str, Any] = {
    "loai": "merge", "don_vi": ["VP", "CNTT"], "ma": "VPCN", "ten": "Văn phòng và Công nghệ",
    "truong": "cvp", "phu_trach": "pgd", "ngay": "2014-01-20", "quyet_dinh": "5/QĐ-SO",
}  # fmt: skip
RENAME = {"loai": "rename", "don_vi": "CNTT", "ten": "Phòng Số", "ngay": "2014-01-15",
          "quyet_dinh": "6/QĐ-SO"}  # fmt: skip


def _names(site: Site) -> set[str]:
    with site.app.database.read() as tx:
        return set(tx.execute(select(unit.c.name)).scalars())


def test_a_merger_shows_every_task_that_moves_and_keeps_nothing(site: Site) -> None:
    seen = site.as_("cvp").post(PAGE, data={**MERGE, "lam": "xem"})

    assert seen.status_code == 200
    assert "KH-2014/T1" in seen.text
    assert "VPCN" in seen.text
    assert "chờ ngày (0)" in site.as_("cvp").get("/quan-tri/don-vi").text


def test_a_decided_change_waits_for_its_day_and_can_be_withdrawn(site: Site) -> None:
    head = site.as_("cvp")

    done = head.post(PAGE, data={**MERGE, "lam": "ghi"})
    waiting = head.get("/quan-tri/don-vi").text
    number = waiting.partition('name="so" value="')[2].partition('"')[0]
    undone = head.post("/quan-tri/don-vi/rut", data={"so": number, "ly_do": "chưa cần"})

    assert (done.status_code, undone.status_code) == (303, 303)
    assert "chờ ngày (1)" in waiting
    assert "chờ ngày (0)" in head.get("/quan-tri/don-vi").text


def test_a_unit_is_renamed_at_once_where_the_day_has_come(site: Site) -> None:
    done = site.as_("gd").post(PAGE, data={**RENAME, "lam": "ghi"})

    assert done.status_code == 303
    assert "Phòng Số" in _names(site)


def test_a_split_that_forgets_people_names_all_of_them(site: Site) -> None:
    allocation = '[units.C1]\nname = "Một"\n[units.C2]\nname = "Hai"\n[people]\ncv = "C1"\n'
    wanted = {"loai": "split", "don_vi": "CNTT", "phan_giao": allocation, "ngay": "2014-01-20",
              "quyet_dinh": "7/QĐ-SO", "lam": "xem"}  # fmt: skip

    answer = site.as_("cvp").post(PAGE, data=wanted)

    assert answer.status_code == 422
    assert "tp: chưa phân về đơn vị nào" in answer.text
    assert "cv2: chưa phân về đơn vị nào" in answer.text
    assert "--allocation" not in answer.text
    assert "name = &#34;Một&#34;" in answer.text


def test_a_split_is_chosen_person_by_person_and_task_by_task(site: Site) -> None:
    head = site.as_("cvp")
    wanted: dict[str, Any] = {
        "loai": "split", "don_vi": "CNTT", "ngay": "2014-01-20", "quyet_dinh": "7/QĐ-SO",
        "moi_ma": ["C1", "C2", ""], "moi_ten": ["Phòng Một", "Phòng Hai", ""],
        "moi_truong": ["tp", "", ""],
    }  # fmt: skip
    chosen = ["person|cv|1", "person|cv2|2", "task|KH-2014/T3|2", "task|KH-2014/T5|1", ""]

    form = head.get(f"{PAGE}?loai=split&don_vi=CNTT").text
    missing = head.post(PAGE, data={**wanted, "giao": chosen[1:], "lam": "xem"})
    seen = head.post(PAGE, data={**wanted, "giao": chosen, "lam": "xem"})
    done = head.post(PAGE, data={**wanted, "giao": chosen, "lam": "ghi"})

    assert 'value="CNTT1"' in form
    assert '<option value="task|KH-2014/T3|2">2. CNTT2</option>' in form
    assert '<option value="person|cv|1">' in form
    assert missing.status_code == 422
    assert "cv: chưa phân về đơn vị nào" in missing.text
    assert '<option value="person|cv2|2" selected>' in missing.text
    assert seen.status_code == 200
    assert 'KH-2014/T3</th><td data-label="Từ">CNTT</td><td data-label="Sang">C2' in seen.text
    assert 'KH-2014/T1</th><td data-label="Từ">CNTT</td><td data-label="Sang">C1' in seen.text
    assert seen.text.count('type="hidden" name="giao"') == len(chosen)
    assert done.status_code == 303


def test_a_new_unit_without_a_code_is_asked_for_it(site: Site) -> None:
    wanted: dict[str, Any] = {
        "loai": "split", "don_vi": "CNTT", "ngay": "2014-01-20", "quyet_dinh": "7/QĐ-SO",
        "moi_ma": ["C1", ""], "moi_ten": ["Phòng Một", "Phòng Hai"], "moi_truong": ["", ""],
    }  # fmt: skip

    answer = site.as_("cvp").post(PAGE, data={**wanted, "lam": "xem"})

    assert answer.status_code == 422
    assert "đơn vị nhận 2: chưa có mã" in answer.text
    assert 'value="Phòng Hai"' in answer.text


def test_a_unit_is_dissolved_into_several_by_choices(site: Site) -> None:
    site.world.unit("P3")
    wanted: dict[str, Any] = {
        "loai": "dissolve", "don_vi": "CNTT", "ngay": "2014-01-20", "quyet_dinh": "8/QĐ-SO",
        "nhan": ["VP", "P3"], "lam": "xem",
        "giao": ["person|tp|VP", "person|cv|P3", "person|cv2|P3", "task|KH-2014/T3|P3",
                 "task|KH-2014/T5|VP"],
    }  # fmt: skip

    answer = site.as_("cvp").post(PAGE, data=wanted)

    assert answer.status_code == 200
    assert 'KH-2014/T1</th><td data-label="Từ">CNTT</td><td data-label="Sang">P3' in answer.text


@pytest.mark.parametrize("code", ["cv", "tp", "pgd"])
def test_nobody_else_rearranges_units(site: Site, code: str) -> None:
    person = site.as_(code)

    answers = [person.get(PAGE), person.post(PAGE, data={**RENAME, "lam": "ghi"})]

    assert [one.status_code for one in answers] == [403, 403]
    assert "Phòng Số" not in _names(site)


@pytest.mark.parametrize("kind", ["merge", "split", "rename", "dissolve", "transfer"])
def test_each_kind_of_change_has_its_form(site: Site, kind: str) -> None:
    page = site.as_("cvp").get(f"{PAGE}?loai={kind}&don_vi=CNTT")

    assert page.status_code == 200
    assert 'name="quyet_dinh"' in page.text


def test_an_administrator_rearranges_nothing(site: Site) -> None:
    site.make_administrator("cv")

    answer = site.as_("cv").post(PAGE, data={**RENAME, "lam": "ghi"})

    assert answer.status_code == 403
