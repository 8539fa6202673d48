"""Files that commands write for people: whole in their place, or not there at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.errors import BadInput, Fault
from engine.oserrors import os_words

#: What everybody may do with a file; the shell's mask takes from it what it wants.
_SHARED = 0o666
_PRIVATE = 0o600


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        BadInput: nothing can be written there.
    """
    with new_file(path) as (target, keep):
        target.write(data)
        keep()


@contextmanager
def new_file(
    path: Path, *, is_private: bool = False
) -> Iterator[tuple[IO[bytes], Callable[[], None]]]:
    """Open a file beside `path`, and give what puts it in its place when it is whole.

    Raises:
        BadInput: nothing can be written there.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        mode = _PRIVATE if is_private else _SHARED
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as target:

            def keep() -> None:
                target.flush()
                os.fsync(target.fileno())
                draft.replace(path)

            yield target, keep
    except OSError as error:
        fault = Fault(place=str(path), problem=f"không ghi được: {os_words(error)}",
                      cure="kiểm tra thư mục, quyền ghi và chỗ trống")  # fmt: skip
        raise BadInput(source=str(path), faults=[fault]) from error
    finally:
        draft.unlink(missing_ok=True)
