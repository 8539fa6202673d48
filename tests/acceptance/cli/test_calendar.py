"""Working days from the command line: what is known, what the office decides, and counting."""

import json

import pytest

from tests.support.terminal import Terminal

SET = ("calendar", "set", "2023-02-03")


def day(office: Terminal, wanted: str) -> dict[str, object]:
    days = office("calendar", "show", wanted[:4], "--json").json["days"]
    found: list[dict[str, object]] = [one for one in days if one["date"] == wanted]
    return found[0] if found else {}


def test_the_holidays_of_a_year_are_shown_before_they_are_loaded(installed: Terminal) -> None:
    shown = installed("calendar", "show", "2026", "--json").json

    assert (shown["year"], shown["loaded"], shown["next"]) == (2026, False, None)
    assert {"2026-01-02": True, "2026-01-10": False}.items() <= {
        one["date"]: one["off"] for one in shown["days"]
    }.items()
    assert "12729/VPCP-KGVX" in installed("calendar", "show", "2026").out


def test_the_monitor_and_the_director_edit_the_calendar_with_a_source(office: Terminal) -> None:
    monitor = office(*SET, "off", "--source", "QĐ 12/QĐ-SO", "--as", "cvp")
    director = office(*SET, "working", "--source", "QĐ 13/QĐ-SO", "--as", "gd")

    assert (monitor.code, director.code) == (0, 0)
    assert day(office, "2023-02-03") == {
        "date": "2023-02-03",
        "off": False,
        "name": "Ngày làm việc theo quyết định",
        "source": "QĐ 13/QĐ-SO",
        "kind": "office",
    }


def test_nobody_else_edits_it_and_nobody_without_a_source(office: Terminal) -> None:
    officer = office(*SET, "off", "--source", "QĐ 12", "--as", "cv")
    deputy = office(*SET, "off", "--source", "QĐ 12", "--as", "pgd")
    nobody = office(*SET, "off", "--source", "QĐ 12")
    unfounded = office(*SET, "off", "--as", "cvp")

    assert {officer.code, deputy.code, nobody.code, unfounded.code} == {77}
    assert day(office, "2023-02-03") == {}


def test_s6_a_dry_run_says_what_would_change_and_sets_nothing(office: Terminal) -> None:
    tried = office(*SET, "off", "--dry-run")
    weekend = office("calendar", "set", "2023-02-04", "off", "--dry-run")

    assert (tried.code, weekend.code) == (0, 0)
    assert "Chưa ghi gì" in tried.err
    assert "không thông báo nào đổi" in weekend.err
    assert day(office, "2023-02-03") == {}


def test_loading_a_year_keeps_what_the_office_decided(office: Terminal) -> None:
    office("calendar", "set", "2023-01-20", "working", "--source", "QĐ 1", "--as", "cvp")

    loaded = office("calendar", "load", "2023")
    again = office("calendar", "load", "2023")

    assert "giữ 1 ngày" in loaded.err
    assert "đổi 0 ngày" in again.err
    assert day(office, "2023-01-20")["kind"] == "office"
    assert day(office, "2023-01-23")["kind"] == "seed"
    assert office("calendar", "show", "2023", "--json").json["loaded"] is True


def test_working_days_are_counted_over_tet_forwards_and_back(installed: Terminal) -> None:
    def count(start: str, days: str) -> str:
        return installed("calendar", "add-days", start, days).out.strip()

    assert count("2023-01-18", "3") == "2023-01-30"
    assert count("2023-01-30", "-3") == "2023-01-18"
    assert count("2025-04-25", "1") == "2025-04-26"
    assert installed("calendar", "add-days", "18/01/2023", "3", "--json").json == {
        "from": "2023-01-18",
        "working_days": 3,
        "date": "2023-01-30",
    }


def test_a_day_that_does_not_exist_is_a_wrong_argument(installed: Terminal) -> None:
    answer = installed("calendar", "add-days", "2023-02-30", "1")

    assert answer.code == 2
    assert "'2023-02-30' không phải ngày" in answer.err


@pytest.mark.parametrize("command", ["calendar add-days {} 5", "forecast --until {}"])
@pytest.mark.parametrize("day", ["9999-12-30", "0001-01-02"])
def test_a_day_that_nobody_can_mean_is_a_wrong_argument(
    installed: Terminal, command: str, day: str
) -> None:
    answer = installed(*command.format(day).split())

    assert answer.code == 2
    assert "quá xa; từ năm 1900 đến năm 2199" in answer.err


def test_s40_the_record_of_a_refusal_names_for_whom_it_was_asked(office: Terminal) -> None:
    answer = office(*SET, "off", "--source", "QĐ 12", "--as", "cv", "--for", "cvp")

    assert answer.code == 77
    assert office("audit", "export", "-o", "log.jsonl").code == 0
    lines = (office.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(json.loads(line).get("body", "{}")) for line in lines]
    refused = [one for one in entries if one.get("action") == "command.refused"]
    assert [(one["actor"], one["on_behalf_of"]) for one in refused] == [("cv", "cvp")]


def test_several_days_are_set_at_once_and_in_ranges(office: Terminal) -> None:
    done = office("calendar", "set", "2023-02-06..2023-02-07", "10/02/2023", "off",
                  "--source", "QĐ 12/QĐ-SO", "--as", "cvp")  # fmt: skip
    backwards = office("calendar", "set", "2023-02-07..2023-02-06", "off", "--as", "cvp")

    assert (done.code, backwards.code) == (0, 2)
    assert [bool(day(office, f"2023-02-{one}")) for one in ("06", "07", "08", "10")] == [
        True, True, False, True,
    ]  # fmt: skip


def test_days_are_imported_from_a_file_that_is_refused_whole(office: Terminal) -> None:
    days = office.folder / "days.toml"
    days.write_text('off = ["2023-02-30", "2023-02-06"]\nwork = []\n', encoding="utf-8")
    refused = office("calendar", "import", "days.toml", "--source", "TB 1", "--as", "cvp")
    days.write_text(
        'source = "TB 12/TB-SO"\noff = [2023-02-06]\nworking = ["2023-02-11..2023-02-12"]\n',
        encoding="utf-8",
    )

    done = office("calendar", "import", "days.toml", "--as", "cvp")

    assert refused.code == 78
    assert {"off[1]", "work"} <= {word.strip(":") for word in refused.err.split()}
    assert done.code == 0
    assert [day(office, f"2023-02-{one}")["off"] for one in ("06", "11", "12")] == [
        True, False, False,
    ]  # fmt: skip
    assert day(office, "2023-02-06")["source"] == "TB 12/TB-SO"


def test_s8_a_unit_is_given_a_week_and_hours_of_its_own_and_loses_them_again(
    office: Terminal,
) -> None:
    def shown(*more: str) -> dict[str, object]:
        found: dict[str, object] = office("calendar", "show", "2023", "--json", *more).json
        return found

    given = office("calendar", "unit", "CNTT", "--weekend", "sun", "--hours", "07:00-11:00",
                   "--send-at", "08:00", "--day", "2023-02-06", "off", "--source", "QĐ 7",
                   "--as", "gd")  # fmt: skip
    unit, office_days = shown("--unit", "CNTT"), shown()
    reset = office("calendar", "unit", "CNTT", "--reset", "--source", "QĐ 8", "--as", "cvp")

    assert (given.code, reset.code) == (0, 0)
    assert (unit["weekend"], unit["hours"], unit["send_at"]) == (["sun"], ["07:00-11:00"], "08:00")
    assert "2023-02-06" in json.dumps(unit)
    assert "2023-02-06" not in json.dumps(office_days)
    assert shown("--unit", "CNTT")["send_at"] == "07:30"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("CNTT", "--weekend", "sat", "--as", "cvp"), 77),
        (("CNTT", "--weekend", "sat", "--source", "QĐ 7", "--as", "tp"), 77),
        (("SO", "--weekend", "sat", "--source", "QĐ 7", "--as", "cvp"), 77),
        (("CNT", "--weekend", "sat", "--source", "QĐ 7", "--as", "cvp"), 77),
        (("CNTT", "--source", "QĐ 7", "--as", "cvp"), 77),
        (("CNTT", "--hours", "08:00-07:00", "--source", "QĐ 7", "--as", "cvp"), 77),
        (("CNTT", "--weekend", "mon,tue,wed,thu,fri,sat,sun", "--source", "Q", "--as", "gd"), 77),
        (("CNTT", "--weekend", "saturday", "--source", "QĐ 7", "--as", "cvp"), 2),
        (("CNTT", "--send-at", "8h", "--source", "QĐ 7", "--as", "cvp"), 2),
        (("CNTT", "--day", "2023-02-06", "maybe", "--source", "QĐ 7", "--as", "cvp"), 2),
    ],
)
def test_a_calendar_of_a_unit_that_cannot_be_is_refused(
    office: Terminal, arguments: tuple[str, ...], code: int
) -> None:
    done = office("calendar", "unit", *arguments)

    assert done.code == code
    assert "Traceback" not in done.err
    assert office("calendar", "show", "2023", "--unit", "CNTT", "--json").json["weekend"] == [
        "sat", "sun",
    ]  # fmt: skip


def test_s6_a_dry_run_for_a_unit_counts_what_would_change_and_sets_nothing(
    office: Terminal,
) -> None:
    tried = office("calendar", "unit", "CNTT", "--send-at", "09:00", "--dry-run", "--json")
    same = office("calendar", "unit", "CNTT", "--send-at", "07:30", "--dry-run")

    assert tried.json["changed"] is True
    assert (tried.json["moves"], tried.json["notices"], tried.json["units"]) == ([], [], [])
    assert "đang như vậy rồi" in same.err
    assert office("calendar", "show", "2023", "--unit", "CNTT", "--json").json["send_at"] == "07:30"
