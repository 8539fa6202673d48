"""A review as rows of texts, column by column; how they are drawn is known elsewhere.

The columns a person fills in bear the names by which they are found when the sheet comes back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.draft import DeadlineKind, Source
from engine.review import Proposal, Question
from workflows.planfile.rules import IntakeRules

#: The longest text that a cell of a sheet holds.
CELL_LETTERS = 32_767
# No XML can hold them, and no reader would open the sheet.
_UNWRITABLE = re.compile("[\ufffe\uffff\ud800-\udfff]")

#: How a deadline without a day was understood.
_KINDS: Mapping[DeadlineKind, str] = {
    "standing": "thường xuyên, không có hạn",
    "on_demand": "khi có yêu cầu, không có hạn",
    "recurring": "định kỳ",
    "event_relative": "tính từ một sự kiện, chờ ngày của sự kiện",
    "reference": "theo văn bản khác",
    "ditto": "như dòng trên",
    "none": "không có hạn",
    "unresolved": "chưa hiểu",
}

#: Where a question is answered in the sheet, by the beginning of its code; whoever fills it in has
#: no command line.
_ANSWERS = {
    "assignee_": "chọn người của đơn vị chủ trì ở cột Người thực hiện",
    "date_": "ghi ngày hoặc cụm từ rõ hơn ở cột Thời gian hoàn thành, hoặc đổi Loại",
    "lead_": "chọn một đơn vị của cơ quan ở cột Đơn vị chủ trì",
    "near_duplicate": "ghi giữ hoặc bỏ ở cột Quyết định, ở cả hai dòng",
    "no_date": "ghi cột Thời gian hoàn thành",
    "no_lead": "ghi cột Đơn vị chủ trì",
    "several_leads": "giữ một đơn vị ở cột Đơn vị chủ trì, chuyển các đơn vị khác sang phối hợp",
    "verifier_": "chọn người ở cột Người xác nhận",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the sheet.

    Attributes:
        key: What is in it: a key of the columns of tables, or of those that only show.
        header: What stands above it.
        width: In letters.
        is_shown_only: Whether nothing is taken from it when the sheet comes back.
    """

    key: str
    header: str
    width: int
    is_shown_only: bool = False


def columns_of(rules: IntakeRules) -> tuple[Column, ...]:
    """Return the columns in the order in which they stand."""
    names = rules.columns.synonyms()
    read_as, questions, warnings, place, passage = rules.columns.display[:5]

    def filled(key: str, width: int) -> Column:
        return Column(key=key, header=names[key][0], width=width)

    def shown(key: str, header: str, width: int) -> Column:
        return Column(key=key, header=header, width=width, is_shown_only=True)

    return (
        filled("code", 11),
        filled("task", 52),
        filled("kind", 13),
        filled("lead", 18),
        filled("coordinating", 22),
        filled("assignee", 16),
        filled("deadline", 24),
        shown("read_as", read_as, 16),
        filled("output", 26),
        filled("verifier", 16),
        filled("urgent", 7),
        filled("decision", 13),
        shown("questions", questions, 36),
        shown("warnings", warnings, 30),
        shown("place", place, 18),
        shown("passage", passage, 60),
    )


def cells_of(row: Proposal, *, rules: IntakeRules) -> dict[str, str]:
    """Return the text of each column, by its key; "" where there is nothing to say."""
    texts = {
        "code": row.code,
        "task": row.title,
        "kind": kind_words(rules).get(row.kind, ""),
        "lead": row.lead or "; ".join(row.leads),
        "coordinating": "; ".join(row.coordinating),
        "assignee": row.assignee or "",
        "deadline": row.deadline_phrase or "",
        "read_as": _understood(row),
        "output": row.output or "",
        "verifier": row.verifier or "",
        "urgent": rules.flags.yes[0] if row.is_urgent else "",
        "decision": decision_words(rules).get(row.decision or "", ""),
        "questions": "\n".join(map(_asked, row.questions)),
        "warnings": "\n".join(remark.message for remark in row.warnings),
        "place": _place(row.source),
        "passage": row.source.passage,
    }
    return {key: _UNWRITABLE.sub("", text)[:CELL_LETTERS] for key, text in texts.items()}


def kind_words(rules: IntakeRules) -> dict[str, str]:
    """Return the word for each class, by its key."""
    opening = "class "
    chosen = {
        key.removeprefix(opening): words[0]
        for key, words in rules.decisions.items()
        if key.startswith(opening)
    }
    return {"heading": rules.tables.headings[0], **chosen}


def decision_words(rules: IntakeRules) -> dict[str, str]:
    """Return the word for each decision, by its key."""
    return {key: words[0] for key, words in rules.decisions.items()}


def _understood(row: Proposal) -> str:
    if row.due:
        return "; ".join(map(_day, row.due))
    return _KINDS.get(row.deadline_kind, "") if row.deadline_kind else ""


def _day(day: date) -> str:
    return f"{day:%d/%m}/{day.year}"


def _asked(question: Question) -> str:
    options = f" ({', '.join(question.options)})" if question.options else ""
    answers = (cure for code, cure in _ANSWERS.items() if question.code.startswith(code))
    return f"{question.problem}: {next(answers, question.cure)}{options}"


def _place(source: Source) -> str:
    """Return where a row stands, the widest first; in a table its row says more than its line."""
    named = (
        ("", source.file),
        ("trang ", source.page),
        ("trang tính ", f"“{source.sheet}”" if source.sheet else None),
        ("bảng ", source.table),
        ("đoạn ", source.paragraph),
        ("dòng ", source.row or source.line),
    )
    return ", ".join(f"{word}{value}" for word, value in named if value)
