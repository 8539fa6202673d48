"""From the words of a cell to a reminder: nothing leaves from a date nobody has confirmed."""

from datetime import date

import pytest

from config.defaults import reading_rules
from engine.draft import Deadline
from engine.errors import Undecided
from tests.support.drafts import item, plan, row, worksheet
from tests.support.intake import Intake
from workflows.planfile import intake_rules, judged, read_deadline

RULES = intake_rules(reading_rules("intake"))
YEAR = 2014
#: Phrases that leave something open, each with the output beside it.
DOUBTFUL = {
    "Dự kiến quý II": "",
    "30/6/2014; 30/11/2014": "",
    "Trình Hội nghị trước ngày 30/6": "",
    "Thứ Hai, 01/7/2014": "",
    "31/6/2014": "",
    "13/25/2014": "",
    "30/6/2041": "",
    "Cuối năm": "",
    "Theo lộ trình": "",
    "10 ngày làm việc kể từ ngày nhận văn bản": "",
    "Hằng tháng, quý": "",
    "Đầu mỗi tháng": "",
    "30/11/2014": "Báo cáo trước ngày 15/12/2014",
}
SURE = ("Truoc 30/6", "Quy II", "Trước ngày 15/9/2014", "Từ tháng 6 đến tháng 8/2014", "T9")


def read(phrase: str, output: str = "") -> Deadline:
    deadline = read_deadline(phrase, year=YEAR, rules=RULES)
    return judged(deadline, output=output, year=YEAR, rules=RULES)[0]


def test_s67_nothing_is_told_from_a_date_that_nobody_confirmed(intake: Intake) -> None:
    codes = [str(n) for n in range(1, len(DOUBTFUL) + 1)]
    intake.read(plan(*(item(code) for code in codes)))
    intake.fill(
        worksheet(
            *(
                row(n, code, deadline=read(phrase, output))
                for n, (code, (phrase, output)) in enumerate(
                    zip(codes, DOUBTFUL.items(), strict=True), start=2
                )
            )
        )
    )

    with pytest.raises(Undecided) as refused:
        intake.activate()

    assert {fault.place for fault in refused.value.faults} == set(codes)
    assert intake.world.ledger() == []


def test_s67_a_confirmed_date_is_told_and_a_plain_one_needs_no_confirmation(
    intake: Intake,
) -> None:
    codes = [str(n) for n in range(1, len(SURE) + 1)]
    intake.read(plan(*(item(code) for code in codes), item("99")))
    intake.fill(
        worksheet(
            *(row(n, code, deadline=read(SURE[n - 2])) for n, code in enumerate(codes, start=2)),
            row(99, "99", deadline=read("Cuối năm")),
        )
    )
    intake.decide("99", "due", date(2014, 12, 31))

    done = intake.activate()

    assert done.assigned == len(SURE) + 1
    assert intake.items()["1"].due == (date(2014, 6, 29),)
