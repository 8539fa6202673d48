"""What HTTP says for what the engine refuses: one table for pages and for the API.

A lost race is 409; what was read too long ago is 412, and an edit that does not say what it was
read as is 428 (only the API asks for that, in a header).
"""

from collections.abc import Mapping
from http import HTTPStatus

from engine.errors import (
    BadInput,
    ChildrenOpen,
    Conflict,
    Corrupt,
    DondocError,
    EvidenceRequired,
    FourEyes,
    Invalid,
    NoteRequired,
    NotPermitted,
    StatesInUse,
    TransitionRefused,
    Undecided,
    Unknown,
)

STATUSES: Mapping[type[DondocError], HTTPStatus] = {
    Unknown: HTTPStatus.NOT_FOUND,
    NotPermitted: HTTPStatus.FORBIDDEN,
    FourEyes: HTTPStatus.FORBIDDEN,
    TransitionRefused: HTTPStatus.CONFLICT,
    ChildrenOpen: HTTPStatus.CONFLICT,
    StatesInUse: HTTPStatus.CONFLICT,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoteRequired: HTTPStatus.UNPROCESSABLE_ENTITY,
    EvidenceRequired: HTTPStatus.UNPROCESSABLE_ENTITY,
    Undecided: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    Corrupt: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(error: DondocError) -> HTTPStatus:
    """Return the status that stands for an error of the engine."""
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return HTTPStatus.UNPROCESSABLE_ENTITY
