"""Addresses that are good once, as rows: made, looked at, used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from engine.linking import MadeLink
from engine.store.doors import one_time_link
from engine.store.session import Transaction

_link = one_time_link.c


def add(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Store a new link."""
    tx.execute(insert(one_time_link).values(**values))


def supersede(tx: Transaction, *, purpose: str, person_id: str | None, at: datetime) -> None:
    """Let older links for the same be good no more."""
    whose = _link.person_id.is_(None) if person_id is None else _link.person_id == person_id
    older = (_link.purpose == purpose) & whose & _link.used_at.is_(None)
    tx.execute(update(one_time_link).where(older).values(used_at=at))


def standing(tx: Transaction, digest: str, *, at: datetime) -> Any | None:
    """Return a link that is good at an instant; None where there is none."""
    return tx.execute(
        select(_link.id, _link.purpose, _link.person_id, _link.expires_at).where(
            _link.digest == digest, _link.used_at.is_(None), _link.expires_at > at
        )
    ).one_or_none()


def use(tx: Transaction, link_id: str, *, at: datetime) -> bool:
    """Use a link up; False where somebody was faster."""
    mine = (_link.id == link_id) & _link.used_at.is_(None)
    return bool(tx.execute(update(one_time_link).where(mine).values(used_at=at)).rowcount)


def pending(tx: Transaction, *, at: datetime) -> dict[str, datetime]:
    """Return until when people have a link that they did not use yet, by their id."""
    rows = tx.execute(
        select(_link.person_id, func.max(_link.expires_at))
        .where(_link.person_id.is_not(None), _link.used_at.is_(None), _link.expires_at > at)
        .group_by(_link.person_id)
    )
    return dict(rows.all())


def of_person(tx: Transaction, person_id: str, *, at: datetime) -> tuple[MadeLink, ...]:
    """Return the links that were made for a person, the newest first, as far as they are kept."""
    return _made(tx, _link.person_id == person_id, at=at)


def made_since(tx: Transaction, since: datetime, *, at: datetime) -> tuple[MadeLink, ...]:
    """Return the links for anybody's password that were made since an instant, newest first."""
    return _made(tx, _link.person_id.is_not(None), _link.created_at > since, at=at)


def _made(tx: Transaction, *conditions: ColumnElement[bool], at: datetime) -> tuple[MadeLink, ...]:
    statement = select(one_time_link).where(*conditions).order_by(_link.created_at.desc())
    return tuple(
        MadeLink(
            id=row.id, person_id=row.person_id, created_at=row.created_at,
            created_by=row.created_by, expires_at=row.expires_at,
            is_good=row.used_at is None and row.expires_at > at,
        )
        for row in tx.execute(statement)
    )  # fmt: skip


def forget(tx: Transaction, *, older_than: datetime) -> None:
    """Forget links that were over before an instant; the record knows of them."""
    tx.execute(delete(one_time_link).where(_link.expires_at < older_than))
