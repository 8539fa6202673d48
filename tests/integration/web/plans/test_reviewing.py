"""Reviewing a draft on a page: what is asked, what the file says beside it, what is settled."""

from datetime import date

import pytest

from tests.support.handing import DRAFT, Desk, doubtful, read, titled

PAGE = f"/ke-hoach/{DRAFT}/ra-soat"


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    """A draft with five rows, of four of which something is asked."""
    desk.draft(*doubtful())
    return desk


def test_rows_are_shown_with_what_is_asked_and_the_passage_they_come_from(drafted: Desk) -> None:
    page = drafted.as_("vp1").get(PAGE)

    assert "Cần xem (4) Tạo mới (1) Bỏ qua (0) Tất cả (5)" in read(page)
    assert "trang 3, dòng 12 1. Xây dựng kế hoạch trong quý I" in read(page)
    assert "Nhận hạn 31/03/2014" in read(page).replace("31/3/", "31/03/")


def test_an_answer_beside_a_row_settles_it(drafted: Desk) -> None:
    answer = drafted.as_("vp1").post(PAGE, data={"answer": "1\tdue\t2014-03-31"})

    assert answer.headers["location"] == f"{PAGE}?tab=asked&xong=1"
    assert drafted.rows()["1"].questions == ()


def test_keeping_one_of_two_that_look_alike_keeps_the_other(drafted: Desk) -> None:
    drafted.as_("vp1").post(PAGE, data={"answer": "3\tkeep\t"})

    rows = drafted.rows()
    assert (rows["3"].questions, rows["4"].questions) == ((), ())


def test_rows_are_settled_together_where_their_answer_is_plain(drafted: Desk) -> None:
    ticked = {"item": ["1", "2", "3", "4"], "with": "accept", "tab": "asked"}

    answer = drafted.as_("vp1").post(PAGE, data=ticked)

    left = {code for code, row in drafted.rows().items() if row.questions}
    assert answer.status_code == 303
    assert left == {"2"}


def test_many_rows_get_their_lead_unit_at_once(drafted: Desk) -> None:
    drafted.as_("vp1").post(PAGE, data={"item": ["2", "5"], "with": "lead", "unit": "VP"})

    assert [drafted.rows()[code].lead for code in ("2", "5")] == ["VP", "VP"]


def test_one_row_is_edited_as_a_whole(drafted: Desk) -> None:
    said = {"decision": "", "kind": "task", "due": "30/4/2014", "lead": "CNTT",
            "assignee": "cv", "verifier": "", "output": "Báo cáo"}  # fmt: skip

    answer = drafted.as_("vp1").post(f"{PAGE}/2", data=said)

    row = drafted.rows()["2"]
    assert answer.status_code == 303
    assert (row.lead, row.assignee, row.output, row.questions) == ("CNTT", "cv", "Báo cáo", ())
    assert row.due == (date(2014, 4, 30),)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"due": "31/2/2014"}, "không phải một ngày"), ({"due": "30/4/14"}, "ngày hợp lý"),
     ({"assignee": "cvp"}, "không thuộc"), ({"kind": "nonsense"}, "nonsense"),
     ({"verifier": "a\0b"}, "không dùng được")],
)  # fmt: skip
def test_what_cannot_be_taken_changes_nothing_and_nothing_typed_is_lost(
    drafted: Desk, wrong: dict[str, str], said: str
) -> None:
    before = drafted.rows()["2"]
    form = {"kind": "task", "due": "30/4/2014", "lead": "CNTT", "output": "Gõ dở", **wrong}

    answer = drafted.as_("vp1").post(f"{PAGE}/2", data=form)

    assert answer.status_code == 422
    assert said in read(answer)
    assert "Gõ dở" in answer.text
    assert drafted.rows()["2"] == before


def test_a_bulk_of_nothing_says_so(drafted: Desk) -> None:
    answer = drafted.as_("vp1").post(PAGE, data={"with": "accept"})

    assert answer.status_code == 422
    assert "ít nhất một dòng" in read(answer)


def test_who_follows_no_plan_decides_nothing(drafted: Desk) -> None:
    before = drafted.rows()

    answers = [
        drafted.as_("gd").post(PAGE, data={"answer": "1\tdrop\t"}),
        drafted.as_("gd").post(f"{PAGE}/1", data={"decision": "drop"}),
    ]

    assert [each.status_code for each in answers] == [403, 403]
    assert drafted.rows() == before


def test_a_draft_does_not_exist_for_whoever_may_not_see_it(drafted: Desk) -> None:
    reader = drafted.as_("cv")

    answers = [reader.get(path) for path in (PAGE, f"/ke-hoach/{DRAFT}", f"{PAGE}/1")]

    assert [each.status_code for each in answers] == [404, 404, 403]
    assert DRAFT not in read(reader.get("/ke-hoach"))


def test_what_stands_in_a_file_is_text_and_no_markup(desk: Desk) -> None:
    desk.draft(titled("<script>alert(1)</script>{{7*7}}"))
    reader = desk.as_("vp1")

    pages = [reader.get(path).text for path in (f"{PAGE}?tab=all", f"{PAGE}/1",
                                                f"/ke-hoach/{DRAFT}/giao-viec")]  # fmt: skip

    assert all("<script>alert" not in page for page in pages)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in pages[0]
