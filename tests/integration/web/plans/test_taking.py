"""Handing a plan in: nothing of it is a plan until somebody has said what its columns are."""

import pytest

from engine.commands.plan_imports import MOST_OPEN
from tests.support.handing import DRAFT, PLAIN, STRANGE, Desk, clear, read

MAPPED = {"c0": "number", "c1": "task", "c2": "lead", "c3": "deadline"}


def test_a_table_with_strange_headers_becomes_a_draft_once_its_columns_are_named(
    desk: Desk,
) -> None:
    reader = desk.as_("vp1")

    begun = desk.hand_in(STRANGE)
    page = reader.get(begun.headers["location"])
    before = desk.states()
    named = reader.post(f"{begun.headers['location']}/cot", data={**MAPPED, "then": "next"})

    assert begun.status_code == named.status_code == 303
    assert "Chưa nhận ra bảng nhiệm vụ" in read(page)
    assert "Việc phải làm" in read(page)
    assert DRAFT not in before
    assert named.headers["location"] == f"/ke-hoach/{DRAFT}/ra-soat"
    assert [(row.title, row.lead) for row in desk.rows().values()] == [
        ("Xây dựng kế hoạch", "CNTT"), ("Tập huấn nghiệp vụ", "VP"),
    ]  # fmt: skip
    assert desk.imports() == [("done", True)]


def test_what_was_chosen_is_there_when_somebody_goes_on_later(desk: Desk) -> None:
    reader = desk.as_("vp1")
    begun = desk.hand_in(STRANGE).headers["location"]

    kept = reader.post(f"{begun}/cot", data={**MAPPED, "then": "later"})
    listed = reader.get("/ke-hoach")
    page = reader.get(begun)

    assert kept.headers["location"] == "/ke-hoach?xong=giu-lai"
    assert "bang.csv" in read(listed)
    assert "Đọc được 2 mục" in read(page)


def test_a_wrong_file_is_refused_with_every_place_and_leaves_nothing(desk: Desk) -> None:
    twice = PLAIN.replace("TT", "Mã").replace("\n2,", "\n1,")

    answer = desk.hand_in(twice)

    assert answer.status_code == 422
    assert "dòng 2 và dòng 3" in read(answer)
    assert "hai dòng cùng mã 1" in read(answer)
    assert f'value="{DRAFT}"' in answer.text
    assert desk.imports() == []


@pytest.mark.parametrize(
    ("data", "wrong"),
    [({"code": ""}, 'id="code-mistake"'), ({"year": "abc"}, 'id="year-mistake"'),
     ({"code": "a/b"}, "mã kế hoạch")],
)  # fmt: skip
def test_what_is_wrong_with_the_form_is_said_at_its_place(
    desk: Desk, data: dict[str, str], wrong: str
) -> None:
    answer = desk.hand_in(PLAIN, **data)

    assert answer.status_code == 422
    assert wrong in answer.text
    assert desk.imports() == []


def test_a_form_without_a_file_says_so(desk: Desk) -> None:
    answer = desk.as_("vp1").post("/ke-hoach/nhap", data={"code": "KH", "year": "2014"})

    assert answer.status_code == 422
    assert 'id="file-mistake"' in answer.text


def test_a_plan_that_is_active_is_not_imported_over(desk: Desk) -> None:
    answer = desk.hand_in(PLAIN, code="KH-2014")

    assert answer.status_code == 422
    assert "quyết định điều chỉnh" in read(answer)
    assert desk.imports() == []


def test_a_draft_is_not_read_again_for_another_year(desk: Desk) -> None:
    desk.draft(*clear())

    answer = desk.hand_in(PLAIN, year="2015")

    assert answer.status_code == 422
    assert "là của năm 2014" in read(answer)


def test_a_file_read_again_changes_the_draft_it_became(desk: Desk) -> None:
    reader = desk.as_("vp1")
    newer = PLAIN.replace("Tập huấn nghiệp vụ", "Tập huấn nghiệp vụ một cửa")
    reader.post(f"{desk.hand_in(PLAIN).headers['location']}/cot", data={"then": "next"})

    begun = desk.hand_in(newer).headers["location"]
    page = read(reader.get(begun))
    reader.post(f"{begun}/cot", data={"then": "next"})

    assert "Tạo mới 0, thay đổi 1, không đổi 1" in page
    assert [row.title for row in desk.rows().values()] == [
        "Xây dựng kế hoạch", "Tập huấn nghiệp vụ một cửa",
    ]  # fmt: skip


def test_two_columns_cannot_be_the_same_one(desk: Desk) -> None:
    begun = desk.hand_in(STRANGE).headers["location"]

    answer = desk.as_("vp1").post(f"{begun}/cot", data={**MAPPED, "c3": "lead", "then": "next"})

    assert answer.status_code == 422
    assert "Hai cột cùng là “Chủ trì”" in read(answer)
    assert DRAFT not in desk.states()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_column_that_there_is_none_of_is_a_mistake_however_often_it_is_sent(desk: Desk) -> None:
    begun = desk.hand_in(STRANGE).headers["location"]

    answer = desk.as_("vp1").post(f"{begun}/cot", data={"c1": "boss", "c2": "boss"})

    assert answer.status_code == 422
    assert 'href="#c2"' in answer.text


@pytest.mark.parametrize("who", ["cv", "gd"])
def test_only_the_monitoring_unit_hands_plans_in(desk: Desk, who: str) -> None:
    answers = [desk.as_(who).get("/ke-hoach/nhap"), desk.hand_in(PLAIN, by=who)]

    assert [each.status_code for each in answers] == [403, 403]
    assert desk.imports() == []


def test_an_import_is_for_whoever_began_it(desk: Desk) -> None:
    begun = desk.hand_in(PLAIN).headers["location"]
    colleague = desk.as_("cvp")

    answers = [
        colleague.get(begun),
        colleague.post(f"{begun}/cot", data={"then": "next"}),
        colleague.post(f"{begun}/bo"),
        colleague.get("/ke-hoach/nhap/nothing"),
    ]

    assert [each.status_code for each in answers] == [404, 404, 404, 404]
    assert desk.imports() == [("open", True)]


def test_a_file_that_is_given_up_is_forgotten(desk: Desk) -> None:
    begun = desk.hand_in(PLAIN).headers["location"]
    reader = desk.as_("vp1")

    given_up = reader.post(f"{begun}/bo")
    again = reader.post(f"{begun}/cot", data={"then": "next"})

    assert given_up.status_code == 303
    assert again.status_code == 409
    assert desk.imports() == [("given_up", False)]


def test_nobody_has_more_files_open_than_a_handful(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.commands.plan_imports.MOST_OPEN", 1)
    desk.hand_in(PLAIN)

    answer = desk.hand_in(PLAIN, code="KH-HAI")

    assert MOST_OPEN <= 10
    assert answer.status_code == 422
    assert len(desk.imports()) == 1


def test_every_step_of_an_import_is_in_the_record(desk: Desk) -> None:
    begun = desk.hand_in(PLAIN).headers["location"]

    desk.as_("vp1").post(f"{begun}/cot", data={"then": "next"})

    steps = [action for action, who in desk.actions() if who == "vp1" and "session" not in action]
    assert steps[:2] == ["import.opened", "import.settled"]
    assert set(steps[2:]) == {"plan.imported", "import.done"}
