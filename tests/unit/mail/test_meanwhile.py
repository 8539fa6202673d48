"""What a mail says to somebody who was away; short, by name and day."""

from dataclasses import replace
from datetime import date

from dondoc.mail import meanwhile
from dondoc.mail.cleaning import cleaned
from dondoc.mail.phrases import phrases
from engine.notices import Deed, Meanwhile, Told
from tests.support.letters import REMINDER

GONE = Meanwhile(
    from_on=date(2014, 3, 10),
    to_on=date(2014, 3, 12),
    done=(Deed(label="Báo cáo kết quả", on=date(2014, 3, 11), name="Lê An"),),
    told=(
        Told(on=date(2014, 3, 10), rung="remind-0", kind="reminder", name="Lê An"),
        Told(on=date(2014, 3, 12), rung="escalate-1", kind="escalation", name="Lê An"),
    ),
)


def test_s26_a_summary_names_what_was_done_and_who_was_told_on_which_days() -> None:
    item = replace(REMINDER, kind="decision", ladder="", rung="absence_summary", meanwhile=GONE)

    said = phrases(item, today=date(2014, 3, 13), office="Văn phòng Sở")

    assert said.opening.endswith("trong thời gian đồng chí vắng (10/3 – 12/3/2014).")
    assert dict(said.facts)["Đã làm thay"] == "Báo cáo kết quả 11/3 (Lê An)"
    assert dict(said.facts)["Báo người thay"] == "10/3, 12/3 (Lê An)"
    assert said.ask == "Đề nghị đồng chí nắm lại tình hình và tiếp tục theo dõi, thực hiện."


def test_a_message_of_nothing_else_says_in_its_subject_that_it_is_of_an_absence() -> None:
    item = replace(REMINDER, kind="decision", ladder="", rung="absence_summary", meanwhile=GONE)
    change = replace(REMINDER, code="II.9", kind="decision", ladder="", rung="due_set")

    alone = meanwhile.spell([item, replace(item, code="II.8")])
    mixed = meanwhile.spell([item, change])

    assert alone == "10/3 – 12/3/2014"
    assert mixed == ""


def test_whoever_was_not_away_reads_nothing_of_it() -> None:
    item = replace(REMINDER, kind="decision", ladder="", rung="due_set")

    assert meanwhile.facts(item) == ()


def test_text_deep_inside_a_letter_is_one_line_as_well() -> None:
    deed = Deed(label="a\r\nBcc: x", on=date(2014, 3, 11), name="Lê\nAn")
    item = replace(
        REMINDER, meanwhile=Meanwhile(from_on=GONE.from_on, to_on=GONE.to_on, done=(deed,))
    )

    found = cleaned(item).meanwhile

    assert found is not None
    assert [(one.label, one.name) for one in found.done] == [("a Bcc: x", "Lê An")]
