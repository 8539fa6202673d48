"""Where everything is put together: settings become the application a door works with."""

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.defaults import default_policy, reading_rules
from config.settings import WEEKDAYS, Settings
from dondoc.evidence import Cabinet
from engine.clock import Clock, PinnedClock, SystemClock
from engine.database import Database, Rules
from engine.errors import BadInput, Fault
from engine.office import NameWords, Office
from engine.report_lines import Line, lines_from_mapping

_PIN = "DONDOC_NOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What a door needs.

    Attributes:
        rules: The cached rulebook of the database.
        operator: Who runs this process, `operator:<os user>`; the actor of what no person does.
        is_pinned: The clock was set by DONDOC_NOW; audit entries say so.
        is_demo: The sample office is shown; whoever opens its page may be anybody in it.
    """

    settings: Settings
    database: Database
    clock: Clock
    office: Office
    rules: Rules
    operator: str
    is_pinned: bool
    is_demo: bool = False

    @property
    def cabinet(self) -> Cabinet:
        """Where files of evidence are kept."""
        most = self.settings.evidence.max_mb * 1_000_000
        return Cabinet(self.settings.evidence_dir, most_bytes=most)

    def close(self) -> None:
        """Give back every connection."""
        self.database.dispose()


def build(settings: Settings, environ: Mapping[str, str], *, ticking: bool = False) -> App:
    """Put the application together; nothing is opened yet.

    Args:
        settings: All settings.
        environ: Where DONDOC_NOW may pin the clock.
        ticking: A pinned clock goes on from where it is pinned.

    Raises:
        BadInput: DONDOC_NOW is no instant, or is set outside trial mode.
    """
    office = office_of(settings)
    pinned = _pinned_at(settings, environ, office=office)
    return App(
        settings=settings,
        database=Database(settings.database_url),
        clock=SystemClock() if pinned is None else PinnedClock(pinned, ticking=ticking),
        office=office,
        rules=Rules(office),
        operator=operator(),
        is_pinned=pinned is not None,
    )


def office_of(settings: Settings) -> Office:
    """Return the constants of the office, as the engine takes them."""
    return Office(
        name=settings.org.name or "Cơ quan",
        zone=settings.org.zone,
        weekend=frozenset(WEEKDAYS.index(day) for day in settings.calendar.weekend),
        hours=tuple((span.start, span.end) for span in settings.calendar.hours),
        send_at=settings.sending.send_at,
        due_on_day_off=settings.calendar.due_on_day_off,
        batch=timedelta(minutes=settings.sending.batch_minutes),
        director_from=settings.extensions.director_from,
        own_promise=settings.answers.own_days,
        names=name_words(),
        reports=report_lines(),
    )


def name_words() -> NameWords:
    """Return the words by which plans call the units of an office."""
    words = reading_rules("names")
    return NameWords(
        kinds={kind: tuple(short) for kind, short in words["kinds"].items()},
        groups=tuple(words["groups"]),
        group_endings=tuple(words["group_endings"]),
        collective=frozenset(words["collective"]),
        agencies=tuple(words["agencies"]),
    )


def report_lines() -> tuple[Line, ...]:
    """Return the periodic reports as they are kept where a plan says no more than how often."""
    return lines_from_mapping(default_policy().report_lines)


def operator() -> str:
    """Return the actor for what the user of the machine does: `operator:<os user>`."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return f"operator:uid-{os.getuid()}"


def _pinned_at(
    settings: Settings, environ: Mapping[str, str], *, office: Office
) -> datetime | None:
    text = environ.get(_PIN)
    if not text:
        return None
    if settings.mail.mode != "trial":
        problem = f'chỉ dùng được khi mail.mode = "trial", nay là "{settings.mail.mode}"'
        raise BadInput(source=_PIN, faults=[Fault(place=_PIN, problem=problem, cure="bỏ biến này")])
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        fault = Fault(place=_PIN, problem=f"{text!r} không phải thời điểm",
                      cure="viết dạng 2023-01-03T08:00")  # fmt: skip
        raise BadInput(source=_PIN, faults=[fault]) from error
    return at if at.tzinfo is not None else at.replace(tzinfo=office.zone)
