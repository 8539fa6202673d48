"""What a mail says to somebody who was away: what was done in his place, what he was not told."""

from collections.abc import Sequence

from dondoc.mail import words
from engine.notices import LetterItem, Meanwhile


def facts(item: LetterItem) -> tuple[tuple[str, str], ...]:
    """Return labels and values; none for whoever was not away."""
    if item.meanwhile is None:
        return ()
    return (("Đã làm thay", _done(item.meanwhile)), ("Báo người thay", _told(item.meanwhile)))


def opening(meanwhile: Meanwhile, whose: str) -> str:
    """Return the first sentence of a message about one task alone."""
    first, last = words.day_and_month(meanwhile.from_on), words.short_date(meanwhile.to_on)
    return f"{whose} có việc phát sinh trong thời gian đồng chí vắng ({first} – {last})."


def spell(items: Sequence[LetterItem]) -> str:
    """Return the days away, `29/9 – 03/10/2025`; "" unless all that is told is of them."""
    gone = [item.meanwhile for item in items if item.meanwhile is not None]
    if not gone or len(gone) < len(items):
        return ""
    first = words.day_and_month(min(one.from_on for one in gone))
    return f"{first} – {words.short_date(max(one.to_on for one in gone))}"


def _done(meanwhile: Meanwhile) -> str:
    """Return `Báo cáo kết quả 12/3 (Trần Văn Bình) · Rút báo cáo 13/3 (Trần Văn Bình)`."""
    return " · ".join(
        f"{one.label} {words.day_and_month(one.on)} ({one.name})" for one in meanwhile.done
    )


def _told(meanwhile: Meanwhile) -> str:
    """Return `12/3, 13/3 (Trần Văn Bình)`."""
    days: dict[str, dict[str, None]] = {}
    for one in meanwhile.told:
        days.setdefault(one.name, {})[words.day_and_month(one.on)] = None
    return " · ".join(f"{', '.join(on)} ({name})" for name, on in days.items())
