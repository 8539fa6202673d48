"""Terms that count from something that happens: "10 ngày làm việc kể từ ngày nhận được văn bản"."""

import re
from dataclasses import dataclass
from typing import Literal

from workflows.planfile.rules import DeadlineWords

Unit = Literal["d", "wd", "h", "mo"]

_AMOUNT = r"(?P<n>\d{1,4}(?:[.,]\d{1,2})?)\s*(?P<unit>ngày làm việc|ngày|giờ|tuần|tháng|năm)"
_PER = r"(?:\s*/\s*[^,;]+)?"
# "trước ngày 5 tháng sau" is a date: the number of a day is no amount.
_COUNTED = re.compile(
    rf"(?<!ngày )(?<!tháng )(?<![\w/.,]){_AMOUNT}{_PER}\s*[,(]?\s*"
    r"(?P<side>trước|kể từ|tính từ|sau|từ)(?:\s+(?:khi|ngày|lúc|thời điểm))?\s+(?P<event>\D.*)"
)
_COUNTED_FROM_DAY = re.compile(
    rf"(?<!ngày )(?<!tháng )(?<![\w/.,]){_AMOUNT}\s*"
    r"(?P<side>trước|kể từ|tính từ|sau|từ)\s+(?:khi\s+)?ngày\s+(?P<event>\d.*)"
)
_EVENT_FIRST = re.compile(
    rf"(?P<side>trước|sau)\s+(?:(?:khi|ngày)\s+|(?!ngày|tháng|quý|năm))"
    rf"(?P<event>[^\d,;][^,;]*?)\s+(?:ít nhất\s+)?{_AMOUNT}$"
)
_BEFORE_BY = re.compile(
    rf"(?P<side>trước)\s+{_AMOUNT}\s+(?:khi|(?:so với|của)(?:\s+(?:khi|ngày))?)\s+(?P<event>\D.*)"
)
_NO_EVENT = re.compile(
    rf"(?:không muộn hơn|không quá|không chậm hơn|chậm nhất|quá|trong vòng|trong thời hạn|"
    rf"trong|"
    rf"sau)\s+(?:là\s+)?{_AMOUNT}$"
)
_UNITS: dict[str, tuple[float, Unit]] = {
    "ngày làm việc": (1, "wd"),
    "ngày": (1, "d"),
    "giờ": (1, "h"),
    "tuần": (7, "d"),
    "tháng": (1, "mo"),
    "năm": (12, "mo"),
}
_END = " .;,()"
# "trước quý V", "sau ngày 32": a date that does not exist is no event.
_NO_NAME = re.compile(r"\d|$|ngày(?:\s+\d|$)|(?:tháng|quý|năm)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term and its event; `n` is negative before the event, None without an amount."""

    event: str | None
    n: float | None = None
    unit: Unit | None = None


def counted_term(text: str) -> Term | None:
    """Return the term of a uniform phrase that names an amount of time, if it does."""
    for pattern in (_COUNTED, _COUNTED_FROM_DAY, _BEFORE_BY, _EVENT_FIRST, _NO_EVENT):
        if found := pattern.search(text):
            return _term(found)
    return None


def bare_event(text: str, *, words: DeadlineWords, dated: bool) -> Term | None:
    """Return the event of a phrase that opens with one: "Ngay sau khi ..."; None otherwise.

    `dated` tells that the phrase names a day or period: "trước" and "sau" belong to that then.
    """
    for opening in words.event_first:
        if text.startswith(f"{opening} "):
            return Term(event=text[len(opening) :].strip(_END) or None)
    for opening in words.event_or_date_first:
        event = text.removeprefix(f"{opening} ").strip(_END)
        if not dated and event != text.strip(_END) and not _NO_NAME.match(event):
            return Term(event=event or None)
    return None


def _term(found: re.Match[str]) -> Term:
    scale, unit = _UNITS[found["unit"]]
    amount = float(found["n"].replace(",", ".")) * scale
    group = found.groupdict()
    event = (group.get("event") or "").strip(_END)
    return Term(
        event=event or None, n=-amount if group.get("side") == "trước" else amount, unit=unit
    )
