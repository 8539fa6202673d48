"""When periodic reports are sent: set before a plan runs, and said when it begins to."""

import json

import pytest

from tests.support.terminal import Terminal

PLAN = "KH-2023"
DOCUMENT = (
    "KẾ HOẠCH\nCải cách hành chính năm 2023\n\nI. MỤC ĐÍCH\n1. Nâng cao chất lượng.\n\n"
    "II. NHIỆM VỤ\n1. Công tác chỉ đạo\n- Thường xuyên rà soát văn bản.\n\n"
    "III. TỔ CHỨC THỰC HIỆN\n"
    "1. Văn phòng Sở: Định kỳ báo cáo hằng quý, 6 tháng và năm gửi Sở Nội vụ theo quy định.\n"
)


@pytest.fixture
def draft(office: Terminal) -> Terminal:
    """A decided draft that asks for quarterly, half-yearly and yearly reports."""
    file = office.write("ke-hoach.txt", DOCUMENT)
    taken = office("plan", "import", file, "--year", "2023", "--code", PLAN, "--as", "cvp")
    assert taken.code in (0, 1), taken.err
    for one in office("plan", "show", PLAN, "--json").json["items"]:
        if one["kind"] != "heading":
            office("plan", "decide", PLAN, one["code"], "lead", "VP", "--as", "cvp")
    return office


def test_s55_activation_says_which_reports_are_urged_by_when_and_who_changes_it(
    draft: Terminal,
) -> None:
    done = draft("plan", "activate", PLAN, "--as", "cvp")

    assert done.code == 0, done.err
    said = [one for one in done.err.splitlines() if "BC-" in one]
    assert said[0] == (
        "  lưu ý: BC-quy: từ nay nhắc báo cáo hằng quý gửi Sở Nội vụ: Báo cáo quý I/2023 chậm nhất "
        "16/03/2023, tức 2 ngày làm việc sau ngày chốt số liệu; hạn khác "
        "thì: dondoc series edit BC-quy --from NGÀY --rule QUY-TẮC"
    )
    assert [one.split(":")[1].strip() for one in said] == ["BC-quy", "BC-6-thang", "BC-nam"]


def test_activation_says_the_same_to_a_program(draft: Terminal) -> None:
    done = draft("plan", "activate", PLAN, "--as", "cvp", "--json")

    places = [one["place"] for one in done.json["warnings"]]
    assert {"BC-quy", "BC-6-thang", "BC-nam"} <= set(places)
    assert (done.json["plan"], done.json["people_told"]) == (PLAN, 1)


def test_s55_a_date_that_is_set_before_the_plan_runs_is_the_one_it_runs_by(
    draft: Terminal,
) -> None:
    done = draft("report", "line", PLAN, "BC-6-thang", "--send-by", "day 6", "--as", "cvp")
    shown = draft("report", "lines", PLAN).out
    activated = draft("plan", "activate", PLAN, "--as", "cvp").err

    assert done.code == 0, done.err
    assert "ngày 6 của tháng cuối kỳ" in done.err
    assert "BC-6-thang: gửi chậm nhất ngày 6 của tháng cuối kỳ (day 6)" in shown
    assert "Báo cáo 6 tháng đầu năm 2023 chậm nhất 06/06/2023" in activated
    reports = {one["code"]: one for one in draft("report", "list", "--json").json["reports"]}
    assert reports["BC-2023-H1"]["due"] == "2023-06-06"
    assert reports["BC-2023-H1"]["figures_to"] == "2023-06-05"


def test_a_rule_that_was_set_outlives_another_reading_of_the_plan(draft: Terminal) -> None:
    draft("report", "line", PLAN, "quarter", "--send-by", "day 20", "--as", "cvp")
    more = DOCUMENT.replace("hằng quý, 6 tháng", "hằng tháng, hằng quý, 6 tháng")

    file = draft.write("ke-hoach.txt", more)
    again = draft("plan", "import", file, "--year", "2023", "--code", PLAN, "--as", "cvp")

    assert again.code in (0, 1), again.err
    lines = {one["period"]: one for one in draft("report", "lines", PLAN, "--json").json["lines"]}
    assert (lines["quarter"]["send_by"], lines["month"]["send_by"]) == ("day 20", "cutoff + 2wd")


def test_setting_a_line_is_in_the_record(draft: Terminal) -> None:
    draft("report", "line", PLAN, "BC-nam", "--send-by", "day 25 -1", "--as", "cvp")

    draft("audit", "export", "-o", "log.jsonl")
    lines = (draft.folder / "log.jsonl").read_text("utf-8").splitlines()
    (entry,) = (one for one in lines if "report_line.set" in one)
    assert json.loads(entry)
    assert "cvp" in entry
    assert "day 25 -1" in entry
    assert "cutoff + 2wd" in entry


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (("BC-nam", "--send-by", "hôm nào đó", "--as", "cvp"), "không phải hạn gửi"),
        (("BC-nam", "--send-by", "day 40", "--as", "cvp"), "không phải hạn gửi"),
        (("BC-tuan", "--send-by", "day 20", "--as", "cvp"), "Không có báo cáo của kế hoạch nào"),
        (("BC-nam", "--send-by", "day 20", "--as", "tp"), "tp không được đặt hạn gửi báo cáo"),
    ],
)
def test_a_line_that_cannot_be_set_is_refused_in_words(
    draft: Terminal, wanted: tuple[str, ...], words: str
) -> None:
    refused = draft("report", "line", PLAN, *wanted)

    assert refused.code == 77
    assert words in refused.err


def test_the_line_of_a_running_plan_is_changed_as_a_series(draft: Terminal) -> None:
    draft("plan", "activate", PLAN, "--as", "cvp")

    refused = draft("report", "line", PLAN, "BC-nam", "--send-by", "day 20", "--as", "cvp")

    assert refused.code == 77
    assert "dondoc series edit" in refused.err


def test_refusals_about_a_report_do_not_speak_of_contributions(draft: Terminal) -> None:
    draft("plan", "activate", PLAN, "--as", "cvp")

    silent = draft("report", "waive", "BC-2023-Q1", "--as", "cvp").err
    stranger = draft("report", "waive", "BC-2023-Q1", "--note", "x", "--as", "tp").err
    draft("report", "waive", "BC-2023-Q1", "--note", "đã có báo cáo khác", "--as", "cvp")
    late = draft("report", "submit", "BC-2023-Q1", "--as", "cvp").err

    assert silent == "Muốn miễn gửi báo cáo phải ghi lý do (--note).\n"
    assert stranger.startswith("tp không được miễn gửi báo cáo")
    assert "“miễn gửi”" in late
    assert "không giao" not in silent + stranger + late
