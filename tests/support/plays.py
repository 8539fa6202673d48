"""A scenario as small as one can be, and what the reader says of a changed one."""

from pathlib import Path

import pytest

from dondoc.simulate.reading import parse_scenario
from dondoc.simulate.scenario import Scenario
from engine.errors import BadInput

SMALL = """\
format: dondoc-scenario/1
name: Một việc nhỏ
start: 2014-01-15T08:00
until: 2014-02-20T23:59
organisation:
  units:
    - {code: SO, name: Sở}
    - {code: VP, name: Văn phòng, parent: SO, monitor: true}
  people:
    - {id: gd, name: Giám đốc, unit: SO, position: director}
    - {id: cvp, name: Chánh Văn phòng, unit: VP, position: unit_head, email: null}
plan:
  code: KH
  year: 2014
  tasks:
    - {code: T1, title: Việc một, lead: VP, assignee: cvp, due: 2014-02-07}
"""


def read(text: str, folder: Path = Path()) -> Scenario:
    return parse_scenario(text.encode(), source="x.yaml", folder=folder)


def faults(text: str, folder: Path = Path()) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read(text, folder)
    return [f"{fault.place}: {fault.problem}" for fault in refused.value.faults]


def with_lines(*lines: str) -> str:
    return SMALL + "\n".join(lines) + "\n"
