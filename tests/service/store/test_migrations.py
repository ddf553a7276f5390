from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from service.store.engine import Store
from service.store.list_tables import INDEX_TABLE
from service.store.schema import metadata


def ours(thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave out the search index, which each database makes in its own way."""
    return not (name or "").startswith((INDEX_TABLE, f"ix_{INDEX_TABLE}"))


def test_migrations_give_the_schema(store: Store) -> None:
    with store.write() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, metadata) == []


def test_partial_indexes_are_there(store: Store) -> None:
    with store.read() as connection:
        names = {
            index["name"]
            for table in ("decisions", "items", "review_tasks")
            for index in inspect(connection).get_indexes(table)
        }
    assert {"uq_decisions_current", "uq_items_open_lead", "uq_items_open_department", "uq_review_tasks_open"} <= names


def test_migrating_again_changes_nothing(store: Store) -> None:
    store.migrate()
    store.migrate()
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar_one() == 1
