"""The search index: which submissions contain which characters. What is restricted is never in it."""

from __future__ import annotations

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
)
from sqlalchemy import table as table_of
from sqlalchemy.dialects.postgresql import ARRAY

from nlp.domain import Submission
from service.store import rows
from service.store.grams import fold, grams, in_words, looked_up, numbers
from service.store.list_tables import INDEX_TABLE, search_documents

FEW = 20_000
FEW_ARRAYS = 2_000
"""Up to so many candidates drive a query; more, and the list is walked in its order until a page is full. The second is
for PostgreSQL, where looking into an array costs thirty times what looking at a row does."""

_words = table_of(INDEX_TABLE, column("rowid", Integer), column("terms"), column(INDEX_TABLE))
_arrays = Table(
    INDEX_TABLE, MetaData(), Column("number", Integer, primary_key=True), Column("terms", ARRAY(BigInteger))
)

_LAST = select(func.max(search_documents.c.number))


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
    """Put submissions into the index; those that are restricted are left out."""
    add_fields(connection, {one.id: _fields(one) for one in submissions if not one.restricted})


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
        numbered_here = [{"number": row, "submission_id": one} for row, one in enumerate(documents, first)]
        rows.add(connection, search_documents, numbered_here)
        words = [(row, in_words(own)) for row, own in enumerate(documents.values(), first)]
        connection.exec_driver_sql("INSERT INTO search_terms (rowid, terms) VALUES (?, ?)", words)


def remove(connection: Connection, submission: Submission) -> None:
    """Take a submission out of the index, as it was put in."""
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
    """Select the ids of the submissions that have every gram of the words."""
    found = sorted(set().union(*map(looked_up, wanted.words)))
    if connection.dialect.name == "postgresql":
        terms = bindparam("terms", numbers(found), type_=ARRAY(BigInteger), unique=True)
        return (
            select(search_documents.c.submission_id)
            .join(_arrays, _arrays.c.number == search_documents.c.number)
            .where(_arrays.c.terms.contains(terms))
        )
    return (
        select(search_documents.c.submission_id)
        .join(_words, _words.c.rowid == search_documents.c.number)
        .where(_words.c[INDEX_TABLE].op("MATCH")(" AND ".join(map(_phrase, found))))
    )


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
    named = (submission.receipt, submission.title, submission.text, person.name, *person.cosigners)
    return [folded for folded in map(fold, named) if folded]
