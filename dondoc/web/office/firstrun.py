"""The first steps of an office, each judged by what is there, until the last one is taken."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.mail.post import sender
from dondoc.mail.probe import probe
from dondoc.web.failures import Mistakes
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.office.doing import attempt, judged
from dondoc.web.rendering import local, render
from dondoc.web.shield.turns import own_turn
from dondoc.web.visit import Administrator, SignedIn, Visit
from engine import prospects
from engine.commands import accounts, beginning, calendars, mail
from engine.commands.beginning import MAY_APPROVE, Progress
from engine.errors import Conflict, NotPermitted, Refused

router = APIRouter(prefix="/bat-dau")
_SEES = frozenset({"monitor", "director"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: what is there already, and where it is taken.

    `act` is what the button says and where it leads; the steps `mail` and `ladders` have forms.
    """

    key: str
    words: str
    detail: str
    is_done: bool
    act: tuple[str, str] | None = None


class _Tested(Form):
    """Where a test message goes; empty is the office's own address."""

    dia_chi: str = ""


@router.get("")
def show(visit: SignedIn, xong: str = "") -> Response:
    """Show the seven steps and which of them are taken."""
    return _page(visit, done=xong)


@router.post("/thu-thu")
def test_mail(visit: Administrator, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Send a test message through the mail server, and keep how it went."""
    said = read_form(_Tested, form, visit)
    address = said.dia_chi or sender(visit.app).address
    try:
        with visit.read() as tx:
            accounts.require_administrator(tx, visit.who.code, what="mail_test")
        with own_turn(visit.who.code, "mail-test"):
            delivery = probe(visit.app, address)
    except (Refused, Mistakes) as wrong:
        return _page(visit, wrong=wrong, values=typed(form))
    outcome = f"{delivery.outcome} {delivery.phase} {delivery.code or ''}".strip()
    with visit.write() as tx:
        mail.remember_test(tx, address, actor=visit.who.code, at=visit.now, outcome=outcome)
    if delivery.outcome != "accepted":
        reply = " ".join(str(part) for part in (delivery.code, delivery.reply) if part)
        return _page(visit, values=typed(form), not_taken=(delivery.phase, reply))
    return RedirectResponse("/bat-dau?xong=thu-thu", 303)


@router.post("/duyet")
def approve(visit: SignedIn) -> Response:
    """Keep that the ladders in force are as the office wants them."""
    refusal = attempt(
        visit, "policy approve",
        lambda tx: beginning.approve_ladders(
            tx, by=visit.by(), rules=visit.app.rules, at=visit.now
        ),
    )  # fmt: skip
    if refusal is not None:
        return _page(visit, wrong=refusal)
    return RedirectResponse("/bat-dau?xong=duyet", 303)


def steps(visit: Visit) -> list[Step]:
    """Return the steps in their order."""
    year = visit.today.year
    with visit.read() as tx:
        found = beginning.progress(tx)
        days = calendars.days_of(tx, year)
        is_loaded = calendars.is_loaded(tx, year)
    return [
        *_of_the_office(visit),
        _calendar(visit, is_loaded=is_loaded, off=sum(one.off for one in days), days=len(days)),
        *_of_mail_and_plans(visit, found),
    ]


def _page(
    visit: Visit,
    *,
    wrong: Refused | Conflict | Mistakes | None = None,
    values: Mapping[str, Any] | None = None,
    done: str = "",
    not_taken: tuple[str, str] | None = None,
) -> Response:
    if not (visit.who.is_administrator or visit.who.roles & _SEES):
        raise NotPermitted(
            actor=visit.who.code, what="administer", who=("administrator", *sorted(_SEES))
        )
    taken = steps(visit)
    mistakes, status = judged(wrong, visit)
    return render(
        visit, "office/firstrun.html", status=status, steps=taken, mistakes=mistakes, done=done,
        count=sum(one.is_done for one in taken), values=defaultdict(str, values or {}),
        first=next((one.key for one in taken if not one.is_done), ""), not_taken=not_taken,
        may_approve=bool(visit.who.roles & set(MAY_APPROVE)), tomorrow=_tomorrow(visit),
        sender=sender(visit.app).address,
    )  # fmt: skip


def _of_the_office(visit: Visit) -> Iterator[Step]:
    _, organisation = visit._, visit.rulebook.organisation
    name = visit.app.settings.org.name
    yield Step(
        key="agency", words=_("Cơ quan"), is_done=bool(name),
        detail=name or _("Chưa có tên; ghi [org] name trong tệp cấu hình rồi khởi động lại."),
        act=(_("Xem cấu hình"), "/quan-tri/cau-hinh"),
    )  # fmt: skip
    units = len(organisation.standing)
    people = sum(not one.is_disabled for one in organisation.people)
    is_done = units > 1 and organisation.monitor is not None and people > 1
    detail = _("%(units)s đơn vị, %(people)s người") % {"units": units, "people": people}
    yield Step(
        key="people", words=_("Đơn vị và người dùng"), detail=detail, is_done=is_done,
        act=(_("Xem"), "/quan-tri/nguoi-dung") if is_done
        else (_("Nhập danh sách đơn vị…"), "/quan-tri/nhap/don-vi") if units <= 1
        else (_("Nhập danh sách người…"), "/quan-tri/nhap/nguoi-dung"),
    )  # fmt: skip


def _calendar(visit: Visit, *, is_loaded: bool, off: int, days: int) -> Step:
    _, year = visit._, visit.today.year
    detail = _("chưa nạp ngày nghỉ của năm")
    if is_loaded:
        shown = {"off": off, "worked": days - off}
        detail = _("%(off)s ngày nghỉ, %(worked)s ngày làm bù; hãy đối chiếu thông báo") % shown
    return Step(
        key="calendar", words=f"{_('Lịch làm việc')} {year}", detail=detail, is_done=is_loaded,
        act=(_("Xem lịch") if is_loaded else _("Xem và nạp lịch"), f"/lich/{year}"),
    )  # fmt: skip


def _of_mail_and_plans(visit: Visit, found: Progress) -> Iterator[Step]:
    _, settings = visit._, visit.app.settings.mail
    detail = _("Chưa khai máy chủ thư ([mail] host); thư thử được giữ thành tệp.")
    if settings.host:
        detail = f"{settings.host}:{settings.port}"
    if found.tested is not None:
        how = _("đã gửi thư thử") if found.tested.is_taken else _("thư thử chưa tới máy chủ")
        detail += f" – {how} {local(visit, found.tested.at)}"
    is_tested = bool(settings.host) and found.tested is not None and found.tested.is_taken
    yield Step(key="mail", words=_("Máy chủ thư"), detail=detail, is_done=is_tested)
    yield Step(
        key="plan", words=_("Kế hoạch đầu tiên"), is_done=bool(found.plans),
        detail=", ".join(found.plans[:3]) or _("tệp .docx, .xlsx, .pdf hoặc .txt"),
        act=(_("Xem"), "/ke-hoach") if found.plans else (_("Nhập kế hoạch"), "/ke-hoach/nhap"),
    )  # fmt: skip
    detail = _("đang dùng thang kèm chương trình, chưa ai duyệt")
    if found.approved is not None:
        at, by = found.approved
        detail = " ".join((visit.person_name(by), _("đã duyệt"), local(visit, at)))
    elif found.is_ladder_own:
        detail = _("cơ quan đã đặt thang của mình")
    yield Step(
        key="ladders", words=_("Thang nhắc việc và báo cáo cấp trên"), detail=detail,
        is_done=found.approved is not None or found.is_ladder_own,
        act=(_("Xem thang nhắc việc"), "/quan-tri/thang-nhac"),
    )  # fmt: skip
    is_live = settings.mode == "live"
    yield Step(
        key="live", words=_("Bật gửi thư thật"), is_done=is_live,
        detail=_("đang gửi thư thật") if is_live
        else _('Khi các bước trên xong: ghi [mail] mode = "live" trong tệp cấu hình, '
               "rồi khởi động lại dịch vụ."),
    )  # fmt: skip


def _tomorrow(visit: Visit) -> tuple[int, int]:
    """Return how many tellings the next working day brings, and to how many people."""
    until = visit.rulebook.calendar.on_or_after(visit.today + timedelta(days=1))
    with visit.read() as tx:
        coming = prospects.foretell(tx, rules=visit.app.rules, at=visit.now, until=until)
    return len(coming), len({one.recipient for one in coming})
