"""An office driven at random, one step at a time, against a naive picture of it.

Anybody asks for anything, the clock moves, sweeps and relays turn, die and start again, the mail
server answers as it likes. After each step the tables are what the picture says; at the end every
promise of tests.support.promises was kept.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from dondoc import desk
from engine.commands.request import Evidence, Request
from engine.errors import Conflict, Refused
from engine.store import claims
from engine.store.record import PLAN_KINDS, history, task
from engine.store.rulebooks import Rules
from tests.support import promises, waiting
from tests.support.counting import as_counted, as_they_are
from tests.support.furnished import COURSE, pictures
from tests.support.line import Died
from tests.support.model import (
    HEADS,
    MEMBERS,
    OPERATOR,
    PEOPLE,
    TABLE,
    Answer,
    Ask,
    Model,
)
from tests.support.town import START, Deed, Town

_FIRST, _LAST = date(2014, 1, 15), date(2014, 3, 14)
_DAYS = st.dates(_FIRST, _LAST)
_CODES = st.sampled_from(["T1", "T2", "T3", "T4", "S1", "H1", "H1.1"])
_SOMEBODY = st.sampled_from(PEOPLE)
_ODD = st.sampled_from(
    ["", "", "", "stale", "nobody", "no note", "no evidence", "no decision", "odd date"]
)
_ODD_PEOPLE = {"nobody": "ai-do", "odd date": OPERATOR}
_OUTCOMES = ("ok", "ok", "ok", "down", "busy", "unknown", "doubt")
_DEATHS = ("die", "die-before-dot", "die-after-dot")
#: Undisturbed slots at the end; as many as a ladder has steps, and some for retries.
_CALM_SLOTS = 7


class OfficeMachine(RuleBasedStateMachine):
    """Rules are what can happen next; `furnish` gives each example an office of its own."""

    furnish: ClassVar[Callable[[], Town]]
    #: How many examples were lived through to their end.
    examples_whole: ClassVar[int] = 0

    def __init__(self) -> None:
        """Move into an office."""
        super().__init__()
        self.town = type(self).furnish()
        self.model = Model(pictures())
        self.served_at: datetime | None = None

    @initialize()
    def morning(self) -> None:
        """Begin on the first morning."""
        self.town.clock.set(START)

    @rule(
        code=_CODES,
        trigger=st.sampled_from([*TABLE, "fly"]),
        by=_SOMEBODY,
        odd=_ODD,
        behalf=st.none() | _SOMEBODY,
        due=st.none() | _DAYS,
        to=st.none() | _SOMEBODY,
    )
    def ask(self, code: str, trigger: str, by: str, odd: str, **fields: Any) -> None:
        """Anybody asks for anything."""
        version = self.model.tasks[code].version
        due = date(2199, 1, 1) if odd == "odd date" else fields["due"]
        self._ask(
            Ask(
                by="ai-do" if odd == "nobody" else by, trigger=trigger, code=code,
                behalf=fields["behalf"], to=fields["to"], due=due,
                version=version + 1 if odd == "stale" else version,
                note=" " if odd == "no note" else "lý do",
                decision=None if odd == "no decision" else "1/QĐ",
                evidence=odd != "no evidence",
            )
        )  # fmt: skip

    @rule(code=_CODES, data=st.data())
    def move(self, code: str, data: st.DataObject) -> None:
        """Somebody who may do something does it."""
        picture = self.model.tasks[code]
        fitting = [name for name, (sources, *_) in TABLE.items() if picture.state in sources]
        if not fitting:
            return
        trigger = data.draw(st.sampled_from(fitting))
        needs = TABLE[trigger][3]
        due = data.draw(_DAYS) if needs & {"due", "maybe due"} else None
        if "maybe due" in needs and data.draw(st.booleans()):
            due = None
        to = data.draw(st.sampled_from(MEMBERS[picture.lead])) if "to" in needs else None
        wanted = [
            Ask(by=by, trigger=trigger, code=code, note="lý do", decision="1/QĐ", evidence=True,
                due=due, to=to)
            for by in PEOPLE
        ]  # fmt: skip
        allowed = [one for one in wanted if self.model.refusal(one, today=self._today()) is None]
        if allowed:
            self._ask(data.draw(st.sampled_from(allowed)))

    @rule(data=st.data())
    def overtake_the_mail(self, data: st.DataObject) -> None:
        """Between the sweep of a slot and its mail something is done to every task."""
        self.come_to_a_slot(0)
        self.sweep(0)
        for code in ("T1", "T2", "T3", "T4"):
            self.move(code, data)
        self.town.post.mode, self.town.post.answers = "ok", []
        self.town.services[0].relay.turn()

    @rule(code=_CODES, is_for=st.booleans())
    def judge_ones_own_report(self, code: str, is_for: bool) -> None:
        """Whoever reported tries to verify, in his own name or in that of the verifier."""
        picture = self.model.tasks[code]
        for trigger in ("start", "report"):
            by = HEADS[picture.lead] or ""
            wanted = Ask(by=by, trigger=trigger, code=code, note="xong", evidence=True)
            if self.model.refusal(wanted, today=self._today()) is None:
                self._ask(wanted)
        if picture.last_report is None:
            return
        reporter, verifier = picture.last_report[0], self.model.verifier(picture)
        if is_for:
            self.be_away(verifier, reporter, self._today(), 0)
        self._ask(
            Ask(by=reporter, trigger="verify", code=code, behalf=verifier if is_for else None)
        )

    @rule(
        code=_CODES, by=_SOMEBODY, behalf=st.none() | _SOMEBODY, odd=_ODD,
        days=st.sampled_from([0, 1, 2, 3, 5, -1, 400, None]), is_told=st.booleans(),
    )  # fmt: skip
    def answer(self, code: str, by: str, odd: str, *, is_told: bool, **fields: Any) -> None:
        """Anybody answers an escalation, or somebody whom one has reached."""
        self._after_the_slot()
        told = waiting.told(self.town, code)
        version = self.model.tasks[code].version
        answer = Answer(
            by=_ODD_PEOPLE.get(odd, told[0] if is_told and told else by),
            code=code, days=fields["days"], behalf=fields["behalf"],
            version=version + 1 if odd == "stale" else version,
            note=" " if odd == "no note" else "sẽ xong",
        )  # fmt: skip
        expected = self.model.refusal_of(answer, told=told, today=self._today())
        got = self.town.do(_deed("acknowledge", by=answer.by, task=code, days=answer.days,
                                 behalf=answer.behalf, note=answer.note,
                                 version=answer.version))  # fmt: skip
        assert got == expected, f"{got} is not {expected}: {answer}"
        if got is None:
            self.model.grant_answer(code)

    @rule(code=st.sampled_from(["T1", "T2", "T3", "T4", "H1.1"]), after=st.integers(0, 3),
          days=st.integers(0, 5))  # fmt: skip
    def stop_the_clock(self, code: str, after: int, days: int) -> None:
        """Who does the work raises an obstacle, and the director answers with a pause."""
        self._after_the_slot()
        picture = self.model.tasks[code]
        by = HEADS[picture.lead] or ""
        got = self.town.do(_deed("pause", by=by, task=code, after=after, days=days))
        is_legal = picture.state in ("assigned", "in_progress")
        assert (got is None) == is_legal, f"{got} of {picture}"
        if got is None:
            self.model.grant_pause(code)

    @rule(code=st.sampled_from(["T1", "T2", "T3", "T4", "H1.1"]), days=st.integers(-2, 30))
    def ask_for_more_time(self, code: str, days: int) -> None:
        """Who does the work asks for another date, and the director grants it."""
        self._after_the_slot()
        picture = self.model.tasks[code]
        by = HEADS[picture.lead] or ""
        got = self.town.do(_deed("extend", by=by, task=code, days=days))
        is_legal = picture.state in ("assigned", "in_progress")
        # A pause may have moved the date beyond the one that is asked for.
        wanted = (None, "invalid") if is_legal else ("transition_refused",)
        assert got in wanted, f"{got} of {picture}"
        assert got is not None or days > 0
        if got is None and picture.due is not None:
            self.model.grant_more_time(code, picture.due + timedelta(days=days))

    @rule(person=_SOMEBODY, substitute=_SOMEBODY, first=_DAYS, days=st.integers(0, 20))
    def be_away(self, person: str, substitute: str, first: date, days: int) -> None:
        """Somebody stands in for somebody else."""
        if person == substitute:
            return
        self._after_the_slot()
        last = first + timedelta(days=days)
        how = {"person": person, "substitute": substitute, "first": first, "last": last}
        self.town.do(Deed(at=self.town.clock.now(), do="absence", how=how))
        self.model.absences.append((person, substitute, first, last))

    @rule(day=_DAYS, off=st.booleans())
    def edit_the_calendar(self, day: date, off: bool) -> None:
        """The director makes a day a day off or a working day."""
        self._after_the_slot()
        self.town.do(Deed(at=self.town.clock.now(), do="calendar", how={"day": day, "off": off}))

    @rule(minutes=st.sampled_from([1, 2, 5, 17, 60, 240, 60 * 24, 60 * 24 * 3]))
    def let_time_pass(self, minutes: int) -> None:
        """Nobody is awake for a while."""
        self.town.clock.advance(timedelta(minutes=minutes))

    @rule(late=st.sampled_from([0, 0, 0, 1, 2]))
    def come_to_a_slot(self, late: int) -> None:
        """The clock reaches the next slot, or misses it by a little."""
        slot = self.town.calendar.next_slot(self.town.clock.now() + timedelta(minutes=1))
        self.town.clock.set(slot + timedelta(minutes=late))

    @rule()
    def live_through_a_slot(self) -> None:
        """The next slot as it should be: everybody awake, and the mail server too."""
        self.come_to_a_slot(0)
        self.town.post.mode, self.town.post.answers = "ok", []
        self.served_at = self.town.clock.now()
        self.town.tick()

    @rule(which=st.integers(0, 1))
    def sweep(self, which: int) -> None:
        """One service sweeps."""
        self.served_at = self.town.clock.now()
        self.town.services[which % len(self.town.services)].sweep.turn()

    @rule(which=st.integers(0, 1), mode=st.sampled_from(_OUTCOMES),
          first=st.lists(st.sampled_from(_OUTCOMES), max_size=2))  # fmt: skip
    def relay(self, which: int, mode: str, first: list[str]) -> None:
        """One service sends, as far as the mail server lets it."""
        self.town.post.mode, self.town.post.answers = mode, list(first)
        self.town.services[which % len(self.town.services)].relay.turn()

    @rule(first=st.lists(st.sampled_from(_OUTCOMES), max_size=1), how=st.sampled_from(_DEATHS),
          in_a_slot=st.booleans())  # fmt: skip
    def a_relay_dies(self, first: list[str], how: str, in_a_slot: bool) -> None:
        """A relay dies: before it said anything, before its last word, or before the answer."""
        if in_a_slot:
            self.come_to_a_slot(0)
            self.sweep(0)
        self.town.post.mode, self.town.post.answers = "ok", [*first, how]
        try:
            self.town.services[0].relay.turn()
        except Died:
            self.crash()
        self.town.post.answers = []

    @rule()
    def a_sweep_dies(self) -> None:
        """A sweep dies before it has committed."""
        self.served_at = self.town.clock.now()
        try:
            with patch.object(claims, "set_next", side_effect=Died):
                self.town.services[0].sweep.turn()
        except Died:
            self.crash()

    @rule()
    def crash(self) -> None:
        """A process is gone with all it remembered, and another one starts."""
        self.town.services.pop(0)
        self.town.world.rules = Rules(COURSE.office)
        self.town.up(beside=True)

    @precondition(lambda self: len(self.town.services) == 1)
    @rule()
    def a_second_service(self) -> None:
        """Another service runs beside the first from now on."""
        self.town.up(beside=True)

    @invariant()
    def tasks_are_as_they_should_be(self) -> None:
        """What the tables say is what the picture says."""
        with self.town.database.read() as tx:
            rows = tx.execute(
                select(task.c.code, task.c.state, task.c.version, task.c.due_on,
                       task.c.deadline_version, task.c.arming, task.c.report_count,
                       task.c.holds, task.c.pauses, task.c.assignee_id)
                .where(task.c.kind.in_(PLAN_KINDS))
            ).all()  # fmt: skip
        names = {held: code for code, held in self.town.world.ids.items()}
        found = {
            row.code: (*row[1:-3], len(row.holds or ()), len(row.pauses or ()),
                       names.get(row.assignee_id))
            for row in rows
        }  # fmt: skip
        expected = {code: one.shown() for code, one in self.model.tasks.items()}
        assert found == expected, f"{found} is not {expected}"

    def teardown(self) -> None:
        """Let things calm down, then hold everything that came of it against the promises."""
        try:
            owed_by = self.town.clock.now()
            self.town.post.mode, self.town.post.answers = "ok", []
            self.town.go_on(self._after(_CALM_SLOTS, owed_by))
            broken = promises.broken(self.town, owed_by=owed_by)
            assert broken == {}, broken
            illegal = list(self._illegal_steps())
            assert illegal == [], illegal
            with self.town.database.read() as tx:
                assert as_counted(tx) == as_they_are(tx), "the counters are wrong"
            type(self).examples_whole += 1
        finally:
            self.town.database.dispose()

    def _after_the_slot(self) -> None:
        """Let whatever is done after a sweep be done a minute later.

        What happens in the minute of a slot comes before the slot (rule 5).
        """
        if self.served_at == self.town.clock.now():
            self.town.clock.advance(timedelta(minutes=1))

    def _ask(self, ask: Ask) -> None:
        self._after_the_slot()
        expected = self.model.refusal(ask, today=self._today())
        request = Request(
            actor=ask.by, trigger=ask.trigger, task=ask.code, on_behalf_of=ask.behalf,
            expected_version=ask.version, note=ask.note, decision=ask.decision, due=ask.due,
            to=ask.to, evidence=(Evidence(name="1/BC"),) if ask.evidence else (),
        )  # fmt: skip
        got = None
        try:
            desk.pull(self.town.database, request, rules=self.town.world.rules,
                      at=self.town.clock.now())  # fmt: skip
        except (Refused, Conflict) as refusal:
            got = refusal.code
        assert got == expected, f"{got} is not {expected}: {ask}"
        if got is None:
            self.model.grant(ask)

    def _after(self, slots: int, at: datetime) -> datetime:
        calendar = self.town.calendar
        end = calendar.next_slot(at)
        for _ in range(slots):
            end = calendar.following_slot(end)
        return end + timedelta(minutes=10)

    def _today(self) -> date:
        return self.town.local(self.town.clock.now()).date()

    def _illegal_steps(self) -> Iterator[object]:
        """Yield rows of the history that leave the legal path, or lose a date."""
        with self.town.database.read() as tx:
            rows = tx.execute(select(history).order_by(history.c.task_id, history.c.version)).all()
        before: dict[str, Any] = {}
        for row in rows:
            last = before.get(row.task_id)
            before[row.task_id] = row
            if last is None or row.trigger not in TABLE:
                continue
            sources, target, _, _ = TABLE[row.trigger]
            is_legal = row.from_state in sources and row.to_state == (target or row.from_state)
            said = (row.version, row.from_state, row.due_from)
            follows = said == (last.version + 1, last.to_state, last.due_to)
            if not (is_legal and follows and row.at >= last.at):
                yield last, row


def _deed(what: str, **how: Any) -> Deed:
    return Deed(at=START, do=what, how=how)


def machine_of(furnish: Callable[[], Town]) -> type[OfficeMachine]:
    """Return the machine with a place to take its offices from."""
    return type("FurnishedMachine", (OfficeMachine,), {"furnish": staticmethod(furnish)})
