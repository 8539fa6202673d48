"""Accounts: how a person signs in, and who runs the machine; it never commits.

Passwords come as the hash that is stored, secrets of codes sealed: what they were is known to the
door alone. Whatever changes what a session is worth ends every session of the person; the door
opens a new one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import audit
from engine.addresses import is_address
from engine.commands import sessions
from engine.commands.rights import find_person
from engine.commands.sessions import Limits, Opening
from engine.errors import Invalid, NotPermitted
from engine.organisation import Organisation, Person
from engine.store import accounts as store
from engine.store import links, people
from engine.store import sessions as stored_sessions
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction

#: One may be ill; and whoever is alone may let himself in whenever he likes.
FEWEST_ADMINISTRATORS = 2
#: Sessions and links that were over so long ago stand in the record alone.
_REMEMBERED = timedelta(days=31)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How somebody signs in.

    Attributes:
        totp_secret: Sealed; None where no second factor is confirmed.
        signed_in_at: When he last did.
    """

    person_id: str
    password_hash: str | None
    password_changed_at: datetime | None
    totp_secret: str | None
    is_administrator: bool
    created_at: datetime
    signed_in_at: datetime | None

    @property
    def last_at(self) -> datetime:
        """When he last showed that he is there."""
        given = (self.created_at, self.password_changed_at, self.signed_in_at)
        return max(one for one in given if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody whom no list of people names yet; he holds no position."""

    code: str
    name: str
    email: str


def account_of(tx: Transaction, person_id: str) -> Account | None:
    """Return the account of a person; None where he has none."""
    row = store.find(tx, person_id)
    return None if row is None else seen(person_id, row)


def seen(person_id: str, row: Any) -> Account:
    """Return a row as an account."""
    return Account(
        person_id=person_id,
        password_hash=row.password_hash,
        password_changed_at=row.password_changed_at,
        totp_secret=row.totp_secret if row.totp_confirmed_at is not None else None,
        is_administrator=bool(row.is_administrator),
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
    )


def everybody(tx: Transaction) -> dict[str, Account]:
    """Return every account by the id of its person."""
    return {person_id: seen(person_id, row) for person_id, row in store.everybody(tx).items()}


def who_is(organisation: Organisation, login: str) -> Person | None:
    """Return whom a code or a mail address means; None where it is nobody, or several."""
    wanted = login.strip().casefold()
    exact = organisation.person_by_code.get(login.strip())
    if exact is not None:
        return exact
    found = [
        one
        for one in organisation.people
        if wanted and wanted in (one.code.casefold(), (one.email or "").casefold())
    ]
    standing = [one for one in found if not one.is_disabled]
    return standing[0] if len(standing) == 1 else None


def is_set_up(tx: Transaction) -> bool:
    """Return whether there is an administrator."""
    return store.administrators(tx) > 0


def sign_in(tx: Transaction, asked: Opening, *, limits: Limits, at: datetime) -> str:
    """Note that somebody signed in, and return the secret of his session."""
    if asked.method != "demo":
        store.put(tx, asked.person_id, {"signed_in_at": at}, at=at)
    stored_sessions.forget(tx, older_than=at - _REMEMBERED)
    links.forget(tx, older_than=at - _REMEMBERED)
    return sessions.open_session(tx, asked, limits=limits, at=at)


def set_password(
    tx: Transaction, person: Person, *, password_hash: str, by: str, at: datetime
) -> None:
    """Store a new password; every session of the person ends."""
    values = {"password_hash": password_hash, "password_changed_at": at}
    store.put(tx, person.id, values, at=at)
    sessions.end(tx, person_id=person.id, by=by, at=at)
    _record(tx, "account.password_set", person, by=by, at=at)


def renew_hash(tx: Transaction, person_id: str, password_hash: str, *, at: datetime) -> None:
    """Store the same password by a stronger hash."""
    store.put(tx, person_id, {"password_hash": password_hash}, at=at)


def set_second_factor(
    tx: Transaction, person: Person, *, sealed: str, step: int, by: str, at: datetime
) -> None:
    """Ask for a code as well from now on; every session of the person ends.

    Args:
        tx: The transaction.
        person: Who.
        sealed: The secret that codes are made of, sealed.
        step: The time step of the code that proved it; it is good no more.
        by: Who asks.
        at: Now.
    """
    values = {"totp_secret": sealed, "totp_confirmed_at": at, "totp_step": step}
    store.put(tx, person.id, values, at=at)
    sessions.end(tx, person_id=person.id, by=by, at=at)
    _record(tx, "account.second_factor_set", person, by=by, at=at)


def drop_second_factor(
    tx: Transaction, person: Person, *, by: str, at: datetime, anew: bool = False
) -> None:
    """Ask for no code any more; every session of the person ends.

    Args:
        tx: The transaction.
        person: Who.
        by: Who asks.
        at: Now.
        anew: He sets another one up before he signs in again.

    Raises:
        Invalid: he runs the machine, and is to sign in by two factors.
    """
    found = account_of(tx, person.id)
    if found is None or found.totp_secret is None:
        return
    if found.is_administrator and not anew:
        raise Invalid(field="totp", problem="quản trị luôn đăng nhập hai lớp, không tắt được")
    values = {"totp_secret": None, "totp_confirmed_at": None, "totp_step": None}
    store.put(tx, person.id, values, at=at)
    sessions.end(tx, person_id=person.id, by=by, at=at)
    _record(tx, "account.second_factor_dropped", person, by=by, at=at)


def accept_code(tx: Transaction, person_id: str, *, step: int) -> bool:
    """Take the code of a time step; False where it, or a later one, was taken before."""
    return store.accept_step(tx, person_id, step)


def appoint(tx: Transaction, code: str, *, by: str, rules: Rules, at: datetime) -> None:
    """Let somebody run the machine; he signs in anew, by two factors.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: the actor is no administrator.
        Invalid: he is disabled.
    """
    require_administrator(tx, by, what="appoint_administrator")
    person = find_person(rules.current(tx).organisation, code)
    if person.is_disabled:
        raise Invalid(field="person", problem=f"{person.code} đã ngừng hoạt động")
    found = account_of(tx, person.id)
    if found is not None and found.is_administrator:
        return
    store.put(tx, person.id, {"is_administrator": True}, at=at)
    sessions.end(tx, person_id=person.id, by=by, at=at)
    _record(tx, "account.administrator_made", person, by=by, at=at)


def make_first(tx: Transaction, person: Person, *, at: datetime) -> None:
    """Let whoever sets an office up run its machine.

    Raises:
        NotPermitted: somebody does already.
    """
    if is_set_up(tx):
        raise NotPermitted(actor=person.code, what="set_up", who=("administrator",))
    store.put(tx, person.id, {"is_administrator": True}, at=at)
    _record(tx, "account.administrator_made", person, by=person.code, at=at)


def dismiss(tx: Transaction, code: str, *, by: str, rules: Rules, at: datetime) -> None:
    """Let somebody run the machine no more; two who do remain.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: the actor is no administrator.
        Invalid: fewer than two would remain.
    """
    require_administrator(tx, by, what="dismiss_administrator")
    person = find_person(rules.current(tx).organisation, code)
    if not store.is_administrator(tx, person.code):
        return
    if store.administrators(tx) <= FEWEST_ADMINISTRATORS:
        problem = f"phải còn ít nhất {FEWEST_ADMINISTRATORS} quản trị; chọn thêm người khác trước"
        raise Invalid(field="administrator", problem=problem)
    store.put(tx, person.id, {"is_administrator": False}, at=at)
    sessions.end(tx, person_id=person.id, by=by, at=at)
    _record(tx, "account.administrator_unmade", person, by=by, at=at)


def end_sessions(tx: Transaction, code: str, *, by: str, rules: Rules, at: datetime) -> int:
    """End every session of somebody; return how many there were.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: the actor is neither himself nor an administrator.
    """
    person = find_person(rules.current(tx).organisation, code)
    if by != person.code:
        require_administrator(tx, by, what="end_sessions")
    return sessions.end(tx, person_id=person.id, by=by, at=at)


def add_person(tx: Transaction, asked: NewPerson, *, by: str, rules: Rules, at: datetime) -> Person:
    """Create somebody without a position, to run the machine of an office that is still empty.

    Raises:
        Invalid: the code is taken or none, the name is empty, the address is none.
    """
    organisation = rules.current(tx).organisation
    if not _CODE.fullmatch(asked.code) or asked.code == "system":
        problem = "mã gồm chữ không dấu, số, dấu chấm, gạch; ví dụ: quantri"
        raise Invalid(field="code", problem=problem)
    if asked.code in organisation.person_by_code:
        raise Invalid(field="code", problem=f"mã {asked.code} đã có người dùng")
    if not asked.name.strip():
        raise Invalid(field="name", problem="hãy ghi họ tên")
    if asked.email and not is_address(asked.email):
        raise Invalid(field="email", problem="không phải địa chỉ thư điện tử")
    _, ordinal = people.next_ordinals(tx)
    values = {"code": asked.code, "name": asked.name, "email": asked.email or None}
    person_id = people.add_person(tx, {**values, "ordinal": ordinal})
    bump(tx)
    event = audit.Event(
        subject=f"person:{person_id}", action="person.created", actor=by, after=values
    )
    audit.append(tx, event, at=at)
    return Person(id=person_id, code=asked.code, name=asked.name, email=asked.email or None)


def require_administrator(tx: Transaction, by: str, *, what: str) -> None:
    """Return if somebody runs the machine: as its administrator, or as its operator.

    Raises:
        NotPermitted: he does not.
    """
    if not (by.startswith("operator:") or store.is_administrator(tx, by)):
        raise NotPermitted(actor=by, what=what, who=("administrator",))


def _record(
    tx: Transaction,
    action: str,
    person: Person,
    *,
    by: str,
    at: datetime,
    after: Mapping[str, Any] | None = None,
) -> None:
    event = audit.Event(
        subject=f"person:{person.id}", action=action, actor=by, after=dict(after or {})
    )
    audit.append(tx, event, at=at)
