"""Alerts that nobody has cleared, each with what puts it right."""

from collections.abc import Mapping

from engine.diagnosis.findings import CODES, Findings
from engine.diagnosis.scene import Scene
from engine.store import alerts, examination, years

#: What to do about an alert before it is cleared, by its code.
_CURES: Mapping[str, str] = {
    "no_recipient": "cử người giữ chức vụ, sửa địa chỉ: dondoc person import TỆP",
    "no_substitute": "khai người thay khác: dondoc person delegate --help",
    "no_superior": "cử Giám đốc, Phó Giám đốc hoặc người phụ trách: dondoc person import TỆP",
    "left_without_successor": "giao lại việc: dondoc task reassign",
    "mail_undeliverable": "sửa địa chỉ: dondoc person import TỆP",
    "mail_unrenderable": "xem nhật ký chương trình: journalctl -u dondoc",
    "mail_server": "sửa [mail] trong dondoc.toml, thử: dondoc mail test",
    "mail_flood": "xem vì sao nhiều thư thế: dondoc mail list; cần gửi ngần ấy thì: "
    "dondoc mail resume --as MÃ",
    "database_restored": "xem thông báo đang chờ: dondoc mail list; rồi: dondoc mail resume "
    "--as MÃ --from LÚC",
    "address_failing": "hỏi người ấy địa chỉ đúng, rồi: dondoc person import TỆP",
    "clock_stepped": "chỉnh giờ máy: timedatectl set-ntp true; giờ đã đúng thì: "
    "dondoc mail resume --as MÃ",
    "webhook_paused": "sửa phần mềm nhận tin, rồi bấm Chạy tiếp ở trang /quan-tri/webhook",
    "part_stuck": "xem nhật ký chương trình, cơ sở dữ liệu và mạng",
    "reorganisation_failed": "ra lại lệnh sắp xếp, nêu đủ phần còn thiếu: dondoc unit --help",
    "series_not_opened": "xem lịch và quy tắc của nó: dondoc series show; sửa: dondoc series edit; "
    "rồi: dondoc series make-up",
    "sweep_failed": "xem nhật ký chương trình, sửa dòng hoặc lịch, rồi: dondoc doctor --wake",
}


def examine(scene: Scene, found: Findings) -> None:
    """Add the alerts that stand; a missing year is told by the calendar's own examination."""
    with scene.database.read() as tx:
        standing = [one for one in alerts.standing(tx) if one.alert.code != years.CODE]
        ids = sorted({one.alert.task_id for one in standing if one.alert.task_id})
        address = examination.addresses(tx, ids)
    for one in standing:
        code = one.alert.code
        cure = _CURES.get(code, "xem dondoc mail list và nhật ký chương trình")
        found.add(
            code if code in CODES else "alert_other",
            address.get(one.alert.task_id or "", code),
            one.alert.message if code in CODES else f"{code}: {one.alert.message}",
            cure=f"{cure}; xong: dondoc doctor --clear {one.id}",
            since=one.at,
        )
