"""Alembic's way in: runs the steps on the connection `visits.store.migrate` hands over. Runs only from there."""

from alembic import context

from visits.store.officer_tables import RosterRow
from visits.store.readiness_tables import ReadinessRow
from visits.store.trust_tables import DocumentRow

TABLES = (DocumentRow, ReadinessRow, RosterRow)  # with them, all

context.configure(
    connection=context.config.attributes["connection"], target_metadata=DocumentRow.metadata, render_as_batch=True
)
context.run_migrations()
