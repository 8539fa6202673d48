"""Whatever happens in a story, the doctor never claims that a task was forgotten that was not.

Each story is examined at every instant that it reaches: in the middle of outages, races, returns
and changes of the calendar.
"""

from datetime import datetime
from pathlib import Path

import pytest

from dondoc.simulate.player import play
from dondoc.simulate.reading import read_scenario
from engine import diagnosis, migrations
from engine.database import Database, Rules
from engine.diagnosis import Findings

FOLDER = Path(__file__).parent / "scenarios"
#: One story in ten of each kind, so that other kinds come in turn as stories are added.
STORIES = sorted(FOLDER.glob("*.yaml"))[::10]
#: What only a fault of this program, or of its database, can bring about.
_FORGOTTEN = {
    "examination_failed",
    "message_leased",
    "notice_orphaned",
    "rules_unreadable",
    "rung_untold",
    "task_unjudgeable",
    "task_unlike_record",
    "timer_wrong",
}


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_g14_no_story_makes_the_doctor_see_a_forgotten_task(path: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'story.db'}"
    migrations.upgrade(url)
    database, scenario = Database(url), read_scenario(path)
    seen: list[tuple[datetime, str, str]] = []
    reached: list[datetime] = []

    def watch(at: datetime) -> None:
        reached.append(at)
        found = Findings()
        diagnosis.examine(
            database, rules=Rules(scenario.office), at=at, is_paused=False, found=found
        )
        seen.extend((at, one.code, one.subject) for one in found.listed if one.code in _FORGOTTEN)

    play(scenario, database_url=url, watch=watch)
    database.dispose()

    assert reached
    assert seen == []
