"""Signing in at a provider of identities: whom it means, and everything that is not believed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from structlog.testing import capture_logs

from dondoc.passwords import Passwords
from engine.commands import identities
from engine.store.doors import account, identity
from engine.store.tables import person
from tests.support import idp
from tests.support.idp import CLIENT, ISSUER, SECRET, FakeProvider
from tests.support.office import World
from tests.support.signing_in import ON_ONE, give_second_factor, hidden, is_in
from tests.support.web import Site, site_of

_AUTH = {"methods": ["password", "oidc"], "oidc_issuer": ISSUER, "oidc_client_id": CLIENT,
         "oidc_client_secret": SECRET}  # fmt: skip
BACK = "/dang-nhap/oidc/ve"


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """An office whose people sign in at a provider too."""
    made = site_of(world, tmp_path, auth=_AUTH)
    made.web.state.passwords = Passwords(memory_mib=1, passes=1)
    yield made
    made.close()


@pytest.fixture
def provider(site: Site) -> FakeProvider:
    """The provider, at the other end of the line."""
    found = FakeProvider(clock=site.world.clock)
    site.web.state.provider_transport = found.transport
    return found


def link(site: Site, code: str = "cv", subject: str = "u-1042") -> None:
    with site.app.database.begin() as tx:
        identities.link(
            tx, code, claimed=(ISSUER, subject), by="operator:test", rules=site.app.rules,
            at=site.now,
        )  # fmt: skip


def go_there(browser: TestClient, provider: FakeProvider, **data: str) -> dict[str, str]:
    answer = browser.post("/dang-nhap/oidc", data=data)
    assert answer.status_code == 303
    return provider.authorize(answer.headers["location"])


def come_in(browser: TestClient, provider: FakeProvider, **data: str) -> Any:
    return browser.get(BACK, params=go_there(browser, provider, **data))


def reasons(log: list[Any]) -> list[str]:
    """Return why the provider was not believed, as the technical log has it."""
    return [one["reason"] for one in log if one["event"] == "signin.provider"]


def counted(site: Site) -> tuple[int, ...]:
    with site.app.database.read() as tx:
        return tuple(
            tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (person, account, identity)
        )


def test_a_linked_person_comes_in_and_goes_where_he_wanted(
    site: Site, provider: FakeProvider
) -> None:
    link(site)
    browser = site.as_(None)

    answer = come_in(browser, provider, tiep="/nhiem-vu?unit=CNTT")

    assert (answer.status_code, answer.headers["location"]) == (303, "/nhiem-vu?unit=CNTT")
    assert is_in(browser)
    assert "dondoc-oidc" not in browser.cookies


def test_what_is_sent_to_the_provider_holds_no_secret_of_the_browser(
    site: Site, provider: FakeProvider
) -> None:
    browser = site.as_(None)

    asked = provider.codes[go_there(browser, provider)["code"]]

    assert asked["redirect_uri"] == f"http://127.0.0.1:8000{BACK}"
    assert "code_verifier" not in asked
    assert asked["nonce"] not in browser.cookies["dondoc-oidc"]


def test_an_unknown_subject_is_nobody_whatever_its_address_until_an_administrator_says_so(
    site: Site, provider: FakeProvider
) -> None:
    site.make_administrator("cvp")
    before, browser = counted(site), site.as_(None)

    answer = come_in(browser, provider)
    after = counted(site)
    path = answer.text.partition("http://127.0.0.1:8000")[2].partition("<")[0]
    page = site.as_("cvp").get(path)
    done = site.as_("cvp").post(
        "/quan-tri/tai-khoan/lien-ket",
        data={"claim": hidden(page.text, "claim"), "person": "cv"},
    )

    assert answer.status_code == 403
    assert not is_in(browser)
    assert after == before
    assert site.as_("tp").get(path).status_code == 403
    assert "Phạm Văn Ca" in page.text
    assert done.status_code == 303
    assert come_in(browser, provider).status_code == 303
    assert is_in(browser)


def test_an_address_links_nobody(site: Site, provider: FakeProvider) -> None:
    link(site, "cv", "u-1042")
    provider.subject = "u-6666"
    browser = site.as_(None)

    answer = come_in(browser, provider)

    assert answer.status_code == 403
    assert not is_in(browser)


def test_an_administrator_enters_a_code_whichever_way_he_comes(
    site: Site, provider: FakeProvider
) -> None:
    link(site)
    codes = give_second_factor(site, "cv")
    browser = site.as_(None)

    page = come_in(browser, provider)
    before = is_in(browser)
    data = {"ticket": hidden(page.text, "ticket"), "code": codes.at(site.now)}
    browser.post("/dang-nhap/ma", data=data)

    assert not before
    assert is_in(browser)


def test_a_disabled_person_is_not_let_in_by_a_provider(site: Site, provider: FakeProvider) -> None:
    link(site)
    site.world.amend("cv", disabled_at=site.now)
    browser = site.as_(None)

    assert come_in(browser, provider).status_code == 403
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"iss": "https://dinhdanh.example.evil"}, "iss"), ({"iss": f"{ISSUER}/"}, "iss"),
        ({"iss": None}, "iss"), ({"aud": "khac"}, "aud or azp"), ({"aud": None}, "aud or azp"),
        ({"aud": [CLIENT, "khac"]}, "aud or azp"), ({"azp": "khac"}, "aud or azp"),
        ({"aud": [CLIENT, "khac"], "azp": "khac"}, "aud or azp"),
        ({"nonce": "cua-nguoi-khac"}, "nonce"), ({"nonce": None}, "nonce"),
        ({"nonce": ""}, "nonce"), ({"sub": None}, "sub"), ({"sub": ""}, "sub"),
        ({"sub": 1042}, "sub"), ({"sub": "x" * 256}, "sub"), ({"exp": 1}, "exp"),
        ({"exp": None}, "exp"), ({"exp": "mai"}, "exp"), ({"iat": None}, "iat"),
        ({"iat": 99_999_999_999}, "iat"), ({"nbf": 99_999_999_999}, "nbf"),
    ],
    ids=str,
)  # fmt: skip
@ON_ONE
def test_a_token_that_is_not_for_us_now_is_refused(
    site: Site, provider: FakeProvider, wrong: dict[str, Any], reason: str
) -> None:
    link(site)
    before, browser = counted(site), site.as_(None)
    provider.claims = wrong

    with capture_logs() as log:
        answer = come_in(browser, provider)

    assert reasons(log) == [reason]
    assert answer.status_code == 401
    assert not is_in(browser)
    assert counted(site) == before


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        (idp.unsigned, "alg"), (idp.by_public_key, "alg"), (idp.by_stranger, "bad_signature"),
        (idp.with_own_key, "header of the token"), (idp.without_end, "size of the token"),
        (lambda _: "khong-phai-token", "decode_error"), (lambda _: "a.b.c", "decode_error"),
    ],
)  # fmt: skip
@ON_ONE
def test_a_token_that_the_provider_did_not_sign_is_refused(
    site: Site, provider: FakeProvider, sign: Any, reason: str
) -> None:
    link(site)
    browser = site.as_(None)
    provider.sign = sign

    with capture_logs() as log:
        answer = come_in(browser, provider)

    assert reasons(log) == [reason]
    assert answer.status_code == 401
    assert not is_in(browser)


def test_a_code_is_good_once(site: Site, provider: FakeProvider) -> None:
    link(site)
    first, thief = site.as_(None), site.as_(None)
    brought = go_there(first, provider)
    carried = first.cookies["dondoc-oidc"]
    first.get(BACK, params=brought)

    thief.cookies.set("dondoc-oidc", carried, domain="127.0.0.1", path="/dang-nhap/oidc")
    again = thief.get(BACK, params=brought)

    assert is_in(first)
    assert again.status_code == 401
    assert not is_in(thief)


def test_the_way_back_belongs_to_the_browser_that_left(site: Site, provider: FakeProvider) -> None:
    link(site)
    attacker, victim, other = site.as_(None), site.as_(None), site.as_(None)
    brought = go_there(attacker, provider)
    go_there(other, provider)

    answers = [victim.get(BACK, params=brought), other.get(BACK, params=brought)]

    assert [one.status_code for one in answers] == [401, 401]
    assert not is_in(victim)
    assert not is_in(other)


def test_the_way_back_is_open_for_minutes(site: Site, provider: FakeProvider) -> None:
    link(site)
    browser = site.as_(None)
    brought = go_there(browser, provider)

    site.world.clock.advance(timedelta(minutes=11))

    assert browser.get(BACK, params=brought).status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://khac.example"},
        {"token_endpoint": "http://dinhdanh.example/token"},
        {"jwks_uri": "http://dinhdanh.example/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=str,
)
@ON_ONE
def test_a_provider_that_is_another_one_or_speaks_in_the_clear_is_not_gone_to(
    site: Site, provider: FakeProvider, said: dict[str, Any]
) -> None:
    provider.configuration = said

    answer = site.as_(None).post("/dang-nhap/oidc", data={})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500),
        httpx2.Response(302, headers={"location": "http://127.0.0.1:9/"}),
        httpx2.Response(200, content=b"x" * 2_000_000),
        httpx2.Response(200, content=b"[]"),
        httpx2.Response(200, content=b'"text"'),
    ],
    ids=["broken", "elsewhere", "endless", "list", "text"],
)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
@ON_ONE
def test_whatever_a_provider_answers_nobody_is_let_in_and_nothing_breaks(
    site: Site, provider: FakeProvider, path: str, answer: httpx2.Response
) -> None:
    link(site)
    provider.answers = {path: answer}
    browser = site.as_(None)

    left = browser.post("/dang-nhap/oidc", data={})
    if left.status_code == 303:
        left = browser.get(BACK, params=provider.authorize(left.headers["location"]))

    assert left.status_code == 401
    assert not is_in(browser)


def test_what_a_provider_refuses_is_a_page(site: Site, provider: FakeProvider) -> None:
    browser = site.as_(None)
    state = go_there(browser, provider)["state"]

    answer = browser.get(BACK, params={"error": "access_denied", "state": state})

    assert answer.status_code == 401
    assert "Chưa đăng nhập được" in answer.text


def test_an_identity_that_was_unlinked_lets_nobody_in(site: Site, provider: FakeProvider) -> None:
    link(site)
    browser = site.as_(None)
    come_in(browser, provider)
    with site.app.database.begin() as tx:
        (found,) = identities.listed(tx)
        identities.unlink(tx, "cv", found.id, by="operator:test", rules=site.app.rules, at=site.now)

    assert not is_in(browser)
    assert come_in(browser, provider).status_code == 403


def test_without_a_provider_there_is_no_way_to_one(world: World, tmp_path: Path) -> None:
    plain = site_of(world, tmp_path)

    answer = plain.as_(None).post("/dang-nhap/oidc", data={})

    assert answer.status_code == 404
    assert "/dang-nhap/oidc" not in plain.as_(None).get("/dang-nhap").text
    plain.close()
