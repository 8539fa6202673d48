"""Who somebody is to a provider of identities: linked by an administrator, never by address."""

from dataclasses import dataclass
from datetime import datetime

from engine import audit
from engine.commands import accounts
from engine.commands.rights import find_person
from engine.errors import Invalid, Unknown
from engine.ids import is_id, new_id
from engine.secrecy import digest
from engine.store import accounts as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as a provider knows him: exactly this issuer, exactly this subject."""

    id: str
    person_id: str
    issuer: str
    subject: str
    linked_at: datetime
    linked_by: str


def person_of(tx: Transaction, *, issuer: str, subject: str) -> str | None:
    """Return the id of whom a provider means; None where nobody linked him."""
    found = store.identity_of(tx, issuer=issuer, subject=subject)
    return None if found is None else str(found.person_id)


def listed(tx: Transaction) -> list[Identity]:
    """Return every identity that is linked, the oldest first."""
    return [
        Identity(
            id=row.id, person_id=row.person_id, issuer=row.issuer, subject=row.subject,
            linked_at=row.linked_at, linked_by=row.linked_by,
        )
        for row in store.identities(tx)
    ]  # fmt: skip


def link(
    tx: Transaction,
    code: str,
    *,
    claimed: tuple[str, str],
    by: str,
    rules: Rules,
    at: datetime,
) -> None:
    """Say that somebody is who a provider means by an issuer and a subject.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: the actor is no administrator.
        Invalid: it is linked already, or the person is disabled.
    """
    accounts.require_administrator(tx, by, what="link_identity")
    person = find_person(rules.current(tx).organisation, code)
    issuer, subject = claimed
    if person.is_disabled:
        raise Invalid(field="person", problem=f"{person.code} đã ngừng hoạt động")
    if not issuer or not subject or max(len(issuer), len(subject)) > _LONGEST:
        raise Invalid(field="identity", problem="không dùng được")
    if person_of(tx, issuer=issuer, subject=subject) is not None:
        raise Invalid(field="identity", problem="tài khoản này đã liên kết với một người")
    identity_id = new_id()
    store.link_identity(
        tx,
        {
            "id": identity_id,
            "issuer": issuer,
            "subject": subject,
            "person_id": person.id,
            "linked_at": at,
            "linked_by": by,
        },
    )
    after = {"identity": identity_id, "issuer": issuer, "subject": digest(subject)}
    event = audit.Event(
        subject=f"person:{person.id}", action="identity.linked", actor=by, after=after
    )
    audit.append(tx, event, at=at)


def unlink(
    tx: Transaction, code: str, identity_id: str, *, by: str, rules: Rules, at: datetime
) -> None:
    """Let an identity mean nobody any more; the person's sessions end.

    Raises:
        Unknown: nobody has that code, or he has no such identity.
        NotPermitted: the actor is no administrator.
    """
    accounts.require_administrator(tx, by, what="link_identity")
    person = find_person(rules.current(tx).organisation, code)
    if not is_id(identity_id) or not store.unlink_identity(tx, identity_id, person_id=person.id):
        raise Unknown(what="identity", name=identity_id)
    event = audit.Event(
        subject=f"person:{person.id}",
        action="identity.unlinked",
        actor=by,
        after={"identity": identity_id},
    )
    audit.append(tx, event, at=at)
    accounts.end_sessions(tx, code, by=by, rules=rules, at=at)
