"""Files kept as evidence: each under its digest outside the database, where nobody rewrites it.

What is kept is on the disk before the transaction that mentions it commits. A transaction that is
given up leaves at most a file that no record names; `orphans` finds it.
"""

import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Literal

from dondoc.media import media_type
from engine.commands.request import Evidence
from engine.errors import BadInput, Corrupt, Fault
from engine.ids import new_id
from engine.oserrors import os_words
from engine.plaintext import clean, is_plain

Standing = Literal["kept", "missing", "altered", "unreadable"]

_CHUNK = 1024 * 1024
#: How much of a file tells what it is.
_HEAD = 8192
_INCOMING = ".incoming-"
#: Whatever is younger may belong to a transaction that is still running.
_SETTLED_SECONDS = 3600
_DIGEST_LENGTH = 64
#: Longest name, in bytes, that every file system takes.
_LONGEST_NAME = 200
_MEGABYTE = 1_000_000


class Cabinet:
    """The folder in which an office keeps files of evidence."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        """Name the folder; it is made when the first file comes.

        Args:
            folder: Where files are kept, two levels of folders deep.
            most_bytes: No file may be larger.
        """
        self.folder = folder
        self._most_bytes = most_bytes

    def keep(self, path: Path) -> Evidence:
        """Keep a copy of a file and return what it is; it is on the disk when this returns.

        Raises:
            BadInput: it cannot be read, is too large, or cannot be written; nothing is kept.
        """
        name = clean(path.name)
        try:
            source = path.open("rb")
        except OSError as error:
            raise _unreadable(name, error) from error
        with source:
            try:
                return self._kept(source, name)
            except OSError as error:
                raise self._unwritable(name, error) from error

    def keep_stream(self, source: BinaryIO, name: str) -> Evidence:
        """Keep a copy of what is read and return what it is; it is on the disk when this returns.

        Args:
            source: From its beginning; it can be read twice.
            name: What it is called; only what stands behind the last folder counts.

        Raises:
            BadInput: it is too large, or cannot be written; nothing is kept.
        """
        name = clean(file_name(name))
        try:
            return self._kept(source, name)
        except OSError as error:
            raise self._unwritable(name, error) from error

    def open(self, digest: str) -> BinaryIO:
        """Open a file that is kept, to be read.

        Raises:
            FileNotFoundError: it is not there.
            OSError: it cannot be read.
        """
        return self._opened(digest)

    def standing(self, digest: str, size: int | None, *, is_read: bool = True) -> Standing:
        """Return whether a file is still there, and still what it was, by its bytes if it is read.

        Without that it is judged by its size alone.
        """
        try:
            with self._opened(digest) as content:
                if size is not None and os.fstat(content.fileno()).st_size != size:
                    return "altered"
                if not is_read:
                    return "kept"
                found = hashlib.file_digest(content, "sha256").hexdigest()
        except FileNotFoundError:
            return "missing"
        except OSError:
            return "unreadable"
        return "kept" if found == digest else "altered"

    def copy(self, digest: str, target: Path) -> None:
        """Write a file where there is none yet; what is not what it was is not given out.

        Raises:
            BadInput: it is not kept here, or the target is there already or cannot be written.
            Corrupt: it was changed since it was kept.
        """
        try:
            content = self._opened(digest)
        except OSError as error:
            raise _unreadable(digest[:12], error) from error
        with content:
            try:
                flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
                with open(os.open(target, flags, 0o600), "wb") as written:  # noqa: PTH123 - a descriptor
                    found, _ = _copied(content, written, most=None)
            except FileExistsError as error:
                raise _not_written(target, error) from error
            except OSError as error:
                _forget(target)
                raise _not_written(target, error) from error
        if found != digest:
            _forget(target)
            message = f"the file kept under {digest} is another one"
            raise Corrupt(message)

    def orphans(self, known: Collection[str]) -> Iterator[Path]:
        """Yield files that no record names and that no running transaction can be about to name."""
        if not self.folder.is_dir():
            return
        before = self._present() - _SETTLED_SECONDS
        for path in self._everything():
            is_incoming = path.name.startswith(_INCOMING)
            if (is_incoming or path.name not in known) and path.lstat().st_mtime < before:
                yield path

    def _present(self) -> float:
        """Return now, by the clock that dates the files."""
        probe = self.folder / f"{_INCOMING}{new_id()}"
        probe.touch(mode=0o600)
        try:
            return probe.lstat().st_mtime
        finally:
            _forget(probe)

    def drop(self, path: Path) -> None:
        """Remove what `orphans` found."""
        _forget(path)

    def _kept(self, source: BinaryIO, name: str) -> Evidence:
        self._make(self.folder)
        incoming = self.folder / f"{_INCOMING}{new_id()}"
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
            with open(os.open(incoming, flags, 0o600), "wb") as written:  # noqa: PTH123 - a descriptor
                digest, size = _copied(source, written, most=self._most_bytes)
                written.flush()
                os.fsync(written.fileno())
            if size > self._most_bytes:
                raise self._too_large(name)
            self._put(incoming, digest)
        finally:
            _forget(incoming)
        source.seek(0)
        return Evidence(
            name=name,
            sha256=digest,
            size_bytes=size,
            is_kept=True,
            media_type=media_type(source.read(_HEAD), name=name),
        )

    def _put(self, incoming: Path, digest: str) -> None:
        final = self._path(digest)
        self._make(final.parent.parent)
        self._make(final.parent)
        # The same bytes under the same name: whoever comes second changes nothing.
        incoming.replace(final)
        _make_lasting(final.parent)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=folder == self.folder, exist_ok=True)
            _make_lasting(folder.parent)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest

    def _opened(self, digest: str) -> BufferedReader:
        # Neither a link nor a pipe: only a file that this program put there.
        descriptor = os.open(self._path(digest), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError(digest)
        return open(descriptor, "rb")  # noqa: PTH123 - a descriptor

    def _everything(self) -> Iterator[Path]:
        yield from self.folder.glob(f"{_INCOMING}*")
        for path in self.folder.glob("??/??/*"):
            if len(path.name) == _DIGEST_LENGTH:
                yield path

    def _too_large(self, name: str) -> BadInput:
        most = self._most_bytes // _MEGABYTE
        fault = Fault(place=name, problem=f"tệp lớn hơn {most} MB",
                      cure="tách nhỏ tệp, hoặc tăng evidence.max_mb trong dondoc.toml")  # fmt: skip
        return BadInput(source=name, faults=[fault])

    def _unwritable(self, name: str, error: OSError) -> BadInput:
        fault = Fault(place=name, problem=f"không cất được minh chứng: {os_words(error)}",
                      cure=f"xem chỗ trống, quyền ghi của {self.folder}; chưa ghi gì")  # fmt: skip
        return BadInput(source=str(self.folder), faults=[fault])


def file_name(name: str) -> str:
    """Return a name under which a file may be written, whatever it was called by whoever sent it.

    No folder, no control or direction character, no leading dot; cut to what file systems take.
    """
    last = "".join(sign for sign in name.rsplit("/", 1)[-1] if is_plain(sign)).strip().lstrip(".")
    plain = "".join("-" if sign in '<>:"|?*\\' else sign for sign in last).rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending.encode()) > _LONGEST_NAME // 4:
        stem, dot, ending = plain, "", ""
    room = _LONGEST_NAME - len(f"{dot}{ending}".encode())
    cut = stem.encode()[:room].decode(errors="ignore").strip()
    return f"{cut}{dot}{ending}" if cut else "minh-chung"


def _copied(source: BinaryIO, target: BinaryIO, *, most: int | None) -> tuple[str, int]:
    """Copy up to the first chunk beyond `most`; return digest and length of what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
        if most is not None and size > most:
            break
    return digest.hexdigest(), size


def _make_lasting(folder: Path) -> None:
    """Have the disk keep the names in a folder, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _unreadable(name: str, error: OSError) -> BadInput:
    fault = Fault(place=name, problem=f"không đọc được: {os_words(error)}",
                  cure="kiểm tra đường dẫn và quyền đọc")  # fmt: skip
    return BadInput(source=name, faults=[fault])


def _not_written(target: Path, error: OSError) -> BadInput:
    fault = Fault(place=str(target), problem=f"không ghi được: {os_words(error)}",
                  cure="chọn một tên khác bằng -o")  # fmt: skip
    return BadInput(source=str(target), faults=[fault])
