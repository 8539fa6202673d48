"""What the two processes say to each other, and how little the parent believes of it.

A request is the length of a JSON head, the head, and the bytes of the files; an answer is JSON.
"""

import json
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from engine.draft import DraftPlan, Worksheet
from engine.errors import Fault
from workflows.planfile.plan import Follow
from workflows.planfile.readers import InputFile
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.survey import Survey

_LENGTH = struct.Struct(">Q")
#: No title, cell or passage is longer; a spreadsheet program stops at 32,767.
LONGEST_TEXT = 100_000
#: Ends an answer; JSON in one line holds no other.
END = b"\n"
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_MOST_FAULTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be read; the first file is the plan's document."""

    wanted: Literal["plan", "worksheet", "survey"]
    code: str = ""
    year: int
    follow: Follow = "auto"
    files: tuple[InputFile, ...]
    rules: IntakeRules

    def pieces(self) -> Iterator[bytes]:
        """Yield the request as bytes, file by file without a copy of them."""
        head = {
            "wanted": self.wanted,
            "code": self.code,
            "year": self.year,
            "follow": self.follow,
            "files": [(file.name, len(file.data)) for file in self.files],
            "limits": self.rules.limits.model_dump(),
            "rules": self.rules.model_dump_json(),
        }
        encoded = json.dumps(head).encode()
        yield _LENGTH.pack(len(encoded)) + encoded
        for file in self.files:
            yield file.data


def read_head(stream: BinaryIO) -> dict[str, Any]:
    """Return the head of a request; the bytes of the files follow in the stream."""
    (length,) = _LENGTH.unpack(stream.read(_LENGTH.size))
    head: dict[str, Any] = json.loads(stream.read(length))
    return head


def read_request(stream: BinaryIO, head: Mapping[str, Any]) -> Request:
    """Return the whole request, once its head has been read."""
    return Request(
        wanted=head["wanted"],
        code=head["code"],
        year=head["year"],
        follow=head["follow"],
        files=tuple(InputFile(name=name, data=stream.read(size)) for name, size in head["files"]),
        rules=IntakeRules.model_validate_json(head["rules"]),
    )


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=LONGEST_TEXT)


class Refusal(_Part):
    """A `BadInput` of the reader."""

    source: str
    faults: Annotated[tuple[Fault, ...], Field(min_length=1, max_length=_MOST_FAULTS)]


class Failure(_Part):
    """Why there is no answer: memory ran out, or the reader met what it was not written for."""

    kind: Literal["memory", "unforeseen"]
    place: str = ""


class Answer(_Part):
    """Exactly one of these."""

    plan: DraftPlan | None = None
    worksheet: Worksheet | None = None
    survey: Survey | None = None
    refusal: Refusal | None = None
    failure: Failure | None = None

    @model_validator(mode="after")
    def _fits(self, info: ValidationInfo) -> Self:
        """Hold an answer against what was asked, where it comes from outside."""
        asked = info.context
        if isinstance(asked, Request) and not self._is_no() and not self._is_answer_to(asked):
            raise ValueError(asked.wanted)
        return self

    def _is_no(self) -> bool:
        return self.refusal is not None or self.failure is not None

    def _is_answer_to(self, asked: Request) -> bool:
        if asked.wanted == "worksheet":
            return self.worksheet is not None
        if asked.wanted == "survey":
            return self.survey is not None
        plan = self.plan
        return plan is not None and (plan.code, plan.year) == (asked.code, asked.year)


def read_answer(encoded: bytes, *, asked: Request) -> Answer:
    """Return what a child answered.

    Raises:
        ValidationError: it is no answer to that request.
    """
    # No database of ours keeps a NUL; in a plan it has no business either.
    return Answer.model_validate_json(_NUL.sub(rb"\1", encoded), context=asked)
