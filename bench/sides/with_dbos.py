"""DBOS: a durable workflow of one step, which changes the task in a transaction of its own."""

import os
from collections.abc import Callable

import psycopg
from dbos import DBOS, SQLAlchemyDatasource
from sqlalchemy import text


def prepare(url: str, subjects: int) -> None:
    """Make the tables, DBOS's own included, and assigned tasks."""
    with psycopg.connect(url) as tx:
        tx.execute("CREATE TABLE task (id int PRIMARY KEY, version int, state text)")
        tx.execute("CREATE INDEX ON task (state)")
        tx.execute(
            "CREATE TABLE history (id serial PRIMARY KEY, task_id int REFERENCES task, version int,"
            " at timestamptz, trigger text, from_state text, to_state text,"
            " UNIQUE (task_id, version))"
        )
        tx.execute(
            "INSERT INTO task SELECT n, 1, 'assigned' FROM generate_series(1, %s) n", (subjects,)
        )
    connect(url)


def connect(url: str) -> Callable[[int], None]:
    """Return what starts the task of a number."""
    address = url.replace("postgresql:", "postgresql+psycopg:", 1)
    DBOS(config={
        "name": "peers",
        "system_database_url": address,
        "log_level": "ERROR",
        "executor_id": str(os.getpid()),
        "application_version": "1",
    })  # fmt: skip
    source = SQLAlchemyDatasource.create(address)

    @source.transaction(isolation_level="READ COMMITTED")
    def move(number: int) -> None:
        session = source.sql_session()
        version = session.execute(
            text(
                "UPDATE task SET state = 'in_progress', version = version + 1"
                " WHERE id = :id AND state = 'assigned' RETURNING version"
            ),
            {"id": number + 1},
        ).scalar_one()
        session.execute(
            text(
                "INSERT INTO history (task_id, version, at, trigger, from_state, to_state)"
                " VALUES (:id, :version, now(), 'start', 'assigned', 'in_progress')"
            ),
            {"id": number + 1, "version": version},
        )

    @DBOS.workflow()
    def change(number: int) -> None:
        move(number)

    DBOS.launch()
    return change
