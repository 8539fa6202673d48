"""A review as a workbook to send around: drop-down lists, what is asked, where it comes from.

The same review gives the same bytes. Whatever a text begins with, it is written as a text.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.review import Proposal, Review
from workflows.planfile.rules import IntakeRules
from workflows.planfile.worksheet_cells import (
    Column,
    cells_of,
    columns_of,
    decision_words,
    kind_words,
)

TABLE, LISTS, GUIDE = "Phân công", "Danh mục", "Hướng dẫn"

_A4 = 9
_TITLE_LETTERS = 32
_QUESTION_COLOUR, _HEADER_COLOUR, _QUIET_COLOUR = "#FFF2CC", "#D9E2F3", "#595959"
_FONT = {"font_name": "Times New Roman", "font_size": 11}
#: The list of values a column is filled from, by the key of the column.
_LIST_OF = {
    "kind": "loai_nhiem_vu",
    "lead": "don_vi",
    "assignee": "nguoi",
    "verifier": "nguoi",
    "urgent": "khan",
    "decision": "quyet_dinh",
}

Units = Sequence[tuple[str, str]]
People = Sequence[tuple[str, str, str]]


def worksheet_file(review: Review, *, units: Units, people: People, rules: IntakeRules) -> bytes:
    """Return a review as a workbook (.xlsx) that comes back through `plan import`.

    Args:
        review: The rows; those with questions are shaded.
        units: Code and name of each unit, in the order of the drop-down list.
        people: Code, name and code of the unit of each person.
        rules: Names of columns, words for classes and decisions.
    """
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    # Nothing is guessed of a text: "=1+1" and "http://" stay the letters that they are.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with Workbook(stream, options) as book:
        # The time of writing would make two exports of one review differ.
        created = datetime(review.year, 1, 1, tzinfo=UTC).replace(tzinfo=None)
        title = f"{review.plan}: {review.title}"[:255]
        book.set_properties({"title": title, "created": created})
        sheet = _Book(book=book, rules=rules)
        sheet.table(review)
        sheet.lists(units, people)
        sheet.guide(review)
    return stream.getvalue()


@dataclass(slots=True, kw_only=True)
class _Book:
    """The workbook while it is written."""

    book: Any
    rules: IntakeRules
    formats: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def table(self, review: Review) -> None:
        sheet = self.book.add_worksheet(TABLE)
        columns = columns_of(self.rules)
        header = self.dressed(bold=True, bg_color=_HEADER_COLOUR, align="center")
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.header, header)
        for number, row in enumerate(review.rows, start=1):
            texts = cells_of(row, rules=self.rules)
            for place, column in enumerate(columns):
                dress = self.dress_of(row, column)
                if text := texts[column.key]:
                    sheet.write_string(number, place, text, dress)
                else:
                    sheet.write_blank(number, place, None, dress)
        last = max(len(review.rows), 1)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.freeze_panes(1, 2)
        self.offer(sheet, columns, last=last)
        _set_up(sheet, repeat_header=True)

    def offer(self, sheet: Any, columns: Sequence[Column], *, last: int) -> None:
        """Put drop-down lists into the columns that have one; other words are warned of only."""
        for place, column in enumerate(columns):
            if name := _LIST_OF.get(column.key):
                sheet.data_validation(
                    1, place, last, place,
                    {
                        "validate": "list",
                        "source": f"={name}",
                        "error_type": "warning",
                        "error_title": column.header[:_TITLE_LETTERS],
                        "error_message": f"Giá trị này không có ở trang tính {LISTS}. Vẫn dùng?",
                    },
                )  # fmt: skip

    def lists(self, units: Units, people: People) -> None:
        sheet = self.book.add_worksheet(LISTS)
        words = kind_words(self.rules).values(), decision_words(self.rules).values()
        place = 0
        for name, headers, rows in (
            ("don_vi", ("Mã đơn vị", "Tên đơn vị"), units),
            ("nguoi", ("Mã người", "Họ và tên", "Thuộc đơn vị"), people),
            ("loai_nhiem_vu", ("Loại",), [(word,) for word in words[0]]),
            ("quyet_dinh", ("Quyết định",), [(word,) for word in words[1]]),
            ("khan", ("Khẩn",), [(self.rules.flags.yes[0],), (self.rules.flags.no[0],)]),
        ):
            self.list(sheet, headers, rows, place=place)
            # A list of nothing would be a name for no cells, which Excel calls damaged.
            last = max(len(rows), 1)
            letter = _letter(place)
            self.book.define_name(name, f"='{LISTS}'!${letter}$2:${letter}${last + 1}")
            place += len(headers) + 1
        sheet.freeze_panes(1, 0)
        _set_up(sheet, repeat_header=True)

    def list(
        self, sheet: Any, headers: Sequence[str], rows: Sequence[Sequence[str]], *, place: int
    ) -> None:
        head, plain = self.dressed(bold=True, bg_color=_HEADER_COLOUR), self.dressed()
        for column, header in enumerate(headers, start=place):
            sheet.set_column(column, column, 14 if column == place else 36)
            sheet.write_string(0, column, header, head)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=place):
                sheet.write_string(number, column, text, plain)

    def guide(self, review: Review) -> None:
        sheet = self.book.add_worksheet(GUIDE)
        sheet.set_column(0, 0, 100)
        asked = sum(bool(row.questions) for row in review.rows)
        heading = self.book.add_format({**_FONT, "bold": True, "text_wrap": True})
        plain = self.book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, f"Bảng phân công {review.plan} năm {review.year}", heading)
        for number, sentence in enumerate(_sentences(review, asked, rules=self.rules), start=1):
            sheet.write_string(number, 0, f"{number}. {sentence}", plain)
        _set_up(sheet, repeat_header=False)

    def dress_of(self, row: Proposal, column: Column) -> Any:
        dress: dict[str, object] = {}
        if row.questions:
            dress["bg_color"] = _QUESTION_COLOUR
        if column.is_shown_only:
            # A long text in a cell that is formatted as one shows as #### in some programs.
            dress |= {"font_color": _QUIET_COLOUR, "num_format": "General"}
        if row.kind == "heading" and column.key in ("code", "task"):
            dress["bold"] = True
        return self.dressed(**dress)

    def dressed(self, **dress: object) -> Any:
        """Return the format of a cell of text: what is typed into it stays a text as well."""
        key = tuple(sorted(dress.items()))
        if key not in self.formats:
            body = {"num_format": "@", "text_wrap": True, "valign": "top", "border": 1}
            self.formats[key] = self.book.add_format({**_FONT, **body, **dress})
        return self.formats[key]


def _sentences(review: Review, asked: int, *, rules: IntakeRules) -> tuple[str, ...]:
    names: Mapping[str, str] = {column.key: column.header for column in columns_of(rules)}
    shown = ", ".join(f"“{c.header}”" for c in columns_of(rules) if c.is_shown_only)
    quiet = f"các cột {shown} chỉ để xem, sửa ở đó không có tác dụng"
    rows = len(review.rows)
    state = f"Trang tính “{TABLE}” có {rows} dòng; {asked} dòng tô vàng còn phải quyết định"
    choose = "Điền hoặc sửa các ô cần thiết; ô có mũi tên thì chọn trong danh sách"
    code = f"Không sửa cột “{names['code']}”, vì mã dùng để tìm lại nhiệm vụ"
    back = f"Lưu tệp dạng .xlsx rồi nhập lại: dondoc plan import TỆP --into {review.plan}"
    return (
        f"{state}, lý do ghi ở cột “{names['questions']}”.",
        f"{choose}; mã đơn vị và mã người xem ở trang tính “{LISTS}”.",
        f"{code}; nhiều đơn vị phối hợp thì cách nhau bằng dấu chấm phẩy.",
        f"Đổi “{names['deadline']}” thì xem lại cả “{names['kind']}”; {quiet}.",
        f"{back} (thêm --dry-run để xem trước).",
    )


def _set_up(sheet: Any, *, repeat_header: bool) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # As wide as one page, as long as it takes.
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")
    if repeat_header:
        sheet.repeat_rows(0)


def _letter(place: int) -> str:
    return chr(ord("A") + place)
