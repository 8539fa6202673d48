"""The list of plans and the page of one: as much of it as the reader may see."""

import io

from openpyxl import load_workbook

from tests.support.handing import DRAFT, Desk, clear, read, titled


def test_the_list_says_how_far_each_plan_is(desk: Desk) -> None:
    page = read(desk.as_("gd").get("/ke-hoach"))

    assert "KH-2014" in page
    assert "0 / 5" in page


def test_who_sees_part_of_a_plan_sees_its_figures_for_that_part(desk: Desk) -> None:
    page = read(desk.as_("cv").get("/ke-hoach/KH-2014"))

    assert "Chỉ tính những việc đồng chí được xem" in page
    assert "T1" in page
    assert "T4" not in page


def test_the_whole_table_adds_up_and_prints_its_formula(desk: Desk) -> None:
    page = read(desk.as_("gd").get("/ke-hoach/KH-2014"))

    assert "Cộng 4 0 0 4 0 – 1 0" in page
    assert "đúng hạn / (đúng hạn + trễ hạn)" in page


def test_rates_are_shown_as_the_overview_shows_them(desk: Desk) -> None:
    desk.site.world.do("cv", "start")
    desk.site.world.do("cv", "report")
    desk.site.world.do("cvp", "verify")

    page = read(desk.as_("gd").get("/ke-hoach/KH-2014"))

    assert "100,00%" in page
    assert "100.0" not in page


def test_a_plan_that_is_none_of_ones_business_is_not_there(desk: Desk) -> None:
    desk.site.world.unit("XA")
    desk.site.world.person("xa1", "XA")
    reader = desk.as_("xa1")

    answers = [
        reader.get(f"/ke-hoach/{code}{more}")
        for code in ("KH-2014", "KH-KHONG")
        for more in ("", "/phien-ban", "/so-sanh?a=1&b=1", "/giao-viec", "/dieu-chinh")
    ]

    assert {each.status_code for each in answers} == {404}
    assert "KH-2014" not in read(reader.get("/ke-hoach"))


def test_versions_hold_every_item_and_are_for_whoever_sees_every_item(desk: Desk) -> None:
    answers = [desk.as_(who).get("/ke-hoach/KH-2014/phien-ban") for who in ("gd", "cv")]

    assert [each.status_code for each in answers] == [200, 403]


def test_whoever_sees_part_of_a_plan_is_not_shown_the_rest_by_its_review(desk: Desk) -> None:
    answer = desk.as_("cv").get("/ke-hoach/KH-2014/ra-soat?tab=all")

    assert answer.status_code == 403
    assert "T4" not in answer.text


def test_whoever_audits_writes_no_plan_also_where_he_sits_among_who_follow_it(
    desk: Desk,
) -> None:
    desk.site.world.person("tra", "VP", "auditor")
    auditor = desk.as_("tra")

    left = auditor.post("/ke-hoach/KH-2014/bang-phan-cong")
    form = auditor.get("/ke-hoach/nhap")

    assert (left.status_code, form.status_code) == (403, 403)
    assert auditor.get("/ke-hoach/KH-2014").status_code == 200


def test_a_plan_leaves_as_a_table_of_texts(desk: Desk) -> None:
    desk.draft(titled('=HYPERLINK("http://x","y")'))

    answer = desk.as_("vp1").post(f"/ke-hoach/{DRAFT}/bang-phan-cong")

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert answer.headers["content-disposition"].startswith('attachment; filename="KH-MOI.xlsx"')
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert ("plan.exported", "vp1") in desk.actions()


def test_who_follows_no_plan_takes_none_out(desk: Desk) -> None:
    answer = desk.as_("cv").post("/ke-hoach/KH-2014/bang-phan-cong")

    assert answer.status_code == 403
    assert ("plan.exported", "cv") not in desk.actions()


def test_a_plan_is_closed_by_who_may_and_only_on_purpose(desk: Desk) -> None:
    path = "/ke-hoach/KH-2014/ket-thuc"

    careless = desk.as_("cvp").post(path, data={})
    stranger = desk.as_("vp1").post(path, data={"sure": "yes"})
    before = desk.states()["KH-2014"]
    done = desk.as_("cvp").post(path, data={"sure": "yes"})

    assert (careless.status_code, stranger.status_code, before) == (422, 403, "active")
    assert done.status_code == 303
    assert desk.states()["KH-2014"] == "closed"


def test_what_is_only_a_draft_can_be_reviewed_from_its_page(desk: Desk) -> None:
    desk.draft(*clear())

    page = desk.as_("gd").get(f"/ke-hoach/{DRAFT}")

    assert f'href="/ke-hoach/{DRAFT}/ra-soat"' in page.text
    assert "/nhiem-vu/KH-MOI" not in page.text
