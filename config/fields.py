"""Values as an administrator writes them, and what is wrong with those that are none.

The words are Vietnamese: they are shown to the administrator.
"""

import re
from datetime import time
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
)
from pydantic_core import PydanticCustomError

from engine.addresses import is_address

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MOMENT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")


class Span(NamedTuple):
    """A stretch of a local day, from and to."""

    start: time
    end: time


def wrong(*, problem: str, cure: str) -> PydanticCustomError:
    """Build the error of a validator; `config.sources` turns it into a fault."""
    return PydanticCustomError("wrong", "{problem}; {cure}", {"problem": problem, "cure": cure})


def contradictions(faults: tuple[tuple[str, str, str], ...]) -> PydanticCustomError:
    """Build the error of a section whose settings disagree: (key, problem, cure) of each."""
    return PydanticCustomError("contradictions", "{faults}", {"faults": faults})


def _moment(value: object) -> time:
    if isinstance(value, time) and value.tzinfo is None and not (value.second or value.microsecond):
        return value
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong(problem=f"{value!r} không phải giờ trong ngày", cure='viết dạng "07:30"')
    return time(int(found[1]), int(found[2]))


def _span(value: object) -> Span:
    if isinstance(value, Span):
        return value
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) != 2:  # noqa: PLR2004 - a span has two ends
        raise wrong(problem=f"{value!r} không phải khoảng giờ", cure='viết dạng "07:30-11:30"')
    span = Span(_moment(parts[0].strip()), _moment(parts[1].strip()))
    if span.start >= span.end:
        raise wrong(
            problem=f"khoảng giờ {value!r} kết thúc trước khi bắt đầu", cure="đổi chỗ hai giờ"
        )
    return span


def _single_line(value: object) -> object:
    if isinstance(value, str) and _CONTROL.search(value):
        raise wrong(problem="có ký tự điều khiển hoặc xuống dòng", cure="viết trên một dòng")
    return value


def _address(value: object) -> object:
    if isinstance(value, str) and value and not is_address(value):
        raise wrong(
            problem=f"{value!r} không phải địa chỉ thư điện tử",
            cure='viết dạng "ten@coquan.gov.vn"',
        )
    return value


def _url(value: object) -> object:
    raw = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(raw, str) or not raw:
        return value
    cure = '"sqlite:///dondoc.db" hoặc "postgresql+psycopg://may-chu/dondoc"'
    try:
        scheme = urlsplit(raw).scheme
    except ValueError as error:
        raise wrong(problem="địa chỉ cơ sở dữ liệu viết sai", cure=cure) from error
    if scheme not in _SCHEMES or "://" not in raw:
        raise wrong(problem=f"không đọc được loại cơ sở dữ liệu {scheme!r}", cure=cure)
    if scheme == "postgresql":
        # SQLAlchemy would take the bare name for psycopg2, which is not installed.
        return "postgresql+psycopg" + raw[len("postgresql") :]
    return raw


def absent(value: object) -> object:
    """Return None for what was left empty."""
    return None if value == "" else value


Line = Annotated[str, BeforeValidator(_single_line), Field(max_length=300)]
Address = Annotated[str, BeforeValidator(_address), Field(max_length=254)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_url)]
LocalTime = Annotated[
    time, BeforeValidator(_moment), PlainSerializer(lambda moment: f"{moment:%H:%M}")
]
OfficeHours = Annotated[
    Span, BeforeValidator(_span), PlainSerializer(lambda s: f"{s.start:%H:%M}-{s.end:%H:%M}")
]


class Section(BaseModel):
    """One table of dondoc.toml."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
        validate_by_alias=True,
    )
