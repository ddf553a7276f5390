"""Alembic's entry: runs the migrations on the connection that `Store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from service.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
    compare_type=True,
)
context.run_migrations()
