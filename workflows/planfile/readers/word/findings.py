"""What was met in a document and not taken as it stands, with its places."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.errors import Fault
from workflows.planfile.blocks import Note, Place
from workflows.planfile.rules import IntakeRules
from workflows.planfile.text import BROKEN_CURE, BROKEN_PROBLEM

Finding = Literal[
    "comments", "contents", "deleted", "embedded", "footnotes", "hidden", "inserted", "moved",
    "nested", "pictures", "text_boxes",
]  # fmt: skip

_PLACES_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remark:
    of: Finding
    code: str
    message: str


_REMARKS = (
    _Remark(of="comments", code="comments", message="ý kiến bên lề (comment) không được đọc"),
    _Remark(of="hidden", code="hidden_text", message="chữ ẩn không được đọc"),
    _Remark(of="footnotes", code="footnotes", message="chú thích cuối trang không được đọc"),
    _Remark(
        of="text_boxes",
        code="text_boxes",
        message="chữ trong khung (text box) chỉ được xem như dấu, không được đọc vào kế hoạch",
    ),
    _Remark(
        of="pictures",
        code="pictures",
        message="ảnh hoặc đối tượng nhúng, chữ trong đó không được đọc",
    ),
    _Remark(of="nested", code="nested_table", message="bảng lồng trong ô được đọc thành chữ của ô"),
    _Remark(of="contents", code="table_of_contents", message="mục lục không được đọc"),
    _Remark(of="embedded", code="embedded_document", message="tài liệu nhúng không được đọc"),
)


class Findings:
    """What is met, in reading order."""

    def __init__(self) -> None:
        self._met: list[tuple[Finding, Place]] = []
        self._broken: dict[Place, None] = {}
        self.furniture: list[str] = []

    def meet(self, what: Finding, *, place: Place) -> None:
        """Remember that something was met."""
        self._met.append((what, place))

    def has(self, what: Finding) -> bool:
        """Tell whether something was met."""
        return any(met == what for met, _ in self._met)

    def meet_broken(self, place: Place) -> None:
        """Remember letters that a font or a conversion broke."""
        self._broken[place] = None

    def leave_out(self, text: str) -> None:
        """Keep a text that is no part of the document for the checks that see everything."""
        if text:
            self.furniture.append(text)

    def faults(self, *, rules: IntakeRules) -> list[Fault]:
        """Return the places that cannot be read, the first ones named and the rest counted."""
        places = list(self._broken)
        shown = places[: rules.limits.faults_shown]
        named = [named_place(place) for place in shown]
        if len(places) > len(shown):
            named.append(f"và {len(places) - len(shown)} chỗ khác")
        return [Fault(place=one, problem=BROKEN_PROBLEM, cure=BROKEN_CURE) for one in named]

    def notes(self) -> tuple[Note, ...]:
        """Return a remark for each kind of thing that was met."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[Note]:
        counts = Counter(met for met, _ in self._met)
        if places := self._places("inserted", "deleted", "moved"):
            message = (
                "sửa đổi đang theo dõi (track changes) được đọc như đã chấp nhận tất cả: "
                f"{counts['inserted']} chỗ thêm, {counts['deleted']} chỗ xóa, "
                f"{counts['moved']} chỗ chuyển{_where(places)}"
            )
            yield Note(code="tracked_changes", message=message, place=places[0])
        for remark in _REMARKS:
            if places := self._places(remark.of):
                message = f"{remark.message}: {len(places)} chỗ{_where(places)}"
                yield Note(code=remark.code, message=message, place=places[0])

    def _places(self, *kinds: str) -> list[Place]:
        return [place for met, place in self._met if met in kinds]


def named_place(place: Place) -> str:
    """Return a place in words: "đoạn 5", "bảng 2, dòng 3"."""
    if place.table is not None:
        return f"bảng {place.table}, dòng {place.row}"
    return f"đoạn {place.paragraph}" if place.paragraph is not None else "tệp"


def _where(places: Sequence[Place]) -> str:
    shown = list(dict.fromkeys(places))[:_PLACES_SHOWN]
    return " (" + "; ".join(named_place(place) for place in shown) + ")"
