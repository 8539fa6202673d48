"""Which tables the application's role is given rights to."""

import subprocess
import sys

_ASK = """
from engine.store import guards
from engine import migrations
print(*sorted(set(migrations.record.task.metadata.tables) - guards._OURS))
"""


def test_no_table_is_forgotten_whatever_was_read_first() -> None:
    # In a process of its own: here everything was read long ago.
    answer = subprocess.run(
        [sys.executable, "-c", _ASK], capture_output=True, text=True, check=True
    )

    assert answer.stdout.split() == []
