"""The secret key: made once, kept from others, rotated without losing what it sealed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from dondoc.secretbox import SecretBox, keys_of
from engine.clock import PinnedClock
from engine.errors import BadInput, Invalid

OLD, NEW = "o" * 43, "n" * 43
AT = datetime(2014, 1, 15, 1, 0, tzinfo=UTC)


def box(*keys: str, at: datetime = AT) -> SecretBox:
    return SecretBox(keys or (NEW,), clock=PinnedClock(at))


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path / "var")

    first = keys_of(settings)

    assert first == keys_of(settings)
    assert len(first[0]) >= 32
    assert settings.secret_key_file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in settings.state_dir.iterdir()] == ["secret-key"]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    settings.secret_key_file.write_text(NEW, encoding="utf-8")
    settings.secret_key_file.chmod(0o640)

    with pytest.raises(BadInput, match="chmod 600"):
        keys_of(settings)


def test_a_key_that_is_a_word_is_refused() -> None:
    settings = Settings(web={"secret_key": "matkhau"})  # type: ignore[arg-type]

    with pytest.raises(BadInput, match="32"):
        keys_of(settings)


def test_what_an_older_key_sealed_and_signed_is_still_good_after_a_rotation() -> None:
    before, after = box(OLD), box(NEW, OLD)

    sealed, signed = before.seal("bí mật"), before.sign("thu", {"n": 1})

    assert after.unseal(sealed) == "bí mật"
    assert after.unsign("thu", signed) == {"n": 1}
    assert box(NEW).unsign("thu", after.sign("thu", 2)) == 2


def test_what_another_key_sealed_cannot_be_opened() -> None:
    with pytest.raises(Invalid, match="khóa khác"):
        box(NEW).unseal(box(OLD).seal("bí mật"))


@pytest.mark.parametrize("spoil", [lambda text: text[:-1], lambda text: f"x{text}"])
def test_what_was_signed_and_changed_is_refused(spoil: object) -> None:
    signed = box().sign("thu", {"task": "T1"})

    with pytest.raises(Invalid):
        box().unsign("thu", spoil(signed))  # type: ignore[operator]


def test_what_was_signed_for_one_purpose_serves_no_other() -> None:
    with pytest.raises(Invalid):
        box().unsign("con-tro", box().sign("thu", 1))


def test_what_was_signed_grows_old_by_the_clock_of_the_application() -> None:
    signed = box().sign("thu", 1)

    young = box(at=AT + timedelta(hours=1)).unsign("thu", signed, timedelta(hours=2))

    assert young == 1
    with pytest.raises(Invalid, match="quá hạn"):
        box(at=AT + timedelta(hours=3)).unsign("thu", signed, timedelta(hours=2))
