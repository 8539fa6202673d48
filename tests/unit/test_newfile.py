"""Files that commands write: whole in their place, or not there at all."""

from pathlib import Path

import pytest

from dondoc.cli.newfile import new_file, write_file
from engine.errors import BadInput


def test_a_file_that_was_not_finished_leaves_the_one_before_it_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "bang.xlsx"
    write_file(path, b"before")

    with new_file(path) as (target, _):
        target.write(b"half of what com")

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_only_a_private_file_is_kept_from_everybody_else(tmp_path: Path) -> None:
    shared, private = tmp_path / "bang.xlsx", tmp_path / "nhat-ky.jsonl"
    plain = tmp_path / "plain"
    plain.touch()

    write_file(shared, b"1")
    with new_file(private, is_private=True) as (_, keep):
        keep()

    assert shared.stat().st_mode == plain.stat().st_mode
    assert private.stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_written_people_are_told_why(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "bang.xlsx"

    with pytest.raises(BadInput) as refused:
        write_file(path, b"1")

    assert [one.place for one in refused.value.faults] == [str(path)]
