"""The home page: what is late, due, new, sent back, and what waits for a word of the reader."""

import re

from tests.support.web import Site


def groups(page: str) -> dict[str, list[str]]:
    """Return the codes of each group, by its heading."""
    found = {}
    for part in page.split("<section ")[1:]:
        heading = re.search(r'id="nhom-[^"]+">([^<(]+) \(', part)
        assert heading is not None
        found[heading[1]] = re.findall(r'<td class="code"[^>]*>([^<]+)</td>', part)
    return found


def seen(site: Site, person: str) -> dict[str, list[str]]:
    return groups(site.as_(person).get("/viec-cua-toi").text)


def test_ones_work_is_parted_by_what_is_urgent(site: Site) -> None:
    site.world.now("2014-01-22T09:00")

    found = seen(site, "cv")

    assert found["Quá hạn"] == ["T1"]
    assert found["Mới giao, chưa nhận"] == ["T1", "T2", "T3", "T5"]
    assert found["Chờ tôi xác nhận, cho ý kiến"] == []


def test_what_was_reported_waits_for_its_verifier(site: Site) -> None:
    site.world.do("cv", "start", "T1")
    site.world.do("cv", "report", "T1")

    assert seen(site, "cvp")["Chờ tôi xác nhận, cho ý kiến"] == ["T1"]
    assert seen(site, "tp").get("Chờ tôi xác nhận, cho ý kiến", []) == []


def test_what_was_sent_back_stands_by_itself(site: Site) -> None:
    site.world.do("cv", "start", "T1")
    site.world.do("cv", "report", "T1")
    site.world.do("cvp", "return", "T1", note="thiếu phụ lục")

    assert seen(site, "cv")["Bị trả lại"] == ["T1"]


def test_what_was_taken_back_by_oneself_was_not_sent_back(site: Site) -> None:
    site.world.do("cv", "start", "T1")
    site.world.do("cv", "report", "T1")
    site.world.do("cv", "withdraw", "T1", note="nhầm tệp")

    assert "Bị trả lại" not in seen(site, "cv")


def test_a_head_sees_what_his_unit_owes(site: Site) -> None:
    site.world.now("2014-01-22T09:00")

    assert seen(site, "tp")["Phòng Công nghệ thông tin: Quá hạn"] == ["T1"]


def test_whoever_stands_in_sees_the_work_of_the_other_marked(site: Site) -> None:
    site.world.delegate("cv", "cv2", first="2014-01-20", last="2014-01-24")
    site.world.now("2014-01-22T09:00")

    assert seen(site, "cv2")["Làm thay cv: Quá hạn"] == ["T1"]


def test_what_is_new_can_be_taken_on_at_once_after_a_look(site: Site) -> None:
    page = site.as_("cv").get("/viec-cua-toi").text

    assert "Nhận cả 4 việc…" in page
    assert 'action="/nhiem-vu/chon"' in page


def test_whoever_owes_nothing_is_told_so(site: Site) -> None:
    page = site.as_("pgd").get("/viec-cua-toi").text

    assert "Đồng chí không có việc nào đến hạn." in page


def test_what_came_up_to_somebody_stands_there_until_it_is_reported(site: Site) -> None:
    site.world.slots("2014-01-20", "2014-01-22")
    site.world.do("cv", "start", "T1")
    head = site.as_("tp")

    page = head.get("/viec-cua-toi").text
    row = page[page.index("nhom-escalated") :].partition("</section>")[0]
    answer = head.get("/nhiem-vu/KH-2014/T1/hen-ngay")
    site.world.do("cv", "report", "T1")

    assert groups(page)["Đã báo lên tôi"] == ["T1"]
    assert "Báo lên trưởng đơn vị" in row
    assert 'từ <span class="date">22/01/2014</span>' in row
    assert 'href="/nhiem-vu/KH-2014/T1/hen-ngay"' in row
    assert answer.status_code == 200
    assert "Đã báo lên tôi" not in seen(site, "tp")


def test_what_came_up_to_somebody_says_what_stands_in_its_way(site: Site) -> None:
    site.world.slots("2014-01-20", "2014-01-22")
    site.as_("cv").post(
        "/nhiem-vu/KH-2014/T1/vuong-mac",
        data={"version": "1", "note": "chưa có kinh phí", "category": "funding"},
    )

    page = site.as_("tp").get("/viec-cua-toi").text

    assert "Vướng mắc: “chưa có kinh phí”" in page
