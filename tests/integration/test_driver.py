"""The hot path's shortcut behaves as the way around it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from engine.ids import new_id
from engine.store.driver import Among, Prepared, execute
from engine.store.record import message, plan, task
from engine.store.session import Database

AT = datetime(2023, 1, 3, 1, 2, 3, 456, tzinfo=UTC)
DUE = date(2023, 6, 30)
COLUMNS = (
    task.c.id, task.c.assignee_id, task.c.due_on, task.c.next_at, task.c.changed_at,
    task.c.is_urgent, task.c.version, task.c.citations, task.c.code,
)  # fmt: skip


def add_task(tx: Connection, code: str) -> str:
    plan_id, task_id = new_id(), new_id()
    columns = {"year": 2023, "title": "Kế hoạch", "citations": [], "state": "active", "version": 1}
    tx.execute(insert(plan).values(id=plan_id, code=f"KH-{code}", **columns))
    tx.execute(
        insert(task).values(
            id=task_id, plan_id=plan_id, code=code, ordinal=1, kind="task", title="Việc",
            citations=[{"number": "12/QĐ"}], is_urgent=True, due_on=DUE, next_at=AT, intake={},
        )
    )  # fmt: skip
    return task_id


def write_after_the_end(database: Database) -> None:
    with database.begin() as tx:
        pid = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        execute(tx, "SELECT 1", ())


def test_values_are_read_as_their_columns_declare_them(database: Database) -> None:
    prepared = Prepared(select(*COLUMNS).where(task.c.code == bindparam("code")))
    with database.begin() as tx:
        task_id = add_task(tx, "T1")

        (row,) = prepared.rows(tx, {"code": "T1"})

        usual = tx.execute(select(*COLUMNS).where(task.c.code == "T1")).one()
    assert row == list(usual)
    assert row[0:6] == [task_id, None, DUE, AT, None, True]


def test_values_are_written_as_their_columns_declare_them(database: Database) -> None:
    add = Prepared(insert(message).values({one.name: bindparam(one.name) for one in message.c}))
    move = Prepared(
        update(message)
        .where(Among(message.c.id, "ids"), message.c.status == "leased")
        .values(status=bindparam("to"), accepted_at=bindparam("at"))
    )
    ids = [new_id(), new_id(), new_id()]
    with database.begin() as tx:
        for one in ids:
            values = {
                "id": one, "reference": one, "recipient_id": None, "address": "a@b.test",
                "kind": "reminder", "subject": "Đôn đốc", "status": "leased", "created_at": AT,
                "next_try_at": None, "tries": 0, "copies": 0, "lease_until": AT,
                "lease_token": one, "accepted_at": None, "content": b"\x00\xff",
            }  # fmt: skip
            add.run(tx, values)

        met = move.run(tx, {"ids": ids[:2], "to": "accepted", "at": AT})

        rows = tx.execute(select(message).order_by(message.c.id)).all()
    assert met == 2
    assert [row.status for row in rows] == ["accepted", "accepted", "leased"]
    assert [row.accepted_at for row in rows] == [AT, AT, None]
    assert (rows[0].lease_token, rows[0].content) == (ids[0], b"\x00\xff")


def test_a_list_of_ids_may_be_of_any_length(database: Database) -> None:
    prepared = Prepared(select(task.c.code).where(Among(task.c.id, "ids")).order_by(task.c.code))
    with database.begin() as tx:
        ids = [add_task(tx, f"T{number}") for number in range(3)]

        found = [prepared.rows(tx, {"ids": ids[:count]}) for count in range(4)]

    assert found == [[], [["T0"]], [["T0"], ["T1"]], [["T0"], ["T1"], ["T2"]]]


def test_a_statement_may_hold_values_of_its_own(database: Database) -> None:
    prepared = Prepared(
        select(task.c.code).where(task.c.kind == "task", task.c.code == bindparam("code"))
    )
    with database.begin() as tx:
        add_task(tx, "T1")

        assert prepared.rows(tx, {"code": "T1"}) == [["T1"]]
        assert prepared.rows(tx, {"code": "T2"}) == []


def test_what_it_writes_belongs_to_the_transaction(database: Database) -> None:
    with database.begin() as tx:
        add_task(tx, "T1")

    with database.engine.connect() as tx, tx.begin() as transaction:
        execute(tx, "UPDATE task SET title = 'khác'", ())
        transaction.rollback()

    with database.read() as tx:
        assert tx.execute(select(task.c.title)).scalar_one() == "Việc"


def test_a_read_begins_a_transaction_where_there_is_none(database: Database) -> None:
    prepared = Prepared(select(task.c.code).where(task.c.code == bindparam("code")))

    with database.read() as tx:
        found = prepared.rows(tx, {"code": "T1"})

        assert found == []
        assert tx.in_transaction()


def test_a_broken_rule_of_the_database_is_the_error_that_everybody_knows(
    database: Database,
) -> None:
    with database.begin() as tx:
        add_task(tx, "T1")

    with pytest.raises(IntegrityError) as caught, database.begin() as tx:
        execute(tx, "UPDATE task SET state = 'nowhere'", ())

    assert "ck_task_state" in str(caught.value)


def test_a_wrong_statement_is_the_error_that_everybody_knows(database: Database) -> None:
    with (
        pytest.raises((OperationalError, ProgrammingError)) as caught,
        database.begin() as tx,
    ):
        execute(tx, "SELECT nothing_of_the_kind", ())

    assert "nothing_of_the_kind" in str(caught.value)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_has_ended_is_not_used_again(database: Database) -> None:
    with pytest.raises(OperationalError) as caught:
        write_after_the_end(database)

    assert caught.value.connection_invalidated
    with database.begin() as tx:
        assert execute(tx, "SELECT 1", ()).fetchone() == (1,)
