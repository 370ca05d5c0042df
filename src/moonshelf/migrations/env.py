"""Run migrations on the connection that ``db.schema`` hands over, inside its transaction."""

from alembic import context

from moonshelf.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by building it anew
)
context.run_migrations()
