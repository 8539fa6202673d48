"""The workflows that come with the program, one TOML file each beside this module."""

import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any, Final

from engine.errors import BadInput, Fault
from engine.workflow import Workflow, from_mapping

#: Far above any definition a person would write or read.
_LIMIT_BYTES: Final = 1_000_000


@cache
def shipped() -> tuple[Workflow, ...]:
    """Return every shipped workflow, ordered by name."""
    files = (each for each in resources.files("workflows").iterdir() if each.name.endswith(".toml"))
    return tuple(
        parse(each.read_bytes(), source=each.name)
        for each in sorted(files, key=lambda each: each.name)
    )


def parse(content: bytes, *, source: str) -> Workflow:
    """Return the workflow that a TOML file holds.

    Raises:
        BadInput: it is not UTF-8, not TOML, or not a whole workflow; every fault is named.
    """
    return from_mapping(_toml(content, source=source), source=source)


def _toml(content: bytes, *, source: str) -> dict[str, Any]:
    if len(content) > _LIMIT_BYTES:
        problem, cure = f"{len(content)} byte, quá lớn", f"tối đa {_LIMIT_BYTES} byte"
        raise _bad(source, place="tệp", problem=problem, cure=cure)
    try:
        return tomllib.loads(unicodedata.normalize("NFC", content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1}"
        cure = "lưu lại tệp dạng UTF-8"
        raise _bad(source, place=place, problem="không phải UTF-8", cure=cure) from error
    except tomllib.TOMLDecodeError as error:
        raise _bad(source, place="cú pháp TOML", problem=str(error), cure="sửa chỗ đó") from error
    except RecursionError as error:
        problem, cure = "lồng nhau quá sâu", "bỏ bớt ngoặc"
        raise _bad(source, place="cú pháp TOML", problem=problem, cure=cure) from error


def _bad(source: str, *, place: str, problem: str, cure: str) -> BadInput:
    return BadInput(source=source, faults=[Fault(place=place, problem=problem, cure=cure)])
