"""Forms that no page of ours posts: refused in words, and nothing of them is written down."""

import io

import pytest

from config import logs
from tests.support.web import Site

PASSWORD = "mật khẩu không ai được thấy"
BODY = b'--B\r\nContent-Disposition: form-data; name="login"\r\n\r\ncv\r\n--B--\r\n'


@pytest.mark.parametrize(
    "form",
    [
        {"login": "cv", "password": PASSWORD * 50},
        {"login": "c\0v", "password": PASSWORD},
        {"login": "cv", "mật khẩu": PASSWORD},
    ],
    ids=["too long", "a NUL", "an unknown field"],
)
def test_a_form_that_no_page_posts_is_refused_and_its_password_stays_out_of_the_log(
    site: Site, form: dict[str, str]
) -> None:
    log = io.StringIO()
    logs.configure(level="debug", form="json", stream=log)

    answer = site.as_(None).post("/dang-nhap", data=form)
    logs.configure(level="error", form="json")

    assert answer.status_code == 422
    assert "web.request" in log.getvalue()
    assert PASSWORD[:12] not in log.getvalue()
    assert PASSWORD[:12] not in answer.text


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7"])
@pytest.mark.parametrize("path", ["/dang-nhap", "/api/v1/tasks/KH/T1/files"])
def test_nobody_chooses_by_what_code_a_form_is_decoded(site: Site, path: str, charset: str) -> None:
    kind = f"multipart/form-data; boundary=B; charset={charset}"

    answer = site.as_(None).post(path, content=BODY, headers={"Content-Type": kind})

    assert answer.status_code == 415


def test_a_form_may_say_that_it_comes_in_utf_8(site: Site) -> None:
    kind = "multipart/form-data; boundary=B; charset=UTF-8"

    answer = site.as_(None).post("/dang-nhap", content=BODY, headers={"Content-Type": kind})

    assert answer.status_code == 401
