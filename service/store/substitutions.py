"""AB 角: who stands in for whom, from which day to which."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, or_, select, update

from service.store.people_tables import substitutions


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """One person stands in for another on days in Beijing, both included; `ended_at` is when it was ended early."""

    id: str
    absent_id: str
    substitute_id: str
    first_day: date
    last_day: date
    made_by: str
    made_at: datetime
    ended_at: datetime | None = None


def add(connection: Connection, made: Substitution) -> None:
    """Add a substitution."""
    days = {"first_day": made.first_day.isoformat(), "last_day": made.last_day.isoformat()}
    connection.execute(insert(substitutions).values(**{**asdict(made), **days}))


def end(connection: Connection, substitution_id: str, now: datetime) -> tuple[str, str] | None:
    """End a substitution early; give the absent one and the substitute, or None where none had not ended yet."""
    row = connection.execute(
        update(substitutions)
        .where(substitutions.c.id == substitution_id, substitutions.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(substitutions.c.absent_id, substitutions.c.substitute_id)
    ).first()
    return None if row is None else (row.absent_id, row.substitute_id)


def holding(connection: Connection, day: date, account_id: str | None = None) -> list[Substitution]:
    """Read the substitutions that hold on `day` or begin later, the earliest first; of one person where it is given."""
    query = select(substitutions).where(substitutions.c.last_day >= day.isoformat(), substitutions.c.ended_at.is_(None))
    if account_id is not None:
        query = query.where(or_(substitutions.c.absent_id == account_id, substitutions.c.substitute_id == account_id))
    return [
        Substitution(
            **{
                **row._mapping,
                "first_day": date.fromisoformat(row.first_day),
                "last_day": date.fromisoformat(row.last_day),
            }
        )
        for row in connection.execute(query.order_by(substitutions.c.first_day, substitutions.c.id))
    ]
