"""The measurement measures what it says: the same read and writes on both sides."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from dondoc.bench import stage, transitions
from dondoc.bench.limits import limit
from dondoc.bench.row import Row
from dondoc.bench.stage import OFFICER, PLAN, Stage
from dondoc.bench.transitions import Client, Effort, measure
from dondoc.cli.main import run
from engine.errors import BadInput, Conflict
from engine.store.record import audit_entry, history, notice, task
from engine.store.session import Database
from tests.support.postgres import Server

TINY = Effort(rounds=2, each=2)
#: Columns that tell one task or one moment from another.
_ITS_OWN = {"id", "code", "folded", "ordinal", "title", "audit_hash", "next_at"}


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transitions, "WARM_UP", 1)
    monkeypatch.setattr(transitions, "QUICK", TINY)


@pytest.fixture
def prepared(backend: str, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage of each kind, with a few tasks more than a tiny measurement needs."""
    if backend == "sqlite":
        with stage.sqlite(20) as ready:
            yield ready
    else:
        server: Server = request.getfixturevalue("postgres_server")
        with stage.postgresql(server.admin_url, 20) as ready:
            yield ready


def test_both_sides_write_the_same(prepared: Stage) -> None:
    client = Client(prepared.url, prepared.codes)
    client.close()

    database = Database(prepared.url)
    with database.read() as tx:
        first, second = (
            dict(tx.execute(select(task).where(task.c.code == code)).one()._mapping)
            for code in prepared.codes[:2]
        )
        lines = [dict(row._mapping) for row in tx.execute(select(history)) if row.version > 1]
        entries = tx.execute(
            select(func.count())
            .select_from(audit_entry)
            .where(audit_entry.c.action == "task.moved")
        ).scalar_one()
    database.dispose()
    assert {name for name in first if first[name] != second[name]} <= _ITS_OWN
    assert (first["state"], first["version"]) == ("in_progress", second["version"])
    assert len(lines) == entries == 2
    own, bare = ({**line, "id": 0, "task_id": 0, "at": 0} for line in lines)
    assert own == bare


def test_a_transition_of_the_measurement_tells_nobody(prepared: Stage) -> None:
    database = Database(prepared.url)
    counted = select(func.count()).select_from(notice)
    with database.read() as tx:
        before = tx.execute(counted).scalar_one()

    Client(prepared.url, prepared.codes).close()

    with database.read() as tx:
        assert tx.execute(counted).scalar_one() == before
    database.dispose()


def test_the_limit_moves_no_task_twice(prepared: Stage) -> None:
    client = limit(prepared.url)
    client.start(prepared.codes[0])

    with pytest.raises(Conflict):
        client.start(prepared.codes[0])

    client.close()
    database = Database(prepared.url)
    with database.read() as tx:
        moved = tx.execute(select(task.c.version).where(task.c.code == prepared.codes[0]))
        started = tx.execute(
            select(func.count()).select_from(history).where(history.c.trigger == "start")
        )
        assert (moved.scalar_one(), started.scalar_one()) == (2, 1)
    database.dispose()


def test_a_measurement_holds_both_rates_side_by_side(prepared: Stage) -> None:
    row = measure(prepared, TINY)

    assert (row.path, row.database, row.clients) == ("transition", prepared.kind, 1)
    assert row.rate > 0
    assert row.limit_rate > 0
    assert row.ratio == pytest.approx(row.rate / row.limit_rate, abs=0.01)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_several_clients_are_measured_together(backend: str, postgres_server: Server) -> None:
    effort = Effort(rounds=1, each=2)
    tasks = 4 * 2 * (40 + 2)

    with stage.postgresql(postgres_server.admin_url, tasks) as ready:
        row = measure(ready, effort, clients=4)

    assert (row.clients, row.must_reach) == (4, 0.5)
    assert row.rate > 0


def test_nothing_is_left_on_the_server(postgres_server: Server) -> None:
    import psycopg

    with stage.postgresql(postgres_server.admin_url, 1):
        pass

    with psycopg.connect(postgres_server.admin_url) as admin:
        names = admin.execute("SELECT datname FROM pg_database").fetchall()
    assert [name for (name,) in names if name.startswith("dondoc_bench_")] == []


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://x/y", "x.db", ""])
def test_a_server_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        stage.libpq(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_server_may_be_named_as_people_name_it(scheme: str) -> None:
    assert stage.libpq(f"{scheme}://me@here/db?x=1") == "postgresql://me@here/db?x=1"


def test_the_table_can_be_had_as_json(
    postgres_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(
        [
            "bench",
            "--quick",
            "--only",
            "transition",
            "--json",
            "--database",
            postgres_server.admin_url,
        ]
    )

    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["database"] for row in rows] == ["postgresql", "sqlite"]
    assert {"path", "database", "rate", "limit_rate", "ratio", "unit"} <= set(rows[0])
    reached = all(row["ratio"] >= row["must_reach"] for row in rows)
    assert code == (0 if reached else 1)


def test_without_a_server_it_says_so_and_measures_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["bench", "--quick", "--only", "transition"])

    said = capsys.readouterr()
    assert "sqlite" in said.out
    assert "postgresql" not in said.out
    assert "transition: không đo PostgreSQL" in said.err


def test_a_row_below_what_must_be_reached_says_so() -> None:
    row = Row(
        path="transition", database="sqlite", clients=1, rate=4.0, limit_rate=10.0, ratio=0.4,
        must_reach=0.5, unit="transitions/s",
    )  # fmt: skip

    assert not row.is_reached


def test_the_stage_is_an_office_at_work(prepared: Stage) -> None:
    database = Database(prepared.url)
    with database.read() as tx:
        states = set(tx.execute(select(task.c.state)).scalars())
    database.dispose()

    assert (PLAN, OFFICER, states) == ("KH-DO", "cv", {"assigned"})
