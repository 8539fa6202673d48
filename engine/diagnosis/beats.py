"""Whether the parts of the service are alive: when each last finished a whole turn."""

from datetime import datetime, timedelta

from engine.diagnosis.findings import Findings, Severity
from engine.diagnosis.scene import GRACE, Scene
from engine.store import heartbeats

_RUN = "chạy dịch vụ: dondoc run (hoặc: systemctl restart dondoc), rồi xem: journalctl -u dondoc"
#: A relay that hands over thousands of messages ends its turn late without being stuck.
_LONGEST_RELAY = timedelta(minutes=15)
#: Two machines' clocks may differ by so much.
_AHEAD = timedelta(minutes=1)


def examine(scene: Scene, found: Findings) -> None:
    """Add what is wrong with the heartbeats.

    Where no plan is active nobody is owed anything, and a service that never ran is only worth a
    warning; one that ran and stopped is an error in any case.
    """
    with scene.database.read() as tx:
        found_beats = heartbeats.beats(tx)
    beats = {one.name: one.completed_at for one in found_beats}
    severity: Severity | None = None if scene.is_live else "warning"
    _examine_sweep(scene, found, beats.get("sweep"), severity=severity)
    _examine_relay(scene, found, beats.get("relay"), severity=severity)
    if "seal" in beats and scene.at - beats["seal"] > GRACE:
        words = f"niêm nhật ký lần cuối lúc {scene.hour(beats['seal'])}"
        found.add("seal_late", "seal", words, cure=_RUN, since=beats["seal"])
    for beat in found_beats:
        if beat.completed_at - scene.at > _AHEAD:
            _add_future(scene, found, beat)


def _add_future(scene: Scene, found: Findings, beat: heartbeats.Beat) -> None:
    by_hand = beat.node.startswith(heartbeats.PINNED)
    why = "chạy với giờ đặt bằng DONDOC_NOW" if by_hand else "đồng hồ máy đã bị lùi"
    hour = scene.hour(beat.completed_at)
    found.add(
        "beat_in_future",
        beat.name,
        f"phần {beat.name} báo đã xong lúc {hour}, sau giờ hiện tại: {why}",
        cure="chỉnh giờ máy: timedatectl set-ntp true; rồi chờ một lượt quét",
        since=beat.completed_at,
        severity="info" if by_hand else None,
    )


def _examine_sweep(
    scene: Scene, found: Findings, last: datetime | None, *, severity: Severity | None
) -> None:
    if last is None:
        words = "chưa quét lần nào: chưa ai được nhắc gì"
        found.add("sweep_never", "sweep", words, cure=_RUN, severity=severity)
    elif scene.at - last > GRACE:
        words = f"lượt quét cuối cùng xong lúc {scene.hour(last)}; từ đó chưa ai được nhắc thêm"
        found.add("sweep_late", "sweep", words, cure=_RUN, since=last)


def _examine_relay(
    scene: Scene, found: Findings, last: datetime | None, *, severity: Severity | None
) -> None:
    if last is None:
        words = "chưa gửi lượt thư nào"
        found.add("relay_never", "relay", words, cure=_RUN, severity=severity)
    elif scene.at - last > _LONGEST_RELAY:
        words = f"lượt gửi thư cuối cùng xong lúc {scene.hour(last)}"
        found.add("relay_late", "relay", words, cure=_RUN, since=last)
