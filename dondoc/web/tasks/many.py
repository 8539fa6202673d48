"""What can be done to many tasks at once, in words, and what each asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from dondoc.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A trigger, the verb on its button, and the fields it asks for."""

    trigger: str
    words: str
    asks: tuple[str, ...] = ()


def deeds(visit: Visit) -> Sequence[Deed]:
    """Return what can be done to many tasks at once."""
    _ = visit._
    return (
        Deed(trigger="start", words=_("Nhận việc")),
        Deed(trigger="urge", words=_("Nhắc việc"), asks=("note",)),
        Deed(trigger="verify", words=_("Xác nhận"), asks=("note",)),
        Deed(trigger="set_due", words=_("Đặt lại hạn"), asks=("due", "note")),
        Deed(trigger="reassign", words=_("Chuyển người"), asks=("to", "note")),
    )
