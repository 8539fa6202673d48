"""Addresses in mail: each leads one person to one task, for a while, and changes nothing by itself.

A link is signed and names its recipient: whoever else opens it is shown nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from dondoc.bootstrap import App
from dondoc.mail.phrases import group_of
from dondoc.mail.render import Links
from dondoc.secretbox import SecretBox, box_of
from engine.errors import Invalid
from engine.notices import Letter, LetterItem

#: How long a link leads anywhere.
VALID = timedelta(days=14)
_PURPOSE = "mail-link"
#: What a reader is asked for, by the group of the item; nothing in particular otherwise.
_ASKED = {
    "waiting": "verify",
    "soon": "report",
    "today": "report",
    "overdue": "report",
    "returned": "report",
    "assigned": "start",
}
_ANSWERS = {"obstacle": "answer", "extension": "approve"}
_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What a link says: to whom it was sent, about which task, and what was asked for.

    `person` is a code; `action` a trigger, "" where nothing in particular was asked for.
    """

    person: str
    address: str
    action: str


def links_of(app: App) -> Links | None:
    """Return what makes the links of an office's mail, None where it does not know its address."""
    base = app.settings.web.base_url
    if not base:
        return None

    @cache
    def box() -> SecretBox:
        return box_of(app)

    def link(letter: Letter, item: LetterItem) -> str:
        linked = Linked(
            person=letter.recipient_code,
            address=f"{item.plan_code}/{item.code}",
            action=_asked(letter, item, app),
        )
        return f"{base.rstrip('/')}/l/{signed(box(), linked)}"

    return link


def signed(box: SecretBox, linked: Linked) -> str:
    """Return a link as the text that stands in its address."""
    return box.sign(_PURPOSE, [linked.person, linked.address, linked.action])


def read(box: SecretBox, text: str) -> Linked:
    """Return what a link says.

    Raises:
        Invalid: it was not made here, was changed, or is older than `VALID`.
    """
    data = box.unsign(_PURPOSE, text, VALID)
    if not isinstance(data, list) or len(data) != _PARTS:
        raise Invalid(field=_PURPOSE, problem="không đúng, hoặc đã bị sửa")
    person, address, action = map(str, data)
    return Linked(person=person, address=address, action=action)


def _asked(letter: Letter, item: LetterItem, app: App) -> str:
    if item.request is not None:
        return _ANSWERS.get(item.request.kind, "")
    today = letter.sent_at.astimezone(app.office.zone).date()
    return _ASKED.get(group_of(item, today=today), "")
