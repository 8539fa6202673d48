"""Two statements of one plan: what differs is said, what only reads differently is not."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adjustment import (
    Entry,
    Stated,
    changed_fields,
    compare,
    compare_documents,
    matched,
    stated_by,
    stated_from,
)
from engine.draft import Deadline
from engine.joining import Titled
from tests.support.drafts import deadline, item, plan

JUNE, JULY = date(2014, 6, 30), date(2014, 7, 31)


def line(code: str = "II.1", **other: Any) -> Stated:
    """Return an item as a version states it."""
    return Stated(
        **{"code": code, "title": f"Nhiệm vụ {code} của kế hoạch", "kind": "task", **other}
    )


_TEXTS = st.text(max_size=12)
_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(
    st.builds(
        Stated, code=_TEXTS, title=_TEXTS, kind=_TEXTS, parent=st.none() | _TEXTS.filter(bool),
        section=_TEXTS, field=_TEXTS, lead=st.none() | _TEXTS.filter(bool),
        coordinating=st.lists(_TEXTS).map(tuple), due=st.lists(_DAYS).map(tuple),
        due_on=st.none() | _DAYS, output=st.none() | _TEXTS.filter(bool),
        citations=st.lists(_TEXTS).map(tuple), state=st.none() | st.just("assigned"),
    )
)  # fmt: skip
def test_what_a_version_keeps_is_read_back_as_it_was(one: Stated) -> None:
    kept = json.loads(json.dumps(one.as_mapping()))

    assert stated_from({"code": "", "title": "", "kind": "", **kept}) == one


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ({}, {}, []),
        ({"title": "Sửa đổi  Quy chế"}, {"title": "sửa đổi Quy chế"}, []),
        ({"deadline": "Quý II", "due": (JUNE,)}, {"deadline": "30/6/2014", "due": (JUNE,)}, []),
        ({"deadline": "Quý II", "due": (JUNE,)}, {"deadline": "Quý II", "due": (JULY,)}, ["due"]),
        ({"deadline": "khi có yêu cầu"}, {"deadline": "thường xuyên"}, ["deadline"]),
        ({"lead": "VP", "output": None}, {"lead": "CNTT", "output": "Báo cáo"},
         ["lead", "output"]),
        ({"state": "assigned", "due_on": JUNE}, {"state": "reported", "due_on": JULY}, []),
    ],
)  # fmt: skip
def test_only_what_the_plan_says_otherwise_is_a_change(
    before: dict[str, Any], after: dict[str, Any], fields: list[str]
) -> None:
    changes = changed_fields(line(**before), line(**after))

    assert [one.field for one in changes] == fields


def test_an_item_that_was_given_up_is_removed_and_one_taken_up_again_is_added() -> None:
    old = [line("1"), line("2", state="cancelled"), line("3", decision="drop"), line("4")]
    new = [line("1", state="cancelled"), line("2", state="in_progress"), line("3"), line("4")]

    changes = compare(old, new)

    assert [(one.code, one.what) for one in changes] == [
        ("2", "added"), ("3", "added"), ("1", "removed"),
    ]  # fmt: skip


def test_documents_are_joined_by_title_where_codes_say_nothing() -> None:
    old = [line("II.1.1", title="Sửa đổi Quy chế thư điện tử công vụ", due=(JUNE,), lead="VP")]
    new = [line("7", title="Sửa đổi Quy chế thư điện tử công vụ", due=(JULY,))]

    (change,) = compare_documents(old, new)

    assert (change.code, change.what) == ("II.1.1", "changed")
    assert [(one.field, one.old, one.new) for one in change.fields] == [
        ("due", "2014-06-30", "2014-07-31")
    ]


def test_a_title_cut_short_changes_neither_itself_nor_what_it_cites() -> None:
    whole = "Thực hiện Nghị định số 61/2018/NĐ-CP và Thông tư số 01/2018/TT-VPCP về một cửa"
    old = [line(title=whole, citations=("61/2018/NĐ-CP", "01/2018/TT-VPCP"))]
    new = [line(title=whole[:45], citations=("61/2018/NĐ-CP",))]

    assert compare_documents(old, new) == ()


def test_a_class_that_only_first_words_suggest_is_no_change() -> None:
    old = [line(title="Tiếp tục cập nhật trang tin của cơ quan", due=(JUNE,))]
    new = stated_by(plan(item("II.1", title="Tiếp tục cập nhật trang tin của cơ quan",
                              kind="standing", section="", field="")), None)  # fmt: skip

    assert compare_documents(old, new) == ()


def test_a_document_states_its_items_as_it_writes_them() -> None:
    draft = plan(
        item("1", lead="P. CNTT", coordinating=("Các xã",), deadline=deadline("2014-06-30"))
    )

    (one,) = stated_by(draft, None)

    assert (one.lead, one.coordinating, one.due) == ("P. CNTT", ("Các xã",), (JUNE,))


PLAN = [
    Titled(code="1", title="Sửa đổi Quy chế thư điện tử"),
    Titled(code="2", title="Nâng cấp cổng thông tin"),
    Titled(code="3", title="Tập huấn chữ ký số"),
]


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([("1", None), ("3", None)], {0: "1", 1: "3"}),
        ([("1", "Sửa đổi Quy chế")], {0: "1"}),
        ([("1", "Sửa đổi Quy chế thư điện tử"), ("2", "Việc mới của năm nay"),
          ("3", "Nâng cấp cổng thông tin"), ("4", "Tập huấn chữ ký số")],
         {0: "1", 2: "2", 3: "3"}),
        ([("2", "Tập huấn chữ ký số"), ("3", "Nâng cấp cổng thông tin")], {0: "3", 1: "2"}),
        ([("9", "Một việc chưa từng có trong kế hoạch")], {}),
        ([("9", None)], {}),
        ([("2", "Nâng cấp cổng thông tin điện tử và trang tin các phòng")], {0: "2"}),
    ],
)  # fmt: skip
def test_a_row_means_the_item_of_its_title_before_that_of_its_number(
    rows: list[tuple[str, str | None]], meant: dict[int, str]
) -> None:
    entries = [
        Entry(place=code, code=code, title=title, deadline=Deadline(phrase="", kind="none"))
        for code, title in rows
    ]

    found = matched(entries, PLAN)

    assert {place: one.code for place, one in found.items()} == meant
    assert all(one.is_sure for one in found.values())


@pytest.mark.parametrize(
    "title", ["Sửa đổi Quy chế thư điện tử và chữ ký số", "Sửa đổi Quy chế thư điện tư"]
)
def test_a_title_that_says_more_or_otherwise_than_an_item_means_it_for_sure_by_code_alone(
    title: str,
) -> None:
    rows = [Entry(place="dòng 2", code=code, title=title) for code in ("1", "9")]

    found = [matched([row], PLAN)[0] for row in rows]

    assert [(one.code, one.is_sure) for one in found] == [("1", True), ("1", False)]


def test_a_document_does_not_take_the_dates_of_a_recurring_item_away() -> None:
    heading = Stated(code="1", title="Báo cáo quý", kind="heading", due=(JUNE,))
    child = Stated(code="1.1", title="Báo cáo quý (kỳ 1/1)", kind="task", parent="1", due=(JUNE,))
    stated = Stated(code="1", title="Báo cáo quý", kind="recurring", due=(JUNE,))

    assert compare_documents([heading, child], [stated]) == ()
