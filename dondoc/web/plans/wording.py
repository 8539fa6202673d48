"""Words of the pages about plans: places in a file, columns of a table, fields of an item."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dondoc.intake import COLUMNS
from dondoc.web.rendering import environment, term
from dondoc.web.visit import Visit
from engine.draft import Source
from engine.review import FieldChange, Question

#: Questions about units and people, each with what is decided by an answer.
_ANSWERED = {
    "several_leads": "lead", "lead_unknown": "lead", "lead_is_group": "lead",
    "lead_outside": "lead", "no_lead": "lead",
    "assignee_unknown": "assignee", "assignee_elsewhere": "assignee",
    "verifier_unknown": "verifier", "near_duplicate": "",
}  # fmt: skip


def columns(visit: Visit) -> Mapping[str, str]:
    """Return what each column of a table is called."""
    _ = visit._
    names = (
        _("Không dùng"), _("Số thứ tự"), _("Mã nhiệm vụ"), _("Nội dung nhiệm vụ"), _("Chủ trì"),
        _("Phối hợp"), _("Người thực hiện"), _("Thời hạn"), _("Bắt đầu"), _("Sản phẩm"),
        _("Người xác nhận"), _("Khẩn"), _("Quyết định"), _("Loại"), _("Nhóm, lĩnh vực"),
        _("Chỉ tiêu"), _("Giữ nguyên, không hiểu"),
    )  # fmt: skip
    return dict(zip(COLUMNS, names, strict=True))


def fields(visit: Visit) -> Mapping[str, str]:
    """Return what each field of an item is called."""
    _ = visit._
    return {
        "title": _("Nội dung"),
        "kind": _("Loại"),
        "lead": _("Chủ trì"),
        "coordinating": _("Phối hợp"),
        "assignee": _("Người thực hiện"),
        "verifier": _("Người xác nhận"),
        "due": _("Thời hạn"),
        "deadline": _("Thời hạn"),
        "confidence": _("Độ chắc chắn"),
        "output": _("Sản phẩm"),
        "is_urgent": _("Khẩn"),
        "evidence_optional": _("Không cần minh chứng"),
        "decision": _("Quyết định"),
        "section": _("Mục"),
        "field": _("Lĩnh vực"),
        "parent": _("Thuộc"),
        "citations": _("Căn cứ"),
    }


def where(source: Source, visit: Visit) -> str:
    """Return where something stands, as a person would say it."""
    _ = visit._
    told = (
        (source.file, "%s"),
        (source.page, _("trang %s")),
        (source.sheet, _("trang tính “%s”")),
        (source.table, _("bảng %s")),
        (source.row, _("dòng %s")),
        (source.paragraph, _("đoạn %s")),
        (source.line, _("dòng %s")),
    )
    return ", ".join(form % value for value, form in told if value not in (None, ""))


def days(due: Sequence[date], visit: Visit, *, most: int = 4) -> str:
    """Return days; of many the first and the last."""
    day = environment(visit.language).filters["day"]
    shown = [day(one) for one in due]
    return ", ".join(shown) if len(shown) <= most else f"{shown[0]} … {shown[-1]}"


def value(change_field: str, text: str | None, visit: Visit) -> str:
    """Return what a field held, as a person reads it."""
    if text is None:
        return visit._("(không có)")
    if change_field == "due":
        parts = text.replace(";", ",").split(",")
        return days([date.fromisoformat(one.strip()) for one in parts], visit)
    if change_field in ("kind", "confidence", "decision"):
        return term(text, visit.language)
    if change_field == "lead":
        return visit.unit_name(text)
    if change_field in ("assignee", "verifier"):
        return visit.person_name(text)
    return text


def changed(changes: Sequence[FieldChange], visit: Visit) -> list[tuple[str, str, str]]:
    """Return each change as what it is of, what was and what is now."""
    names = fields(visit)
    return [
        (names.get(one.field, one.field), value(one.field, one.old, visit),
         value(one.field, one.new, visit))
        for one in changes
        # A date that is sure now is said by the date itself.
        if (one.field, one.new) != ("confidence", "auto")
    ]  # fmt: skip


def answers(question: Question, visit: Visit) -> list[tuple[str, str, str]]:
    """Return the answers that would do: choice, value and words of each, the likeliest first."""
    return [_answer(question, one, visit) for one in question.options]


def shown_again(changes: Sequence[Mapping[str, Any]], visit: Visit) -> list[Mapping[str, Any]]:
    """Return changes of items that were kept as plain data, in words."""
    return [
        {**one, "fields": changed([FieldChange(**each) for each in one["fields"]], visit)}
        for one in changes
    ]


def decided_by(question: Question) -> str:
    """Return which choice an answer to a question is."""
    return _ANSWERED.get(question.code, "due")


def _answer(question: Question, option: str, visit: Visit) -> tuple[str, str, str]:
    _ = visit._
    if option == "keep":
        return "keep", "", _("Giữ cả hai")
    if option == "drop":
        return "drop", "", _("Bỏ dòng này")
    if option.startswith("class "):
        kind = option.removeprefix("class ")
        return "class", kind, _("Đúng là %s") % term(kind, visit.language)
    choice = decided_by(question)
    if choice == "due":
        due = [date.fromisoformat(one) for one in option.split(",")]
        return "due", option, _("Nhận hạn %s") % days(due, visit)
    named = visit.unit_name(option) if choice == "lead" else visit.person_name(option)
    return choice, option, _("Chọn %s") % named
