"""What an administrator may write, where it is found, and how a mistake is told."""

import re
from datetime import time
from pathlib import Path

import pytest

from config.example import example_toml
from config.settings import Settings, Span
from config.sources import find_file, load_settings
from engine.errors import BadInput


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "dondoc.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(path: Path | None, **environ: str) -> dict[str, tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        load_settings(path, environ)
    return {fault.place: (fault.problem, fault.cure) for fault in caught.value.faults}


def test_without_a_word_said_nothing_is_ever_sent() -> None:
    settings = Settings()

    assert settings.mail.mode == "trial"
    assert settings.sending.send_at == time(7, 30)
    assert settings.calendar.weekend == ("sat", "sun")
    assert settings.org.timezone == "Asia/Ho_Chi_Minh"


def test_every_fault_is_named_at_once_with_its_place(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        [mail]
        port = 99999
        hots = "smtp"
        from = "a@b.vn\\r\\nBcc: c@d.vn"
        [sending]
        send_at = "25:00"
        [calendar]
        weekend = ["sun", "chunhat"]
        [orgg]
        name = "Sở"
        """,
    )

    found = faults(file, DONDOC_MAIL__TIMEOUT_SECONDS="lâu", DONDOC_LOGGING__LEVEL="loud")

    assert found.keys() == {
        "dondoc.toml: mail.port",
        "dondoc.toml: mail.hots",
        "dondoc.toml: mail.from",
        "dondoc.toml: sending.send_at",
        "dondoc.toml: calendar.weekend[1]",
        "dondoc.toml: orgg",
        "DONDOC_MAIL__TIMEOUT_SECONDS",
        "DONDOC_LOGGING__LEVEL",
    }
    assert found["dondoc.toml: mail.port"] == ("lớn hơn mức cho phép", "nhiều nhất 65535")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[mail]\nhots = "x"', "có phải là mail.host?"),
        ('[mial]\nhost = "x"', "có phải là mail?"),
        ("[mail]\nbatch_minutes = 3", "có phải là sending.batch_minutes?"),
        ('send_at = "07:30"', "có phải là sending.send_at?"),
        ("[mail]\nzzzz = 3", "các tên dùng được: mode, host"),
    ],
)
def test_an_unknown_name_is_refused_with_the_name_that_was_meant(
    tmp_path: Path, text: str, hint: str
) -> None:
    found = faults(written(tmp_path, text))

    [(problem, cure)] = found.values()
    assert problem == "không có thiết lập này"
    assert cure.startswith(hint)


def test_an_unknown_section_in_the_environment_is_refused_by_its_variable() -> None:
    assert faults(None, DONDOC_MIAL__HOST="x").keys() == {"DONDOC_MIAL__HOST"}


def test_variables_of_the_command_line_are_no_settings() -> None:
    settings = load_settings(None, {"DONDOC_AS": "vp-cv1", "DONDOC_NOW": "2023-01-03T08:00"})

    assert settings.mail.mode == "trial"


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ('[mail]\npassword = "bi-mat"', "DONDOC_MAIL__PASSWORD"),
        ('[database]\nurl = "postgresql://u:bi-mat@h/d"', "DONDOC_DATABASE__URL"),
        ('[database]\nowner_url = "postgresql://u:bi-mat@h/d"', "DONDOC_DATABASE__OWNER_URL"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(
    tmp_path: Path, text: str, variable: str
) -> None:
    [(problem, cure)] = faults(written(tmp_path, text)).values()

    assert variable in cure
    assert "bi-mat" not in problem + cure


def test_the_environment_beats_secret_files_and_these_beat_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[mail]\nhost = "tep"\nport = 25\nusername = "tep"')
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "mail__password").write_text("tu-tep-bi-mat\n")
    (secrets / "mail__username").write_text("bi-mat")
    (secrets / "somebody-elses").write_text("not ours")

    settings = load_settings(
        file, {"CREDENTIALS_DIRECTORY": str(secrets), "DONDOC_MAIL__HOST": "moi-truong"}
    )

    assert settings.mail.host == "moi-truong"
    assert settings.mail.username == "bi-mat"
    assert settings.mail.port == 25
    assert settings.mail.password.get_secret_value() == "tu-tep-bi-mat"


def test_a_secrets_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    missing = str(tmp_path / "khong-co")

    assert faults(None, DONDOC_SECRETS_DIR=missing).keys() == {"DONDOC_SECRETS_DIR"}


def test_no_secret_shows_when_settings_are_printed() -> None:
    environ = {
        "DONDOC_MAIL__PASSWORD": "bi-mat",
        "DONDOC_DATABASE__URL": "postgresql://u:bi-mat@may/dondoc",
    }

    settings = load_settings(None, environ)

    assert "bi-mat" not in repr(settings)
    assert settings.database_url == "postgresql+psycopg://u:bi-mat@may/dondoc"


def test_a_broken_file_is_refused_with_its_line(tmp_path: Path) -> None:
    found = faults(written(tmp_path, '[org]\nname = "Sở"\n[mail\nport = 1'))

    assert list(found) == ["dondoc.toml: dòng 3"]


@pytest.mark.parametrize("raw", [b"\xff\xfe[\x00", "[org]\nname = 'S\u1edf'".encode("utf-16")])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "dondoc.toml"
    file.write_bytes(raw)

    [(problem, cure)] = faults(file).values()

    assert "UTF-8" in problem
    assert cure == "lưu lại bằng mã UTF-8"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "dondoc.toml"
    file.write_bytes("[org]\nshort = 'STTTT'".encode("utf-8-sig"))

    assert load_settings(file, {}).org.short == "STTTT"


def test_a_file_that_is_named_but_absent_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "khong-co.toml"

    assert list(faults(missing)) == [str(missing)]


def test_live_mail_without_a_server_and_a_sender_is_refused_twice(tmp_path: Path) -> None:
    found = faults(written(tmp_path, '[mail]\nmode = "live"'))

    assert found.keys() == {"mail.host", "mail.from"}


def test_a_password_never_travels_unencrypted_to_another_machine() -> None:
    environ = {
        "DONDOC_MAIL__HOST": "thu.tinh.gov.vn",
        "DONDOC_MAIL__SECURITY": "none",
        "DONDOC_MAIL__USERNAME": "dondoc",
        "DONDOC_MAIL__PASSWORD": "bi-mat",
    }

    assert faults(None, **environ).keys() == {"DONDOC_MAIL__SECURITY"}
    assert load_settings(None, environ | {"DONDOC_MAIL__HOST": "127.0.0.1"}).mail.username


def test_relative_places_are_counted_from_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[database]\nurl = "sqlite:///dondoc.db"')

    settings = load_settings(file, {})

    assert settings.database_url == f"sqlite:///{tmp_path}/dondoc.db"
    assert settings.state_dir == tmp_path / "var"
    assert settings.trial_dir == tmp_path / "var" / "mail"


def test_without_a_file_the_state_lies_in_the_users_own_place(tmp_path: Path) -> None:
    settings = load_settings(None, {"XDG_STATE_HOME": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/dondoc/dondoc.db"


def test_the_first_file_found_is_the_one_in_force(tmp_path: Path) -> None:
    here, xdg = tmp_path / "here", tmp_path / "xdg"
    (xdg / "dondoc").mkdir(parents=True)
    (xdg / "dondoc" / "dondoc.toml").touch()
    here.mkdir()
    environ = {"XDG_CONFIG_HOME": str(xdg)}

    assert find_file(environ, directory=here) == xdg / "dondoc" / "dondoc.toml"
    (here / "dondoc.toml").touch()
    assert find_file(environ, directory=here) == here / "dondoc.toml"
    named = environ | {"DONDOC_CONFIG": "/khac/dondoc.toml"}
    assert find_file(named, directory=here) == Path("/khac/dondoc.toml")


def test_the_example_is_a_file_of_defaults(tmp_path: Path) -> None:
    uncommented = re.sub(r"(?m)^# (\w+ = )", r"\1", example_toml())

    settings = load_settings(written(tmp_path, uncommented), {})

    assert settings.mail == Settings().mail
    assert settings.sending == Settings().sending
    assert settings.calendar == Settings().calendar


def test_the_example_explains_every_setting() -> None:
    text = example_toml()

    for name, info in Settings.model_fields.items():
        model = info.annotation
        fields = getattr(model, "model_fields", {name: info})
        for field in fields.values():
            assert field.description, field
            assert f"# {field.description}" in text


def test_a_chosen_value_survives_the_example_whatever_it_holds(tmp_path: Path) -> None:
    name = 'Sở "Một\\Hai"'

    file = written(tmp_path, example_toml({"org.name": name}))

    assert load_settings(file, {}).org.name == name


def test_office_hours_are_read_in_order(tmp_path: Path) -> None:
    file = written(tmp_path, '[calendar]\nhours = ["07:00-11:30", "13:30-16:30"]')

    assert load_settings(file, {}).calendar.hours == (
        Span(time(7), time(11, 30)),
        Span(time(13, 30), time(16, 30)),
    )
    overlapping = faults(written(tmp_path, '[calendar]\nhours = ["07:00-12:30", "11:30-16:30"]'))
    assert list(overlapping) == ["dondoc.toml: calendar.hours"]


@pytest.mark.parametrize("value", ["gd@so", "van.phong+thu@so.tinh.gov.vn"])
def test_a_plain_address_is_taken(value: str) -> None:
    assert load_settings(None, {"DONDOC_MAIL__FROM": value}).mail.sender == value


@pytest.mark.parametrize(
    "value",
    ["a", "a@", "a b@c", "a@b,c@d", "<a@b>", "a@b\r\nBcc: c@d", "a@b\x00", "a@b\u2028c", "á@b"],
)
def test_an_address_that_could_be_two_is_refused(value: str) -> None:
    assert faults(None, DONDOC_MAIL__FROM=value).keys() == {"DONDOC_MAIL__FROM"}
