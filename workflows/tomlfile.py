"""TOML as people send it: bytes in, a mapping out, or one fault with the line it is on."""

import re
import tomllib
import unicodedata
from typing import Any, Final

from engine.errors import BadInput, Fault

#: Far above any definition a person would write or read.
_LIMIT_BYTES: Final = 1_000_000
_WHERE = re.compile(r" \(at line (\d+), column (\d+)\)$")


def text_of(content: bytes, *, source: str) -> str:
    """Return the text of a file, in one spelling.

    Raises:
        BadInput: it is too large, or not UTF-8.
    """
    if len(content) > _LIMIT_BYTES:
        problem, cure = f"{len(content)} byte, quá lớn", f"tối đa {_LIMIT_BYTES} byte"
        raise _bad(source, place="tệp", problem=problem, cure=cure)
    try:
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1}"
        cure = "lưu lại tệp dạng UTF-8"
        raise _bad(source, place=place, problem="không phải UTF-8", cure=cure) from error


def mapping_of(text: str, *, source: str) -> dict[str, Any]:
    """Return what a TOML text says.

    Raises:
        BadInput: it is not TOML; its line is named.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        place = f"dòng {where[1]}, cột {where[2]}" if where else "cuối tệp"
        problem = f"không đúng cú pháp TOML: {_WHERE.sub('', str(error))}"
        raise _bad(source, place=place, problem=problem, cure="sửa chỗ đó") from error
    except RecursionError as error:
        problem, cure = "lồng nhau quá sâu", "bỏ bớt ngoặc"
        raise _bad(source, place="cú pháp TOML", problem=problem, cure=cure) from error


def _bad(source: str, *, place: str, problem: str, cure: str) -> BadInput:
    return BadInput(source=source, faults=[Fault(place=place, problem=problem, cure=cure)])
