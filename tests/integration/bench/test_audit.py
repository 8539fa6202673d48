"""The row of verification: a sound log, verified whole, beside the hashes of its bodies."""

import pytest

from dondoc.bench import audit
from dondoc.bench.audit import Effort
from dondoc.bench.stage import Kind, Place
from tests.support.postgres import Server


def test_a_row_of_verification_holds_both_rates(
    backend: Kind, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    server: str | None = None
    if backend == "postgresql":
        running: Server = request.getfixturevalue("postgres_server")
        server = running.admin_url
    for name, value in (("QUICK", Effort(entries=20, rounds=1)), ("_PAGE", 10), ("_TASKS", 2)):
        monkeypatch.setattr(audit, name, value)

    row = audit.measure(Place(kind=backend, server=server), True)

    assert (row.path, row.database, row.unit) == ("audit-verify", backend, "entries/s")
    assert row.rate > 0
    assert row.limit_rate > 0
    assert row.must_reach == 0.15
