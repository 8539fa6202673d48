"""Calendars of due dates that other programs subscribe to; the secret in the address is the key."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from icalendar import Alarm, Calendar, Event
from starlette.exceptions import HTTPException

from dondoc.bootstrap import App
from dondoc.terms import term
from engine.commands import feeds
from engine.duedates import DueDate, due_dates
from engine.plaintext import clean

router = APIRouter()

_MEDIA = "text/calendar; charset=utf-8"
_REFRESH = timedelta(hours=1)
_WARN = timedelta(days=-1)
_DONE = "✓ "


@router.get("/ical/{secret}.ics")
def calendar(
    request: Request, secret: Annotated[str, Path(max_length=100, pattern=r"^[\w-]+$")]
) -> Response:
    """Return the calendar that an address opens, or that it has not changed."""
    app: App = request.app.state.dondoc
    at = app.clock.now()
    with app.database.read() as tx:
        opened = feeds.open_feed(tx, secret, at=at)
        organisation = app.rules.current(tx).organisation
        person = organisation.person_by_id.get(opened.person_id) if opened else None
        if opened is None or person is None or person.is_disabled:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        found = due_dates(tx, person_id=person.id, unit_id=opened.unit_id, rules=app.rules, at=at)
    if opened.is_to_touch:
        with app.database.begin() as tx:
            feeds.touch_feed(tx, opened.id, at=at)
    unit = organisation.unit_by_id.get(opened.unit_id or "")
    body = calendar_of(found, name=unit.name if unit else person.name, app=app)
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": "private, no-cache",
    }
    if headers["ETag"] in _tags(request):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=_MEDIA, headers=headers)


def calendar_of(found: Sequence[DueDate], *, name: str, app: App) -> bytes:
    """Return due dates as iCalendar; the same dates are always the same bytes."""
    made = Calendar()
    made.add("prodid", "-//dondoc//dondoc//VI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Đôn đốc: {clean(name)}")
    made.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", _REFRESH)
    for one in found:
        made.add_component(_event(one, base_url=app.settings.web.base_url))
    body: bytes = made.to_ical()
    return body


def _event(one: DueDate, *, base_url: str) -> Event:
    mark = _DONE if one.standing == "done" else ""
    title = f"{mark}{one.address.rpartition('/')[2]} {clean(one.title)}"
    event = Event()
    event.add("uid", f"{one.id}@dondoc")
    event.add("sequence", one.number)
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("dtstart", one.day)
    event.add("summary", title)
    event.add("description", term(one.state))
    event.add("status", "CANCELLED" if one.standing == "cancelled" else "CONFIRMED")
    # A date by which something is due keeps nobody busy.
    event.add("transp", "TRANSPARENT")
    if base_url:
        event.add("url", f"{base_url}/nhiem-vu/{quote(one.address)}")
    if one.standing == "open":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", _WARN)
        alarm.add("description", title)
        event.add_component(alarm)
    return event


def _tags(request: Request) -> Sequence[str]:
    sent = request.headers.get("if-none-match", "")
    return [one.strip().removeprefix("W/") for one in sent.split(",")]
