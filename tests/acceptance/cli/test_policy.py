"""`dondoc policy`: the ladders of an office, seen, tried out and replaced from the command line."""

import json

import pytest

from config.defaults import default_policy
from tests.support.terminal import Answer, Terminal

LATE = """\
[[unit]]
rung = "escalate-1"
at = "+2wd"
to = ["unit_head"]
"""


def refusals(office: Terminal) -> list[tuple[str, str, str]]:
    """Return (command, actor, code) of what the record says was refused."""
    assert office("audit", "export", "-o", "log.jsonl").code == 0
    lines = (office.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(json.loads(line).get("body", "{}")) for line in lines]
    return [
        (one["before"]["command"], one["actor"], one["cause"])
        for one in entries
        if one.get("action") == "command.refused"
    ]


def test_what_is_shown_can_be_given_back_and_changes_nothing(office: Terminal) -> None:
    shown = office("policy", "show")
    office.write("thang.toml", shown.out)

    again = office("policy", "set", "thang.toml", "--as", "cvp")

    assert shown.out.startswith("# unit: phiên bản 1, từ 03/01/2023 08:00, căn cứ: dondoc, mặc")
    assert (again.code, again.err) == (0, "Không đổi: các thang này đang dùng rồi.\n")
    assert office("policy", "show").out == shown.out


def test_one_ladder_can_be_shown_and_all_of_them_as_json(office: Terminal) -> None:
    one = office("policy", "show", "verifier").out
    shown = office("policy", "show", "--json").json

    assert "[[verifier]]" in one
    assert "[[unit]]" not in one
    assert shown["next"] is None
    assert {each["name"]: each["rungs"] for each in shown["ladders"]} == {
        name: [dict(rung) for rung in rungs] for name, rungs in default_policy().ladders.items()
    }


def test_a_ladder_that_was_set_is_a_new_version_resting_on_its_source(office: Terminal) -> None:
    office.write("thang.toml", f'source = "QĐ 7/QĐ-SO"\n{LATE}')

    done = office("policy", "set", "thang.toml", "--as", "gd", "--note", "bớt thư")

    assert "Đã đổi thang unit (phiên bản 2)" in done.err
    unit = office("policy", "show", "unit", "--json").json["ladders"][0]
    assert (unit["version"], unit["source"]) == (2, "QĐ 7/QĐ-SO")
    assert [rung["rung"] for rung in unit["rungs"]] == ["escalate-1"]


def test_a_preview_answers_programs_and_people_and_writes_nothing(office: Terminal) -> None:
    office.write("thang.toml", LATE)

    plain = office("policy", "preview", "thang.toml", "--json").json
    told = office("policy", "preview", "thang.toml")

    assert plain["until"] == "2023-03-04"
    assert [one["change"] for one in plain["ladders"]] == ["moved", *["removed"] * 6]
    assert (plain["notices"], plain["warnings"], plain["next"]) == ([], [], None)
    assert "remind-7    thôi  -7wd assignee" in told.out
    assert "Chưa ghi gì" in told.err
    assert office("policy", "show", "unit", "--json").json["ladders"][0]["version"] == 1


def test_what_is_odd_is_said_and_done_all_the_same(office: Terminal) -> None:
    office.write("thang.toml", LATE.replace("+2wd", "-2wd"))

    done = office("policy", "set", "thang.toml", "--as", "cvp")

    assert done.code == 0
    assert "Lưu ý: unit: không bậc nào báo lên cấp trên" in done.err


@pytest.mark.parametrize("verb", ["set", "preview"])
def test_a_wrong_file_is_refused_with_its_faults_and_nothing_is_written(
    office: Terminal, verb: str
) -> None:
    office.write("thang.toml", LATE.replace("unit_head", "trưởng phòng") + "at = 3\n")

    answers = [
        office("policy", verb, "thang.toml", *(("--as", "cvp") if verb == "set" else ())),
        office("policy", verb, "khong-co.toml", *(("--as", "cvp") if verb == "set" else ())),
    ]

    assert [one.code for one in answers] == [78, 78]
    assert "dòng 5" in answers[0].err
    assert all("Traceback" not in one.err for one in answers)


def test_who_may_not_change_a_ladder_is_refused_and_the_record_keeps_it(office: Terminal) -> None:
    office.write("thang.toml", LATE)

    answers: list[Answer] = [
        office("policy", "set", "thang.toml", *who)
        for who in (("--as", "tp"), (), ("--as", "tp", "--for", "cvp"), ("--as", "khach"))
    ]

    assert [one.code for one in answers] == [77, 77, 77, 77]
    assert "tp không được sửa thang nhắc việc" in answers[0].err
    assert refusals(office) == [
        ("policy set", "tp", "not_permitted"),
        ("policy set", "tp", "not_permitted"),
        ("policy set", "khach", "unknown"),
    ]
    assert office("audit", "verify").code == 0


def test_a_ladder_that_is_not_there_is_answered_with_the_one_that_was_meant(
    office: Terminal,
) -> None:
    answer = office("policy", "show", "verfier")

    assert (answer.code, answer.out) == (77, "")
    assert "'verifier'" in answer.err
