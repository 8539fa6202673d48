"""Keys and links from the machine: made for a person, shown once, revoked."""

import re

from tests.support.terminal import Terminal


def test_a_key_is_printed_once_and_listed_without_its_secret(office: Terminal) -> None:
    made = office("token", "create", "cv", "--name", "Bảng điều hành", "--scope", "read")

    listed = office("token", "list", "cv", "--json")

    secret = made.out.strip()
    assert re.fullmatch(r"dd_[0-9a-f]{8}_[\w-]{49}", secret)
    (token,) = listed.json["tokens"]
    assert (token["name"], token["scopes"]) == ("Bảng điều hành", ["read"])
    assert secret not in listed.out
    assert "Bảng điều hành" in office("token", "list", "cv").out


def test_a_revoked_key_is_listed_no_more(office: Terminal) -> None:
    made = office("token", "create", "cv", "--name", "x", "--days", "0", "--json").json

    answer = office("token", "revoke", made["id"])

    assert answer.code == 0
    assert made["expires_at"] is None
    assert office("token", "list", "cv", "--json").json["tokens"] == []


def test_a_scope_that_is_none_is_refused_in_vietnamese(office: Terminal) -> None:
    answer = office("token", "create", "cv", "--name", "x", "--scope", "root")

    assert answer.code == 77
    assert "phạm vi" in answer.err
    assert "read, write, audit" in answer.err


def test_a_key_nobody_made_is_refused(office: Terminal) -> None:
    answer = office("token", "revoke", "khong-co")

    assert answer.code == 77
    assert "Không có khóa API nào là 'khong-co'" in answer.err


def test_an_invitation_is_an_address_for_one_person(office: Terminal) -> None:
    answer = office("person", "invite", "cv")
    unknown = office("person", "invite", "cvv")

    assert answer.code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/thiet-lap/[\w-]{43}", answer.out.strip())
    assert unknown.code == 77
    assert "'cv'" in unknown.err
