"""The accounts of everybody, for who runs the machine; and what ends when somebody leaves."""

import pytest
from fastapi.testclient import TestClient

from engine.commands import accounts, feeds, tokens
from engine.commands.leaving import Leaving, leave
from engine.commands.tokens import TokenRequest
from engine.store.doors import account
from tests.support.signing_in import ON_ONE, PASSWORD, give_password, is_in, person_of, sign_in
from tests.support.web import Site

ALL = "/quan-tri/tai-khoan"


def administrators(site: Site) -> list[str]:
    with site.app.database.read() as tx:
        found = accounts.everybody(tx)
    return sorted(
        code for code, id_ in site.world.ids.items()
        if id_ in found and found[id_].is_administrator
    )  # fmt: skip


@pytest.mark.parametrize("path", [ALL, f"{ALL}/cv", f"{ALL}/lien-ket"])
@pytest.mark.parametrize("code", ["cv", "tp", "cvp", "gd"])
@ON_ONE
def test_accounts_are_seen_to_by_administrators_alone(site: Site, path: str, code: str) -> None:
    answer = site.as_(code).get(path)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "deed", ["lien-ket", "dang-xuat", "quan-tri", "thoi-quan-tri", "khoa", "bo-lien-ket"]
)
@ON_ONE
def test_nobody_else_does_what_administrators_do(site: Site, deed: str) -> None:
    still = site.as_("cv")

    answer = site.as_("gd").post(f"{ALL}/cv/{deed}", data={"id": "x"})

    assert answer.status_code == 403
    assert is_in(still)
    assert administrators(site) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_administrator_sees_who_can_sign_in(site: Site, language: str) -> None:
    site.make_administrator("cvp")
    give_password(site, "cv")
    browser = site.as_("cvp")
    browser.cookies.set("dondoc-lang", language, domain="127.0.0.1")

    everybody, one = browser.get(ALL), browser.get(f"{ALL}/cv")

    assert everybody.status_code == one.status_code == 200
    assert ("đăng nhập được" if language == "vi" else "can sign in") in everybody.text


def test_a_link_is_shown_once_and_lets_its_person_in(site: Site) -> None:
    site.make_administrator("cvp")
    browser, new = site.as_("cvp"), site.as_(None)

    page = browser.post(f"{ALL}/cv/lien-ket").text
    link = page.partition('<code class="secret">http://127.0.0.1:8000')[2].partition("<")[0]
    answer = new.post(link, data={"password": PASSWORD, "again": PASSWORD})

    assert answer.status_code == 303
    assert is_in(new)
    assert link not in browser.get(f"{ALL}/cv").text


def test_a_person_is_signed_out_everywhere(site: Site) -> None:
    site.make_administrator("cvp")
    browsers = [site.as_("cv"), site.as_("cv")]

    site.as_("cvp").post(f"{ALL}/cv/dang-xuat")

    assert [is_in(one) for one in browsers] == [False, False]


def test_becoming_an_administrator_ends_what_one_was_signed_in_as(site: Site) -> None:
    site.make_administrator("cvp")
    give_password(site, "cv")
    before = site.as_("cv")

    site.as_("cvp").post(f"{ALL}/cv/quan-tri")
    page = sign_in(site.as_(None), "cv")

    assert administrators(site) == ["cv", "cvp"]
    assert not is_in(before)
    assert "Cài đăng nhập hai lớp" in page.text


def test_two_administrators_stay(site: Site) -> None:
    for code in ("cvp", "cv", "tp"):
        site.make_administrator(code)
    browser = site.as_("cvp")

    first = browser.post(f"{ALL}/tp/thoi-quan-tri")
    second = browser.post(f"{ALL}/cv/thoi-quan-tri")

    assert (first.status_code, second.status_code) == (303, 422)
    assert "ít nhất 2 quản trị" in second.text
    assert administrators(site) == ["cv", "cvp"]
    assert [one.action for one in site.world.entries("request:")] == ["command.refused"]


def test_whoever_is_dismissed_is_no_administrator_at_the_next_request(site: Site) -> None:
    for code in ("cvp", "cv", "tp"):
        site.make_administrator(code)
    dismissed = site.as_("tp")

    site.as_("cvp").post(f"{ALL}/tp/thoi-quan-tri")

    assert dismissed.get(ALL).status_code == 303
    assert site.as_("tp").get(ALL).status_code == 403


@pytest.mark.parametrize("path", [f"{ALL}/khong-co", f"{ALL}/..%2f..%2fetc"])
def test_somebody_who_is_not_there_is_not_found(site: Site, path: str) -> None:
    site.make_administrator("cvp")

    assert site.as_("cvp").get(path).status_code == 404


def test_an_invented_claim_links_nobody(site: Site) -> None:
    site.make_administrator("cvp")
    browser = site.as_("cvp")

    looked = browser.get(f"{ALL}/lien-ket?ma=bia-dat")
    posted = browser.post(f"{ALL}/lien-ket", data={"claim": "bia-dat", "person": "cv"})

    assert (looked.status_code, posted.status_code) == (422, 422)


def test_g18_whoever_leaves_is_out_at_the_next_request_by_every_door(site: Site) -> None:
    browsers = [site.as_("cv2"), site.as_("cv2")]
    cv2 = person_of(site, "cv2")
    asked = TokenRequest(person="cv2", name="x", scopes=("read",), expires_at=None)
    with site.app.database.begin() as tx:
        _, key = tokens.create(tx, asked, by="cv2", rules=site.app.rules, at=site.now)
        feed = feeds.create_feed(tx, person=cv2, by="cv2", at=site.now)
    before = [is_in(one) for one in browsers]

    with site.app.database.begin() as tx:
        leave(tx, Leaving(person="cv2"), by=("cvp", None), rules=site.app.rules, at=site.now)

    assert before == [True, True]
    assert [is_in(one) for one in browsers] == [False, False]
    with site.app.database.read() as tx:
        assert tokens.authenticate(tx, key, site.now) is None
        assert feeds.open_feed(tx, feed, at=site.now) is None
        assert tokens.of_person(tx, cv2.id) == []
        assert feeds.of_person(tx, cv2.id) == []


def test_g18_a_person_disabled_in_any_way_is_out_at_the_next_request(site: Site) -> None:
    browser: TestClient = site.as_("cv")
    before = is_in(browser)

    site.world.amend("cv", disabled_at=site.now)

    assert before
    assert not is_in(browser)


def test_running_the_machine_gives_no_right_to_a_task(site: Site) -> None:
    with site.app.database.begin() as tx:
        tx.execute(
            account.insert().values(
                person_id=site.world.ids["cv2"], is_administrator=True, created_at=site.now
            )
        )
    site.world.plan({"code": "T1", "lead": "VP", "assignee": "cvp", "due": "2014-01-22"})

    answer = site.as_("cv2").get("/nhiem-vu/T1")

    assert answer.status_code == 404
