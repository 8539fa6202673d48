"""Units and people on screen: everybody reads them, administrators keep the list, heads let go."""

import pytest
from sqlalchemy import select

from engine.store.record import audit_entry
from tests.support.web import Site

PEOPLE = "/quan-tri/nguoi-dung"
NEW = {"ma": "cv9", "ten": "Đỗ Mới", "don_vi": "CNTT", "chuc_vu": "officer", "thu": "moi@so.test"}


def _actions(site: Site) -> list[str]:
    with site.app.database.read() as tx:
        return list(tx.execute(select(audit_entry.c.action)).scalars())


def test_units_stand_as_a_tree_with_head_and_open_tasks(site: Site) -> None:
    page = site.as_("cvp").get("/quan-tri/don-vi").text

    assert 'class="depth-0"' in page
    assert 'class="depth-1"' in page
    assert "theo dõi kế hoạch" in page
    assert "/nhiem-vu?unit=CNTT&amp;status=open" in page


def test_a_unit_names_who_works_in_it_and_one_that_is_none_is_not_found(site: Site) -> None:
    reader = site.as_("cv")

    page, nothing = reader.get("/quan-tri/don-vi/CNTT"), reader.get("/quan-tri/don-vi/KHONG")

    assert f"{PEOPLE}/tp" in page.text
    assert nothing.status_code == 404


def test_people_are_found_by_words_without_their_marks(site: Site) -> None:
    site.make_administrator("gd")
    administrator = site.as_("gd")
    administrator.post(f"{PEOPLE}/them", data=NEW)

    found = administrator.get(f"{PEOPLE}?q=do moi").text

    assert f"{PEOPLE}/cv9" in found
    assert f"{PEOPLE}/cvp" not in found


def test_an_administrator_adds_and_corrects_somebody_under_his_own_name(site: Site) -> None:
    site.make_administrator("cv")
    administrator = site.as_("cv")

    added = administrator.post(f"{PEOPLE}/them", data=NEW)
    changed = administrator.post(
        f"{PEOPLE}/cv9/sua",
        data={**{k: v for k, v in NEW.items() if k != "ma"}, "thu": "m@so.test"},
    )

    assert (added.status_code, changed.status_code) == (303, 303)
    assert "m@so.test" in administrator.get(f"{PEOPLE}/cv9").text
    assert {"person.created", "person.changed"} <= set(_actions(site))


def test_a_wrong_entry_comes_back_whole_with_each_fault(site: Site) -> None:
    site.make_administrator("cv")

    answer = site.as_("cv").post(f"{PEOPLE}/them", data={**NEW, "ten": "", "thu": "không phải thư"})

    assert answer.status_code == 422
    assert answer.text.count("<li>") >= 2
    assert 'value="không phải thư"' in answer.text


@pytest.mark.parametrize("code", ["cv", "tp", "gd"])
def test_nobody_but_an_administrator_changes_the_list(site: Site, code: str) -> None:
    person = site.as_(code)

    answers = [
        person.get(f"{PEOPLE}/them"),
        person.post(f"{PEOPLE}/them", data=NEW),
        person.post(f"{PEOPLE}/cv/sua", data=NEW),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403]


def test_letting_somebody_go_shows_what_he_holds_before_it_moves(site: Site) -> None:
    head = site.as_("cvp")

    seen = head.post(f"{PEOPLE}/cv/thoi-viec", data={"nguoi_nhan": "cv2", "lam": "xem"})
    before = head.get(f"{PEOPLE}/cv").text
    done = head.post(f"{PEOPLE}/cv/thoi-viec", data={"nguoi_nhan": "cv2", "lam": "ghi"})

    assert "KH-2014/T1" in seen.text
    assert "Người này đã thôi làm việc" not in before
    assert done.status_code == 303
    assert "Người này đã thôi làm việc" in head.get(f"{PEOPLE}/cv").text
    assert site.world.row("T1").assignee_id == site.world.ids["cv2"]


def test_who_holds_something_leaves_nothing_without_a_successor(site: Site) -> None:
    answer = site.as_("cvp").post(f"{PEOPLE}/cv/thoi-viec", data={"lam": "ghi"})

    assert answer.status_code == 422
    assert "nêu người nhận thay" in answer.text


def test_an_administrator_lets_go_only_who_owes_nothing_and_reads_no_task(site: Site) -> None:
    site.make_administrator("cv2")
    administrator = site.as_("cv2")

    seen = administrator.get(f"{PEOPLE}/cv/thoi-viec")
    refused = administrator.post(f"{PEOPLE}/cv/thoi-viec", data={"nguoi_nhan": "tp", "lam": "ghi"})
    site.world.person("cv7", "CNTT")
    done = administrator.post(f"{PEOPLE}/cv7/thoi-viec", data={"lam": "ghi"})

    assert "KH-2014/T1" not in seen.text
    assert refused.status_code == 403
    assert done.status_code == 303


def test_an_officer_lets_nobody_go(site: Site) -> None:
    officer = site.as_("cv2")

    answers = [officer.get(f"{PEOPLE}/cv/thoi-viec"),
               officer.post(f"{PEOPLE}/cv/thoi-viec", data={"lam": "ghi"})]  # fmt: skip

    assert [one.status_code for one in answers] == [403, 403]


def test_a_leader_is_given_charge_of_a_field_and_relieved_of_it_again(site: Site) -> None:
    head, charge = site.as_("cvp"), "/quan-tri/don-vi/CNTT/phu-trach"
    field = {"lanh_dao": "pgd", "linh_vuc": "Chuyển đổi số"}

    given = head.post(charge, data={**field, "can_cu": "Quyết định 9", "lam": "giao"})
    page = head.get("/quan-tri/don-vi/CNTT").text
    ended = head.post(charge, data={**field, "lam": "thoi"})

    assert (given.status_code, ended.status_code) == (303, 303)
    assert "Chuyển đổi số" in page
    assert "Chuyển đổi số" not in head.get("/quan-tri/don-vi/CNTT").text


def test_an_officer_gives_nobody_charge(site: Site) -> None:
    answer = site.as_("cv").post(
        "/quan-tri/don-vi/CNTT/phu-trach",
        data={"lanh_dao": "pgd", "can_cu": "Quyết định 9", "lam": "giao"},
    )

    assert answer.status_code == 403
