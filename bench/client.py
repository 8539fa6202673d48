"""One client of one side, in a process and an environment of its own; `peers.py` speaks to it.

client.py SIDE URL prepare SUBJECTS     make the tables and the subjects
client.py SIDE URL serve                then a line `FIRST COUNT` for each turn, until the end
"""

import importlib
import os
import sys


def main() -> None:
    """Do what the command line says."""
    side, url, what = sys.argv[1:4]
    module = importlib.import_module(f"sides.{side}")
    if what == "prepare":
        module.prepare(url, int(sys.argv[4]))
    else:
        change = module.connect(url)
        print("ready", flush=True)  # noqa: T201 - standard output is how it answers
        for line in sys.stdin:
            first, count = map(int, line.split())
            for number in range(first, first + count):
                change(number)
            print("done", flush=True)  # noqa: T201 - the same
    # Threads that a side keeps for itself must not keep this process.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
