"""By when the periodic reports of a plan are sent: set before it runs, said when it begins to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from engine import audit
from engine.clock import require_aware
from engine.commands.intake import require_monitoring_unit
from engine.commands.occurrences import REPORT
from engine.commands.request import check_texts
from engine.errors import Fault, Invalid, Unknown
from engine.office import Office
from engine.report_lines import (
    OFTEN,
    Line,
    Window,
    check_send_by,
    in_words,
    line_from_mapping,
    line_to_mapping,
    windows,
)
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import plans
from engine.store import series as store
from engine.store.plans import Plan
from engine.store.rulebooks import Rules
from engine.store.series import StoredLine
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRule:
    """By when the reports of a line are sent.

    Attributes:
        plan: Its code.
        line: `BC-thang`, `thang`, or the period: `month`.
        send_by: As `engine.report_lines` reads it.
    """

    plan: str
    line: str
    send_by: str

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "plan", "line", "send_by")


def set_line(tx: Transaction, wanted: LineRule, *, actor: str, rules: Rules, at: datetime) -> str:
    """Set by when the reports of a line are sent, before its plan runs; return its code.

    Raises:
        Unknown: there is no such plan, or it asks for no such report.
        NotPermitted: the actor is no member of the monitoring unit.
        Invalid: the plan is no draft any more, or the rule is none.
    """
    at = require_aware(at).astimezone(UTC)
    require_monitoring_unit(rules.current(tx), actor, what="set_report_line", at=at)
    plan = plans.get(tx, wanted.plan, for_change=True)
    if plan.state != "draft":
        problem = f"{plan.code} không còn là dự thảo; đổi từ một ngày bằng dondoc series edit"
        raise Invalid(field="plan", problem=problem)
    stored, line = _the_one(tx, plan, wanted.line, rules.office)
    send_by = wanted.send_by.strip()
    try:
        check_send_by(send_by)
    except ValueError as error:
        raise Invalid(field="send_by", problem=str(error)) from error
    store.settle_line(tx, stored.id, line_to_mapping(replace(line, send_by=send_by)))
    event = audit.Event(
        subject=f"plan:{plan.id}",
        action="report_line.set",
        actor=actor,
        before={"line": _code(line), "send_by": line.send_by},
        after={"line": _code(line), "send_by": send_by},
    )
    audit.append(tx, event, at=at)
    return _code(line)


def followed(
    tx: Transaction, plan: Plan, rulebook: Rulebook, *, office: Office, on: date
) -> Iterator[Fault]:
    """Yield a remark on each periodic report that is urged from a day on: until when, and why."""
    lines = list(asked_for(tx, plan, office).values())
    beside = [line.period for line in lines]
    for line in lines:
        found = windows(line, plan.year, rulebook.calendar, beside=beside)
        coming = [one for one in found if one.replaced_by is None and one.send_by >= on]
        if coming:
            yield Fault(
                place=_code(line),
                problem=_remark(line, coming, rulebook),
                cure=f"hạn khác thì: dondoc series edit {_code(line)} --from NGÀY --rule QUY-TẮC",
            )


def asked_for(tx: Transaction, plan: Plan, office: Office) -> dict[str, Line]:
    """Return the reports that a plan asks for, by id of their line, as they are or would be."""
    shipped: Mapping[str, Line] = {line.period: line for line in office.reports}
    found = {}
    for one in store.lines(tx, plan.id):
        line = line_from_mapping(one.rule) if one.rule else shipped.get(one.period)
        if line is not None:
            found[one.id] = replace(line, recipient=one.recipient or line.recipient)
    return found


def _the_one(tx: Transaction, plan: Plan, name: str, office: Office) -> tuple[StoredLine, Line]:
    known = asked_for(tx, plan, office)
    by_id = {one.id: one for one in store.lines(tx, plan.id)}
    for line_id, line in known.items():
        if name in (_code(line), line.code, line.period):
            return by_id[line_id], line
    hint = nearest(name, [_code(line) for line in known.values()])
    raise Unknown(what="report_line", name=name, hint=hint)


def _remark(line: Line, coming: list[Window], rulebook: Rulebook) -> str:
    first = coming[0]
    last_day = rulebook.calendar.effective(first.send_by)
    to = f" gửi {line.recipient}" if line.recipient else ""
    return (
        f"từ nay nhắc báo cáo {OFTEN[line.period]}{to}: {first.title} chậm nhất "
        f"{last_day:%d/%m/%Y}, tức {in_words(line.send_by)}"
    )


def _code(line: Line) -> str:
    return f"{REPORT}{line.code}"
