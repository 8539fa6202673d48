"""A whole plan: its head, its report lines, its marks, and the form in which it is printed."""

import hashlib
import random
import time
from datetime import date

import pytest

from engine.draft import DraftPlan
from engine.errors import BadInput
from workflows.planfile import (
    InputFile,
    IntakeRules,
    as_json,
    deadline_as_json,
    intake_rules,
    item_as_json,
    read_deadline,
    read_plan,
)

PLAN = """UBND TỈNH TRƯỜNG GIANG
SỞ NỘI VỤ
Số: 05 /KH-SNV
Trường Giang, ngày 03 tháng 01 năm 2023
KẾ HOẠCH
Thực hiện cải cách hành chính năm 2023
(Kèm theo Tờ trình)
Thực hiện Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ ban hành Chương trình; Kế hoạch
số 9/KH-UBND ngày 15/12/2022 của UBND tỉnh, Sở Nội vụ ban hành Kế hoạch năm 2023 như sau:
II. NHIỆM VỤ
1. Đào tạo
- Tổ chức lớp tập huấn kỹ năng số cho cán bộ của các cơ quan theo Kế hoạch số 9/KH-UBND;
- Tổ chức lớp tập huấn kỹ năng số cho cán bộ các cơ quan theo Kế hoạch số 9/KH-UBND.
IV. TỔ CHỨC THỰC HIỆN
Văn phòng theo dõi. Định kỳ báo cáo kết quả hằng tháng, quý, 6 tháng và năm về Sở Tài chính.
Khi vướng mắc, các phòng báo cáo lãnh đạo.
Nơi nhận:
- Lưu: VT.
"""


@pytest.fixture
def plan(rules: IntakeRules) -> DraftPlan:
    return read_plan(
        [InputFile(name="ke-hoach.txt", data=PLAN.encode())], code="KH-2023", year=2023, rules=rules
    )


def test_the_head_says_title_number_date_and_issuer(plan: DraftPlan) -> None:
    assert plan.title == "KẾ HOẠCH Thực hiện cải cách hành chính năm 2023"
    assert (plan.number, plan.date) == ("05/KH-SNV", date(2023, 1, 3))
    assert plan.issuer == "Sở Nội vụ"
    assert plan.digest == hashlib.sha256(PLAN.encode()).hexdigest()


def test_a_plan_does_not_cite_itself_and_counts_every_mention_of_others(plan: DraftPlan) -> None:
    assert [citation.number for citation in plan.citations] == [
        "76/NQ-CP", "9/KH-UBND", "9/KH-UBND", "9/KH-UBND",
    ]  # fmt: skip


def test_a_legal_basis_of_an_item_knows_what_the_document_said_of_it(plan: DraftPlan) -> None:
    (citation,) = plan.items[0].citations

    assert (citation.issuer, citation.date) == ("UBND tỉnh", date(2022, 12, 15))


def test_four_report_lines_come_from_one_sentence(plan: DraftPlan) -> None:
    assert [line.period for line in plan.report_lines] == ["month", "quarter", "half_year", "year"]
    assert {line.recipient for line in plan.report_lines} == {"Sở Tài chính"}
    assert {line.source.line for line in plan.report_lines} == {15}
    assert plan.report_lines[0].phrase.startswith("Định kỳ báo cáo")


def test_nearly_equal_titles_are_marked_on_both_sides(plan: DraftPlan) -> None:
    assert [item.near_duplicates for item in plan.items] == [("II.1.2",), ("II.1.1",)]
    assert [[w.code for w in item.warnings] for item in plan.items] == [["near_duplicate"]] * 2


def test_a_plan_without_a_head_is_still_read_and_called_by_its_code(rules: IntakeRules) -> None:
    text = "II. NHIỆM VỤ\n- Việc.\n"

    plan = read_plan(
        [InputFile(name="a.txt", data=text.encode())], code="KH", year=2023, rules=rules
    )

    assert (plan.title, plan.issuer, plan.number, plan.date) == ("KH", None, None, None)


def test_the_printed_form_keeps_its_promise(plan: DraftPlan) -> None:
    printed = as_json(plan)

    assert printed.keys() == {"plan", "items"}
    assert printed["plan"] == {
        "code": "KH-2023",
        "year": 2023,
        "title": "KẾ HOẠCH Thực hiện cải cách hành chính năm 2023",
        "issuer": "Sở Nội vụ",
        "number": "05/KH-SNV",
        "date": "2023-01-03",
        "signer": None,
        "bases": [plan.bases[0].text],
        "targets": [],
        "remarks": [],
        "citations": [
            {
                "number": "76/NQ-CP",
                "type": "Nghị quyết",
                "issuer": "Chính phủ",
                "date": "2021-07-15",
            },
            *[
                {
                    "number": "9/KH-UBND",
                    "type": "Kế hoạch",
                    "issuer": "UBND tỉnh",
                    "date": "2022-12-15",
                }
            ]
            * 3,
        ],
        "report_lines": [
            {"period": line.period, "recipient": "Sở Tài chính", "phrase": line.phrase}
            for line in plan.report_lines
        ],
    }


def test_a_printed_item_has_these_keys_and_no_others(plan: DraftPlan) -> None:
    items = as_json(plan)["items"]

    assert isinstance(items, list)
    assert list(items[0]) == [
        "code", "parent", "section", "field", "kind", "title", "missing", "near_duplicates",
        "lead", "leads", "coordinating", "deadline", "output", "citations", "source", "warnings",
    ]  # fmt: skip
    assert items[0]["source"] == {"line": 12, "passage": items[0]["title"]}
    assert items[0]["deadline"] is None


def test_a_printed_deadline_in_short_has_four_keys(rules: IntakeRules) -> None:
    table = "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Thời hạn\nII.1,Việc,Phòng A,Quý I\n"
    plan = read_plan(
        [InputFile(name="a.csv", data=table.encode())], code="KH", year=2023, rules=rules
    )

    item = item_as_json(plan.items[0])

    assert item["deadline"] == {
        "phrase": "Quý I", "kind": "quarter", "due": ["2023-03-31"], "confidence": "auto",
    }  # fmt: skip
    assert item["source"] == {"table": 1, "row": 2, "passage": "II.1 | Việc | Phòng A | Quý I"}


def test_a_printed_deadline_in_full_calls_its_beginning_from(rules: IntakeRules) -> None:
    deadline = read_deadline("Quý II - Quý III/2023", year=2023, rules=rules)

    assert deadline_as_json(deadline) == {
        "phrase": "Quý II - Quý III/2023",
        "kind": "range",
        "due": ["2023-09-30"],
        "from": "2023-04-01",
        "inclusive": True,
        "tentative": False,
        "period": None,
        "event": None,
        "n": None,
        "unit": None,
        "confidence": "auto",
    }


def test_whole_amounts_are_printed_whole(rules: IntakeRules) -> None:
    deadline = read_deadline("05 ngày làm việc kể từ ngày công khai", year=2023, rules=rules)

    assert repr(deadline_as_json(deadline)["n"]) == "5"


def test_five_thousand_items_are_read_in_seconds(rules: IntakeRules) -> None:
    chance = random.Random(7)
    words = [f"chữ{n}" for n in range(400)]
    titles = (" ".join(chance.choices(words, k=chance.randint(10, 45))) for _ in range(5000))
    text = "II. NHIỆM VỤ\n" + "".join(f"- Việc {n} {t};\n" for n, t in enumerate(titles))
    started = time.process_time()

    plan = read_plan(
        [InputFile(name="a.txt", data=text.encode())], code="KH", year=2023, rules=rules
    )

    # Three seconds on two cores; ten times that when they are busy with other work.
    assert time.process_time() - started < 30
    assert len(plan.items) == 5000


def test_rules_with_unknown_or_missing_keys_are_refused_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        intake_rules({"limits": {"text_bytes": 0, "colour": 1}})

    places = [fault.place for fault in caught.value.faults]
    assert {"limits.text_bytes", "limits.colour", "sections"} <= set(places)


def test_titles_that_differ_in_a_number_alone_are_no_duplicates(rules: IntakeRules) -> None:
    lines = ("Báo cáo kết quả cải cách quý I;", "Báo cáo kết quả cải cách quý II;",
             "Báo cáo kết quả cải cách các quý.")  # fmt: skip
    text = "II. NHIỆM VỤ\n1. Báo cáo\n" + "".join(f"- {line}\n" for line in lines)
    file = InputFile(name="ke-hoach.txt", data=text.encode())

    items = read_plan([file], code="KH", year=2023, rules=rules).items

    assert [one.near_duplicates for one in items] == [
        ("II.1.3",), ("II.1.3",), ("II.1.1", "II.1.2"),
    ]  # fmt: skip


def _dated(rules: IntakeRules, *, deadline: str, date_line: str) -> DraftPlan:
    text = (
        "UBND TỈNH TRƯỜNG GIANG\nSỞ NỘI VỤ\nSố: 05/KH-SNV\n"
        f"{date_line}\nKẾ HOẠCH\nCải cách hành chính năm 2026\n"
        "II. NHIỆM VỤ\n1. Cải cách thể chế\n- Rà soát văn bản của ngành.\n"
        f"Thời gian hoàn thành: {deadline}.\n"
    )
    files = [InputFile(name="a.txt", data=text.encode())]
    return read_plan(files, code="KH", year=2026, rules=rules)


SIGNED = "Trường Giang, ngày 08 tháng 4 năm 2026"


@pytest.mark.parametrize("deadline", ["25/12/2025", "Quý I", "Tháng 1; tháng 3"])
def test_a_date_that_was_over_when_the_plan_was_signed_has_to_be_confirmed(
    rules: IntakeRules, deadline: str
) -> None:
    (item,) = _dated(rules, deadline=deadline, date_line=SIGNED).items

    assert item.deadline is not None
    assert item.deadline.confidence == "confirm"
    (remark,) = [one for one in item.warnings if one.code == "due_before_plan"]
    assert "trước ngày ban hành kế hoạch 08/04/2026" in remark.message


@pytest.mark.parametrize(
    ("deadline", "date_line"),
    [
        ("08/4/2026", SIGNED), ("Hằng quý", SIGNED), ("Tháng 3; tháng 6", SIGNED),
        ("Thường xuyên", SIGNED), ("25/12/2025", "Trường Giang, ngày    tháng    năm 2026"),
    ],
)  # fmt: skip
def test_a_date_still_to_come_or_a_plan_without_one_raises_no_doubt(
    rules: IntakeRules, deadline: str, date_line: str
) -> None:
    (item,) = _dated(rules, deadline=deadline, date_line=date_line).items

    assert "due_before_plan" not in {one.code for one in item.warnings}


def test_columns_that_tables_of_one_form_ignore_are_said_once(rules: IntakeRules) -> None:
    header = "| TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn | {0} |\n|---|---|---|---|---|\n"
    forms = ("Mã màu", "Mã màu", "Mã số hồ sơ")
    text = "\n".join(
        f"Phụ lục {n}\n\n{header.format(form)}| 1 | Việc số {n} | Phòng A | 30/6 | đỏ |\n"
        for n, form in enumerate(forms, start=1)
    )

    plan = read_plan(
        [InputFile(name="a.md", data=text.encode())], code="KH", year=2026, rules=rules
    )

    ignored = [one.message for one in plan.remarks if one.code == "column_ignored"]
    assert len(plan.items) == len(forms)
    assert [("Mã màu" in one, "Mã số hồ sơ" in one) for one in ignored] == [
        (True, False), (False, True),
    ]  # fmt: skip
