from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect, select

from service.store import listing, migrations, tallies
from service.store.conditions import Order, SubmissionFilter
from service.store.engine import Store, open_store
from service.store.list_tables import INDEX_TABLE
from service.store.schema import metadata
from service.store.tables import submissions


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


def test_what_is_there_already_is_indexed_and_counted(database_url: str) -> None:
    """Write submissions as they were before there was an index, then migrate the rest of the way."""
    store = open_store(database_url)
    migrate_to(store, "0003")
    with store.write() as connection:
        old = MetaData()
        old.reflect(connection, only=("submissions", "decisions"))
        rows = [old_submission(number, restricted=number == 2) for number in range(3)]
        connection.execute(old.tables["submissions"].insert(), rows)
        suggested = [old_decision(number, str(number), person=None, theme="x") for number in range(3)]
        decided = [old_decision(0, "d", person="王经办", theme="y")]
        suggested[0]["current"] = False
        connection.execute(old.tables["decisions"].insert(), [*suggested, *decided])
    store.migrate()
    with store.read() as connection:
        found, _ = listing.page(connection, SubmissionFilter(text="绿灯"), Order.RECEIVED, None, 10)
        counted = tallies.sums(connection, "source", None, None)
        every = connection.execute(select(submissions).where(~submissions.c.restricted)).all()
    assert sorted(one.submission.receipt for one in found) == ["旧0", "旧1"]
    assert {one.submission.receipt: one.adopted for one in found} == {"旧0": False, "旧1": None}
    assert sum(number for _, _, number in counted) == 2
    assert len(every) == 2
    store.close()


def migrate_to(store: Store, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def old_submission(number: int, *, restricted: bool) -> dict[str, object]:
    moment = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    texts = {"track": "submission", "source": "微信", "place": "", "urgency": "normal", "openness": "internal"}
    return {
        "id": f"01900000-0000-7000-8000-{number:012d}",
        "receipt": f"旧{number}",
        "title": "红绿灯坏了",
        "text": "",
        "submitter": '{"name": "王", "unit": "", "circle": "", "committee": "", "cosigners": [], "phone": ""}',
        "received_at": moment,
        "received_day": "2026-11-24",
        "registered_at": moment,
        "name_public": False,
        "reported_elsewhere": False,
        "restricted": restricted,
        "warnings": "[]",
        "theme": "x",
        "lead": None,
        "stage": "review",
        **texts,
    }


def old_decision(number: int, name: str, *, person: str | None, theme: str) -> dict[str, object]:
    lists = dict.fromkeys(("dispositions", "co_handlers", "reasons", "doubts"), "[]")
    versions = dict.fromkeys(("model_version", "taxonomy_version", "policy_version"), "v")
    return {
        "id": name,
        "submission_id": f"01900000-0000-7000-8000-{number:012d}",
        "prediction_id": None,
        "current": True,
        "supersedes": None,
        "routing": "review",
        "theme": theme,
        "lead": None,
        "mode": "single",
        "duty": None,
        "source": "person" if person else "model",
        "person": person,
        "made_at": datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
        **lists,
        **versions,
    }
