"""Trial mode: every message is kept as a file that any mail program opens; nothing leaves."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.clock import Clock
from scheduler.courier import Delivery, Envelope

_OWNER_ONLY = 0o700


class TrialCourier:
    """Keeps messages as `YYYYMMDD-HHMM-<person>-<kind>-<n>.eml`, readable by their owner only."""

    def __init__(self, folder: Path, *, clock: Clock, zone: ZoneInfo) -> None:
        """Remember where to; the folder is made with the first message."""
        self._folder = folder
        self._clock = clock
        self._zone = zone

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        """Keep one message."""
        held = content()
        if held is None:
            return Delivery(outcome="withdrawn", phase="data")
        try:
            path = self._keep(envelope, held)
        except OSError as problem:
            return Delivery(outcome="temporary", phase="connect", reply=str(problem))
        return Delivery(outcome="accepted", phase="kept", reply=path.name)

    def close(self) -> None:
        """Nothing is held open."""

    def _keep(self, envelope: Envelope, held: bytes) -> Path:
        self._folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".tmp")
        with os.fdopen(descriptor, "wb") as file:
            file.write(held)
            file.flush()
            os.fsync(file.fileno())
        at = self._clock.now().astimezone(self._zone)
        start = f"{at:%Y%m%d-%H%M}-{_plain(envelope.recipient)}-{_plain(envelope.kind)}"
        number = 1
        while True:
            path = self._folder / f"{start}-{number}.eml"
            try:
                # A link fails where the name is taken, so that no message hides another.
                os.link(name, path)
            except FileExistsError:
                number += 1
            else:
                Path(name).unlink()
                return path


def _plain(name: str) -> str:
    letters = (one if one.isascii() and (one.isalnum() or one in "-_") else "_" for one in name)
    return "".join(letters)[:64] or "x"
