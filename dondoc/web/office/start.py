"""Where administration begins: what needs somebody now, and the way to everything kept here."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Response

from dondoc.web.office import firstrun
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import diagnosis
from engine.diagnosis import Findings
from engine.errors import NotPermitted

router = APIRouter()
#: Who finds administration in the menu, besides administrators.
_SEES = frozenset({"monitoring_unit", "monitor", "director", "deputy_director", "auditor"})
#: More than this on one page is read by nobody; operations lists all of it.
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """A page of administration."""

    href: str
    words: str
    what: str


@router.get("/quan-tri")
def show(visit: SignedIn) -> Response:
    """Show what needs attention and the pages of administration that the reader may use."""
    if not (visit.who.is_administrator or visit.who.roles & _SEES):
        raise NotPermitted(
            actor=visit.who.code, what="administer", who=("administrator", *sorted(_SEES))
        )
    found = Findings()
    diagnosis.examine_office(
        visit.app.database, rules=visit.app.rules, at=visit.now,
        is_paused=visit.app.settings.mail.mode == "paused", found=found,
    )  # fmt: skip
    steps = firstrun.steps(visit) if visit.who.is_administrator else []
    left = [one for one in steps if not one.is_done]
    return render(
        visit, "office/start.html", findings=found.listed[:_SHOWN],
        more=max(0, len(found.listed) - _SHOWN), left=left, steps=len(steps),
        cards=list(_cards(visit)),
    )  # fmt: skip


def _cards(visit: Visit) -> Iterator[_Card]:
    _ = visit._
    yield _Card(href="/quan-tri/don-vi", words=_("Các đơn vị"),
                what=_("Cây đơn vị, người đứng đầu, sáp nhập, tách, đổi tên"))  # fmt: skip
    yield _Card(href="/quan-tri/nguoi-dung", words=_("Người dùng"),
                what=_("Chức vụ, địa chỉ thư, bàn giao khi thôi việc"))  # fmt: skip
    yield _Card(href="/vang-mat", words=_("Vắng mặt"), what=_("Ai vắng, ai làm thay"))
    yield _Card(href=f"/lich/{visit.today.year}", words=_("Lịch làm việc"),
                what=_("Ngày nghỉ, ngày làm bù, lịch riêng của đơn vị"))  # fmt: skip
    yield _Card(href="/quan-tri/thang-nhac", words=_("Thang nhắc việc"),
                what=_("Nhắc ai, lúc nào, báo lên cấp trên khi nào"))  # fmt: skip
    yield _Card(href="/quan-tri/quy-trinh", words=_("Quy trình"),
                what=_("Các bước của một nhiệm vụ, ai được làm gì"))  # fmt: skip
    yield _Card(href="/thu", words=_("Thư"), what=_("Thư đã gửi, đang giữ, bị trả lại"))
    if visit.who.is_administrator or visit.who.roles - {"deputy_director"}:
        yield _Card(href="/quan-tri/van-hanh", words=_("Vận hành"),
                    what=_("Thư đi, bộ máy, tạm dừng gửi thư"))  # fmt: skip
    if visit.who.is_administrator or visit.who.roles & {"monitor", "director", "deputy_director"}:
        yield _Card(href="/quan-tri/webhook", words=_("Báo cho phần mềm khác"),
                    what=_("Phần mềm nào được báo khi có việc xảy ra"))  # fmt: skip
    if visit.who.is_administrator:
        yield _Card(href="/quan-tri/tai-khoan", words=_("Tài khoản đăng nhập"),
                    what=_("Mời đăng nhập, đăng xuất, người quản trị"))  # fmt: skip
        yield _Card(href="/quan-tri/cau-hinh", words=_("Cấu hình"),
                    what=_("Các mục đang dùng, và lấy từ đâu"))  # fmt: skip
        yield _Card(href="/bat-dau", words=_("Bắt đầu sử dụng"),
                    what=_("Bảy bước đầu tiên, bước nào đã xong"))  # fmt: skip
