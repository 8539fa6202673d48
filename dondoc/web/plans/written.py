"""What the forms of items given or reworded by hand have in common: the decision, the mistakes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, Version
from dondoc.web.rendering import sentence
from dondoc.web.visit import Visit
from engine import plan_versions
from engine.adjustment import compare
from engine.commands.written_items import LONGEST, Ruling
from engine.errors import BadInput, Fault, Invalid, Undecided, Unknown

#: What a field of the engine is called in a form.
_INPUTS = {"parent": "place", "beside": "place"}


def _none_if_blank(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(_none_if_blank)]
Words = Annotated[str, Field(max_length=LONGEST)]
Short = Annotated[str, Field(max_length=128)]


class Decided(Form):
    """The decision by which a plan changes, and at which version it was seen."""

    version: Version
    thay: Short = ""
    decision: Short = ""
    decided_on: Day = None
    note: Words = ""

    def ruling(self, visit: Visit, *, version: int | None) -> Ruling:
        """Return the decision, dated today where no date is given: that is a mistake anyway."""
        decided_on = self.decided_on or visit.today
        note = self.note or None
        return Ruling(decision=self.decision, decided_on=decided_on, note=note, version=version)

    def needed(self) -> tuple[str, ...]:
        """Return the fields that have to be filled in."""
        return ("title", "decision", "decided_on")

    def missing(self, visit: Visit) -> list[Mistake]:
        """Return the fields that are still to be filled in."""
        _ = visit._
        labels = {
            "title": _("Nội dung nhiệm vụ"),
            "due": _("Hạn"),
            "lead": _("Đơn vị chủ trì"),
            "decision": _("Số quyết định"),
            "decided_on": _("Ngày quyết định"),
        }
        return [
            Mistake(field=name, words=_("Hãy điền chỗ này."), label=labels[name])
            for name in self.needed()
            if not getattr(self, name)
        ]


def blank_decision(visit: Visit) -> Mapping[str, Any]:
    """Return what a form says of the decision at first: of today, by whoever may make it."""
    own = visit.who.code
    thay = "" if own in visit.adjusts_as else next(iter(visit.adjusts_as), "")
    return {"thay": thay, "decided_on": visit.today.isoformat()}


@contextmanager
def said_beside(asked: Decided, visit: Visit) -> Iterator[None]:
    """Have everything that is wrong with what was typed said at its field, all of it at once.

    Raises:
        Mistakes: something is.
    """
    missing = asked.missing(visit)
    try:
        yield
    except BadInput as wrong:
        empty = {one.field for one in missing}
        found = [one for each in wrong.faults if (one := _mistake(each)).field not in empty]
        raise Mistakes([*missing, *found]) from wrong
    except Undecided as wrong:
        raise Mistakes([*(_general(one) for one in wrong.faults), *missing]) from wrong
    except Invalid as wrong:
        raise Mistakes([Mistake(field="", words=words_of(wrong, visit)), *missing]) from wrong
    if missing:
        raise Mistakes(missing)


def _mistake(fault: Fault) -> Mistake:
    cure = f" {sentence(fault.cure)}." if fault.cure else ""
    words = f"{sentence(fault.problem)}.{cure}"
    return Mistake(field=_INPUTS.get(fault.place, fault.place), words=words)


def _general(fault: Fault) -> Mistake:
    return Mistake(field="", words=str(fault))


def since(visit: Visit, code: str, seen: int) -> Mapping[str, Any]:
    """Return what became of a plan since a version: the decisions, and the items they added."""
    with visit.read() as tx:
        rulebook = visit.app.rules.current(tx)
        made = [one for one in plan_versions.list_versions(tx, code) if one["version"] > seen]
        try:
            old = plan_versions.stated(tx, code, seen, rulebook=rulebook)
        except (Unknown, Invalid):
            return {"seen": seen, "versions": made, "added": ()}
        new = plan_versions.stated(tx, code, None, rulebook=rulebook)
    # People and dates that changed in between are no decision's: they would fill the page.
    added = [one for one in compare(old, new) if one.what == "added"]
    return {"seen": seen, "versions": made, "added": added}
