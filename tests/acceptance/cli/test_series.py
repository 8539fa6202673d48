"""Work that comes back and periodic reports, from the command line."""

import pytest

from tests.support.terminal import Terminal

PLAN = "KH-2023"
TABLE = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Sửa đổi Quy chế thư điện tử công vụ,CNTT,cv,30/6/2023,Quyết định
2,Báo cáo tình hình an toàn thông tin,CNTT,cv,Hằng quý,Báo cáo
"""


@pytest.fixture
def running(office: Terminal) -> Terminal:
    """An active plan with one task and one item that comes back each quarter."""
    table = office.write("ke-hoach.csv", TABLE)
    taken = office("plan", "import", table, "--year", "2023", "--code", PLAN, "--as", "cvp")
    assert taken.code == 0, taken.err
    activated = office("plan", "activate", PLAN, "--as", "cvp")
    assert activated.code == 0, activated.err
    return office


@pytest.fixture
def reporting(office: Terminal) -> Terminal:
    """An active plan that asks for monthly and quarterly reports."""
    text = (
        "KẾ HOẠCH\nCải cách hành chính năm 2023\n\nI. MỤC ĐÍCH\n1. Nâng cao chất lượng.\n\n"
        "II. NHIỆM VỤ\n1. Công tác chỉ đạo\n- Thường xuyên rà soát văn bản.\n\n"
        "III. TỔ CHỨC THỰC HIỆN\n"
        "1. Văn phòng Sở: Định kỳ báo cáo hằng tháng, hằng quý, 6 tháng và năm gửi Sở Nội vụ theo "
        "quy định.\n"
    )
    file = office.write("ke-hoach.txt", text)
    taken = office("plan", "import", file, "--year", "2023", "--code", PLAN, "--as", "cvp")
    assert taken.code in (0, 1), taken.err
    items = office("plan", "show", PLAN, "--json").json["items"]
    sheet = "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Thời gian hoàn thành\n" + "".join(
        f'{one["code"]},"{one["title"]}",VP,Thường xuyên\n'
        for one in items
        if one["kind"] != "heading"
    )
    filled = office("plan", "import", office.write("phan-cong.csv", sheet), "--into", PLAN,
                    "--as", "cvp")  # fmt: skip
    assert filled.code in (0, 1), filled.err
    activated = office("plan", "activate", PLAN, "--as", "cvp")
    assert activated.code == 0, activated.err
    return office


def test_what_comes_back_is_listed_with_its_rule(running: Terminal) -> None:
    shown = running("series", "list", "--json")

    (one,) = shown.json["series"]
    assert (one["code"], one["rule"], one["lead"]) == ("2", "quarter 31", "CNTT")
    assert "quarter 31" in running("series", "list").out


def test_s51_an_edit_is_seen_before_it_is_made(running: Terminal) -> None:
    wanted = ("series", "edit", "2", "--from", "1/7/2023", "--unit", "VP", "--as", "cvp")

    seen = running(*wanted, "--dry-run", "--json").json
    before = running("series", "show", "2", "--json").json
    done = running(*wanted, "--note", "phân công lại")
    after = running("series", "show", "2", "--json").json

    assert (seen["changed"], seen["written"]) == (["2.3", "2.4"], False)
    assert len(before["series"]) == 1
    assert done.code == 0, done.err
    assert "đổi: 2.3, 2.4" in done.out
    assert [one["lead"] for one in after["occurrences"]] == ["CNTT", "CNTT", "VP", "VP"]
    assert [one["state"] for one in after["series"]] == ["ended", "active"]


def test_s51_an_occurrence_is_left_out_and_a_series_ended(running: Terminal) -> None:
    left_out = running("series", "skip", "2", "2023-Q2", "--note", "nhập 6 tháng", "--as", "cvp")
    ended = running("series", "end", "2", "--from", "1/10/2023", "--note", "thôi", "--as", "cvp")

    shown = running("series", "show", "2", "--json").json
    states = {one["occurrence"]: one["state"] for one in shown["occurrences"]}
    assert (left_out.code, ended.code) == (0, 0)
    assert states == {
        "2023-Q1": "assigned", "2023-Q2": "cancelled", "2023-Q3": "assigned",
        "2023-Q4": "cancelled",
    }  # fmt: skip
    assert [one["reason"] for one in shown["skipped"]] == ["nhập 6 tháng"]


def test_s50_work_on_the_last_working_day_is_added(running: Terminal) -> None:
    done = running(
        "series", "add", PLAN, "9", "--title", "Chốt số liệu tháng", "--rule", "month wd-1",
        "--unit", "CNTT", "--assignee", "cv", "--as", "cvp", "--json",
    )  # fmt: skip

    days = {
        one["occurrence"]: one["due"]
        for one in running("series", "show", "9", "--json").json["occurrences"]
    }
    assert len(done.json["opened"]) == 12
    assert (days["2023-01"], days["2023-04"]) == ("2023-01-31", "2023-04-28")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("edit", "2", "--from", "1/7/2023", "--unit", "VP", "--as", "cv"), 77, "không được"),
        (("edit", "22", "--from", "1/7/2023", "--unit", "VP", "--as", "cvp"), 77, "22"),
        (("edit", "2", "--from", "1/7/2023", "--rule", "quý", "--as", "cvp"), 77, "quy tắc"),
        (("edit", "2", "--from", "hôm qua", "--unit", "VP", "--as", "cvp"), 2, "không phải ngày"),
        (("skip", "2", "2023-Q9", "--note", "x", "--as", "cvp"), 77, "2023-Q9"),
        (("skip", "2", "2023-Q2", "--as", "cvp"), 77, "lý do"),
        (("end", "2", "--note", "x"), 77, "--as"),
    ],
)
def test_what_is_refused_is_said_in_words(
    running: Terminal, arguments: tuple[str, ...], code: int, words: str
) -> None:
    refused = running("series", *arguments)

    assert refused.code == code
    assert words in refused.err


def test_a_plan_says_which_reports_it_asks_for_and_by_when(reporting: Terminal) -> None:
    lines = {
        one["period"]: one for one in reporting("report", "lines", PLAN, "--json").json["lines"]
    }

    march = next(one for one in lines["month"]["windows"] if one["key"] == "2023-03")
    assert set(lines) == {"month", "quarter", "half_year", "year"}
    assert (march["from"], march["to"], march["send_by"]) == (
        "2023-02-15", "2023-03-14", "2023-03-16",
    )  # fmt: skip
    assert "thay bằng 2023-H1" in reporting("report", "lines", PLAN).out


def test_a_report_that_was_sent_is_shown_with_its_number_and_its_delay(
    reporting: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_NOW", "2023-01-19T09:00")
    done = reporting("report", "submit", "BC-2023-01", "--number", "05/BC-STN", "--as", "cvp")

    rows = {one["code"]: one for one in reporting("report", "list", "--json").json["reports"]}

    assert done.code == 0, done.err
    # Closed on Saturday 14 January, to be sent by Tuesday 17.
    assert rows["BC-2023-01"]["due"] == "2023-01-17"
    assert (rows["BC-2023-01"]["number"], rows["BC-2023-01"]["late_working_days"]) == (
        "05/BC-STN", 2,
    )  # fmt: skip
    assert rows["BC-2023-Q1"]["state"] == "assigned"
    assert "BC-2023-01" not in reporting("report", "list", "--open").out


def test_a_report_sent_before_its_figures_end_is_kept_and_pointed_out(
    reporting: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_NOW", "2023-01-19T09:00")

    early = reporting("report", "submit", "BC-2023-Q1", "--as", "cvp")
    ended = reporting("report", "submit", "BC-2023-01", "--as", "cvp")

    assert (early.code, ended.code) == (0, 0)
    assert "kỳ số liệu còn đến 14/03/2023; nếu ghi nhầm: dondoc task reopen BC-2023-Q1" in early.err
    assert "LƯU Ý" not in ended.err


def test_a_report_is_waived_by_the_office_with_a_reason(reporting: Terminal) -> None:
    without = reporting("report", "waive", "BC-2023-01", "--as", "cvp")
    by_another = reporting("report", "waive", "BC-2023-01", "--note", "x", "--as", "tp")
    done = reporting("report", "waive", "BC-2023-01", "--note", "có báo cáo quý", "--as", "cvp")

    (first, *_) = reporting("report", "list", "--json").json["reports"]
    assert (without.code, by_another.code, done.code) == (77, 77, 0)
    assert first["state"] == "waived"


def test_what_is_no_report_is_not_sent_as_one(running: Terminal) -> None:
    refused = running("report", "submit", "1", "--as", "cvp")

    assert refused.code == 77


def test_nothing_is_made_up_twice(reporting: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_NOW", "2023-03-20T08:00")

    first, again = (reporting("series", "make-up").err for _ in range(2))

    assert ("Đã mở 3 kỳ" in first, "Đã mở 0 kỳ" in again) == (True, True)
