"""Alembic's way in: runs the steps on the connection `visits.store.migrate` hands over. Runs only from there."""

from alembic import context

from visits.store.tables import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
context.run_migrations()
