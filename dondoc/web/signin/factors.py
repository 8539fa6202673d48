"""The second factor: a secret in somebody's telephone that makes a new code every half minute."""

from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from dondoc.web.visit import Visit
from engine.clock import SystemClock
from engine.organisation import Person

_SECONDS = 30
#: A telephone may be a little before or behind.
_AROUND = (0, -1, 1)
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a person takes over into his telephone: a picture of it, and the same to type in."""

    picture: Markup
    typed: str


def new_secret() -> str:
    """Return a secret to make codes of."""
    return pyotp.random_base32()


def enrolment(visit: Visit, person: Person, secret: str) -> Enrolment:
    """Return a secret as it is shown once, to its owner."""
    address = pyotp.TOTP(secret).provisioning_uri(
        name=person.code, issuer_name=visit.app.office.name
    )
    picture = segno.make(address, error="m", micro=False)
    drawn = picture.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr")
    typed = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    # Drawn by us, of squares alone.
    return Enrolment(picture=Markup(drawn), typed=typed)  # noqa: S704


def telephone_time(visit: Visit) -> datetime:
    """Return the instant whose codes telephones show: no pinned clock reaches them."""
    return SystemClock().now() if visit.app.is_pinned else visit.now


def step_of(code: str, secret: str, *, at: datetime) -> int | None:
    """Return the time step whose code this is; None where it is none of now."""
    given = "".join(sign for sign in code if not sign.isspace())
    if len(given) != _DIGITS or not (given.isascii() and given.isdigit()):
        return None
    codes, now = pyotp.TOTP(secret), int(at.timestamp()) // _SECONDS
    for around in _AROUND:
        made = codes.generate_otp(now + around)
        if pyotp.utils.strings_equal(made, given):
            return now + around
    return None
