"""`unit` on the command line: changes of the organisation with their previews."""

import json

import pytest

from tests.support.terminal import Terminal

BASIS = ("--decision", "12/QĐ-STTTT", "--as", "cvp")
ROOMS = """\
Mã,Tên đơn vị,Trực thuộc,Lãnh đạo phụ trách,Theo dõi,Từ ngày
P1,Phòng Một,SO,pgd,,01/01/2020
P2,Phòng Hai,SO,pgd,,
"""
MEMBERS = """\
Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử
tp1,Trưởng Một,P1,Trưởng phòng,tp1@so.example
cv1,Viên Một,P1,Chuyên viên,cv1@so.example
tp2,Trưởng Hai,P2,Trưởng phòng,tp2@so.example
"""
MERGE = ("unit", "merge", "P1", "P2", "--into", "P3", "--name", "Phòng Ba", "--head", "tp2")


@pytest.fixture
def divided(office: Terminal) -> Terminal:
    """An office with two more divisions."""
    assert office("unit", "import", office.write("rooms.csv", ROOMS)).code == 0
    assert office("person", "import", office.write("members.csv", MEMBERS)).code == 0
    return office


def codes(office: Terminal, *more: str) -> dict[str, str]:
    """Return the names of the units by code."""
    listed = office("unit", "list", "--json", *more).json["units"]
    return {one["code"]: one["name"] for one in listed}


def test_a_preview_names_everything_that_moves_and_writes_nothing(divided: Terminal) -> None:
    before = codes(divided)

    answer = divided(*MERGE, "--from", "03/01/2023", *BASIS, "--dry-run")

    assert answer.code == 0
    assert [line.split()[1] for line in answer.out.splitlines()[1:]] == ["tp1", "cv1", "tp2"]
    assert "chưa ghi gì" in answer.err
    assert codes(divided) == before


def test_s48_units_merge_today_and_the_list_of_yesterday_is_as_it_was(divided: Terminal) -> None:
    done = divided(*MERGE, "--from", "03/01/2023", *BASIS, "--json").json

    assert (done["ended"], done["heirs"], done["is_planned"]) == (["P1", "P2"], ["P3"], False)
    assert "P3" in codes(divided)
    assert "P1" not in codes(divided)
    assert codes(divided, "--on", "02/01/2023")["P1"] == "Phòng Một"
    assert "P1" not in codes(divided, "--on", "31/12/2019")


def test_s48_a_change_of_a_later_day_waits_and_holds_from_its_midnight(
    divided: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = divided(*MERGE, "--from", "01/02/2023", *BASIS)
    before = codes(divided)
    monkeypatch.setenv("DONDOC_NOW", "2023-02-01T00:01")

    later = divided("unit", "rename", "P3", "--name", "Phòng Số", "--from", "2/2/2023", *BASIS)

    assert "sẽ thực hiện lúc 00:00 ngày 01/02/2023" in planned.err
    assert "P3" not in before
    assert later.code == 0
    assert codes(divided)["P3"] == "Phòng Ba"


def test_a_waiting_change_is_listed_and_may_be_withdrawn(divided: Terminal) -> None:
    divided(*MERGE, "--from", "01/02/2023", *BASIS)
    number = divided("unit", "changes").out.splitlines()[1].split()[0]

    answer = divided("unit", "withdraw", number, "--note", "hoãn", "--as", "gd")

    assert answer.code == 0
    assert "đã rút" in divided("unit", "changes").out
    assert divided("unit", "changes", "--json").json["changes"][0]["state"] == "withdrawn"


def test_s48_a_split_without_an_allocation_names_whoever_has_no_place(divided: Terminal) -> None:
    file = divided.write(
        "tach.toml",
        '[units.P4]\nname = "Phòng Bốn"\nhead = "tp1"\n[units.P5]\nname = "Phòng Năm"\n',
    )

    answer = divided("unit", "split", "P1", "--allocation", file, "--from", "3/1/2023", *BASIS)

    assert answer.code == 78
    assert "cv1: chưa phân về đơn vị nào" in answer.err
    assert codes(divided)["P1"] == "Phòng Một"


def test_a_file_of_allocation_is_refused_with_every_fault(divided: Terminal) -> None:
    file = divided.write("tach.toml", '[units.P4]\nnam = "x"\n[tasks]\nT1 = 4\n[task]\n')

    answer = divided("unit", "split", "P1", "--allocation", file, "--from", "3/1/2023", *BASIS)

    assert answer.code == 78
    assert "units.P4.nam" in answer.err
    assert "tasks.T1" in answer.err
    assert "có phải ý là 'tasks'?" in answer.err


def test_a_unit_is_dissolved_into_another_and_a_function_goes_with_its_people(
    divided: Terminal,
) -> None:
    given = divided("unit", "transfer", "P1", "--to", "P2", "--person", "cv1", "--from",
                    "2/1/2023", *BASIS, "--json").json  # fmt: skip

    done = divided("unit", "dissolve", "P1", "--into", "P2", "--from", "3/1/2023", *BASIS,
                   "--json").json  # fmt: skip

    assert [one["name"] for one in given["moved"]] == ["cv1"]
    assert [one["name"] for one in done["moved"]] == ["tp1"]
    people = divided("person", "list", "--json").json["people"]
    assert {one["unit"] for one in people if one["code"] in ("cv1", "tp1")} == {"P2"}


def test_a_split_gives_everybody_his_new_unit(divided: Terminal) -> None:
    file = divided.write(
        "tach.toml",
        '[units.P4]\nname = "Phòng Bốn"\nhead = "tp1"\n[units.P5]\nname = "Phòng Năm"\n'
        '[people]\ntp1 = "P4"\ncv1 = "P5"\n',
    )

    answer = divided("unit", "split", "P1", "--allocation", file, "--from", "3/1/2023", *BASIS)

    people = divided("person", "list", "--json").json["people"]
    assert answer.code == 0
    assert {one["code"]: one["unit"] for one in people if one["code"] in ("tp1", "cv1")} == {
        "tp1": "P4", "cv1": "P5",
    }  # fmt: skip


def test_rule18_a_refusal_is_recorded_under_the_name_of_who_asked(divided: Terminal) -> None:
    answer = divided(*MERGE, "--from", "03/01/2023", "--decision", "12/QĐ", "--as", "tp1")

    divided("audit", "export", "-o", "log.jsonl")
    lines = (divided.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(json.loads(line).get("body", "{}")) for line in lines]
    refused = [one for one in entries if one.get("action") == "command.refused"]
    assert answer.code == 77
    assert "tp1 không được sắp xếp tổ chức" in answer.err
    assert [one["actor"] for one in refused] == ["tp1"]


def test_an_ended_unit_takes_nobody_in(divided: Terminal) -> None:
    divided(*MERGE, "--from", "03/01/2023", *BASIS)
    rows = "Mã,Họ tên,Đơn vị,Chức vụ\nx,Người Mới,P1,Chuyên viên\n"

    person = divided("person", "import", divided.write("more.csv", rows))
    unit = divided("unit", "import", divided.write("again.csv", ROOMS))

    assert person.code == 78
    assert "'Phòng Ba'" in person.err
    assert unit.code == 78
    assert "P1 đã kết thúc ngày 02/01/2023" in unit.err
