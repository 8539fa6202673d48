"""Files, disks and rights around an office, as the doctor sees them; real files, no database."""

from pathlib import Path

import pytest

from config.settings import Database, Mail, Settings
from dondoc.premises import Premises
from engine.diagnosis import Findings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database file that only its owner reads."""
    (tmp_path / "dondoc.db").touch(mode=0o600)
    return tmp_path


def _premises(folder: Path, **fields: object) -> Premises:
    settings = Settings(
        state_dir=folder / "var",
        database=Database(url=f"sqlite:///{folder / 'dondoc.db'}"),  # type: ignore[arg-type]
        mail=Mail(mode="trial"),
    )
    return Premises(settings=settings, config=None, **fields)  # type: ignore[arg-type]


def _found(premises: Premises, *, is_live: bool = False) -> dict[str, str]:
    found = Findings()
    premises.examine(found, is_live=is_live)
    return {one.code: one.subject for one in found.listed}


def test_ordinary_premises_lack_nothing(folder: Path) -> None:
    assert _found(_premises(folder, least_free_bytes=1)) == {}


def test_mail_that_nobody_gets_is_worth_knowing_once_a_plan_is_active(folder: Path) -> None:
    assert _found(_premises(folder, least_free_bytes=1), is_live=True) == {
        "mail_mode_trial": "mail.mode"
    }


def test_a_disk_with_less_room_than_it_takes_is_an_error(folder: Path) -> None:
    found = _found(_premises(folder, least_free_bytes=10**18))

    assert found == {"disk_nearly_full": str(folder)}


def test_a_database_that_others_can_read_is_a_warning(folder: Path) -> None:
    file = folder / "dondoc.db"
    file.chmod(0o644)

    assert _found(_premises(folder, least_free_bytes=1)) == {"file_exposed": str(file)}


def test_a_group_may_share_a_database(folder: Path) -> None:
    (folder / "dondoc.db").chmod(0o660)

    assert _found(_premises(folder, least_free_bytes=1)) == {}


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_database_on_a_network_share_is_an_error(folder: Path, kind: str) -> None:
    mounts = folder / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/share {folder} {kind} rw 0 0\n")

    found = _found(_premises(folder, least_free_bytes=1, mounts=mounts))

    assert found == {"database_on_network": str(folder / "dondoc.db")}


def test_a_share_that_is_mounted_elsewhere_is_nobodys_business(folder: Path) -> None:
    mounts = folder / "mounts"
    mounts.write_text(f"server:/share /mnt/other nfs4 rw 0 0\n/dev/sda1 {folder} ext4 rw 0 0\n")

    assert _found(_premises(folder, least_free_bytes=1, mounts=mounts)) == {}


def test_a_machine_without_a_list_of_mounts_is_taken_as_it_is(folder: Path) -> None:
    assert _found(_premises(folder, least_free_bytes=1, mounts=folder / "none")) == {}


def test_a_folder_that_cannot_be_written_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As root every folder can be written, whatever its rights.
    monkeypatch.setattr("os.access", lambda *_: False)

    assert _found(_premises(folder, least_free_bytes=1)) == {"folder_not_writable": str(folder)}


def test_facts_name_the_room_that_is_left(folder: Path) -> None:
    facts = _premises(folder).facts()

    assert facts["mail_mode"] == "trial"
    assert all(free > 0 for free in facts["free_bytes"].values())
