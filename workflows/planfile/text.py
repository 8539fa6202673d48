"""Bytes to clean text: which encoding, which characters; it knows nothing of plans.

What leaves here is NFC, with plain spaces, tabs and newlines, line for line as in the file.
"""

import re
import unicodedata
from pathlib import Path, PurePath

from engine.errors import BadInput, Fault
from workflows.planfile.rules import IntakeRules

READ_FORMATS = (".txt", ".csv")

_LINE_ENDS = re.compile("\r\n|[\r\v\x1c-\x1e\x85\u2028\u2029]")
# Zero-width marks, soft hyphens and direction marks come from word processors and web pages: nobody
# sees them, and two equal titles would differ.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1b\x7f]")
_LETTERS = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"})
# Letters that Vietnamese never has, next to a Latin letter: what TCVN3 and VNI text looks like when
# it is taken for Unicode. The last part is UTF-8 that was read as cp1252 and written again.
_ALIEN = "¸µ¶·¹¨¾¼½Æ©ÇËÎÏÑªÖØÜÞßäåæçëîïñøöûüþ®¬«»§"
_BROKEN = re.compile(f"[A-Za-z][{_ALIEN}]|[{_ALIEN}][a-z]|áº|á»|Ã[\u0080-\u00bf]|Æ°|Ä‘|\ufffd")
_BROKEN_PER_LINE = 2
# Latin-1 less the letters of Vietnamese and the signs that stand beside figures.
_ALIEN_LETTER = re.compile("[¡-¯¶-¹¼-¿Ä-ÇËÎÏÑÖØÛÜÞßä-çëîïñöøûüþÿ®µ]")
#: What to say of such text, in every format.
BROKEN_PROBLEM = "chữ bị vỡ do phông TCVN3, VNI hoặc chuyển mã sai"
BROKEN_CURE = "chuyển văn bản sang bảng mã Unicode dựng sẵn (Unikey, Ctrl+Shift+F6) rồi nộp lại"
_SAMPLE_BYTES = 4096
_ZERO_SHARE = 0.2

_MAGIC = (
    (b"PK\x03\x04", "tệp Word/Excel hoặc tệp nén"),
    (b"%PDF", "tệp PDF"),
    (b"\xd0\xcf\x11\xe0", "tệp Word/Excel đời cũ"),
    (b"{\\rtf", "tệp RTF"),
)


def load(source: Path | bytes, *, name: str, rules: IntakeRules) -> bytes:
    """Return the bytes of a file, or the bytes given, once size and format are known to be right.

    Raises:
        BadInput: no such file, a folder, too large, empty, or a format this version does not read.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in READ_FORMATS:
        raise _refusal(name, f"chưa đọc được định dạng {suffix or 'không có đuôi'}", _FORMAT_CURE)
    if isinstance(source, Path):
        try:
            size = source.stat().st_size
        except OSError as error:
            raise _refusal(name, "không tìm thấy tệp", "kiểm tra lại đường dẫn") from error
        _check_size(size, name=name, rules=rules)
        try:
            source = source.read_bytes()
        except OSError as error:
            raise _refusal(name, "không mở được tệp", "kiểm tra quyền đọc tệp") from error
    _check_size(len(source), name=name, rules=rules)
    return source


def decode(data: bytes, *, name: str, rules: IntakeRules) -> str:
    """Return the text of a file, cleaned.

    Accepted: UTF-8 with or without a mark, UTF-16 with or without a mark.

    Raises:
        BadInput: binary, another encoding, or letters broken by a conversion; every bad line named.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise _refusal(name, f"đây là {what}, không phải văn bản thuần", _FORMAT_CURE)
    text = cleaned(_decoded(data, name=name, rules=rules))
    if not text.strip():
        raise _refusal(name, "tệp rỗng", "chọn tệp có nội dung")
    _refuse_broken_letters(text, name=name, rules=rules)
    return text


def cleaned(text: str) -> str:
    """Return text as everything after the readers expects it; line for line as it was."""
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", text)
    text = _CONTROLS.sub("", text)
    return unicodedata.normalize("NFC", text).translate(_LETTERS)


def broken_letters(text: str) -> bool:
    """Tell whether a line or a paragraph was broken by a TCVN3 or VNI font or a wrong decoding."""
    return len(_BROKEN.findall(text)) >= _BROKEN_PER_LINE


def is_alien(text: str) -> bool:
    """Tell whether letters set in a TCVN3 or VNI font are what such a font needs them to be."""
    return _ALIEN_LETTER.search(text) is not None


def _refusal(name: str, problem: str, cure: str) -> BadInput:
    return BadInput(source=name, faults=[Fault(place="tệp", problem=problem, cure=cure)])


_FORMAT_CURE = "lưu lại thành .txt (kế hoạch) hoặc .csv (bảng phân công), mã UTF-8"
_ENCODING_CURE = "mở tệp và lưu lại với mã UTF-8 (bảng mã Unicode dựng sẵn)"


def _check_size(size_bytes: int, *, name: str, rules: IntakeRules) -> None:
    limit = rules.limits.text_bytes
    if size_bytes == 0:
        raise _refusal(name, "tệp rỗng", "chọn tệp có nội dung")
    if size_bytes > limit:
        raise _refusal(
            name,
            f"tệp quá lớn: {size_bytes / 1_000_000:.1f} MB",
            f"tối đa {limit / 1_000_000:.0f} MB; kiểm tra xem có chọn nhầm tệp không",
        )


def _decoded(data: bytes, *, name: str, rules: IntakeRules) -> str:
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise _refusal(name, "không đọc được mã UTF-16", _ENCODING_CURE) from error
        raise BadInput(source=name, faults=_undecodable(data, rules=rules)) from error
    if "\x00" in text or len(_CONTROLS.findall(text)) > max(8, len(text) // 1000):
        raise _refusal(name, "tệp nhị phân, không phải văn bản", _FORMAT_CURE)
    return text


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:_SAMPLE_BYTES]
    # Without a mark, UTF-16 shows by the zero bytes of its ASCII letters, all on one side.
    for side, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[side::2].count(0), sample[1 - side :: 2].count(0)
        if others == 0 and zeros > len(sample) // 2 * _ZERO_SHARE:
            return encoding
    return "utf-8-sig"


def _undecodable(data: bytes, *, rules: IntakeRules) -> list[Fault]:
    if b"\x00" in data:
        problem = "tệp nhị phân, không phải văn bản"
        return [Fault(place="tệp", problem=problem, cure=_FORMAT_CURE)]
    bad = []
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            bad.append(number)
    return _by_line(bad, problem="không phải mã UTF-8 (có thể là cp1258)", rules=rules)


def _by_line(numbers: list[int], *, problem: str, rules: IntakeRules) -> list[Fault]:
    shown = numbers[: rules.limits.faults_shown]
    faults = [Fault(place=f"dòng {n}", problem=problem, cure=_ENCODING_CURE) for n in shown]
    if rest := len(numbers) - len(shown):
        faults.append(Fault(place=f"và {rest} dòng khác", problem=problem, cure=_ENCODING_CURE))
    return faults


def _refuse_broken_letters(text: str, *, name: str, rules: IntakeRules) -> None:
    bad = [number for number, line in enumerate(text.split("\n"), start=1) if broken_letters(line)]
    if bad:
        raise BadInput(source=name, faults=_by_line(bad, problem=BROKEN_PROBLEM, rules=rules))
