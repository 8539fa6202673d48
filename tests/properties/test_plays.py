"""Whatever happens in an office, who is told what keeps to the rules.

Plays are made up: people act in any order, legal or not, the service and the mail server come and
go. What must hold is read from what came of it, and knows nothing of how it was decided.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dondoc.simulate.player import play
from dondoc.simulate.reading import parse_scenario
from dondoc.simulate.scenario import Scenario
from dondoc.simulate.story import Story

ZONE_HOURS = 7
START, UNTIL = date(2014, 3, 3), date(2014, 4, 4)
TASKS = ("T1", "T2", "T3")
HEAD = """\
format: dondoc-scenario/1
name: Một tháng bất kỳ
start: 2014-03-03T08:00
until: 2014-04-04T23:59
organisation:
  units:
    - {code: SO, name: Sở}
    - {code: VP, name: Văn phòng, parent: SO, leader: gd, monitor: true}
    - {code: CNTT, name: Phòng, parent: SO, leader: pgd}
  people:
    - {id: gd, name: Giám đốc, unit: SO, position: director}
    - {id: pgd, name: Phó Giám đốc, unit: SO, position: deputy_director}
    - {id: cvp, name: Chánh Văn phòng, unit: VP, position: unit_head}
    - {id: tp, name: Trưởng phòng, unit: CNTT, position: unit_head}
    - {id: cv, name: Chuyên viên, unit: CNTT, position: officer}
policy:
  ladders:
    unit:
      - {rung: remind-3, at: -3wd, to: [assignee, unit_head]}
      - {rung: remind-1, at: -1wd, to: [assignee]}
      - {rung: remind-0, at: 0wd, to: [assignee]}
      - {rung: escalate-1, at: +1wd, to: [unit_head]}
      - {rung: escalate-2, at: +2wd, to: [leader_in_charge]}
      - {rung: escalate-3, at: +3wd, to: [director]}
"""
ESCALATIONS = ("escalate-1", "escalate-2", "escalate-3")

days = st.integers(0, (UNTIL - START).days - 1).map(lambda n: START + timedelta(days=n))
minutes = st.sampled_from(["07:00", "07:29", "07:30", "07:31", "09:00", "11:25", "16:55", "23:59"])
instants = st.builds(lambda day, at: f"{day}T{at}", days.filter(lambda d: d > START), minutes)


@st.composite
def acts(draw: st.DrawFn) -> str:
    task = draw(st.sampled_from(TASKS))
    do = draw(
        st.sampled_from(
            [
                "by: cv, do: start, task: {task}",
                "by: cv, do: report, task: {task}, note: Xong, evidence: [a.pdf]",
                "by: tp, do: report, task: {task}, note: Xong, evidence: [a.pdf]",
                "by: cvp, do: verify, task: {task}",
                "by: cvp, do: return, task: {task}, note: Thiếu",
                "by: cvp, do: return, task: {task}, note: Thiếu, due: {day}",
                "by: cv, do: withdraw, task: {task}, note: Nhầm",
                "by: gd, do: cancel, task: {task}, note: Dừng, decision: 1/QĐ",
                "by: gd, do: reopen, task: {task}, note: Mở, decision: 2/QĐ",
                "by: cvp, do: set_due, task: {task}, note: Lùi, due: {day}",
                "by: tp, do: reassign, task: {task}, to: tp",
                "do: stop_scheduler",
                "do: start_scheduler",
                "do: second_scheduler",
                "do: smtp, mode: down",
                "do: smtp, mode: ok",
                "by: cvp, do: calendar, days_off: [{day}], note: Nghỉ",
                "by: tp, do: absence, person: tp, from: {day}, to: {day}, substitute: cv",
            ]
        )
    )
    return do.format(task=task, day=draw(days))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    due = [draw(days) for _ in TASKS]
    play_of = sorted(
        draw(st.lists(st.tuples(instants, acts()), max_size=14)), key=lambda one: one[0]
    )
    lines = [HEAD, "plan:\n  code: KH\n  year: 2014\n  tasks:\n"]
    lines += [
        f"    - {{code: {code}, title: Việc {code}, lead: CNTT, assignee: cv, due: {day}}}\n"
        for code, day in zip(TASKS, due, strict=True)
    ]
    lines += ["play:\n", *(f"  - {{at: {at}, {act}}}\n" for at, act in play_of)]
    text = "".join(lines if play_of else lines[:-1])
    return parse_scenario(text.encode(), source="made up", folder=Path())


def local(at: datetime) -> datetime:
    return at + timedelta(hours=ZONE_HOURS)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=scenarios())
def test_whatever_happens_who_is_told_what_keeps_to_the_rules(scenario: Scenario) -> None:
    story = play(scenario)

    assert story.audit.is_verified, story.audit.problem
    assert one_reminder_a_task_and_slot(story) == []
    assert one_step_up_a_task_and_day(story) == []
    assert nobody_told_twice_in_a_day(story) == []
    assert alerts_other_than_mail(story) == []


def one_reminder_a_task_and_slot(story: Story) -> list[object]:
    """Rule 6: return the tasks of which one slot carried two different reminders."""
    rungs: dict[tuple[datetime, str], set[str]] = {}
    for message in story.messages:
        for item in message.items:
            if item.kind == "reminder":
                rungs.setdefault((message.at, item.task), set()).add(item.rung)
    return [(key, found) for key, found in rungs.items() if len(found) > 1]


def one_step_up_a_task_and_day(story: Story) -> list[object]:
    """Rule 8: return the tasks of which two steps of the ladder were told on one day."""
    steps: dict[tuple[date, str], set[str]] = {}
    for message in story.messages:
        for item in message.items:
            if item.rung in ESCALATIONS:
                day = local(message.at).date()
                steps.setdefault((day, item.task), set()).add(item.rung)
    return [(key, found) for key, found in steps.items() if len(found) > 1]


def nobody_told_twice_in_a_day(story: Story) -> list[object]:
    """Return what somebody was told twice on one day, by any message."""
    told = Counter(
        (local(message.at).date(), message.to, item.task, item.rung)
        for message in story.messages
        for item in message.items
        if item.kind in {"reminder", "escalation"}
        for _ in range(message.copies)
    )
    return [key for key, times in told.items() if times > 1]


def alerts_other_than_mail(story: Story) -> list[str]:
    """Return alerts that no made-up play can be the cause of."""
    return [one.code for one in story.alerts if one.code != "mail_undeliverable"]
