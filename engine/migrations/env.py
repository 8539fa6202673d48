"""Run by Alembic for each command: hands it the open transaction that `engine.migrations` owns."""

from alembic import context

from engine.store import doors, record, subjects, tables

# Importing them is what fills the metadata with their tables.
for each in (doors.account, record.task, subjects.series):
    assert each.metadata is tables.metadata  # noqa: S101

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
