"""Files on the page of a task: what is taken, what is given out, to whom, and under which name."""

from io import BytesIO
from typing import Any

import pytest

from dondoc.web.tasks.files import disposition
from engine.commands.evidence import evidence_of
from tests.support.web import Site

_T1 = "/nhiem-vu/KH-2014/T1"
_PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _report(site: Site, *files: tuple[str, bytes], **fields: Any) -> Any:
    sent = [("files", (name, BytesIO(content), "application/pdf")) for name, content in files]
    data = {"version": site.world.row().version, "note": "xong", **fields}
    return site.as_("cv").post(f"{_T1}/bao-cao", data=data, files=sent)


def _kept(site: Site) -> Any:
    with site.app.database.read() as tx:
        return evidence_of(tx, "T1")


@pytest.fixture
def started(site: Site) -> Site:
    """The office, with T1 in progress."""
    site.world.do("cv", "start")
    return site


def test_a_report_brings_its_files_and_they_can_be_taken_away_again(started: Site) -> None:
    sent = _report(started, ("Tờ trình số 45.pdf", _PDF), ("ghi chú.txt", "đủ".encode()))

    first, second = _kept(started)
    got = started.as_("cvp").get(f"/tep/{first.id}")
    shouted = started.as_("cvp").get(f"/tep/{first.id.upper()}")

    assert sent.status_code == 303
    assert (first.name, first.media_type) == ("Tờ trình số 45.pdf", "application/pdf")
    assert second.name == "ghi chú.txt"
    assert got.content == shouted.content == _PDF
    assert f'href="/tep/{first.id}"' in started.as_("cvp").get(_T1).text


def test_a_file_is_saved_by_the_browser_and_never_shown(started: Site) -> None:
    _report(started, ("bài.txt", b"<html><script>alert(1)</script></html>"), ("hinh.svg", _SVG))

    for one in _kept(started):
        headers = started.as_("cvp").get(f"/tep/{one.id}").headers
        assert headers["content-disposition"].startswith("attachment;")
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-type"].split(";")[0] in ("text/plain", "application/octet-stream")


@pytest.mark.parametrize(
    "name",
    [
        '..\\..\\a"\r\nX: y.pdf', "../../etc/passwd", "x" * 400 + ".pdf", "\u202egnp.fdp",
        'a";b=c.pdf', "a%0d%0aSet-Cookie: x.pdf", ".htaccess", "",
    ],
)  # fmt: skip
def test_a_name_gets_into_no_header_and_no_folder(name: str) -> None:
    header = disposition(name)

    assert header.isascii()
    assert header.isprintable()
    assert header.startswith('attachment; filename="')
    plain = header.split('"')[1]
    assert "/" not in plain
    assert "\\" not in plain
    assert not plain.startswith(".")
    assert header.count('"') == 2
    assert len(header) < 1_200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chuong-trinh.exe", b"MZ\x90\x00\x03"),
        ("to-trinh.pdf", b"<html>no pdf</html>"),
        ("to-trinh.docx", _PDF),
        ("macro.xlsm", b"PK\x03\x04rest"),
        ("rong.pdf", b""),
        ("chay.js", b"alert(1)"),
    ],
)
def test_what_is_no_document_or_not_what_it_is_called_is_not_taken(
    started: Site, name: str, content: bytes
) -> None:
    answer = _report(started, (name, content), note="Tóm tắt dài")

    assert answer.status_code == 422
    assert "Tóm tắt dài" in answer.text
    assert 'href="#files"' in answer.text
    assert started.world.row().state == "in_progress"
    assert _kept(started) == []
    assert list(started.app.settings.evidence_dir.rglob("*")) == []


def test_whoever_may_not_report_leaves_no_file_behind(started: Site) -> None:
    data = {"version": started.world.row().version, "note": "xong"}
    files = [("files", ("a.pdf", BytesIO(_PDF), "application/pdf"))]

    answer = started.as_("cv2").post(f"{_T1}/bao-cao", data=data, files=files)

    assert answer.status_code == 403
    assert list(started.app.settings.evidence_dir.rglob("*")) == []


def test_a_file_is_there_for_those_alone_who_see_its_task(started: Site) -> None:
    _report(started, ("a.pdf", _PDF))
    started.world.unit("TC")
    started.world.person("la", "TC")
    (one,) = _kept(started)

    stranger = started.as_("la").get(f"/tep/{one.id}")
    nobody = started.as_(None).get(f"/tep/{one.id}")
    nothing = started.as_("cv").get("/tep/khong-phai-ma")

    assert stranger.status_code == nothing.status_code == 404
    assert nobody.status_code == 303
    assert nobody.headers["location"].startswith("/dang-nhap")


def test_evidence_is_added_later_and_replaced_with_a_reason(started: Site) -> None:
    _report(started, ("a.pdf", _PDF))
    reader = started.as_("cv")

    def bring(act: str, name: str, content: bytes, **fields: Any) -> Any:
        data = {"version": started.world.row().version, **fields}
        files = [("files", (name, BytesIO(content), "application/pdf"))]
        return reader.post(f"{_T1}/{act}", data=data, files=files)

    added = bring("minh-chung", "b.pdf", _PDF + b"b")
    empty = reader.post(f"{_T1}/minh-chung", data={"version": started.world.row().version})
    old = _kept(started)[0].sha256
    replaced = bring("thay-minh-chung", "a2.pdf", _PDF + b"c", replaces=old, note="ký lại")

    assert (added.status_code, empty.status_code, replaced.status_code) == (303, 422, 303)
    assert [one.name for one in _kept(started)] == ["a.pdf", "b.pdf", "a2.pdf"]
    page = reader.get(_T1).text
    assert "đã thay" in page
    assert "ký lại" in page


def test_a_file_that_is_gone_from_the_disk_is_not_given_out(started: Site) -> None:
    _report(started, ("a.pdf", _PDF))
    (one,) = _kept(started)
    for path in started.app.settings.evidence_dir.rglob(one.sha256):
        path.unlink()

    answer = started.as_("cv").get(f"/tep/{one.id}")

    assert answer.status_code == 404
