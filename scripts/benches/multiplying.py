"""A large SQLite database out of a small one, within minutes: every submission many times, with all that hangs on it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from service.store.grams import fold, grams

KEYS = ("id", "submission_id", "prediction_id", "decision_id", "supersedes", "replaces", "item_id")
TABLES = ("submissions", "predictions", "decisions", "items", "review_tasks", "events")


def multiply(small: Path, large: Path, times: int) -> None:
    """Copy a database, and every submission in it until there are `times` as many.

    A copy has the ids of what it is a copy of but for the last four digits, so that the order of time stays, and for one
    that no id of ours has.
    """
    large.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(small) as before:
        before.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(small, large)
    connection = sqlite3.connect(large)
    for pragma in ("synchronous = OFF", "journal_mode = WAL", "cache_size = -400000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    copies = [_statement(connection, table) for table in TABLES]
    terms = _terms(connection)
    for number in range(1, times):
        with connection:
            for statement in copies:
                connection.execute(statement, {"number": f"{number:04x}"})
            _index(connection, terms, f"{number:04x}")
    with connection:
        connection.execute("UPDATE tallies SET number = number * ?", (times,))
    connection.execute("ANALYZE")
    connection.close()


def _statement(connection: sqlite3.Connection, table: str) -> str:
    connection.execute(f"CREATE TEMP TABLE base_{table} AS SELECT * FROM {table}")  # noqa: S608 - names of ours
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "sequence"]
    given = [
        f"substr({one}, 1, 19) || 'c' || substr({one}, 21, 12) || :number"
        if one in KEYS
        else f"{one} || '-' || :number"
        if one == "receipt"
        else one
        for one in columns
    ]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(given)} FROM base_{table}"  # noqa: S608


def _terms(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT s.id, s.receipt, s.title, s.text FROM submissions s JOIN search_documents d ON s.id = d.submission_id"
    )
    return {row[0]: " ".join(grams(map(fold, row[1:]))) for row in rows}


def _index(connection: sqlite3.Connection, terms: dict[str, str], number: str) -> None:
    last = connection.execute("SELECT max(number) FROM search_documents").fetchone()[0]
    rows = list(enumerate(terms.items(), start=last + 1))
    connection.executemany(
        "INSERT INTO search_documents (number, submission_id) VALUES (?, ?)",
        [(row, f"{one[:19]}c{one[20:32]}{number}") for row, (one, _) in rows],
    )
    connection.executemany(
        "INSERT INTO search_terms (rowid, terms) VALUES (?, ?)", [(row, words) for row, (_, words) in rows]
    )
