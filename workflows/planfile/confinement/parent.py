"""The side that asks: starts the child, gives it the files, waits only so long, believes little."""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal, cast

from pydantic import ValidationError

from engine.errors import BadInput, Fault
from workflows.planfile.confinement.wire import END, LONGEST_TEXT, Answer, Request, read_answer

Ending = Literal["answered", "memory", "cpu", "wall", "answer", "dead"]

_PIECE_BYTES = 1 << 16
#: The interpreter starts in a place that is only ours: no environment, no folder of the user.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from workflows.planfile.confinement.child import main; main()"
)

_DYING_SECONDS = 2.0

_SPLIT_CURE = "tách thành nhiều tệp nhỏ, hoặc chép phần kế hoạch sang tệp mới rồi nhập lại"
_PROBLEMS: dict[Ending, str] = {
    "memory": "tệp quá nặng: cần quá {memory} MB bộ nhớ để đọc",
    "cpu": "tệp quá nặng: đọc quá {cpu} giây tính toán",
    "wall": "tệp quá nặng: đọc quá {wall} giây chưa xong",
    "answer": "tệp quá nặng: nội dung đọc được quá {answer} MB",
    "dead": "tệp làm trình đọc dừng đột ngột",
}


class _Gate:
    """Lets so many children run at a time; how many is known with the first request."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._running = 0

    @contextmanager
    def passed(self, most: int) -> Iterator[None]:
        """Wait for a place, hold it, give it back."""
        with self._free:
            self._free.wait_for(lambda: self._running < most)
            self._running += 1
        try:
            yield
        finally:
            with self._free:
                self._running -= 1
                self._free.notify()


_GATE = _Gate()


def ask(asked: Request) -> Answer:
    """Have a request answered by a child.

    Raises:
        BadInput: the reader refuses the files, or they cost more than the limits allow.
    """
    limits = asked.rules.limits
    with _GATE.passed(limits.children):
        encoded, ending = _Child(asked).talk()
    if ending != "answered":
        raise _too_heavy(asked, ending)
    try:
        answer = read_answer(encoded, asked=asked)
    except ValidationError as error:
        raise _misread(asked, error) from error
    if answer.refusal:
        raise BadInput(source=answer.refusal.source, faults=answer.refusal.faults)
    if answer.failure and answer.failure.kind == "memory":
        raise _too_heavy(asked, "memory")
    if answer.failure:
        raise _unforeseen(asked, answer.failure.place)
    return answer


class _TooLong(Exception):
    """The child answers more than anybody asked for."""


class _Child:
    """One child from its start to its end; it never outlives the call."""

    def __init__(self, asked: Request) -> None:
        self._asked, self._limits = asked, asked.rules.limits
        path = [str(Path(entry).absolute()) for entry in sys.path]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-I", "-B", "-c", _START, json.dumps(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd="/", env={}, start_new_session=True,
        )  # fmt: skip
        self._sink = cast(IO[bytes], self._process.stdin)
        self._source = cast(IO[bytes], self._process.stdout)
        self._is_silent = False
        self._until = time.monotonic() + self._limits.child_wall_seconds

    def talk(self) -> tuple[bytes, Ending]:
        """Return what the child answered, and how it ended."""
        encoded = b""
        ending: Ending | None = None
        try:
            self._give()
            encoded = self._take()
        except TimeoutError:
            ending = "wall"
        except _TooLong:
            ending = "answer"
        finally:
            status = self._end()
        return encoded, ending or _ending(encoded, status)

    def _give(self) -> None:
        descriptor = self._sink.fileno()
        os.set_blocking(descriptor, False)
        # A child that has died says by its status why.
        with suppress(BrokenPipeError):
            for piece in self._asked.pieces():
                rest = memoryview(piece)
                while rest:
                    self._wait(descriptor, selectors.EVENT_WRITE)
                    rest = rest[os.write(descriptor, rest[:_PIECE_BYTES]) :]

    def _take(self) -> bytes:
        descriptor = self._source.fileno()
        taken = bytearray()
        while not taken.endswith(END):
            self._wait(descriptor, selectors.EVENT_READ)
            piece = os.read(descriptor, _PIECE_BYTES)
            if not piece:
                self._is_silent = True
                break
            taken += piece
            if len(taken) > self._limits.answer_bytes:
                raise _TooLong
        return bytes(taken)

    def _wait(self, descriptor: int, event: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            if not selector.select(max(0.0, self._until - time.monotonic())):
                raise TimeoutError

    def _end(self) -> int:
        """End the child and whatever it started; return what it died of before, else 0."""
        # It closes its side a moment before its status is known.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_DYING_SECONDS if self._is_silent else 0)
        died_of = self._process.poll() or 0
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        for stream in (self._sink, self._source):
            stream.close()
        self._process.wait()
        return died_of


def _ending(encoded: bytes, status: int) -> Ending:
    if encoded.endswith(END):
        return "answered"
    # Nobody of ours sent the second of these: it is how a system short of memory helps itself.
    died_of: dict[int, Ending] = {-signal.SIGXCPU: "cpu", -signal.SIGKILL: "memory"}
    return died_of.get(status, "dead")


def _too_heavy(asked: Request, ending: Ending) -> BadInput:
    limits = asked.rules.limits
    problem = _PROBLEMS[ending].format(
        memory=limits.child_memory_bytes // 1_000_000,
        cpu=limits.child_cpu_seconds,
        wall=limits.child_wall_seconds,
        answer=limits.answer_bytes // 1_000_000,
    )
    return _refused(asked, problem, _SPLIT_CURE)


def _unforeseen(asked: Request, place: str) -> BadInput:
    problem = f"có chỗ chương trình chưa đọc được ({place})"
    cure = "mở tệp bằng Word/Excel rồi lưu thành tệp mới; nếu vẫn vậy, gửi tệp cho quản trị"
    return _refused(asked, problem, cure)


def _misread(asked: Request, error: ValidationError) -> BadInput:
    if any(one["type"] == "string_too_long" for one in error.errors(include_input=False)):
        problem = f"có đoạn dài quá {LONGEST_TEXT} ký tự"
        return _refused(asked, problem, "ngắt đoạn đó thành nhiều đoạn hoặc nhiều dòng")
    return _refused(asked, "trình đọc trả lời không đúng", "gửi tệp này cho quản trị")


def _refused(asked: Request, problem: str, cure: str) -> BadInput:
    fault = Fault(place="tệp", problem=problem, cure=cure)
    return BadInput(source=asked.files[0].name, faults=[fault])
