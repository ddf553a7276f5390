"""The search index: which submissions contain which characters. What is restricted is never in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    union_all,
)
from sqlalchemy import table as table_of
from sqlalchemy.dialects.postgresql import ARRAY

from nlp.domain import Submission
from service.store import rows
from service.store.grams import END, fold, grams, in_words, looked_up, numbers
from service.store.list_tables import INDEX_TABLE, search_documents, search_waiting
from service.store.tables import in_json

FEW = 20_000
FEW_ARRAYS = 2_000
"""Up to so many candidates drive a query; more, and the list is walked in its order until a page is full. The second is
for PostgreSQL, where looking into an array costs thirty times what looking at a row does."""

MANY = 500
"""So many that are added together need not wait for others."""

_words = table_of(INDEX_TABLE, column("rowid", Integer), column("terms"), column(INDEX_TABLE))
_arrays = Table(
    INDEX_TABLE, MetaData(), Column("number", Integer, primary_key=True), Column("terms", ARRAY(BigInteger))
)

_BY_INDEX = search_waiting.c.number > 0
"""True, and read off an index: where PostgreSQL is told to prefer those (see `few`), a table read without one weighs so
much that the costs of all plans look alike."""

_LAST = select(func.max(search_documents.c.number))
_ADD_DOCUMENTS = "INSERT INTO search_documents (number, submission_id) SELECT ? + key, value FROM json_each(?)"
_ADD_WORDS = "INSERT INTO search_terms (rowid, terms) SELECT ? + key, value FROM json_each(?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: folded words that must all occur, in any order.

    `exact`: the index alone can tell. `hopeless`: something was asked for of which nothing can be seen.
    """

    words: tuple[str, ...]
    exact: bool
    hopeless: bool

    def within(self, submission: Submission) -> bool:
        """Tell whether a submission contains every word."""
        fields = _fields(submission)
        return all(any(word in field for field in fields) for word in self.words)


def sought(text: str) -> Sought:
    """Read a query: words between spaces, each taken as the characters that it is made of."""
    words = tuple(dict.fromkeys(filter(None, map(fold, text.split()))))
    hopeless = bool(text.strip()) and not words
    return Sought(words=words, exact=all(len(word) <= 2 for word in words), hopeless=hopeless)


def add(connection: Connection, submissions: Sequence[Submission]) -> None:
    """Let submissions be found from now on; those that are restricted are left out.

    Many enter the index at once. Few wait for others, with whom they enter it for less than each alone; until then their
    texts are looked into.
    """
    told = {one.id: _fields(one) for one in submissions if not one.restricted}
    if len(told) >= MANY:
        add_fields(connection, told)
    else:
        waiting = [{"submission_id": one, "fields": END.join(fields)} for one, fields in told.items()]
        rows.add(connection, search_waiting, waiting)


def waiting(connection: Connection) -> int:
    """Count what waits for the index."""
    return int(connection.execute(select(func.count()).select_from(search_waiting)).scalar_one())


def index(connection: Connection, most: int) -> int:
    """Put into the index what has waited longest, at most so many submissions, and count them."""
    taken = _take(connection, most)
    add_fields(connection, {one: fields.split(END) for one, fields in taken})
    return len(taken)


def _take(connection: Connection, most: int) -> list[tuple[str, str]]:
    """Take submissions out of those that wait: id and fields.

    SQLite gives them as one value, because each row given would let go of the interpreter in the middle of a
    transaction, and wait for it.
    """
    first = select(search_waiting).order_by(search_waiting.c.number).limit(most)
    if connection.dialect.name == "postgresql":
        chosen = first.with_only_columns(search_waiting.c.number).with_for_update(skip_locked=True)
        taken = delete(search_waiting).where(search_waiting.c.number.in_(chosen))
        gone = connection.execute(taken.returning(search_waiting.c.submission_id, search_waiting.c.fields))
        return [(row.submission_id, row.fields) for row in gone]
    some = first.subquery()
    pairs = func.json_group_array(func.json_array(some.c.submission_id, some.c.fields))
    last, told = connection.execute(select(func.max(some.c.number), pairs)).one()
    connection.execute(delete(search_waiting).where(search_waiting.c.number <= (last or 0)))
    return [(one, fields) for one, fields in json.loads(told)]


def add_fields(connection: Connection, documents: Mapping[str, Sequence[str]]) -> None:
    """Put documents into the index: the folded fields of each id of a submission."""
    if not documents:
        return
    if connection.dialect.name == "postgresql":
        added = insert(search_documents).returning(search_documents.c.number, search_documents.c.submission_id)
        numbered = connection.execute(added, [{"submission_id": one} for one in documents]).all()
        found = [(row.number, grams(documents[row.submission_id])) for row in numbered]
        arrays = [{"number": row, "terms": numbers(own | {gram[0] for gram in own})} for row, own in found]
        connection.execute(insert(_arrays), arrays)
    else:
        first = (connection.execute(_LAST).scalar() or 0) + 1
        words = [in_words(own) for own in documents.values()]
        connection.exec_driver_sql(_ADD_DOCUMENTS, (first, in_json(list(documents))))
        connection.exec_driver_sql(_ADD_WORDS, (first, in_json(words)))


def remove(connection: Connection, submission: Submission) -> None:
    """Let a submission be found no more."""
    connection.execute(delete(search_waiting).where(search_waiting.c.submission_id == submission.id))
    where = search_documents.c.submission_id == submission.id
    row = connection.execute(select(search_documents.c.number).where(where)).scalar()
    if row is None:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(delete(_arrays).where(_arrays.c.number == row))
    else:
        statement = "INSERT INTO search_terms (search_terms, rowid, terms) VALUES ('delete', ?, ?)"
        connection.exec_driver_sql(statement, (row, in_words(_fields(submission))))
    connection.execute(delete(search_documents).where(where))


def candidates(connection: Connection, wanted: Sought) -> Select[Any]:
    """Select the ids of the submissions that have every gram of the words; of those that wait, which have the words."""
    on_postgresql = connection.dialect.name == "postgresql"
    place = func.strpos if on_postgresql else func.instr
    just_come = select(search_waiting.c.submission_id).where(
        _BY_INDEX, *(place(search_waiting.c.fields, word) > 0 for word in wanted.words)
    )
    found = _indexed_arrays(wanted) if on_postgresql else _indexed_words(wanted)
    both = union_all(found, just_come).subquery()
    return select(both.c.submission_id)


def _indexed_arrays(wanted: Sought) -> Select[Any]:
    terms = bindparam("terms", numbers(_looked_up(wanted)), type_=ARRAY(BigInteger), unique=True)
    return (
        select(search_documents.c.submission_id)
        .join(_arrays, _arrays.c.number == search_documents.c.number)
        .where(_arrays.c.terms.contains(terms))
    )


def _indexed_words(wanted: Sought) -> Select[Any]:
    return (
        select(search_documents.c.submission_id)
        .join(_words, _words.c.rowid == search_documents.c.number)
        .where(_words.c[INDEX_TABLE].op("MATCH")(" AND ".join(map(_phrase, _looked_up(wanted)))))
    )


def _looked_up(wanted: Sought) -> list[str]:
    return sorted(set().union(*map(looked_up, wanted.words)))


def _phrase(gram: str) -> str:
    quoted = gram.replace('"', '""')
    return f'"{quoted}"' if len(gram) == 2 else f'"{quoted}" *'


def few(connection: Connection, wanted: Sought) -> bool:
    """Tell whether so few submissions come into question that they should drive the query.

    On PostgreSQL the rest of the transaction prefers indexes: the planner does not know what an array costs.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    most = most_few(connection)
    some = candidates(connection, wanted).limit(most + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one()) <= most


def most_few(connection: Connection) -> int:
    """Give how many candidates are few."""
    return min(FEW, FEW_ARRAYS) if connection.dialect.name == "postgresql" else FEW


def _fields(submission: Submission) -> list[str]:
    person = submission.submitter
    named = (
        submission.receipt, submission.old_number, submission.title, submission.text, person.name, *person.cosigners,
    )  # fmt: skip
    return [folded for folded in map(fold, named) if folded]
