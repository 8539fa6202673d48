"""Urging by hand on pages: from a task, from a list, from the dashboard; seen before it is done."""

from html import unescape

from tests.support.web import Site

_T1 = "/nhiem-vu/KH-2014/T1"


def _urged(site: Site) -> list[str]:
    names = {identity: name for name, identity in site.world.ids.items()}
    return [names[one.recipient_id] for one in site.world.ledger() if one.rung == "urged"]


def _version(site: Site, code: str = "T1") -> str:
    return str(site.world.row(code).version)


def test_from_the_page_of_a_task_its_assignee_is_urged_and_the_page_says_so(site: Site) -> None:
    door = site.as_("cvp")
    form = {"version": _version(site), "note": "Gửi dự thảo <b>trước</b> thứ Hai"}

    offered = door.get(_T1).text
    asked = door.get(f"{_T1}/nhac")
    done = door.post(f"{_T1}/nhac", data=form)
    page = door.get(_T1).text

    assert f'href="{_T1}/nhac"' in offered
    assert "Người được nhắc: cv." in asked.text
    assert (done.status_code, _urged(site)) == (303, ["cv"])
    assert "Nhắc việc → cv" in page
    assert "Cv đã được cvp nhắc lúc 08:00 hôm nay." in unescape(page)
    assert "Gửi dự thảo &lt;b&gt;trước&lt;/b&gt; thứ Hai" in page
    assert _version(site) == form["version"]


def test_a_second_time_on_one_day_the_page_names_who_was_faster(site: Site) -> None:
    site.as_("cvp").post(f"{_T1}/nhac", data={"version": _version(site)})

    form = site.as_("gd").get(f"{_T1}/nhac")
    pressed = site.as_("gd").post(f"{_T1}/nhac", data={"version": _version(site)})
    english = site.as_("gd")
    english.cookies.set("dondoc-lang", "en", domain="127.0.0.1")
    seen = english.get(_T1).text

    assert "<strong>Urge</strong>: Cv was urged by cvp at 08:00 today." in unescape(seen)
    assert "Cv đã được cvp nhắc lúc 08:00 hôm nay." in unescape(form.text)
    assert pressed.status_code == form.status_code == 422
    assert _urged(site) == ["cv"]
    assert len(site.world.entries("request:")) == 1


def test_somebody_who_types_on_is_not_disturbed_by_it(site: Site) -> None:
    site.world.do("cv", "start")
    seen = _version(site)
    site.as_("cvp").post(f"{_T1}/nhac", data={"version": seen})

    reported = site.as_("cv").post(
        f"{_T1}/bao-cao", data={"version": seen, "note": "xong", "number": "12/TTr"}
    )

    assert reported.status_code == 303
    assert site.world.row().state == "reported"


def test_from_a_list_it_is_seen_before_who_would_be_told_and_who_not(site: Site) -> None:
    site.as_("gd").post(f"{_T1}/nhac", data={"version": _version(site)})
    chosen = {"viec": ["KH-2014/T1", "KH-2014/T2"], "lam": "urge", "loc": "status=open"}
    door = site.as_("cvp")

    asked = door.post("/nhiem-vu/chon", data=chosen)
    looked = door.post("/nhiem-vu/chon", data={**chosen, "buoc": "xem", "note": "Khẩn trương"})
    before = _urged(site)
    versions = [_version(site, "T1"), _version(site, "T2")]
    done = door.post("/nhiem-vu/chon", data={**chosen, "buoc": "lam", "ban": versions})

    assert "Xem trước" in asked.text
    assert "Sẽ nhắc cv" in looked.text
    assert "nhắc lúc 08:00 hôm nay" in looked.text
    assert "1 người được nhắc, mỗi người một thư." in looked.text
    assert before == ["cv"]
    assert "1 đã xong, 1 bỏ qua" in done.text
    assert _urged(site) == ["cv", "cv"]


def test_the_dashboard_offers_it_where_it_would_be_granted(site: Site) -> None:
    site.world.slots("2014-01-16", "2014-03-20")
    site.world.now("2014-03-20T09:00")

    def offered(code: str) -> int:
        return site.as_(code).get("/tong-quan").text.count('/nhac"')

    before = offered("gd")
    site.as_("gd").post(f"{_T1}/nhac", data={"version": _version(site)})

    assert before > 0
    assert offered("gd") == before - 1
    assert offered("cv") == 0


def test_whoever_was_urged_finds_it_among_his_notices_by_its_own_name(site: Site) -> None:
    site.as_("gd").post(f"{_T1}/nhac", data={"version": _version(site)})
    site.world.now("2014-01-15T08:10")
    site.world.deliver()

    page = site.as_("cv").get("/thong-bao").text
    log = site.as_("gd").get("/nhat-ky").text

    assert "Lời nhắc" in page
    assert "Nhắc việc" in log
    assert f'href="{_T1}"' in log
    assert "→ cv" in log
