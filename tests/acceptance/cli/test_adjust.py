"""A plan changed by decisions, from the command line: seen before, done once, readable for ever."""

import email
from email import policy
from pathlib import Path

import pytest

from tests.support.documents import word
from tests.support.terminal import Terminal

PLAN = "KH-2023"
TABLE = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm
1,Sửa đổi Quy chế thư điện tử công vụ,CNTT,cv,30/6/2023,Quyết định
2,Rà soát thủ tục hành chính nội bộ,CNTT,cv,30/6/2023,Báo cáo
3,Tập huấn sử dụng chữ ký số,VP,,31/8/2023,Kế hoạch
"""
CHANGES = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời gian hoàn thành,Sản phẩm,Quyết định
1,,,,30/9/2023,,
2,,VP,cvp,,,
3,,,,,,bỏ
4,Khảo sát mức độ hài lòng của người dân,CNTT,cv,30/11/2023,Báo cáo,
"""
DECIDED = ("--decision", "15/QĐ-STN", "--date", "2/1/2023")


@pytest.fixture
def running(office: Terminal) -> Terminal:
    """An active plan of three tasks."""
    table = office.write("ke-hoach.csv", TABLE)
    taken = office("plan", "import", table, "--year", "2023", "--code", PLAN, "--as", "cvp")
    assert taken.code == 0, taken.err
    assert office("plan", "activate", PLAN, "--as", "cvp").code == 0
    return office


def _adjust(dondoc: Terminal, *more: str, text: str = CHANGES) -> tuple[str, ...]:
    file = dondoc.write("dieu-chinh.csv", text)
    return ("plan", "adjust", file, "--into", PLAN, *DECIDED, "--as", "cvp", *more)


def test_s46_a_decision_is_seen_before_it_is_carried_out(running: Terminal) -> None:
    seen = running(*_adjust(running, "--dry-run"))

    assert seen.code == 0
    assert "~ 1  đổi: Sửa đổi Quy chế thư điện tử công vụ" in seen.out
    assert "    thời hạn: 30/06/2023 → 30/09/2023" in seen.out
    assert "    chủ trì: CNTT → VP" in seen.out
    assert "- 3  bỏ: Tập huấn sử dụng chữ ký số" in seen.out
    assert "+ 4  thêm: Khảo sát mức độ hài lòng của người dân" in seen.out
    assert "Nếu điều chỉnh thật, KH-2023: bản 2; đổi 2, thêm 1, bỏ 1, không đổi 0" in seen.err
    assert running("plan", "show", PLAN, "--json").json["plan"]["version"] == 1


def test_s46_a_decision_is_carried_out_once_and_each_person_gets_one_message(
    running: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    running("relay", "--once")
    monkeypatch.setenv("DONDOC_NOW", "2023-01-03T14:00")
    running("relay", "--once")
    before = set(running.folder.rglob("*.eml"))

    done = running(*_adjust(running, "--json", "--note", "Theo nghị quyết mới"))
    again = running(*_adjust(running, "--json"))

    assert (done.json["version"], done.json["people_told"]) == (2, 3)
    assert done.json["summary"] == {"added": 1, "removed": 1, "changed": 2, "unchanged": 0}
    assert (again.json["version"], again.json["changes"]) == (None, [])
    monkeypatch.setenv("DONDOC_NOW", "2023-01-03T14:10")
    assert running("relay", "--once").code == 0
    letters = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in set(running.folder.rglob("*.eml")) - before
    ]
    assert sorted(one["To"].addresses[0].username for one in letters) == ["cv", "cvp", "tp"]


def test_s46_every_version_stays_readable_and_can_be_compared(running: Terminal) -> None:
    assert running(*_adjust(running)).code == 0

    listed = running("plan", "versions", PLAN, "--json").json["versions"]
    first = running("plan", "show", PLAN, "--version", "1", "--json").json
    second = running("plan", "show", PLAN, "--version", "2").out
    differences = running("plan", "diff", f"{PLAN}@1", f"{PLAN}@2", "--json").json

    assert [(one["version"], one["decision"]) for one in listed] == [
        (0, None), (1, None), (2, "15/QĐ-STN"),
    ]  # fmt: skip
    assert [one["due"] for one in first["items"]] == [
        ["2023-06-30"],
        ["2023-06-30"],
        ["2023-08-31"],
    ]
    assert "KH-2023@2" in second
    assert "theo 15/QĐ-STN ngày 02/01/2023" in second
    assert differences["summary"] == {"added": 1, "removed": 1, "changed": 2}
    fields = {
        one["code"]: [each["field"] for each in one["fields"]] for one in differences["changes"]
    }
    assert fields == {"1": ["due"], "2": ["lead", "assignee"], "4": [], "3": []}


def test_s66_a_plan_is_compared_with_a_newer_file_before_anything_is_decided(
    running: Terminal,
) -> None:
    newer = running.write("moi.csv", TABLE.replace("31/8/2023", "30/9/2023"))
    same = running.write("cu.csv", TABLE)

    with_plan = running("plan", "diff", PLAN, newer)
    with_file = running("plan", "diff", same, newer, "--year", "2023")
    nothing = running("plan", "diff", PLAN, same)

    for seen in (with_plan, with_file):
        assert seen.out.splitlines() == [
            "~ 3  đổi: Tập huấn sử dụng chữ ký số", "    thời hạn: 31/08/2023 → 30/09/2023",
        ]  # fmt: skip
    assert (nothing.out, nothing.err.strip()) == ("", "Không có gì khác nhau.")


def test_s46_a_decision_in_word_is_joined_by_what_its_rows_say(running: Terminal) -> None:
    annex = word.document(
        word.paragraph("QUYẾT ĐỊNH"),
        word.paragraph("Về việc điều chỉnh Kế hoạch cải cách hành chính năm 2023"),
        word.paragraph("PHỤ LỤC NHIỆM VỤ ĐIỀU CHỈNH"),
        word.table(
            ("TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời gian hoàn thành", "Sản phẩm"),
            (
                "1",
                "Rà soát thủ tục hành chính nội bộ",
                "Phòng Công nghệ",
                "Quý III/2023",
                "Báo cáo",
            ),
            ("4", "Khảo sát mức độ hài lòng", "Văn phòng Sở", "Quý IV/2023", "Báo cáo"),
        ),
    )
    (running.folder / "qd.docx").write_bytes(annex)
    line = ("plan", "adjust", "qd.docx", "--into", PLAN, *DECIDED, "--as", "cvp")

    refused = running(*line)
    done = running(*line, "--absent", "keep")

    assert refused.code == 77
    assert "1: đang thực hiện mà tệp không nêu; --absent keep" in refused.err
    assert "~ 2  đổi: Rà soát thủ tục hành chính nội bộ" in done.out
    assert "    thời hạn: 30/06/2023 → 30/09/2023" in done.out
    assert "+ 4  thêm: Khảo sát mức độ hài lòng" in done.out
    assert "Giữ nguyên 2 việc tệp không nêu: 1, 3" in done.err


def test_s67_what_cannot_be_carried_out_is_refused_as_a_whole_with_every_row(
    running: Terminal,
) -> None:
    wrong = (
        CHANGES.replace("30/9/2023", "Quý nào đó")
        .replace("4,Khảo", "3.1,Khảo")
        .replace(",CNTT,cv,30/11", ",Sở Tài chính,,30/11")
    )

    refused = running(*_adjust(running, text=wrong))

    assert refused.code == 77
    assert "Chưa điều chỉnh được KH-2023: còn 2 chỗ phải quyết định" in refused.err
    assert "1: thời hạn 'Quý nào đó'" in refused.err
    assert "3.1: đơn vị chủ trì 'Sở Tài chính' không thuộc cơ quan" in refused.err
    assert running("plan", "versions", PLAN, "--json").json["versions"][-1]["version"] == 1
    assert running("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("plan", "show", PLAN, "--version", "7"), 77, "KH-2023@1"),
        (("plan", "show", PLAN, "--version", "0"), 77, "không giữ nội dung"),
        (("plan", "diff", "KH-NAO", PLAN), 77, "KH-NAO"),
        (("plan", "diff", f"{PLAN}@1", f"{PLAN}@5"), 77, "KH-2023@5"),
        (("plan", "diff", "units.csv", "people.csv"), 2, "--year"),
        (("plan", "versions", "KH-NAO"), 77, "KH-NAO"),
        (("plan", "adjust", "units.csv", "--into", PLAN, "--decision", "1", "--date", "hôm nay"), 2,
         "không phải ngày"),
        (("plan", "adjust", "units.csv", "--into", PLAN, *DECIDED), 77, "--as"),
    ],
)  # fmt: skip
def test_what_is_not_there_or_not_said_is_answered_in_words(
    running: Terminal, arguments: tuple[str, ...], code: int, words: str
) -> None:
    refused = running(*arguments)

    assert (refused.code, words in refused.err) == (code, True), refused.err


@pytest.mark.parametrize(
    ("by", "dated", "words"),
    [
        (("--as", "tp"), "2/1/2023", "không được điều chỉnh kế hoạch"),
        (("--as", "cvp"), "4/1/2023", "ngày quyết định: 04/01/2023 còn ở tương lai"),
    ],
)
def test_a_refused_adjustment_is_on_record(
    running: Terminal, by: tuple[str, ...], dated: str, words: str
) -> None:
    file = running.write("dieu-chinh.csv", CHANGES)

    refused = running(
        "plan", "adjust", file, "--into", PLAN, "--decision", "15/QĐ", "--date", dated, *by
    )

    assert (refused.code, words in refused.err) == (77, True), refused.err
    running("audit", "export", "-o", "log.jsonl")
    log = (running.folder / "log.jsonl").read_text("utf-8")
    assert "plan adjust" in log
    assert "command.refused" in log


def test_s66_the_documents_of_the_first_customer_say_nothing_new_once_they_are_in_force(
    installed: Terminal, samples: Path
) -> None:
    seed = samples / "seed-2023"
    text = str(next((samples / "plans").glob("00-*.txt")))
    sheet = str(seed / "assignments.csv")
    installed("unit", "import", str(seed / "units.csv"))
    installed("person", "import", str(seed / "people.csv"))
    installed("plan", "import", text, "--year", "2023", "--code", PLAN, "--as", "vp-cv1")
    installed("plan", "import", sheet, "--into", PLAN, "--as", "vp-cv1")
    assert installed("plan", "activate", PLAN, "--as", "vp-truong").code == 0

    for document in (text, sheet):
        done = installed(
            "plan", "adjust", document, "--into", PLAN, *DECIDED, "--as", "vp-truong", "--json"
        )

        assert (done.code, done.json["version"], done.json["changes"]) == (0, None, [])
        assert installed("plan", "diff", PLAN, text, "--json").json["changes"] == []


@pytest.mark.parametrize("wrong", ["3,,,,,,hủy nhé", ",Khảo sát một việc mới,CNTT,,30/11/2023,,"])
def test_a_cell_that_is_not_understood_is_named_and_not_passed_over(
    running: Terminal, wrong: str
) -> None:
    refused = running(*_adjust(running, "--absent", "keep", text=f"{CHANGES}{wrong}\n"))

    assert refused.code == 78
    assert "dòng 6, cột " in refused.err
    assert running("plan", "show", PLAN, "--json").json["plan"]["version"] == 1


def test_the_sheet_of_a_running_plan_says_that_it_comes_back_by_decision(running: Terminal) -> None:
    out = running("plan", "export", PLAN, "-o", "bang.xlsx", "--as", "cvp")

    assert out.code == 0, out.err
    assert f"dondoc plan adjust bang.xlsx --into {PLAN} --decision SỐ --date NGÀY" in out.err


def test_one_task_is_given_without_a_table_and_put_in_other_words(running: Terminal) -> None:
    said = ("--title", "Khảo sát mức độ hài lòng", "--lead", "CNTT", "--due", "30/11/2023",
            *DECIDED, "--as", "cvp")  # fmt: skip

    seen = running("plan", "add", PLAN, *said, "--dry-run")
    given = running("plan", "add", PLAN, *said, "--with", "VP", "--json").json
    words = ("--title", "Khảo sát sự hài lòng", *DECIDED, "--as", "cvp")
    changed, again = (running("plan", "reword", PLAN, given["code"], *words) for _ in range(2))

    assert "+ 4  thêm: Khảo sát mức độ hài lòng" in seen.out
    assert "Nếu điều chỉnh thật, KH-2023: bản 2" in seen.err
    assert (given["address"], given["version"]) == ("KH-2023/4", 2)
    assert "nội dung: Khảo sát mức độ hài lòng → Khảo sát sự hài lòng" in changed.out
    assert "đã là nội dung ấy" in again.err


def test_what_is_wrong_with_one_task_is_said_by_its_options(running: Terminal) -> None:
    wrong = running(
        "plan", "add", PLAN, "--title", " ", "--lead", "CNTT", "--assignee", "cvp", "--with",
        "CNTT", "--under", "9", *DECIDED, "--as", "cvp",
    )  # fmt: skip

    assert wrong.code == 78
    for option in ("--title", "--due", "--assignee", "--with", "--under"):
        assert f"{option}: " in wrong.err
