"""The ZIP archive that a .docx or .xlsx file is: looked through once, before any library opens it.

Nothing is unpacked to disk, no archive within the archive is opened, no relationship is followed.
Sizes are counted while unpacking; what the directory of the archive says of them is not believed.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from defusedxml import ElementTree

from engine.errors import BadInput, Fault
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.contents import CONTENT_TYPES, ContentTypes, content_types
from workflows.planfile.readers.xmlguard import Refusal, XmlGuard
from workflows.planfile.rules import IntakeRules, Limits

#: How an archive that is damaged, cut off or forged makes itself felt.
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    OverflowError, RuntimeError, ValueError,
)  # fmt: skip

# Large, because expat reads a token that is not at its end again with every piece.
_PIECE_BYTES = 1 << 20
_CONTENT_TYPES_BYTES = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_BROKEN_LIST = "danh mục bên trong tệp bị hỏng"
_LONG_LIST = "danh mục bên trong tệp quá dài"
_DAMAGED_CURE = "tải hoặc sao chép lại tệp, hoặc mở bằng Word/Excel rồi lưu thành tệp mới"
_TOO_MUCH_CURE = "tách bớt nội dung, hoặc mở bằng Word/Excel rồi chép phần kế hoạch sang tệp mới"
_FORGED_CURE = "tệp không phải do Word/Excel tạo ra; mở bằng Word/Excel rồi lưu thành tệp mới"


def check_archive(file: InputFile, *, rules: IntakeRules) -> None:
    """Look through the archive of an office document before it is parsed.

    Raises:
        BadInput: damaged, protected by a password, forged, holding macros or a DTD, or more than
            we unpack.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            _refuse_all(file, list(_directory_faults(archive, file, limits=rules.limits)))
            types = read_content_types(archive, limits=rules.limits)
            _refuse_all(file, list(_macro_faults(archive, types)))
            _Unpacking(archive, types=types, file=file, limits=rules.limits).check()
    except Refusal as refusal:
        raise _refused(file, _fault(refusal.problem, _FORGED_CURE)) from refusal
    except BROKEN as error:
        raise damaged(file) from error


def damaged(file: InputFile) -> BadInput:
    """Return the refusal of an archive that cannot be read to its end."""
    return _refused(file, _fault("tệp bị hỏng hoặc tải về chưa hết", _DAMAGED_CURE))


def read_content_types(archive: zipfile.ZipFile, *, limits: Limits) -> ContentTypes:
    """Return what the parts of an office document are said to be; empty where it says nothing.

    Raises:
        Refusal: the list is too long, or is no XML that we parse.
    """
    if CONTENT_TYPES not in archive.namelist():
        return ContentTypes(by_ending={}, by_part={})
    with archive.open(CONTENT_TYPES) as part:
        data = part.read(_CONTENT_TYPES_BYTES + 1)
    if len(data) > _CONTENT_TYPES_BYTES:
        raise Refusal(_LONG_LIST)
    XmlGuard(limits=limits, room=limits.xml_elements).feed(data, is_last=True)
    try:
        return content_types(data)
    except ElementTree.ParseError as error:
        # A name space that is used and not declared; the guard knows none.
        raise Refusal(_BROKEN_LIST) from error


class _Unpacking:
    """Reads every part once and counts."""

    def __init__(
        self, archive: zipfile.ZipFile, *, types: ContentTypes, file: InputFile, limits: Limits
    ) -> None:
        self._archive, self._types = archive, types
        self._file, self._limits = file, limits
        self._unpacked = self._elements = 0

    def check(self) -> None:
        for info in self._archive.infolist():
            size = self._read(info)
            if size != info.file_size:
                raise _refused(self._file, _lying(info))
            if size > self._limits.ratio_from_bytes and (
                size > max(info.compress_size, 1) * self._limits.ratio
            ):
                raise _refused(self._file, _fault(
                    f"“{_shown(info)}” nén hơn {self._limits.ratio} lần", _TOO_MUCH_CURE
                ))  # fmt: skip

    def _read(self, info: zipfile.ZipInfo) -> int:
        size, guard = 0, None
        with self._archive.open(info) as part:
            while piece := part.read(_PIECE_BYTES):
                if size == 0 and self._types.is_xml(info.filename, piece[:64]):
                    room = self._limits.xml_elements - self._elements
                    guard = XmlGuard(limits=self._limits, room=room)
                size += len(piece)
                self._count(len(piece), size=size, info=info)
                if guard:
                    guard.feed(piece)
        if guard:
            guard.feed(b"", is_last=True)
            self._elements += guard.elements
        return size

    def _count(self, piece: int, *, size: int, info: zipfile.ZipInfo) -> None:
        self._unpacked += piece
        if size > self._limits.part_bytes:
            problem = f"“{_shown(info)}” giải nén ra hơn {_megabytes(self._limits.part_bytes)}"
            raise _refused(self._file, _fault(problem, _TOO_MUCH_CURE))
        if self._unpacked > self._limits.unpacked_bytes:
            problem = f"tệp giải nén ra hơn {_megabytes(self._limits.unpacked_bytes)}"
            raise _refused(self._file, _fault(problem, _TOO_MUCH_CURE))


def _directory_faults(
    archive: zipfile.ZipFile, file: InputFile, *, limits: Limits
) -> Iterator[Fault]:
    infos = archive.infolist()
    if len(infos) > limits.archive_entries:
        problem = f"gồm {len(infos)} phần, tối đa {limits.archive_entries}"
        yield _fault(problem, _TOO_MUCH_CURE)
        return
    if any(info.flag_bits & 0x1 for info in infos):
        yield _fault("tệp đặt mật khẩu", "bỏ mật khẩu của tệp rồi nhập lại")
    if any(info.compress_type not in _METHODS for info in infos):
        yield _fault("tệp nén theo cách mà Word/Excel không dùng", _FORGED_CURE)
    names = Counter(info.filename.casefold() for info in infos)
    if repeated := [name for name, count in names.items() if count > 1]:
        yield _fault(f"có hai phần cùng tên “{repeated[0][:80]}”", _FORGED_CURE)
    if any(_is_outside(info) for info in infos):
        yield _fault("có phần mang tên trỏ ra ngoài tệp", _FORGED_CURE)
    if _overlap(infos, file.data):
        yield _fault("các phần bên trong chồng lên nhau", _FORGED_CURE)


def _overlap(infos: Sequence[zipfile.ZipInfo], data: bytes) -> bool:
    """Whether two entries share bytes: the way to make much of little that keeps the ratio low."""
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < end:
            return True
        mark, name, extra = _LOCAL_HEADER.unpack_from(data, info.header_offset)
        if mark != b"PK\x03\x04":
            raise zipfile.BadZipFile
        end = info.header_offset + _LOCAL_HEADER.size + name + extra + info.compress_size
    return end > len(data)


def _is_outside(info: zipfile.ZipInfo) -> bool:
    name = info.orig_filename
    steps = name.replace("\\", "/").split("/")
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    return is_link or "\x00" in name or steps[0] in ("", "..") or ":" in steps[0] or ".." in steps


def _macro_faults(archive: zipfile.ZipFile, types: ContentTypes) -> Iterator[Fault]:
    if types.has_macros(archive.namelist()):
        yield _fault("tệp chứa macro", "lưu lại thành .docx hoặc .xlsx không có macro rồi nhập lại")


def _refuse_all(file: InputFile, faults: Sequence[Fault]) -> None:
    if faults:
        raise BadInput(source=file.name, faults=faults)


def _refused(file: InputFile, fault: Fault) -> BadInput:
    return BadInput(source=file.name, faults=[fault])


def _fault(problem: str, cure: str) -> Fault:
    return Fault(place="tệp", problem=problem, cure=cure)


def _lying(info: zipfile.ZipInfo) -> Fault:
    return _fault(f"kích thước khai của “{_shown(info)}” không đúng", _FORGED_CURE)


def _shown(info: zipfile.ZipInfo) -> str:
    return info.filename[:80]


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.0f} MB"
