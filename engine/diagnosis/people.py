"""Gaps in the organisation through which a reminder would climb past those who should hear it."""

from collections import Counter

from engine.diagnosis.findings import Findings
from engine.diagnosis.scene import Scene
from engine.store import examination

_IMPORT = "dondoc person import TỆP"
_RESTORE = "dondoc audit verify, rồi khôi phục từ bản sao lưu"


def examine(scene: Scene, found: Findings) -> None:
    """Add vacancies and people without an address, as far as open tasks depend on them."""
    with scene.database.read() as tx:
        leading = examination.leading_units(tx)
        answering = examination.answering_people(tx)
        unbound = examination.leaders_unbound(tx)
    if not scene.is_live:
        return
    _examine_top(scene, found)
    people = Counter(answering)
    for unit_id, number in leading.items():
        head = _head(scene, found, unit_id, number=number)
        if head is not None and head not in people:
            people[head] = number
    for person_id, number in people.items():
        _examine_person(scene, found, person_id, number=number)
    for unit, leader in unbound:
        words = f"lãnh đạo phụ trách {leader!r} của {unit} chưa có trong danh sách người"
        found.add("leader_unbound", unit, words, cure=f"nhập người mang mã {leader}: {_IMPORT}")


def _examine_top(scene: Scene, found: Findings) -> None:
    organisation = scene.rulebook.organisation
    today = scene.calendar.local_date(scene.at)
    if organisation.director(today) is None:
        words = "hôm nay không ai giữ chức Giám đốc hay Phó Giám đốc: bậc cuối không báo được ai"
        found.add("no_director", "director", words, cure=_IMPORT)
    monitor = organisation.monitor
    if monitor is None or organisation.head(monitor.id, today) is None:
        what = "chưa có đơn vị theo dõi" if monitor is None else f"{monitor.code} chưa có trưởng"
        words = f"{what}: không ai xác nhận kết quả và giữ kế hoạch"
        cure = _IMPORT if monitor is not None else "dondoc unit import TỆP (cột Theo dõi)"
        found.add("no_monitor", monitor.code if monitor else "monitor", words, cure=cure)


def _head(scene: Scene, found: Findings, unit_id: str, *, number: int) -> str | None:
    """Return the head of a unit that leads open tasks; say so where it has none.

    The agency itself is led by its director.
    """
    organisation = scene.rulebook.organisation
    today = scene.calendar.local_date(scene.at)
    unit = organisation.unit_by_id[unit_id]
    head = organisation.head(unit_id, today)
    if head is None and unit == organisation.root:
        return organisation.director(today)
    if head is None:
        words = f"{unit.code} chủ trì {number} việc mà hôm nay không có trưởng đơn vị"
        found.add("unit_without_head", unit.code, words, cure=_IMPORT)
    return head


def _examine_person(scene: Scene, found: Findings, person_id: str, *, number: int) -> None:
    organisation = scene.rulebook.organisation
    today = scene.calendar.local_date(scene.at)
    person = organisation.person_by_id.get(person_id)
    if person is None:
        words = f"người mang khóa {person_id} còn {number} việc mà không có trong bảng person"
        found.add("person_without_address", person_id, words, cure=_RESTORE, severity="error")
        return
    present = organisation.present(person_id, today)
    if present is None:
        words = f"ủy quyền của {person.code} đi thành vòng, nên không ai thay được"
        cure = "sửa người được ủy quyền: dondoc person delegate --help"
        found.add("delegation_circle", person.code, words, cure=cure)
    elif not organisation.can_be_told(present):
        who = organisation.person_by_id[present]
        why = "đã ngừng hoạt động" if who.is_disabled else "không có địa chỉ thư"
        words = f"{who.code} {why} mà còn {number} việc; nhắc việc sẽ lên cấp trên"
        found.add("person_without_address", who.code, words, cure=_IMPORT)
