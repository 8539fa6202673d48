"""From an empty folder to an office that can work: init, config, db."""

import pytest

from tests.support.databases import Urls
from tests.support.terminal import Terminal


def test_init_makes_a_commented_file_and_a_database_beside_it(dondoc: Terminal) -> None:
    answer = dondoc("init", "--name", "Sở Thử nghiệm")

    assert answer.code == 0
    text = (dondoc.folder / "dondoc.toml").read_text(encoding="utf-8")
    assert 'name = "Sở Thử nghiệm"' in text
    assert "# Cổng của máy chủ SMTP" in text
    assert (dondoc.folder / "dondoc.db").stat().st_mode & 0o077 == 0
    assert dondoc("db", "check").code == 0


def test_init_never_overwrites(dondoc: Terminal) -> None:
    dondoc.write("dondoc.toml", "# của tôi\n")

    answer = dondoc("init")

    assert answer.code == 77
    assert (dondoc.folder / "dondoc.toml").read_text(encoding="utf-8-sig") == "# của tôi\n"
    assert not (dondoc.folder / "dondoc.db").exists()


def test_init_with_a_bad_variable_leaves_nothing_behind(dondoc: Terminal) -> None:
    answer = dondoc("init", DONDOC_MAIL__PORT="cổng")

    assert answer.code == 78
    assert "DONDOC_MAIL__PORT" in answer.err
    assert list(dondoc.folder.iterdir()) == []


def test_config_check_names_every_fault_and_leaves_with_78(dondoc: Terminal) -> None:
    dondoc.write("dondoc.toml", '[mail]\nhots = "x"\nport = 0\n[sending]\nsend_at = "7h"\n')

    answer = dondoc("config", "check")

    assert answer.code == 78
    assert "dondoc.toml: 3 chỗ phải sửa" in answer.err
    assert "có phải là mail.host?" in answer.err
    assert answer.out == ""


def test_config_check_warns_of_an_office_without_a_name(dondoc: Terminal) -> None:
    nameless = dondoc("config", "check")
    named = dondoc("config", "check", DONDOC_ORG__NAME="Sở Thử nghiệm")

    assert (nameless.code, named.code) == (0, 0)
    assert "Lưu ý: org.name còn trống" in nameless.err
    assert "Lưu ý" not in named.err


def test_config_show_masks_every_secret(dondoc: Terminal) -> None:
    secrets = {
        "DONDOC_MAIL__PASSWORD": "bi-mat",
        "DONDOC_DATABASE__URL": "postgresql://dondoc:bi-mat@may/dondoc",
    }

    shown = dondoc("config", "show", "--json", **secrets)
    table = dondoc("config", "show", **secrets)

    assert shown.json["mail"]["mode"] == "trial"
    assert "bi-mat" not in shown.out + shown.err + table.out + table.err


def test_config_example_is_a_configuration(dondoc: Terminal) -> None:
    answer = dondoc("config", "example")

    dondoc.write("dondoc.toml", answer.out)
    assert dondoc("config", "check", "--json").json["ok"] is True


def test_another_file_is_named_before_or_after_the_command(dondoc: Terminal) -> None:
    dondoc.write("khac.toml", '[org]\nshort = "STTTT"\n')

    before = dondoc("--config", "khac.toml", "config", "show", "--json")
    after = dondoc("config", "show", "--json", "--config=khac.toml")

    assert before.json["org"]["short"] == after.json["org"]["short"] == "STTTT"


def test_init_fills_the_database_that_the_environment_names(
    dondoc: Terminal, empty_database_urls: Urls
) -> None:
    environ = {"DONDOC_DATABASE__URL": empty_database_urls.url}
    if empty_database_urls.owner_url is not None:
        environ["DONDOC_DATABASE__OWNER_URL"] = empty_database_urls.owner_url

    answer = dondoc("init", **environ)

    assert answer.code == 0
    assert "\nurl =" not in (dondoc.folder / "dondoc.toml").read_text(encoding="utf-8")
    assert dondoc("db", "check", **environ).code == 0


def test_upgrading_again_changes_nothing(installed: Terminal) -> None:
    assert installed("db", "upgrade").code == 0
    assert installed("db", "check", "--json").json == {"ok": True, "findings": []}


@pytest.mark.parametrize("command", [("unit", "list"), ("calendar", "show", "2023")])
def test_without_a_database_every_command_says_how_to_make_one(
    dondoc: Terminal, command: tuple[str, ...]
) -> None:
    answer = dondoc(*command)

    assert answer.code == 78
    assert "dondoc init" in answer.err
    assert not (dondoc.folder / "var").exists()


def test_a_database_without_tables_is_told_from_one_that_is_away(
    dondoc: Terminal, tmp_path: object
) -> None:
    (dondoc.folder / "dondoc.db").touch()
    dondoc.write("dondoc.toml", '[database]\nurl = "sqlite:///dondoc.db"\n')

    empty = dondoc("unit", "list")
    away = dondoc("unit", "list", DONDOC_DATABASE__URL="postgresql://x@127.0.0.1:1/dondoc")

    assert (empty.code, "dondoc db upgrade" in empty.err) == (78, True)
    assert (away.code, "Không tới được" in away.err) == (69, True)


def test_the_clock_is_pinned_in_trial_mode_only(installed: Terminal) -> None:
    live = {"DONDOC_MAIL__MODE": "live", "DONDOC_MAIL__HOST": "h", "DONDOC_MAIL__FROM": "a@b.vn"}

    refused = installed("unit", "list", **live)
    wrong = installed("unit", "list", DONDOC_NOW="hôm nay")

    assert (refused.code, wrong.code) == (78, 78)
    assert "DONDOC_NOW" in refused.err
    assert "2023-01-03T08:00" in wrong.err
