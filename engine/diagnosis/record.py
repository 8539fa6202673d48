"""Whether the record is whole enough to be trusted, as far as that is cheap to tell."""

from datetime import datetime, timedelta

from engine.audit import replay
from engine.diagnosis.findings import Findings
from engine.diagnosis.scene import GRACE, Scene
from engine.store import examination, guards

#: An anchor should leave the machine at least this often.
_ANCHORED = timedelta(days=1)
_VERIFY = "dondoc audit verify"


def examine(scene: Scene, found: Findings) -> None:
    """Add what is wrong with seals, anchors and locks, and tasks that differ from the record."""
    with scene.database.read() as tx:
        loose = examination.unsealed(tx, before=scene.at - GRACE)
        anchored = examination.last_anchor(tx)
        missing, weak = guards.missing(tx), guards.weaknesses(tx)
    if loose.count and loose.since is not None:
        words = f"{loose.count} mục nhật ký từ {scene.hour(loose.since)} chưa được niêm"
        cure = f"để dondoc run chạy thường trực, hoặc: {_VERIFY}"
        found.add("audit_unsealed", "audit", words, cure=cure, since=loose.since)
    _examine_anchor(scene, found, anchored)
    for name in missing:
        words = "khóa chống sửa bị gỡ, tắt hoặc viết lại: có thể đã có người sửa nhật ký"
        found.add("guard_missing", name, words, cure=_VERIFY)
    for words in weak:
        found.add(
            "guard_weak", "database", words, cure="đặt database.owner_url, rồi: dondoc db upgrade"
        )
    for place, problem in replay.astray(scene.database):
        found.add("task_unlike_record", place, problem, cure=_VERIFY)


def _examine_anchor(scene: Scene, found: Findings, last: datetime | None) -> None:
    cure = "dondoc audit anchor -o TỆP, rồi giữ tệp ngoài máy này"
    if last is None:
        if scene.is_live:
            words = "chưa có mốc neo nào giữ ngoài máy: cắt đuôi nhật ký sẽ không bị phát hiện"
            found.add("audit_unanchored", "audit", words, cure=cure)
    elif scene.at - last > _ANCHORED:
        words = f"mốc neo cuối cùng từ {scene.hour(last)}"
        found.add("audit_anchor_old", "audit", words, cure=cure, since=last)
