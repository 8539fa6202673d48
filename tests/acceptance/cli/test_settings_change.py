"""A change of the settings is in the record, and what is owed follows it."""

from tests.support.terminal import Terminal

ROWS = """\
Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Người thực hiện,Thời hạn,Sản phẩm
II.1.1,Soạn quy chế văn thư,CNTT,cv,14/02/2023,Quy chế
"""


def _planned(office: Terminal) -> None:
    office.write("plan.csv", ROWS)
    office("plan", "import", "plan.csv", "--year", "2023", "--code", "KH", "--as", "cvp")
    assert office("plan", "activate", "KH", "--as", "cvp").code == 0
    office("sweep")


def test_a_changed_setting_is_recorded_once_without_its_secrets(office: Terminal) -> None:
    secret = {"DONDOC_MAIL__PASSWORD": "đừng-lộ", "DONDOC_SENDING__SEND_AT": "09:00"}
    _planned(office)

    office("sweep", **secret)
    office("sweep", **secret)

    office("audit", "export", "-o", "log.jsonl")
    log = (office.folder / "log.jsonl").read_text(encoding="utf-8")
    assert log.count("settings.changed") == 2
    assert '\\"send_at\\":\\"09:00' in log
    assert "đừng-lộ" not in log


def test_the_forecast_and_the_sweep_follow_a_new_hour_of_sending(office: Terminal) -> None:
    later = {"DONDOC_SENDING__SEND_AT": "16:00", "DONDOC_NOW": "2023-02-14T09:00"}
    _planned(office)

    office("sweep", **later)
    coming = office("forecast", "--until", "2023-02-14", "--json", **later).json["notices"]
    told = office("sweep", "--json", **{**later, "DONDOC_NOW": "2023-02-14T16:00"}).json

    rungs = [(one["at"][:16], one["to"]) for one in coming if one["kind"] == "reminder"]
    assert rungs == [("2023-02-14T16:00", "cv")]
    assert told["told"] == len(rungs)
