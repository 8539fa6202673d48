"""How far this database had come, kept in a file beside it: an older one put in its place is seen.

The file is an anchor like those that auditors keep. It moves on with the log, and only while the
log still holds what the file says; otherwise mail is held back until a person has judged it (G12).
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from engine.audit import anchors
from engine.audit.anchors import Anchor
from engine.commands import restored
from engine.commands.restored import Lost
from engine.database import Database
from engine.errors import BadInput, Fault
from engine.oserrors import os_words

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """The mark of one database.

    Attributes:
        path: The file; made when there is something to say.
        hold_after_days: So long without a turn of the relay, and the database may be an old copy.
    """

    path: Path
    hold_after_days: int

    def check(self, database: Database, *, at: datetime, is_start: bool) -> Lost | None:
        """Hold mail back if the database is older than it once was, else move the mark on.

        Args:
            database: The database.
            at: Now.
            is_start: Whether the process has just started; a long silence counts only then.

        Raises:
            BadInput: the file is there and cannot be read.
        """
        lost = self.lost(database, at=at, is_start=is_start)
        if lost is not None:
            with database.begin() as tx:
                restored.hold(tx, lost, at=at)
            return lost
        with database.read() as tx:
            head = restored.head(tx, at=at)
        known = self._known()
        if head.block and (known is None or head.hash != known.hash):
            self._write(head)
        return None

    def lost(self, database: Database, *, at: datetime, is_start: bool) -> Lost | None:
        """Return what the database does not hold although it once did; nothing is changed."""
        known = self._known()
        with database.read() as tx:
            lost = restored.compare(tx, known) if known is not None else None
            if lost is None and is_start:
                lost = restored.idle(tx, days=self.hold_after_days, at=at)
        return lost

    def _known(self) -> Anchor | None:
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(self.path, error) from error
        return anchors.read(text, source=str(self.path))

    def _write(self, head: Anchor) -> None:
        """Replace the file whole: one that is half written would be no anchor."""
        beside = self.path.with_name(f"{self.path.name}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(anchors.write(head))
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(self.path)
        except OSError as error:
            # People are told of their work all the same; only an old copy will not be noticed.
            _log.warning("watermark.not_written", path=str(self.path), why=os_words(error))


def _unusable(path: Path, error: Exception) -> BadInput:
    words = os_words(error) if isinstance(error, OSError) else "không phải văn bản"
    fault = Fault(
        place=str(path),
        problem=f"không dùng được tệp mốc: {words}",
        cure="kiểm tra quyền của tệp và thư mục, hoặc đặt sending.watermark_file",
    )
    return BadInput(source=str(path), faults=[fault])
