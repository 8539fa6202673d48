"""What other programs have of one: keys by which they act, addresses by which they read dates."""

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.invitation import origin
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.signin.posted import Posted
from dondoc.web.visit import SignedIn, Visit
from engine.commands import feeds, tokens
from engine.commands.tokens import SCOPES, TokenRequest
from engine.errors import Invalid, Unknown

router = APIRouter()
_HERE = "/tai-khoan/ket-noi"
_DAYS = (30, 90, 365)


class NewKey(Form):
    """A key for a program."""

    name: str = ""
    scopes: tuple[str, ...] = ()
    days: int = 90


class OldKey(Form):
    """Which key is to end."""

    token: str


class NewFeed(Form):
    """A calendar: one's own ("") or that of a unit, by code."""

    unit: str = ""


class OldFeed(Form):
    """Which address of a calendar is to end."""

    feed: str


@router.get("/tai-khoan/ket-noi")
def ties(visit: SignedIn, xong: str = "") -> Response:
    """Show the keys and addresses that are good now."""
    return _page(visit, done=xong)


@router.post("/tai-khoan/khoa")
def create_key(visit: SignedIn, form: Posted) -> Response:
    """Make a key and show it, once."""
    try:
        asked = read_form(NewKey, form, visit)
        if asked.days not in _DAYS:
            words = visit._("Giá trị này không dùng được.")
            raise Mistakes([Mistake(field="days", words=words)])  # noqa: TRY301
        wanted = TokenRequest(
            person=visit.who.code,
            name=asked.name,
            scopes=asked.scopes,
            expires_at=visit.now + timedelta(days=asked.days),
        )
        with visit.write() as tx:
            _, secret = tokens.create(
                tx, wanted, by=visit.who.code, rules=visit.app.rules, at=visit.now
            )
    except Mistakes as error:
        return _page(visit, mistakes=error.mistakes, values=typed(form))
    except Invalid as error:
        return _page(visit, mistakes=[_mistake(visit, error)], values=typed(form))
    return _page(visit, new_key=secret)


@router.post("/tai-khoan/khoa/thu-hoi")
def revoke_key(visit: SignedIn, form: Posted) -> Response:
    """End a key of one's own."""
    asked = read_form(OldKey, form, visit)
    with visit.write() as tx:
        tokens.revoke(tx, asked.token, by=visit.who.code, at=visit.now)
    return RedirectResponse(f"{_HERE}?xong=thu-hoi", 303)


@router.post("/tai-khoan/lich")
def create_feed(visit: SignedIn, form: Posted) -> Response:
    """Make the address of a calendar and show it, once; the one before leads nowhere.

    Raises:
        Unknown: there is no such unit.
    """
    asked = read_form(NewFeed, form, visit)
    units = visit.rulebook.organisation.unit_by_code
    if asked.unit and asked.unit not in units:
        raise Unknown(what="unit", name=asked.unit)
    unit = units[asked.unit] if asked.unit else None
    with visit.write() as tx:
        secret = feeds.create_feed(
            tx, person=visit.who.person, unit=unit, by=visit.who.code, at=visit.now
        )
    return _page(visit, new_feed=f"{origin(visit.app)}/ical/{secret}.ics")


@router.post("/tai-khoan/lich/thu-hoi")
def revoke_feed(visit: SignedIn, form: Posted) -> Response:
    """End an address of a calendar."""
    asked, who = read_form(OldFeed, form, visit), visit.who
    with visit.write() as tx:
        feeds.revoke_feed(
            tx, person_id=who.person.id, by=who.code, at=visit.now, feed_id=asked.feed
        )
    return RedirectResponse(f"{_HERE}?xong=thu-hoi-lich", 303)


def _mistake(visit: Visit, error: Invalid) -> Mistake:
    field = {"scope": "scopes"}.get(error.field, error.field)
    words = visit._("Hãy chọn ít nhất một phạm vi.")
    if error.field != "scope":
        words = words_of(error, visit).partition(": ")[2]
    return Mistake(field=field, words=words)


def _page(
    visit: Visit,
    *,
    done: str = "",
    new_key: str = "",
    new_feed: str = "",
    mistakes: Sequence[Mistake] = (),
    values: dict[str, str] | None = None,
) -> Response:
    who, organisation = visit.who, visit.rulebook.organisation
    with visit.read() as tx:
        keys = tokens.of_person(tx, who.person.id)
        calendars = feeds.of_person(tx, who.person.id)
    units = [
        (one.code, one.name)
        for one in organisation.units
        if one.stands(visit.today) and who.person.id in organisation.members(one.id, visit.today)
    ]
    return render(
        visit,
        "signin/ties.html",
        status=422 if mistakes else 200,
        done=_done(visit, done),
        keys=keys,
        calendars=calendars,
        units=units,
        scopes=_scopes(visit),
        days=[(one, visit._("%(number)s ngày") % {"number": one}) for one in _DAYS],
        new_key=new_key,
        new_feed=new_feed,
        mistakes=mistakes,
        values={"name": "", "scopes": ["read"], "days": "90", **(values or {})},
    )


def _scopes(visit: Visit) -> list[tuple[str, str]]:
    _ = visit._
    words = {
        "read": _("Xem những gì tôi được xem"),
        "write": _("Làm những gì tôi được làm"),
        "audit": _("Đọc nhật ký, nếu tôi được đọc"),
    }
    return [(one, words[one]) for one in SCOPES]


def _done(visit: Visit, code: str) -> str:
    _ = visit._
    return {
        "thu-hoi": _("Đã thu hồi khóa; chương trình dùng nó bị từ chối từ bây giờ."),
        "thu-hoi-lich": _("Đã thu hồi địa chỉ lịch."),
    }.get(code, "")
