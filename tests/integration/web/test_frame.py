"""The frame of every page: who gets in, what every answer says, where failures lead."""

from tests.support.web import Site


def test_a_page_asks_whoever_is_not_signed_in_to_sign_in_and_comes_back(site: Site) -> None:
    answer = site.as_(None).get("/viec-cua-toi?x=1")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/dang-nhap?tiep=/viec-cua-toi%3Fx%3D1"


def test_a_page_that_is_not_there_is_a_page_in_the_readers_language(site: Site) -> None:
    reader = site.as_("cv")

    vietnamese = reader.get("/khong-co")
    reader.cookies.set("dondoc-lang", "en", domain="127.0.0.1")
    english = reader.get("/khong-co")

    assert vietnamese.status_code == english.status_code == 404
    assert "Không tìm thấy" in vietnamese.text
    assert "Not found" in english.text


def test_every_answer_forbids_what_is_not_ours(site: Site) -> None:
    answer = site.as_("cv").get("/khong-co")

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
