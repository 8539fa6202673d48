"""Verification of an export, with nothing but the file and perhaps an anchor."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from engine.audit.anchors import Anchor
from engine.audit.blocks import NO_BLOCK, Block
from engine.audit.entries import canonical, digest, encode
from engine.audit.files import FORMAT
from engine.audit.judge import Judge
from engine.audit.verdict import Verdict
from engine.audit.verify import Progress

#: No entry of ours is longer; a line that is was not written by us.
_LONGEST_LINE_BYTES = 16 * 1024 * 1024


class _NoExportError(Exception):
    """The file stops being an export at this line; nothing after it can be trusted."""


def verify_file(
    source: IO[bytes], anchor: Anchor | None = None, *, progress: Progress | None = None
) -> Verdict:
    """Return what is wrong with an export.

    Args:
        source: The file, open for reading.
        anchor: The newest one that was kept elsewhere.
        progress: Called now and then.
    """
    reading = _Reading(judge=Judge(anchors=(), outside=anchor))
    try:
        while line := source.readline(_LONGEST_LINE_BYTES):
            reading.take(line)
            if progress is not None and reading.number % 10_000 == 0:
                progress(reading.number, reading.announced)
        reading.end()
    except _NoExportError as error:
        reading.judge.report(
            "format", reading.number + 1, place=f"dòng {reading.line}", problem=str(error)
        )
    reading.judge.settle()
    return reading.judge.verdict()


@dataclass(slots=True)
class _Reading:
    """How far a file has been read.

    Attributes:
        line: Number of the line at hand.
        number: Number of the last entry.
        announced: How many entries the header says there are.
    """

    judge: Judge
    line: int = 0
    number: int = 0
    announced: int = 0
    _whole: Any = field(default_factory=hashlib.sha256)
    _hashes: list[str] = field(default_factory=list)
    _found: int = 0
    _newest: str = ""
    _blocks: int = 0
    _head: str = NO_BLOCK
    _is_over: bool = False

    def take(self, raw: bytes) -> None:
        """Judge one line."""
        self.line += 1
        held = _parse(raw)
        kind = held.get("type")
        if self._is_over:
            message = "còn dữ liệu sau dòng kết"
            raise _NoExportError(message)
        if (self.line == 1) != (kind == "header"):
            message = "dòng đầu phải là header, và chỉ dòng đầu"
            raise _NoExportError(message)
        steps = {"header": self._header, "entry": self._entry, "block": self._block,
                 "footer": self._footer}  # fmt: skip
        if kind not in steps:
            message = f"không có loại dòng {kind!r}"
            raise _NoExportError(message)
        try:
            steps[kind](held)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            message = f"dòng {kind} thiếu hoặc sai trường ({error})"
            raise _NoExportError(message) from error
        self._whole.update(raw)

    def end(self) -> None:
        """Judge the end of the file."""
        if not self._is_over:
            message = "thiếu dòng kết: tệp bị cắt"
            raise _NoExportError(message)

    def _header(self, held: dict[str, Any]) -> None:
        if held["format"] != FORMAT:
            message = f"không phải {FORMAT}"
            raise _NoExportError(message)
        self.announced = int(held["entries"])

    def _entry(self, held: dict[str, Any]) -> None:
        number, stored, body = int(held["number"]), str(held["hash"]), held["body"]
        if number != self.number + 1:
            problem = f"sau mục {self.number} là mục {number}: có mục bị bớt, thêm hoặc đổi chỗ"
            self.judge.report_entry("missing", self.number + 1, problem)
        self.number = number
        own = digest(body)
        self._hashes.append(own)
        if own != stored:
            problem = "nội dung không khớp với mã băm: mục đã bị sửa"
            self.judge.report_entry("body", number, problem)
        said = json.loads(body)
        if canonical(said) != body:
            self.judge.report_entry("columns", number, "nội dung không ở dạng chuẩn")
        self._newest = max(self._newest, said["id"])
        self.judge.follow(number, said["subject"], prev=said["prev"], own=stored)

    def _block(self, held: dict[str, Any]) -> None:
        block = Block(
            number=int(held["number"]),
            first_seq=int(held["first_seq"]),
            count=int(held["count"]),
            root=str(held["root"]),
            prev=str(held["prev"]),
            newest=str(held["newest"]),
            sealed_at=datetime.fromisoformat(held["sealed_at"]),
            hash=str(held["hash"]),
        )
        if block.last_seq != self.number:
            problem = f"khối {block.number} hết ở mục {block.last_seq}, tệp thì ở mục {self.number}"
            self.judge.report_entry("missing", min(block.last_seq, self.number) + 1, problem)
            self.number = block.last_seq
        self.judge.close(block, self._hashes, is_whole=self.judge.found == self._found)
        if block.newest != self._newest and self.judge.found == self._found:
            place = f"khối {block.number}"
            problem = "mã mục mới nhất không phải của mục nào trong các khối"
            self.judge.report("block", block.first_seq, place=place, problem=problem)
        self._hashes, self._found = [], self.judge.found
        self._blocks, self._head = block.number, block.hash

    def _footer(self, held: dict[str, Any]) -> None:
        said = (held["blocks"], held["entries"], held["head"])
        if said != (self._blocks, self.number, self._head):
            problem = (
                f"ghi {held['entries']} mục, {held['blocks']} khối nhưng tệp có {self.number} mục, "
                f"{self._blocks} khối: phần cuối bị cắt hoặc thêm"
            )
            self._report_end(problem)
        elif self._hashes or self.announced != self.number:
            self._report_end(f"tệp ghi {self.announced} mục nhưng có {self.number} mục có khối")
        elif held["sha256"] != self._whole.hexdigest():
            self._report_end("mã băm cả tệp không khớp: có byte bị sửa ngoài các mục")
        self._is_over = True

    def _report_end(self, problem: str) -> None:
        self.judge.report("format", self.number + 1, place=f"dòng {self.line}", problem=problem)


def _parse(raw: bytes) -> dict[str, Any]:
    """Return a line's values; the line must be written exactly as we write it."""
    try:
        held = json.loads(raw)
        is_ours = isinstance(held, dict) and (encode(held) + "\n").encode() == raw
    except (TypeError, ValueError, RecursionError) as error:
        message = f"không đọc được ({type(error).__name__})"
        raise _NoExportError(message) from error
    if not is_ours:
        message = "không viết đúng dạng chuẩn: dòng bị sửa hoặc bị cắt"
        raise _NoExportError(message)
    return dict(held)
