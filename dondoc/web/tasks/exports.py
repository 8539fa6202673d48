"""The list of tasks as a file: the same filter, the columns of the screen, as text or a sheet."""

from collections.abc import Iterator, Sequence
from typing import Literal

from fastapi import APIRouter, Response

from dondoc.tables import Cell, Column, Separator, csv_file, xlsx_file
from dondoc.web.failures import words_of
from dondoc.web.rendering import local, render, term
from dondoc.web.shield.turns import own_turn
from dondoc.web.tasks import choices, narrowing
from dondoc.web.tasks.narrowing import Asked
from dondoc.web.visit import SignedIn, Visit
from engine import listing
from engine.commands import exports
from engine.errors import Invalid, Unknown
from engine.views import TaskView

router = APIRouter()

#: More lines are no list to read; a narrower filter is.
MOST = 50_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SEPARATORS: dict[str, Separator] = {"": ",", "phay": ",", "cham-phay": ";"}


@router.get("/nhiem-vu.csv")
def as_text(visit: SignedIn) -> Response:
    """Give the list as text in columns; `dau=cham-phay` parts them by semicolons."""
    with own_turn(visit.who.code, "export"):
        return _export(visit, "csv")


@router.get("/nhiem-vu.xlsx")
def as_workbook(visit: SignedIn) -> Response:
    """Give the list as a workbook."""
    with own_turn(visit.who.code, "export"):
        return _export(visit, "xlsx")


def _export(visit: Visit, form: Literal["csv", "xlsx"]) -> Response:
    found = narrowing.asked(visit)
    separator = _SEPARATORS.get(found.beside.get("dau", ""))
    wrong = found.wrong or ("" if separator else visit._("Dấu phân cách: phay hoặc cham-phay."))
    if wrong or separator is None:
        return _refused(visit, wrong)
    try:
        with visit.read() as tx:
            page = listing.page(
                tx, found.wanted, narrowing.viewpoint(visit), rules=visit.app.rules, at=visit.now,
                limit=MOST,
            )  # fmt: skip
    except (Unknown, Invalid) as error:
        return _refused(visit, words_of(error, visit))
    rows = list(_rows(visit, page.items))
    if form == "csv":
        content = csv_file(_columns(visit), rows, separator=separator)
    else:
        about = _about(visit, found, len(rows), is_cut=page.next is not None)
        content = xlsx_file(visit._("Nhiệm vụ"), _columns(visit), rows, about=about, at=visit.now)
    with visit.write() as tx:
        exports.record(tx, visit.who.code, found.query, form=form, rows=len(rows), at=visit.now)
    return _file(visit, content, form)


def _file(visit: Visit, content: bytes, form: str) -> Response:
    name = f"nhiem-vu-{visit.today.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_TYPES[form], headers=headers)


def _refused(visit: Visit, words: str) -> Response:
    return render(visit, "failure.html", status=422, words=words, code="invalid")


def _columns(visit: Visit) -> Sequence[Column]:
    _ = visit._
    return (
        Column(header=_("Mã"), width=14),
        Column(header=_("Nhiệm vụ"), width=70),
        Column(header=_("Kế hoạch"), width=16),
        Column(header=_("Chủ trì"), width=30),
        Column(header=_("Người thực hiện"), width=24),
        Column(header=_("Người xác nhận"), width=24),
        Column(header=_("Hạn"), width=12),
        Column(header=_("Hạn tính đến"), width=12),
        Column(header=_("Hạn đầu"), width=12),
        Column(header=_("Trạng thái"), width=18),
        Column(header=_("Đúng hạn, quá hạn"), width=22),
        Column(header=_("Số ngày làm việc quá hạn"), width=12),
        Column(header=_("Khẩn"), width=8),
        Column(header=_("Phiên bản"), width=10),
    )


def _rows(visit: Visit, lines: Sequence[TaskView]) -> Iterator[Sequence[Cell]]:
    cells = dict(choices.cells(visit))
    for one in lines:
        yield (
            one.code, one.title, one.plan, visit.unit_name(one.lead),
            visit.person_name(one.assignee), visit.person_name(one.verifier), one.due,
            one.effective_due, one.original_due, term(one.state or one.kind, visit.language),
            cells.get(one.cell or "", ""), one.overdue_working_days or None,
            visit._("Khẩn") if one.is_urgent else None, one.version,
        )  # fmt: skip


def _about(visit: Visit, found: Asked, rows: int, *, is_cut: bool) -> list[tuple[str, str]]:
    _ = visit._
    words = " · ".join(one.words for one in narrowing.chips(found, visit))
    told = [
        (_("Số liệu đến"), local(visit, visit.now)),
        (_("Cơ quan"), visit.app.office.name),
        (_("Người xuất"), visit.who.person.name),
        (_("Bộ lọc"), words or _("Mọi nhiệm vụ")),
        (_("Chuỗi lọc"), found.query),
        (_("Số dòng"), str(rows)),
    ]
    if is_cut:
        told.append((_("Chưa đủ"), _("Tệp chỉ chứa 50.000 dòng đầu; hãy lọc hẹp hơn.")))
    return told
