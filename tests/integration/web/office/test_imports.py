"""Lists from files on screen: every fault at once, a preview, and then all of it or nothing."""

import re

from engine.commands import people
from tests.support.web import Site

PAGE = "/quan-tri/nhap/nguoi-dung"
GOOD = "Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử\ncv8,Lý Tám,CNTT,Chuyên viên,tam@so.test\n"
BAD = "Mã,Họ tên,Đơn vị,Chức vụ\ncv8,,CNTT,Chuyên viên\ncv9,Chín,KHONGCO,Vua\n"


def _codes(site: Site) -> set[str]:
    with site.app.database.read() as tx:
        return {one.code for one in people.listed(tx, on=site.now.date())}


def _file(text: str) -> dict[str, tuple[str, bytes, str]]:
    return {"file": ("nguoi.csv", text.encode(), "text/csv")}


def test_a_file_is_shown_first_and_taken_when_it_was_seen(site: Site) -> None:
    site.make_administrator("cv")
    administrator = site.as_("cv")

    seen = administrator.post(PAGE, data={"lam": "xem"}, files=_file(GOOD))
    before = _codes(site)
    carried = dict(re.findall(r'name="(ten|du_lieu)" value="([^"]*)"', seen.text))
    done = administrator.post(PAGE, data={**carried, "lam": "ghi"})

    assert "cv8" in seen.text
    assert "cv8" not in before
    assert done.status_code == 303
    assert "cv8" in _codes(site)


def test_every_fault_of_a_file_is_named_by_its_line_and_nothing_is_taken(site: Site) -> None:
    site.make_administrator("cv")

    answer = site.as_("cv").post(PAGE, data={"lam": "ghi"}, files=_file(BAD))

    assert answer.status_code == 422
    assert "dòng 2" in answer.text
    assert "dòng 3" in answer.text
    assert not {"cv8", "cv9"} & _codes(site)


def test_no_file_and_a_broken_one_are_asked_for_again(site: Site) -> None:
    site.make_administrator("cv")
    administrator = site.as_("cv")

    answers = [
        administrator.post(PAGE, data={"lam": "xem"}),
        administrator.post(PAGE, data={"lam": "ghi", "ten": "x", "du_lieu": "%%%"}),
        administrator.post(PAGE, data={"lam": "xem"}, files=_file("\x00\x01")),
    ]

    assert [one.status_code for one in answers] == [422, 422, 422]


def test_only_an_administrator_hands_lists_in(site: Site) -> None:
    answers = [
        site.as_("gd").get(PAGE),
        site.as_("cvp").post("/quan-tri/nhap/don-vi", data={"lam": "ghi"}, files=_file(GOOD)),
    ]

    assert [one.status_code for one in answers] == [403, 403]
