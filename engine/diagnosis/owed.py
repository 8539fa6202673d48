"""Whether everybody was told what the ladders owe, computed anew from the tasks themselves.

The sweep is not asked: what it should have written by now is worked out by the same pure functions,
and held against the ledger and the timers.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from engine import ladder
from engine.calendar import SLOT_OPEN
from engine.diagnosis.findings import Findings
from engine.diagnosis.scene import GRACE, Scene
from engine.ladder import Run
from engine.store import alerts, examination, ledger
from engine.task import Task
from engine.telling import Past, addressed

_PAGE = 1_000
_WAKE = "xét lại mọi bậc trong phiên tới: dondoc doctor --wake"
#: What rolling off days off and calendar days of a rung can add to working days.
_SLACK = timedelta(days=31)

#: What decides what a ladder asks for: its name and length, base, start, and what was told.
_Key = tuple[object, ...]


def examine(scene: Scene, found: Findings) -> None:
    """Add tasks whose timer or whose ledger is not what their ladder asks for."""
    _examine_timers(scene, found)
    with scene.database.read() as tx:
        known = {one.alert.task_id for one in alerts.standing(tx, codes=["sweep_failed"])}
    judge = _Judge(scene=scene, found=found, explained=known)
    if not judge.slots:
        return
    last: str | None = None
    while True:
        with scene.database.read() as tx:
            page = examination.open_tasks(
                tx, last, due_by=_due_by(scene), past=scene.at - GRACE, most=_PAGE
            )
            sound = [one for one in page if judge.can_judge(one)]
            book = scene.rulebook
            armings = {one.id: (book.ladder_of(one) or "", book.arming(one)) for one in sound}
            past = ledger.facts(tx, armings, calendar=scene.calendar)
        for one in sound:
            judge.judge(one, past[one.id])
        if len(page) < _PAGE:
            break
        last = page[-1].id
    judge.conclude()


def _due_by(scene: Scene) -> date:
    """Return the latest due date for which a rung can have fallen due by now."""
    rungs = scene.rulebook.ladders["unit"].rungs if "unit" in scene.rulebook.ladders else ()
    earliest = max((-one.offset for one in rungs), default=0)
    today = scene.calendar.local_date(scene.at)
    return scene.calendar.shift(today, max(earliest, 1)) + _SLACK


def _examine_timers(scene: Scene, found: Findings) -> None:
    with scene.database.read() as tx:
        past = examination.timers_past(tx, before=scene.at - GRACE, most=5)
    if past.count and past.since is not None:
        found.add(
            "timer_past",
            ", ".join(past.first),
            f"{past.count} nhiệm vụ đã tới giờ xét nhắc, sớm nhất {scene.hour(past.since)}, mà "
            "chưa lượt quét nào xét",
            cure="dondoc sweep (và để dondoc run chạy thường trực)",
            since=past.since,
        )


class _Judge:
    """Holds one task after the other against its ladder."""

    def __init__(self, *, scene: Scene, found: Findings, explained: set[str | None]) -> None:
        """Prepare; `explained` are tasks for which an alert says already what is wrong."""
        self._scene = scene
        self._found = found
        self._explained = explained
        self._waiting: list[Task] = []
        self._known: dict[_Key, tuple[tuple[str, ...], datetime | None]] = {}
        last = {one: scene.last_slot(one) for one in scene.rulebook.calendars}
        #: The last slot of each calendar in use.
        self.slots = {one: slot for one, slot in last.items() if slot is not None}

    def can_judge(self, task: Task) -> bool:
        """Return whether the rules can make anything of a task; say so where they cannot."""
        try:
            self._scene.rulebook.run(task)
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with it, the others go on
            self._give_up(task, problem)
            return False
        return True

    def judge(self, task: Task, past: Past) -> None:
        """Add what is wrong with one task."""
        try:
            run = self._scene.rulebook.run(task, past.marks)
            if run is not None and task.id not in self._explained:
                self._judge(task, addressed(run, task))
        except Exception as problem:  # noqa: BLE001 - the same
            self._give_up(task, problem)

    def conclude(self) -> None:
        """Say once how much of what is late leaves in the next slot."""
        if self._waiting:
            first = ", ".join(one.address for one in self._waiting[:5])
            slot = min(one.next_at for one in self._waiting if one.next_at is not None)
            self._found.add(
                "rung_waiting",
                first,
                f"{len(self._waiting)} nhiệm vụ có bậc đã qua phiên (máy ngừng, lịch hoặc bậc vừa "
                f"đổi), sẽ báo từ phiên {self._scene.hour(slot)}",
                cure="không phải làm gì; xem trước: dondoc forecast --until NGÀY",
            )

    def _judge(self, task: Task, run: Run) -> None:
        owed, right = self._asked(run)
        # What an open slot brought is done; what comes next comes after it.
        calendar, over = self._scene.calendar, self._scene.at + SLOT_OPEN
        slot, upcoming = self._last_slot(run), ladder.next_slot(run, calendar, not_before=over)
        if task.next_at is None:
            if right is not None:
                what = f"bậc {', '.join(owed)} chưa báo" if owed else "còn bậc chưa báo"
                words = f"không có giờ xét nhắc dù {what}: sẽ không ai được nhắc nữa"
                self._found.add("timer_wrong", task.address, words, cure=_WAKE)
        elif task.next_at <= self._scene.at - GRACE:
            # Said of all of them together: `timer_past`.
            return
        elif owed and task.next_at <= upcoming:
            self._waiting.append(task)
        elif owed:
            self._found.add(
                "rung_untold",
                task.address,
                f"bậc {', '.join(owed)} lẽ ra đã báo chậm nhất {self._scene.hour(slot)}, "
                f"sổ thông báo không có; lần xét tới mãi {self._scene.hour(task.next_at)}",
                cure=_WAKE,
                since=slot,
            )
        elif _is_settled(run) and right is not None and max(right, upcoming) < task.next_at:
            words = f"giờ xét nhắc {self._scene.hour(task.next_at)} muộn hơn bậc kế tiếp"
            self._found.add("timer_wrong", task.address, words, cure=_WAKE)

    def _asked(self, run: Run) -> tuple[tuple[str, ...], datetime | None]:
        """Return the rungs that the last slot should have told, and when the next one falls due.

        Very many tasks share one date and one past, so the answers are kept.
        """
        since = run.since.replace(second=0, microsecond=0)
        key = (run.ladder.name, len(run.ladder.rungs), run.base, since, run.marks, run.pauses,
               run.holds, id(run.own))  # fmt: skip
        known = self._known.get(key)
        if known is None:
            calendar = self._scene.calendar
            closed = [one for one in self._scene.rulebook.calendars
                      if one not in self.slots or self.slots[one] < since]  # fmt: skip
            turn = ladder.plan(run, calendar, slot=self._last_slot(run), closed=closed)
            owed = tuple(one.rung.name for one in turn.due)
            arrived = _arrived(run, on=calendar.local_date(self._scene.at))
            known = (owed, ladder.first(arrived, calendar, not_before=self._scene.at))
            self._known[key] = known
        return known

    def _last_slot(self, run: Run) -> datetime:
        """Return the newest slot in which anything of a run may have been told."""
        both = (self._scene.calendar, run.own or self._scene.calendar)
        return max(self.slots.get(one, min(self.slots.values())) for one in both)

    def _give_up(self, task: Task, problem: Exception) -> None:
        if task.id not in self._explained:
            self._found.add(
                "task_unjudgeable",
                task.address,
                f"không xét được ({type(problem).__name__}: {problem})",
                cure="sửa lịch hoặc dòng của nhiệm vụ theo lỗi đã nêu, rồi: dondoc doctor --wake",
            )


def _arrived(run: Run, *, on: date) -> Run:
    """Return the run as it will be once what is on its way has arrived; timers are set by it."""
    marks = tuple(mark if mark.on is not None else replace(mark, on=on) for mark in run.marks)
    return replace(run, marks=marks)


def _is_settled(run: Run) -> bool:
    """Return whether nothing is on its way, so that what follows has its date already."""
    return all(mark.on is not None for mark in run.marks)
