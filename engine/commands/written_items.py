"""What a person writes of one item of an active plan, judged field by field; it writes nothing.

Each fault is placed at the name of its field, all of them at once, so that any door can show it
beside what was typed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.adjustment import Stated
from engine.commands.request import check_texts
from engine.draft import Kind
from engine.errors import Fault
from engine.joining import ALIKE, counted_otherwise, likeness
from engine.naming import Names, is_prefix
from engine.organisation import Unit
from engine.outline import Place
from engine.plaintext import shortened
from engine.rulebook import Rulebook
from engine.spelling import did_you_mean, nearest

#: Kinds of item that are given one by one.
KINDS: Mapping[str, Kind] = {"task": "task", "standing": "standing"}
#: Longest text of a title or an output, and of one of the documents an item rests on.
LONGEST = 2_000
_LONGEST_BASIS = 200
_LONGEST_CODE = _LONGEST_NUMBER = 64
#: Of parts with something in each: an address of nothing but dots leads elsewhere.
_CODE = re.compile(r"[^\W_]+(?:[_.\-]+[^\W_]+)*")
#: Years around the plan's own within which a date is believed.
_YEARS = 5
#: The beginning of a title that says as much as the whole.
_TELLING = 20
#: So much of a title is quoted, and so many titles like it are named.
_QUOTED, _NAMED = 60, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The decision by which a plan changes.

    `version` is the version of the plan that was seen; None where that is no matter.
    """

    decision: str
    decided_on: date
    note: str | None = None
    version: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "decision", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item as a person writes it; units and people by code or name.

    Attributes:
        plan: Code of the plan, which is active.
        kind: `task` or `standing`; the one needs a date, the other has none.
        parent: Code of the heading it belongs to.
        beside: Code of an item of the group it belongs to, where that is no heading.
        code: None takes the next free one of its place.
        citations: Numbers of the documents it rests on.
    """

    plan: str
    title: str
    lead: str
    kind: str = "task"
    due: date | None = None
    parent: str | None = None
    beside: str | None = None
    code: str | None = None
    coordinating: tuple[str, ...] = ()
    assignee: str | None = None
    verifier: str | None = None
    output: str | None = None
    citations: tuple[str, ...] = ()
    is_urgent: bool = False
    evidence_optional: bool = False

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "plan", "title", "lead", "parent", "beside", "code", "coordinating",
                    "assignee", "verifier", "output", "citations")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """Other words for an item; None leaves them, "" takes an output away.

    `version` is the version of its task that was seen; None where that is no matter.
    """

    plan: str
    code: str
    title: str | None = None
    output: str | None = None
    version: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "plan", "code", "title", "output")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A plan as a person meets it who adds to it.

    Attributes:
        items: What it says, in document order.
        places: Where an item may stand.
        taken: Codes that are something's already.
        series: Codes of what comes back: their occurrences are numbered by the program.
        year: Its year.
    """

    items: Sequence[Stated]
    places: Sequence[Place]
    taken: frozenset[str]
    series: frozenset[str]
    year: int
    rulebook: Rulebook
    today: date

    def place_of(self, wanted: NewItem) -> Place | None:
        """Return where an item is to stand; None where that is not said well enough."""
        if wanted.parent:
            return next((one for one in self.places if one.parent == wanted.parent), None)
        groups = [one for one in self.places if one.parent is None]
        if wanted.beside:
            beside = next((one for one in self.items if one.code == wanted.beside), None)
            return next((one for one in groups if beside and _is_in(beside, one)), None)
        if wanted.code:
            prefix = wanted.code.rpartition(".")[0]
            heading = next((one for one in self.places if one.parent == prefix and prefix), None)
            groups = [heading] if heading else [one for one in groups if one.prefix == prefix]
        return groups[0] if len(groups) == 1 else None


def _is_in(item: Stated, group: Place) -> bool:
    prefix = item.code.rpartition(".")[0]
    return (item.section, item.field, prefix) == (group.section, group.field, group.prefix)


def faults_of(wanted: NewItem, scene: Scene) -> list[Fault]:
    """Return everything that keeps an item from being given."""
    return [
        *_title(wanted.title),
        *_place(wanted, scene),
        *_code(wanted.code, scene),
        *_date(wanted, scene),
        *_units(wanted, scene),
        *_people(wanted, scene),
        *_words(wanted.output, wanted.citations),
    ]


def faults_of_words(wanted: Rewording) -> list[Fault]:
    """Return everything that is wrong with other words for an item."""
    title = [] if wanted.title is None else list(_title(wanted.title))
    return [*title, *_words(wanted.output, ())]


def faults_of_ruling(ruling: Ruling, *, on: date) -> Iterator[Fault]:
    """Yield what is wrong with a decision as it is stated on a local day."""
    number = ruling.decision.strip()
    if not number:
        yield Fault(place="decision", problem="chưa có số quyết định",
                    cure="ghi số của văn bản cho phép thay đổi kế hoạch")  # fmt: skip
    elif len(number) > _LONGEST_NUMBER:
        yield Fault(place="decision", problem=f"dài quá {_LONGEST_NUMBER} ký tự")
    day = ruling.decided_on
    if day > on:
        yield Fault(place="decided_on", problem=f"{day:%d/%m/%Y} còn ở tương lai")
    elif on.year - day.year > _YEARS:
        problem = f"{day:%d/%m}/{day.year:04} không phải một ngày hợp lý"
        yield Fault(place="decided_on", problem=problem)


def remarks_of(wanted: NewItem, scene: Scene) -> Iterator[Fault]:
    """Yield what somebody should look at before an item is given, and what holds nothing up."""
    for one in _alike(wanted.title, scene.items)[:_NAMED]:
        words = shortened(one.title, most=_QUOTED)
        yield Fault(place="title", problem=f"gần giống {one.code} {words!r}",
                    cure="nếu là việc ấy, sửa hoặc đôn đốc việc đã có")  # fmt: skip
    if wanted.due is None:
        return
    effective = scene.rulebook.calendar.effective(wanted.due)
    if effective != wanted.due:
        problem = f"{wanted.due:%d/%m/%Y} là ngày nghỉ; hạn tính là {effective:%d/%m/%Y}"
        yield Fault(place="due", problem=problem)
    if wanted.due.year != scene.year:
        problem = f"{wanted.due:%d/%m/%Y} ngoài năm {scene.year} của kế hoạch"
        yield Fault(place="due", problem=problem)


def _alike(title: str, items: Sequence[Stated]) -> list[Stated]:
    """Return the items whose title is like this one, the likest first."""
    found = [
        (_likeness(title, one.title), one)
        for one in items
        if one.counts and not counted_otherwise(title, one.title)
    ]
    alike = sorted((-score, place) for place, (score, _) in enumerate(found) if score >= ALIKE)
    return [found[place][1] for _, place in alike]


def _likeness(one: str, other: str) -> float:
    """Return how alike two titles are, in per cent; the one may be the beginning of the other."""
    short, long = sorted((one, other), key=len)
    is_begun = len(short) >= _TELLING and is_prefix(short, long)
    return 100.0 if is_begun else likeness(one, other)


def _title(title: str) -> Iterator[Fault]:
    if not title.strip():
        yield Fault(place="title", problem="chưa có nội dung",
                    cure="ghi việc phải làm, như trong kế hoạch")  # fmt: skip
    elif len(title) > LONGEST:
        yield Fault(place="title", problem=f"dài quá {LONGEST} ký tự")


def _place(wanted: NewItem, scene: Scene) -> Iterator[Fault]:
    if scene.place_of(wanted) is not None:
        return
    codes = [one.code for one in scene.items]
    if wanted.parent:
        cure = did_you_mean(wanted.parent, [one.parent for one in scene.places if one.parent])
        yield Fault(place="parent", problem=f"{wanted.parent!r} không phải một mục gộp", cure=cure)
    elif wanted.beside and wanted.beside not in codes:
        yield Fault(place="beside", problem=f"kế hoạch không có mã {wanted.beside!r}",
                    cure=did_you_mean(wanted.beside, codes))  # fmt: skip
    elif wanted.beside:
        cure = "nêu mục gộp ấy, hoặc một mục đứng ngoài"
        yield Fault(place="beside", problem=f"{wanted.beside} nằm trong một mục gộp", cure=cure)
    else:
        firsts = ", ".join(one.beside for one in scene.places if one.parent is None)
        yield Fault(place="beside", problem="chưa rõ đặt vào đâu trong kế hoạch",
                    cure=f"nêu một mục của cùng lĩnh vực: {firsts}")  # fmt: skip


def _code(code: str | None, scene: Scene) -> Iterator[Fault]:
    if not code:
        return
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
        cure = f"dùng chữ, số và dấu chấm, tối đa {_LONGEST_CODE} ký tự"
        yield Fault(place="code", problem=f"mã {code!r} không dùng được", cure=cure)
    elif code in scene.taken:
        yield Fault(place="code", problem=f"mã {code} đã có trong kế hoạch",
                    cure="để trống để lấy mã kế tiếp")  # fmt: skip
    elif any(code.startswith(f"{one}.") for one in scene.series):
        yield Fault(place="code", problem=f"mã {code} dành cho các kỳ của việc định kỳ",
                    cure="để trống để lấy mã kế tiếp")  # fmt: skip


def _date(wanted: NewItem, scene: Scene) -> Iterator[Fault]:
    if wanted.kind not in KINDS:
        problem = f"{wanted.kind!r} không dùng được"
        yield Fault(place="kind", problem=problem, cure=f"dùng một trong: {', '.join(KINDS)}")
    elif wanted.kind == "task" and wanted.due is None:
        yield Fault(place="due", problem="chưa có thời hạn",
                    cure="ghi ngày, hoặc chọn nhiệm vụ thường xuyên")  # fmt: skip
    elif wanted.kind == "standing" and wanted.due is not None:
        yield Fault(place="due", problem="nhiệm vụ thường xuyên không có hạn",
                    cure="bỏ ngày, hoặc chọn nhiệm vụ có hạn")  # fmt: skip
    elif wanted.due is not None and abs(wanted.due.year - scene.year) > _YEARS:
        problem = f"{wanted.due:%d/%m/%Y} không phải một ngày hợp lý"
        yield Fault(place="due", problem=problem, cure=f"kế hoạch là của năm {scene.year}")


def _units(wanted: NewItem, scene: Scene) -> Iterator[Fault]:
    names = Names(scene.rulebook.organisation)
    lead = names.unit(wanted.lead)
    if not wanted.lead.strip():
        yield Fault(place="lead", problem="chưa có đơn vị chủ trì")
    elif lead is None:
        yield Fault(place="lead", problem=f"không có đơn vị {wanted.lead!r}",
                    cure=_near_unit(wanted.lead, names))  # fmt: skip
    for name in wanted.coordinating:
        unit = names.unit(name)
        if not name.strip() or len(name) > LONGEST:
            yield Fault(place="coordinating", problem=f"{name!r} không dùng được")
        elif unit is not None and lead is not None and unit.id == lead.id:
            yield Fault(place="coordinating", problem=f"{unit.code} chính là đơn vị chủ trì")


def _near_unit(text: str, names: Names) -> str:
    near: Sequence[Unit] = names.near_units(text)
    return f"có phải ý là {near[0].code} ({near[0].name})?" if near else "dùng mã của một đơn vị"


def _people(wanted: NewItem, scene: Scene) -> Iterator[Fault]:
    organisation = scene.rulebook.organisation
    names = Names(organisation)
    for place, text in (("assignee", wanted.assignee), ("verifier", wanted.verifier)):
        person = names.person(text) if text else None
        if text and (person is None or person.is_disabled):
            hint = nearest(text, organisation.person_by_code)
            cure = f"có phải ý là {hint}?" if hint else "dùng mã người trong danh sách"
            yield Fault(place=place, problem=f"không có người {text!r}", cure=cure)
    lead = names.unit(wanted.lead)
    assignee = names.person(wanted.assignee) if wanted.assignee else None
    if lead is None or assignee is None or assignee.is_disabled:
        return
    if assignee.id not in organisation.members(lead.id, scene.today):
        problem = f"{assignee.code} không thuộc đơn vị chủ trì {lead.code}"
        yield Fault(place="assignee", problem=problem, cure="chọn người của đơn vị chủ trì")


def _words(output: str | None, citations: Sequence[str]) -> Iterator[Fault]:
    if output is not None and len(output) > LONGEST:
        yield Fault(place="output", problem=f"dài quá {LONGEST} ký tự")
    for one in citations:
        if not one.strip() or len(one) > _LONGEST_BASIS:
            problem = f"{shortened(one, most=_QUOTED)!r} không dùng được"
            cure = f"ghi số, ký hiệu văn bản, tối đa {_LONGEST_BASIS} ký tự"
            yield Fault(place="citations", problem=problem, cure=cure)
