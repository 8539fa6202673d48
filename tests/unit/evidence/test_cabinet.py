"""Files of evidence on the disk: whole or not at all, once, and never where a name says."""

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest

from dondoc.evidence import Cabinet, file_name
from dondoc.media import media_type
from engine.errors import BadInput, Corrupt

CONTENT = b"%PDF-1.7 so lieu" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    return Cabinet(tmp_path / "evidence", most_bytes=100_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Báo cáo.pdf"
    path.write_bytes(CONTENT)
    return path


def _files(cabinet: Cabinet) -> list[Path]:
    return [one for one in cabinet.folder.rglob("*") if one.is_file()]


def test_a_file_is_kept_under_its_digest_and_for_nobody_else_to_read(
    cabinet: Cabinet, file: Path
) -> None:
    kept = cabinet.keep(file)

    assert (kept.sha256, kept.size_bytes, kept.is_kept) == (DIGEST, len(CONTENT), True)
    assert (kept.name, kept.media_type) == ("Báo cáo.pdf", "application/pdf")
    (stored,) = _files(cabinet)
    assert stored == cabinet.folder / DIGEST[:2] / DIGEST[2:4] / DIGEST
    assert stored.read_bytes() == CONTENT
    assert stored.stat().st_mode & 0o777 == 0o600
    assert cabinet.folder.stat().st_mode & 0o777 == 0o700


def test_the_same_bytes_are_kept_once(cabinet: Cabinet, file: Path) -> None:
    cabinet.keep(file)
    cabinet.keep(file.rename(file.with_name("bản sao.pdf")))

    assert len(_files(cabinet)) == 1


def test_the_same_file_brought_by_many_at_once_is_kept_whole(cabinet: Cabinet, file: Path) -> None:
    together = threading.Barrier(8)
    found = []

    def bring() -> None:
        together.wait()
        found.append(cabinet.keep(file).sha256)

    threads = [threading.Thread(target=bring) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert found == [DIGEST] * 8
    assert [path.read_bytes() for path in _files(cabinet)] == [CONTENT]


def test_a_file_that_is_too_large_leaves_nothing_behind(tmp_path: Path, file: Path) -> None:
    cabinet = Cabinet(tmp_path / "evidence", most_bytes=len(CONTENT) - 1)

    with pytest.raises(BadInput) as refused:
        cabinet.keep(file)

    assert "lớn hơn" in refused.value.faults[0].problem
    assert _files(cabinet) == []


@pytest.mark.parametrize("broken", ["write", "fsync", "replace", "mkdir"])
def test_a_full_disk_is_refused_in_words_and_leaves_nothing_behind(
    cabinet: Cabinet, file: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    places = {
        "write": ("dondoc.evidence._copied", full),
        "fsync": ("dondoc.evidence.os.fsync", full),
        "replace": ("pathlib.Path.replace", full),
        "mkdir": ("pathlib.Path.mkdir", full),
    }
    monkeypatch.setattr(*places[broken])

    with pytest.raises(BadInput) as refused:
        cabinet.keep(file)

    monkeypatch.undo()
    assert "hết chỗ trên đĩa" in refused.value.faults[0].problem
    assert _files(cabinet) == []


def test_a_folder_that_may_not_be_written_is_refused_in_words(tmp_path: Path, file: Path) -> None:
    (tmp_path / "evidence").write_bytes(b"a file where a folder is wanted")

    with pytest.raises(BadInput) as refused:
        Cabinet(tmp_path / "evidence", most_bytes=100_000).keep(file)

    assert "không cất được minh chứng" in refused.value.faults[0].problem


def test_a_file_that_was_changed_or_lost_is_noticed(cabinet: Cabinet, file: Path) -> None:
    kept = cabinet.keep(file)
    (stored,) = _files(cabinet)

    assert cabinet.standing(DIGEST, kept.size_bytes) == "kept"
    stored.write_bytes(CONTENT[:-1] + b"x")
    assert cabinet.standing(DIGEST, kept.size_bytes) == "altered"
    stored.write_bytes(CONTENT + b"x")
    assert cabinet.standing(DIGEST, kept.size_bytes) == "altered"
    stored.unlink()
    assert cabinet.standing(DIGEST, kept.size_bytes) == "missing"


def test_a_link_in_the_place_of_a_kept_file_is_not_followed(
    cabinet: Cabinet, file: Path, tmp_path: Path
) -> None:
    kept = cabinet.keep(file)
    (stored,) = _files(cabinet)
    stored.unlink()
    stored.symlink_to(file)

    assert cabinet.standing(DIGEST, kept.size_bytes) == "unreadable"
    with pytest.raises(BadInput):
        cabinet.copy(DIGEST, tmp_path / "ra.pdf")


def test_a_file_is_given_out_as_it_came_in_and_over_no_other(
    cabinet: Cabinet, file: Path, tmp_path: Path
) -> None:
    cabinet.keep(file)
    target = tmp_path / "ra.pdf"

    cabinet.copy(DIGEST, target)

    assert target.read_bytes() == CONTENT
    with pytest.raises(BadInput):
        cabinet.copy(DIGEST, target)
    assert target.read_bytes() == CONTENT


def test_what_was_changed_is_not_given_out(cabinet: Cabinet, file: Path, tmp_path: Path) -> None:
    cabinet.keep(file)
    _files(cabinet)[0].write_bytes(b"another")
    target = tmp_path / "ra.pdf"

    with pytest.raises(Corrupt):
        cabinet.copy(DIGEST, target)

    assert not target.exists()


def test_only_files_that_nobody_can_still_be_about_to_name_are_orphans(
    cabinet: Cabinet, file: Path
) -> None:
    cabinet.keep(file)
    (stored,) = _files(cabinet)
    half = cabinet.folder / ".incoming-x"
    half.write_bytes(b"left by a crash")

    assert list(cabinet.orphans(frozenset())) == []
    for one in (stored, half):
        os.utime(one, (1_600_000_000, 1_600_000_000))

    assert set(cabinet.orphans(frozenset())) == {stored, half}
    assert set(cabinet.orphans({DIGEST})) == {half}


def test_an_office_without_evidence_has_no_orphans(cabinet: Cabinet) -> None:
    assert list(cabinet.orphans(frozenset())) == []
    assert not cabinet.folder.exists()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Báo cáo quý I.docx", "Báo cáo quý I.docx"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "-..-boot.ini"),
        ("/var/x.pdf", "x.pdf"),
        (".bashrc", "bashrc"),
        ("..", "minh-chung"),
        ("", "minh-chung"),
        ("a\x00b.pdf", "ab.pdf"),
        ("bao\u202efdp.exe", "baofdp.exe"),
        ('a<b>:"|?*.pdf', "a-b------.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("ộ" * 300, "ộ" * 66),
        ("con.", "con"),
    ],
)
def test_a_name_from_outside_is_never_a_path(name: str, safe: str) -> None:
    found = file_name(name)

    assert found == safe
    assert "/" not in found
    assert len(found.encode()) <= 200


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"%PDF-1.4", "x.doc", "application/pdf"),
        (b"PK\x03\x04....", "x.zip", "application/zip"),
        (b"PK\x03\x04....", "X.DOCX",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("Báo cáo".encode()[:-1], "x", "text/plain"),
        (b"\x00\x01", "x.pdf", "application/octet-stream"),
        (b"", "x", "text/plain"),
    ],
)  # fmt: skip
def test_what_a_file_is_comes_from_its_bytes(head: bytes, name: str, kind: str) -> None:
    found = media_type(head, name=name)

    assert found == kind
