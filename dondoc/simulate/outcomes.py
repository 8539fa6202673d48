"""What must come of a scenario: the section `expect`, read and not judged."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yaml.nodes import Node, SequenceNode

from dondoc.simulate.events import FORMS
from dondoc.simulate.names import Known, check_named
from dondoc.simulate.nodes import Page, is_null
from dondoc.simulate.scenario import Expectations, Expected, ExpectedNotice

#: Codes a refusal can have.
CODES = (
    "transition_refused", "not_permitted", "four_eyes", "evidence_required", "note_required",
    "children_open", "conflict", "unknown", "invalid", "undecided",
)  # fmt: skip
STATES = ("assigned", "in_progress", "reported", "verified", "cancelled")
CELLS = ("completed_on_time", "completed_late", "open_within_term", "open_overdue")

_KEYS = ("notices", "exact", "tasks", "refused", "superseded", "alerts", "audit")

_NO_MOMENT = datetime(1969, 12, 31, tzinfo=UTC)

Fields = Mapping[str, Callable[[Node], Any]]


def read_expectations(
    page: Page, node: Node | None, *, known: Known, zone: ZoneInfo
) -> Expectations | None:
    """Return what must come of it, None where the file expects nothing."""
    if node is None or is_null(node):
        return None
    reader = _Reader(page, known, zone)
    fields = page.mapping(node, optional=_KEYS)
    notices = fields.get("notices")
    audit = page.one_of(fields["audit"], ("verified",), "kết quả") if "audit" in fields else ""
    return Expectations(
        notices=page.each(notices, reader.notice) if notices is not None else None,
        exact=page.flag(fields.get("exact"), default=notices is not None),
        tasks=reader.records(fields.get("tasks"), reader.task_fields(), required=("code",)),
        refused=reader.records(fields.get("refused"), reader.refusal_fields(), required=("code",)),
        superseded=_some(reader, fields.get("superseded"), reader.superseded_fields(), "task"),
        alerts=_some(reader, fields.get("alerts"), reader.alert_fields(), "code"),
        audit=audit or "verified",
    )


def _some(
    reader: "_Reader", node: Node | None, fields: Fields, required: str
) -> tuple[Expected, ...] | None:
    return reader.records(node, fields, required=(required,)) if node is not None else None


class _Reader:
    """Reads records of expected values."""

    def __init__(self, page: Page, known: Known, zone: ZoneInfo) -> None:
        self._page, self._known, self._zone = page, known, zone

    def notice(self, node: Node) -> ExpectedNotice:
        """Return one expected notice."""
        page = self._page
        fields = page.mapping(node, required=("at", "to", "rung", "tasks"))
        tasks = page.given(fields, "tasks", lambda one: page.each(one, self._task), ())
        if isinstance(fields.get("tasks"), SequenceNode) and not tasks:
            page.wrong(fields["tasks"], "thư không nói về nhiệm vụ nào", "nêu mã nhiệm vụ")
        return ExpectedNotice(
            at=page.given(fields, "at", self._moment, _NO_MOMENT),
            to=page.given(fields, "to", self._person, ""),
            rung=page.given(fields, "rung", page.code, ""),
            tasks=frozenset(tasks),
        )

    def records(
        self, node: Node | None, fields: Fields, *, required: tuple[str, ...]
    ) -> tuple[Expected, ...]:
        """Return records whose fields are read by name; a field that says null expects null."""
        found = []
        for entry in self._page.listed(node):
            nodes = self._page.mapping(entry, required=required, nullable=tuple(fields))
            values = {
                key: None if is_null(value) and key not in required else fields[key](value)
                for key, value in nodes.items()
            }
            found.append(Expected(fields=values))
        return tuple(found)

    def task_fields(self) -> Fields:
        """Return how the fields of an expected task are read."""
        page = self._page
        return {
            "code": self._task,
            "state": lambda node: page.one_of(node, STATES, "trạng thái"),
            "overdue": self._overdue,
            "cell": lambda node: page.one_of(node, CELLS, "ô"),
            "due": page.day,
            "effective_due": page.day,
            "lead": lambda node: self._known_name(node, self._known.units, "đơn vị"),
            "assignee": self._person,
        }

    def refusal_fields(self) -> Fields:
        """Return how the fields of an expected refusal are read."""
        page = self._page
        return {
            "at": self._moment,
            "code": lambda node: page.one_of(node, CODES, "mã từ chối"),
            "by": self._person,
            "do": lambda node: page.one_of(node, FORMS, "sự kiện"),
            "task": self._task,
        }

    def superseded_fields(self) -> Fields:
        """Return how the fields of an expected supersession are read."""
        name = self._page.code
        return {"task": self._task, "rung": name, "by": name, "reason": self._page.text}

    def alert_fields(self) -> Fields:
        """Return how the fields of an expected alert are read."""
        return {"code": self._page.code, "at": self._moment, "message": self._page.text}

    def _overdue(self, node: Node) -> int:
        text = self._page.text(node)
        number = text.removesuffix("wd")
        if number == text or not (number.isascii() and number.isdigit()):
            self._page.wrong(node, f"{text!r} không phải số ngày quá hạn", "viết dạng 10wd")
            return 0
        return int(number)

    def _moment(self, node: Node) -> Any:
        return self._page.moment(node, self._zone).astimezone(UTC)

    def _person(self, node: Node) -> str:
        return self._known_name(node, self._known.people, "người")

    def _task(self, node: Node) -> str:
        return self._known_name(node, self._known.tasks, "nhiệm vụ")

    def _known_name(self, node: Node, known: frozenset[str] | None, what: str) -> str:
        name = self._page.code(node)
        check_named(self._page, node, what, (name,), known)
        return name
