"""That a link was made by which somebody sets his password: what he is told of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLink:
    """A link as its person may know it, without what opens it; `is_good` while it can be used."""

    id: str
    person_id: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    is_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLetter:
    """What one message about a link says; `maker` is the name of who made it."""

    reference: str
    name: str
    address: str
    maker: str
    made_at: datetime
    good_until: datetime
    at: datetime
