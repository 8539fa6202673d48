"""The thresholds of signing in that are in force: those of the profile an office chose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.defaults import security_rules
from config.settings import Settings
from engine.commands.sessions import Limits
from engine.commands.throttle import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What config/defaults/security.toml says of a profile; 0 days or minutes are no limit."""

    source: str
    shortest: int
    kinds: int
    shortest_with_two_factors: int
    kinds_with_two_factors: int
    administrator_password_days: int
    idle_minutes: int
    inactive_days: int
    failures: int
    first_wait_seconds: int
    longest_wait_minutes: int

    @property
    def pace(self) -> Pace:
        """How failed attempts slow down whoever makes them."""
        return Pace(
            free=self.failures,
            first=timedelta(seconds=self.first_wait_seconds),
            longest=timedelta(minutes=self.longest_wait_minutes),
        )

    def is_password_old(self, changed_at: datetime | None, *, at: datetime) -> bool:
        """Return whether an administrator's password has served its time."""
        days = self.administrator_password_days
        return bool(days) and (changed_at is None or at - changed_at >= timedelta(days=days))

    def is_inactive(self, last_at: datetime, *, at: datetime) -> bool:
        """Return whether an account lay unused for too long."""
        return bool(self.inactive_days) and at - last_at >= timedelta(days=self.inactive_days)


def thresholds_of(settings: Settings) -> Thresholds:
    """Return the thresholds of the profile that the settings choose."""
    return Thresholds(**security_rules()[settings.auth.profile])


def limits_of(settings: Settings) -> Limits:
    """Return how long sessions last: the settings, or the profile where that says less."""
    auth, most = settings.auth, thresholds_of(settings).idle_minutes
    idle = min(auth.session_idle_minutes, most or auth.session_idle_minutes)
    return Limits(idle=timedelta(minutes=idle), whole=timedelta(hours=auth.session_hours))
