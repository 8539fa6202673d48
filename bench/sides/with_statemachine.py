"""python-statemachine decides, SQLAlchemy's ORM reads the task and writes it with its history."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from statemachine import State, StateMachine


class _Tables(DeclarativeBase):
    """The tables of this side."""


class _Task(_Tables):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own way


class _History(_Tables):
    __tablename__ = "history"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    at: Mapped[datetime]
    trigger: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]


class _Life(StateMachine):
    assigned = State(initial=True)
    in_progress = State()
    reported = State()
    verified = State()
    cancelled = State()
    start = assigned.to(in_progress)
    report = in_progress.to(reported)
    withdraw = reported.to(in_progress)
    verify = reported.to(verified)
    give_back = reported.to(in_progress)
    cancel = assigned.to(cancelled) | in_progress.to(cancelled) | reported.to(cancelled)
    reopen = verified.to(in_progress) | cancelled.to(in_progress)


def prepare(url: str, subjects: int) -> None:
    """Make the tables and assigned tasks."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
    _Tables.metadata.create_all(engine)
    with engine.begin() as tx:
        rows = [{"id": one + 1, "state": "assigned", "version": 1} for one in range(subjects)]
        tx.execute(insert(_Task), rows)
    engine.dispose()


def connect(url: str) -> Callable[[int], None]:
    """Return what starts the task of a number."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))

    def change(number: int) -> None:
        with Session(engine) as session, session.begin():
            task = session.execute(select(_Task).where(_Task.id == number + 1)).scalar_one()
            was = task.state
            _Life(task).start()
            session.add(_History(task_id=task.id, at=datetime.now(UTC).replace(tzinfo=None),
                                 trigger="start", from_state=was, to_state=task.state))  # fmt: skip

    return change
