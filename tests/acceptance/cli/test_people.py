"""Who there is: lists imported whole or not at all, people added and disabled, substitutes."""

import json

import pytest

from tests.acceptance.cli.conftest import PEOPLE, UNITS
from tests.support.terminal import Terminal


def test_importing_twice_changes_nothing(office: Terminal) -> None:
    units = office("unit", "import", "units.csv", "--json").json
    people = office("person", "import", "people.csv", "--json").json

    assert units == {
        "created": [],
        "updated": [],
        "unchanged": ["SO", "VP", "CNTT"],
        "warnings": [],
    }
    assert people["unchanged"] == ["gd", "pgd", "cvp", "tp", "cv"]
    assert people["created"] == people["updated"] == []


def test_vietnamese_words_become_the_six_positions(office: Terminal) -> None:
    people = office("person", "list", "--json").json

    assert people["next"] is None
    assert {one["code"]: one["position"] for one in people["people"]} == {
        "gd": "director",
        "pgd": "deputy_director",
        "cvp": "unit_head",
        "tp": "unit_head",
        "cv": "officer",
    }


def test_the_unit_of_a_person_may_be_named_by_code_name_or_alias(office: Terminal) -> None:
    rows = "Mã,Họ tên,Đơn vị,Chức vụ\na,A,cntt,Chuyên viên\nb,B,Phòng Công nghệ,Chuyên viên\n"

    answer = office("person", "import", office.write("more.csv", f"{rows}c,C,P. CNTT,Phó phòng\n"))

    listed = office("person", "list", "--json").json["people"]
    assert answer.code == 0
    assert {one["code"]: one["unit"] for one in listed if one["code"] in "abc"} == {
        "a": "CNTT", "b": "CNTT", "c": "CNTT",
    }  # fmt: skip


def test_a_unit_nobody_knows_is_answered_with_the_one_that_was_meant(office: Terminal) -> None:
    rows = "Mã,Họ tên,Đơn vị,Chức vụ\na,A,Phòng Công ngệ,Chuyên viên\n"

    answer = office("person", "import", office.write("more.csv", rows))

    assert answer.code == 78
    assert "không có đơn vị 'Phòng Công ngệ'; có phải ý là 'Phòng Công nghệ'?" in answer.err


def test_a_leader_is_kept_by_code_until_he_is_imported(installed: Terminal) -> None:
    installed("unit", "import", installed.write("units.csv", UNITS))
    before = installed("unit", "list", "--json").json["units"]

    installed("person", "import", installed.write("people.csv", PEOPLE))

    after = installed("unit", "list", "--json").json["units"]
    assert (
        [one["leader"] for one in before] == [None, "gd", "pgd"] == [one["leader"] for one in after]
    )
    again = installed("unit", "import", "units.csv", "--json").json
    assert again["unchanged"] == ["SO", "VP", "CNTT"]


def test_every_bad_row_is_named_and_nothing_is_imported(office: Terminal) -> None:
    office.write(
        "people.csv",
        "Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử\n"
        "moi,Người Mới,VP,Chuyên viên,moi@so.example\n"
        "sai mã,Ai Đó,VP,Chuyên viên,\n"
        "a,,VP,Chuyên viên,\n"
        "b,Người B,KHONG,Chuyên viên,\n"
        "c,Người C,VP,Phi công,\n"
        'd,Người D,VP,Chuyên viên,"d@so.example\nBcc: x@y.example"\n'
        "moi,Trùng Mã,VP,Chuyên viên,\n"
        "e,Người E,VP,Chuyên viên,,2023-02-30\n",
    )

    answer = office("person", "import", "people.csv")

    assert answer.code == 78
    places = [line.split(":")[0].strip() for line in answer.err.splitlines()[1:]]
    assert places == [
        "dòng 3, cột Mã",
        "dòng 4, cột Họ tên",
        "dòng 6, cột Chức vụ",
        "dòng 7, cột Thư điện tử",
        "dòng 9",
        "dòng 10",
        "dòng 5",
    ]
    assert len(office("person", "list", "--json").json["people"]) == 5


@pytest.mark.parametrize(
    ("rows", "place", "word"),
    [
        ("SO,Sở,,,,\n", "cột Theo dõi", "không đơn vị nào"),
        ("SO,Sở,,,,x\nVP,Văn phòng,SO,,,x\n", "dòng 3", "cũng được đánh dấu"),
        ("SO,Sở,VP,,,\nVP,Văn phòng,SO,,,x\n", "dòng 2", "SO → VP → SO"),
        ("SOTT,Sở,,,,x\nVP,Văn phòng,S0TT,,,\n", "dòng 3", "có phải ý là 'SOTT'"),
        ("SO,Sở,SO,,,x\n", "dòng 2, cột Trực thuộc", "chính nó"),
        ("SO,Sở,,,,có lẽ\n", "dòng 2, cột Theo dõi", "không hiểu"),
    ],
)
def test_units_that_make_no_agency_are_refused(
    installed: Terminal, rows: str, place: str, word: str
) -> None:
    header = UNITS.splitlines()[0]

    answer = installed("unit", "import", installed.write("u.csv", f"{header}\n{rows}"))

    assert answer.code == 78
    assert f"  {place}: " in answer.err
    assert word in answer.err
    assert installed("unit", "list", "--json").json["units"] == []


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "rỗng"),
        (b"\x00\x01\x02\xff" * 50, "nhị phân"),
        (UNITS.replace("Mã", "STT").encode(), "cột Mã"),
        (UNITS.encode() + b'X,"m\xe1\xbb\x9f', "nháy kép"),
        ("Mã,Tên đơn vị,Theo dõi\nSO,Sở ở đây,x\n".encode("cp1258", "replace"), "UTF-8"),
        (b"M\xc3\xa3,T\xc3\xaan\n", "không có dòng nào"),
        (b"PK\x03\x04" + b"x" * 100, "Word/Excel"),
    ],
)
def test_what_is_no_table_of_units_is_answered_clearly(
    installed: Terminal, content: bytes, word: str
) -> None:
    (installed.folder / "units.csv").write_bytes(content)

    answer = installed("unit", "import", "units.csv")

    assert answer.code == 78
    assert word in answer.err
    assert "Traceback" not in answer.err


def test_semicolons_utf_16_and_decomposed_letters_are_read_like_the_rest(
    office: Terminal,
) -> None:
    import unicodedata

    table = unicodedata.normalize("NFD", UNITS.replace("VPS; Văn phòng", "")).replace(",", ";")
    office.write("units.csv", table, encoding="utf-16")

    again = office("unit", "import", "units.csv", "--json").json

    assert (again["updated"], again["unchanged"]) == (["VP"], ["SO", "CNTT"])


def test_english_headers_in_another_order_are_read(installed: Terminal) -> None:
    table = "Monitor,Name,Code\nyes,Department,SO\n,Office,VP\n"

    answer = installed("unit", "import", installed.write("u.csv", table), "--json")

    assert answer.json["created"] == ["SO", "VP"]
    assert "không trực thuộc ai" in answer.json["warnings"][0]


def test_the_monitoring_unit_can_move_in_one_import(office: Terminal) -> None:
    moved = UNITS.replace("Văn phòng,x", "Văn phòng,").replace("P. CNTT,", "P. CNTT,x")

    answer = office("unit", "import", office.write("units.csv", moved), "--json")

    assert answer.json["updated"] == ["VP", "CNTT"]
    marks = {one["code"]: one["monitor"] for one in office("unit", "list", "--json").json["units"]}
    assert marks == {"SO": False, "VP": False, "CNTT": True}


def test_two_heads_of_one_unit_are_a_warning(office: Terminal) -> None:
    table = PEOPLE.replace("cv,Vũ Văn Viên,CNTT,Chuyên viên", "cv,Vũ Văn Viên,CNTT,Trưởng phòng")

    answer = office("person", "import", office.write("people.csv", table))

    assert answer.code == 0
    assert "CNTT có 2 trưởng: tp, cv" in answer.err


def test_a_position_with_a_first_day_ends_the_one_before(office: Terminal) -> None:
    table = (
        "Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử,Từ ngày\n"
        "cv,Vũ Văn Viên,VP,Chuyên viên,cv@so.example,01/07/2023\n"
    )

    answer = office("person", "import", office.write("moi.csv", table), "--json")

    assert answer.json["updated"] == ["cv"]
    june = office("person", "list", "--json", DONDOC_NOW="2023-06-30T08:00").json["people"]
    july = office("person", "list", "--json", DONDOC_NOW="2023-07-01T08:00").json["people"]
    assert (june[-1]["unit"], july[-1]["unit"]) == ("CNTT", "VP")
    assert office("person", "import", "moi.csv", "--json").json["unchanged"] == ["cv"]


def test_a_person_is_added_and_disabled(office: Terminal) -> None:
    added = office("person", "add", "moi", "--name", "Người Mới", "--unit", "VP")
    twice = office("person", "add", "moi", "--name", "Người Mới", "--unit", "VP")
    wrong = office("person", "add", "m2", "--name", "M", "--unit", "VP", "--email", "a b")

    gone = office("person", "disable", "moi")

    assert (added.code, twice.code, wrong.code, gone.code) == (0, 77, 78, 0)
    assert office("person", "disable", "moi").code == 77
    assert office("person", "disable", "khong").code == 77
    assert office("person", "list", "--json").json["people"][-1]["disabled"] is True


def delegate(office: Terminal, *, by: str, absent: str = "tp", to: str = "cv") -> int:
    dates = ("--from", "2023-02-01", "--to", "10/02/2023")
    return office("person", "delegate", absent, to, *dates, "--as", by).code


def test_the_person_his_head_and_the_monitor_may_name_a_substitute(office: Terminal) -> None:
    assert delegate(office, by="tp") == 0
    assert delegate(office, by="cvp") == 0
    assert delegate(office, by="tp", absent="cv", to="tp") == 0
    assert delegate(office, by="gd", absent="pgd", to="gd") == 0
    assert delegate(office, by="cv") == 77
    assert delegate(office, by="pgd") == 77


def test_a_delegation_that_makes_no_sense_is_refused(office: Terminal) -> None:
    def refused(*words: str) -> int:
        return office("person", "delegate", *words).code

    dates = ("--from", "2023-02-01", "--to", "2023-02-10")
    assert refused("tp", "tp", *dates, "--as", "tp") == 77
    assert refused("tp", "khong", *dates, "--as", "tp") == 77
    assert refused("tp", "cv", "--from", "2023-02-10", "--to", "2023-02-01", "--as", "tp") == 77
    assert refused("tp", "cv", "--from", "2022-02-01", "--to", "2022-02-02", "--as", "tp") == 77
    assert refused("tp", "cv", "--from", "31/02/2023", "--to", "2023-03-02", "--as", "tp") == 2
    assert refused("tp", "cv", *dates) == 77


def test_the_real_lists_are_imported_without_a_word(installed: Terminal, samples: object) -> None:
    seed = f"{samples}/seed-2023"

    units = installed("unit", "import", f"{seed}/units.csv", "--json").json
    people = installed("person", "import", f"{seed}/people.csv", "--json").json

    assert (len(units["created"]), units["warnings"]) == (7, [])
    assert (len(people["created"]), people["warnings"]) == (22, [])
    again = installed("person", "import", f"{seed}/people.csv", "--json").json
    assert len(again["unchanged"]) == 22


def test_s40_what_a_person_is_refused_is_in_the_record_whatever_it_concerns(
    office: Terminal,
) -> None:
    dates = ("--from", "2023-02-01", "--to", "2023-02-10")
    office("person", "delegate", "tp", "cv", *dates, "--as", "cv")
    office("calendar", "set", "2023-02-03", "off", "--source", "QĐ 12", "--as", "tp")
    office("plan", "activate", "KH-KHÔNG-CÓ", "--as", "cvp", "--for", "gd")
    office("mail", "pause", "--note", "x", "--as", "tp")
    office("audit", "export", "-o", "log.jsonl")

    lines = (office.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(json.loads(line).get("body", "{}")) for line in lines]
    refused = [one for one in entries if one.get("action") == "command.refused"]
    assert [(one["before"]["command"], one["actor"], one["cause"]) for one in refused] == [
        ("person delegate", "cv", "not_permitted"),
        ("calendar set", "tp", "not_permitted"),
        ("plan activate", "cvp", "unknown"),
        ("mail pause", "tp", "not_permitted"),
    ]
    assert refused[2]["on_behalf_of"] == "gd"
    assert office("audit", "verify").code == 0


def test_s30_who_acts_in_a_post_holds_it_only_while_nobody_is_appointed(office: Terminal) -> None:
    office.write(
        "quyen.csv",
        "Mã,Họ tên,Đơn vị,Chức vụ,Quyền phụ trách\n"
        "q1,Người Quyền,CNTT,Quyền Trưởng phòng,\n"
        "q2,Người Phụ trách,CNTT,Trưởng phòng,x\n"
        "q3,Phó phụ trách,CNTT,Phó Trưởng phòng phụ trách,\n",
    )

    answer = office("person", "import", "quyen.csv", "--json")

    assert answer.json["warnings"] == ["chưa có địa chỉ thư: q1, q2, q3"]
    seen = {one["code"]: one for one in office("person", "list", "--json").json["people"]}
    held = [(seen[code]["position"], seen[code]["acting"]) for code in ("q1", "q2", "q3", "tp")]
    assert held == [
        ("unit_head", True), ("unit_head", True), ("deputy_head", True), ("unit_head", False),
    ]  # fmt: skip


def test_an_absence_is_listed_shortened_and_then_no_more(office: Terminal) -> None:
    delegate(office, by="tp")
    seen = office("person", "absences", "--json").json["absences"]

    shorter = office("person", "delegate", "tp", "cv", "--end", "2023-02-05", "--as", "tp")

    assert [(one["person"], one["substitute"], one["is_now"]) for one in seen] == [
        ("tp", "cv", False)
    ]
    assert shorter.code == 0
    (left,) = office("person", "absences", "--json").json["absences"]
    assert left["to_on"] == "2023-02-05"
    assert office("person", "delegate", "tp", "cv", "--as", "tp").code == 2


def test_a_leader_is_put_in_charge_of_a_field_listed_and_discharged(office: Terminal) -> None:
    def charge(*words: str) -> int:
        return office("person", "charge", "pgd", *words).code

    done = charge("--field", "Thể chế", "--source", "TB 12", "--as", "cvp")
    rows = office("person", "charges", "--json").json["charges"]
    over = charge("--field", "thể chế", "--end", "2023-01-09", "--as", "gd")

    assert (done, over) == (0, 0)
    assert [(one["leader"], one["field"]) for one in rows if one["field"]] == [("pgd", "Thể chế")]
    assert charge("--as", "cvp", "--source", "TB") == 77
    assert charge("--unit", "CNTT", "--as", "cvp") == 77
    assert charge("--unit", "CNTT", "--source", "TB", "--as", "tp") == 77
    assert (
        office("person", "charge", "cv", "--unit", "VP", "--source", "T", "--as", "gd").code == 77
    )


def test_a_charge_from_the_table_of_units_is_ended_there(office: Terminal) -> None:
    rows = office("person", "charges", "--json").json["charges"]
    unit, leader = next((one["unit"], one["leader"]) for one in rows if not one["field"])

    refused = office("person", "charge", leader, "--unit", unit, "--end", "2023-12-31",
                     "--as", "cvp")  # fmt: skip

    assert refused.code == 77
    assert f"{unit} do {leader} phụ trách theo danh sách đơn vị" in refused.err
    assert "unit import" in refused.err


def test_s49_who_leaves_hands_over_on_the_command_line_after_a_preview(office: Terminal) -> None:
    refused = office("person", "disable", "tp", "--as", "cvp")
    seen = office("person", "disable", "tp", "--successor", "cv", "--dry-run", "--json",
                  "--as", "cvp")  # fmt: skip

    done = office("person", "disable", "tp", "--successor", "cv", "--as", "cvp")

    assert (refused.code, seen.code, done.code) == (77, 0, 0)
    assert "chức vụ đứng đầu (CNTT)" in refused.err
    assert seen.json["duties"] == {"posts": ["CNTT"]}
    assert seen.json["is_done"] is False
    people = {one["code"]: one for one in office("person", "list", "--json").json["people"]}
    assert (people["tp"]["disabled"], people["cv"]["position"]) == (True, "unit_head")
