"""What the form of a trigger asks for: worked out of what the trigger needs, and nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dondoc.web.rendering import term
from dondoc.web.visit import Visit
from engine.commands.obstacles import CATEGORIES
from engine.possibilities import ASK, EXTEND, RAISE, URGE, Possibility

Kind = Literal["area", "text", "date", "choice", "files", "number", "extent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input of a form; `options` are (value, words) where it is a choice."""

    name: str
    kind: Kind
    label: str
    hint: str = ""
    is_required: bool = False
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be filled in, and on what."""

    visit: Visit
    one: Possibility
    page: Mapping[str, Any]


#: What may be said beside what a trigger needs.
_OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "verify": ("note",),
    "reassign": ("note",),
    "submit": ("decision", "note", "evidence"),
    "approve": ("note",),
    "refuse": ("note",),
    "answer": ("note", "pause"),
    RAISE: ("wanted", "addressee", "evidence"),
    EXTEND: ("note",),
    URGE: ("note",),
}
#: The order in which they stand in a form.
_ORDER = (
    "category", "unit", "what", "replaces", "to", "promise", "due", "note", "extent", "wanted",
    "due_optional", "decision", "addressee", "pause", "evidence",
)  # fmt: skip


def is_plain(one: Possibility) -> bool:
    """Return whether there is nothing to fill in: a button is enough."""
    return not one.needs and one.trigger not in _OPTIONAL


def fields(visit: Visit, one: Possibility, page: Mapping[str, Any]) -> list[Field]:
    """Return the inputs of a form, in their order; who acts for whom is not among them."""
    asked = Asked(visit=visit, one=one, page=page)
    wanted = dict.fromkeys(one.needs, True) | {
        name: False for name in _OPTIONAL.get(one.trigger, ()) if name not in one.needs
    }
    if {"note", "evidence"} <= set(one.needs) and _may_have_more_time(page):
        wanted["extent"] = False
    if "evidence" in one.needs and page.get("evidence_optional"):
        wanted["evidence"] = False
    return [
        field
        for name in _ORDER
        if name in wanted
        for field in _MAKERS[name](asked, is_required=wanted[name])
    ]


def _may_have_more_time(page: Mapping[str, Any]) -> bool:
    return page["kind"] not in ("contribution", "report") and page["task"].due is not None


def _note(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    words, hint = _("Lý do"), ""
    if {"note", "evidence"} <= set(asked.one.needs):
        words, hint = _("Tóm tắt kết quả"), _("Nhiều nhất 2.000 ký tự.")
    elif asked.one.trigger == RAISE:
        words, hint = _("Vướng ở đâu"), _("Nêu sự việc và việc đã làm để gỡ.")
    elif asked.one.trigger == URGE:
        names = ", ".join(map(asked.visit.person_name, asked.one.told))
        words = _("Đề nghị")
        hint = _("Người được nhắc: %(names)s.") % {"names": names}
    elif asked.one.trigger == "answer":
        words = _("Ý kiến chỉ đạo")
    elif asked.one.trigger == "approve":
        words = _("Ý kiến")
    elif asked.one.trigger in ("verify", "submit", "reassign"):
        words = _("Ghi chú")
    elif "promise" in asked.one.needs:
        words, hint = _("Ý kiến"), _("Việc đã làm, việc còn lại.")
    yield Field(name="note", kind="area", label=words, hint=hint, is_required=is_required)


def _extent(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    options = (
        ("whole", _("Hoàn thành")),
        ("part", _("Hoàn thành một phần, xin gia hạn")),
    )
    yield Field(name="extent", kind="extent", label=_("Mức độ"), options=options, is_required=True)
    del is_required


def _wanted(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    words = asked.visit._("Đề nghị lãnh đạo")
    yield Field(name="wanted", kind="area", label=words, is_required=is_required)


def _promise(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    hint = _("Các bậc báo cáo cấp trên chờ hết ngày này.")
    yield Field(
        name="promise", kind="date", label=_("Hẹn xong trước hết ngày"), hint=hint,
        is_required=is_required,
    )  # fmt: skip


def _due(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    words, hint = _("Hạn mới"), ""
    if asked.one.trigger == EXTEND:
        words, hint = _("Xin đến hết ngày"), _("Sau hạn hiện nay.")
    elif asked.one.trigger == ASK:
        words = _("Hạn gửi phần phối hợp")
    elif asked.one.trigger == "approve":
        words, hint = _("Hạn cho"), _("Để trống nếu cho đúng ngày được xin.")
    yield Field(name="due", kind="date", label=words, hint=hint, is_required=is_required)


def _due_optional(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    del is_required
    if asked.page["kind"] == "extension":
        yield from _due(asked, is_required=False)
        return
    hint = _("Để trống nếu giữ hạn hiện nay.")
    yield Field(name="due", kind="date", label=_("Hạn mới"), hint=hint)


def _decision(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    words = _("Số văn bản") if asked.one.trigger == "submit" else _("Số quyết định")
    yield Field(name="decision", kind="text", label=words, is_required=is_required)


def _to(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    visit, lead = asked.visit, asked.page["task"].lead
    organisation = visit.rulebook.organisation
    unit = organisation.unit_by_code.get(lead or "")
    members = organisation.members(unit.id, visit.today) if unit else ()
    people = [organisation.person_by_id[one] for one in members]
    options = [
        (one.code, one.name)
        for one in people
        if one.code != asked.page["task"].assignee and not one.is_disabled
    ]
    yield Field(
        name="to", kind="choice", label=visit._("Người thực hiện mới"), is_required=is_required,
        options=[("", visit._("Chọn người")), *options],
    )  # fmt: skip


def _category(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    visit = asked.visit
    options = [(one, _large(term(one, visit.language))) for one in CATEGORIES]
    yield Field(
        name="category", kind="choice", label=visit._("Loại vướng mắc"), options=options,
        is_required=is_required,
    )  # fmt: skip


def _unit(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    visit = asked.visit
    options = [
        (one.code, one.name)
        for one in visit.rulebook.organisation.standing
        if one.code != asked.page["task"].lead
    ]
    yield Field(
        name="unit", kind="choice", label=visit._("Đơn vị phối hợp"), is_required=is_required,
        options=[("", visit._("Chọn đơn vị")), *options],
    )  # fmt: skip


def _what(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    words = asked.visit._("Nội dung đề nghị")
    yield Field(name="what", kind="area", label=words, is_required=is_required)


def _replaces(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    options = [
        ((one.sha256 or one.name), one.name)
        for one in asked.page["proofs"]
        if one.replaced_by is None
    ]
    yield Field(
        name="replaces", kind="choice", label=_("Thay cho"), options=options,
        hint=_("Bản cũ vẫn được giữ và xem được."), is_required=is_required,
    )  # fmt: skip


def _addressee(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    visit = asked.visit
    organisation = visit.rulebook.organisation
    leaders = dict.fromkeys(
        (*organisation.holders("director", visit.today),
         *organisation.holders("deputy_director", visit.today))
    )  # fmt: skip
    options = [(organisation.person_by_id[one].code, organisation.person_by_id[one].name)
               for one in leaders]  # fmt: skip
    yield Field(
        name="addressee", kind="choice", label=visit._("Hỏi lãnh đạo"), is_required=is_required,
        options=[("", visit._("Lãnh đạo phụ trách")), *options],
    )  # fmt: skip


def _pause(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    hint = _("Để trống nếu hạn vẫn tính như cũ.")
    yield Field(name="pause_from", kind="date", label=_("Tạm dừng tính hạn từ ngày"), hint=hint,
                is_required=is_required)  # fmt: skip
    yield Field(name="pause_to", kind="date", label=_("đến hết ngày"), is_required=is_required)


def _evidence(asked: Asked, *, is_required: bool) -> Iterator[Field]:
    _ = asked.visit._
    yield Field(name="number", kind="number", label=_("Số, ký hiệu văn bản"),
                hint=_("Ví dụ 45/TTr-STTTT."))  # fmt: skip
    most = asked.visit.app.settings.web.max_upload_mb
    hint = _("PDF, Word, Excel, ảnh hoặc ZIP; mỗi tệp nhiều nhất %(most)s MB.") % {"most": most}
    if is_required:
        hint = f"{hint} " + _("Cần số văn bản hoặc tệp.")
    yield Field(name="files", kind="files", label=_("Tệp kèm"), hint=hint)


def _large(words: str) -> str:
    words = words.partition(" (--")[0]
    return words[:1].upper() + words[1:]


_MAKERS: Mapping[str, Callable[..., Iterator[Field]]] = {
    "note": _note,
    "extent": _extent,
    "wanted": _wanted,
    "promise": _promise,
    "due": _due,
    "due_optional": _due_optional,
    "decision": _decision,
    "to": _to,
    "category": _category,
    "unit": _unit,
    "what": _what,
    "replaces": _replaces,
    "addressee": _addressee,
    "pause": _pause,
    "evidence": _evidence,
}
