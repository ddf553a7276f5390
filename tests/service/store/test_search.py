import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from nlp.domain import Stage, Submission, Submitter, Track
from service.store import listing, search
from service.store.conditions import Order, SubmissionFilter
from service.store.engine import Store
from service.store.list_tables import search_documents
from service.store.records import Registered
from service.store.submissions import add, restrict

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def keep(store: Store, number: int, **fields: object) -> Submission:
    values = {
        "id": f"01900000-0000-7000-8000-{number:012d}",
        "receipt": f"XC-2026-{number:04d}",
        "track": Track.SUBMISSION,
        "title": "",
        "text": "",
        "source": "微信",
        "place": "",
        "submitter": Submitter(),
        "received_at": NOW,
        "registered_at": NOW,
    }
    made = Submission(**{**values, **fields})  # type: ignore[arg-type]
    keep_together(store, [made])
    return made


def keep_together(store: Store, made: list[Submission]) -> None:
    with store.write() as connection:
        add(connection, [Registered(submission=one, theme=None, lead=None, stage=Stage.REVIEW) for one in made])


def found(store: Store, text: str) -> list[int]:
    with store.read() as connection:
        rows, _ = listing.page(connection, SubmissionFilter(text=text), Order.RECEIVED, None, 50)
    return sorted(int(one.submission.id[-4:]) for one in rows)


def put_into_index(store: Store, most: int) -> int:
    with store.write() as connection:
        return search.index(connection, most)


@pytest.fixture(params=[0, 2, 3], ids=["waiting", "partly indexed", "indexed"])
def three(store: Store, request: pytest.FixtureRequest) -> list[Submission]:
    made = [
        keep(
            store, 1, title="路口红绿灯坏了", text="请修一修", submitter=Submitter(name="马委员", cosigners=("李晓",))
        ),
        keep(store, 2, title="绿化带", text='灯光\n球场 𠀀字 100% don\'t "x" AND'),
        keep(store, 3, title="ＡＢＣ路", text="红绿相间，灯下"),
    ]
    assert put_into_index(store, request.param) == request.param
    return made


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("红绿", [1, 3]),
        ("绿灯", [1]),
        ("红绿灯", [1]),
        ("灯光球", [2]),
        ("球场 灯光", [2]),
        ("灯", [1, 2, 3]),
        ("坏了", [1]),
        ("马委", [1]),
        ("李晓", [1]),
        ("xc-2026-0002", [2]),
        ("abc", [3]),
        ("𠀀字", [2]),
        ("0%", [2]),
        ("n't", [2]),
        ('"x', [2]),
        ("AND", [2]),
        ("修灯", []),
        ("字1", [2]),
    ],
)
def test_any_characters_find_what_contains_them(store: Store, three, text: str, numbers: list[int]) -> None:
    assert found(store, text) == numbers


def test_the_index_proposes_and_the_text_disposes(store: Store, three) -> None:
    mixed = keep(store, 4, text="红绿……绿灯")
    assert found(store, "红绿灯") == [1]
    put_into_index(store, 4)
    assert found(store, "红绿灯") == [1]
    words = search.sought("红绿灯")
    with store.read() as connection:
        proposed = set(connection.execute(search.candidates(connection, words)).scalars())
    assert proposed == {three[0].id, mixed.id}
    assert not words.exact
    assert [words.within(one) for one in (three[0], mixed)] == [True, False]


def test_what_is_restricted_is_never_in_the_index(store: Store, three) -> None:
    keep(store, 5, title="红绿灯", restricted=True)
    assert found(store, "红绿灯") == [1]
    with store.write() as connection:
        restrict(connection, three[0].id, True)
    assert found(store, "红绿") == [3]
    with store.write() as connection:
        restrict(connection, three[0].id, False)
    assert found(store, "红绿灯") == [1]


def test_each_is_indexed_once_the_oldest_first(store: Store, three) -> None:
    for left in reversed(range(waiting(store))):
        put_into_index(store, 1)
        assert waiting(store) == left
    assert put_into_index(store, 1) == 0
    with store.read() as connection:
        indexed = connection.execute(select(search_documents.c.submission_id).order_by(search_documents.c.number))
        assert indexed.scalars().all() == [one.id for one in three]


def test_many_enter_the_index_at_once(store: Store, three, monkeypatch) -> None:
    first, second, third = (
        replace(one, id=one.id.replace("000-8", "001-8"), receipt=f"again {one.id}") for one in three
    )
    before = waiting(store)
    monkeypatch.setattr(search, "MANY", 2)
    keep_together(store, [first, second, replace(third, restricted=True)])
    assert waiting(store) == before
    assert found(store, "红绿") == [1, 1, 3]
    assert put_into_index(store, 9) == before
    assert found(store, "红绿") == [1, 1, 3]
    assert found(store, "again") == [1, 2]


def test_one_that_is_restricted_while_it_waits_is_not_indexed(store: Store, three) -> None:
    late = keep(store, 4, text="红绿灯")
    with store.write() as connection:
        restrict(connection, late.id, True)
    put_into_index(store, 9)
    assert found(store, "红绿灯") == [1]


def waiting(store: Store) -> int:
    with store.read() as connection:
        return search.waiting(connection)


def test_nothing_that_can_be_seen_finds_nothing() -> None:
    assert search.sought("\x00").hopeless
    assert not search.sought("  ").hopeless


def test_postgresql_reads_no_table_without_an_index_where_it_is_told_not_to(store: Store) -> None:
    """One that it must read so weighs more than anything else in a plan, and the plan is then as good as any other."""
    with store.read() as connection:
        if connection.dialect.name != "postgresql":
            pytest.skip("of PostgreSQL alone")
        wanted = search.sought("红绿灯")
        assert search.few(connection, wanted)
        words = search.candidates(connection, wanted).compile(connection, compile_kwargs={"literal_binds": True})
        first = connection.exec_driver_sql(f"EXPLAIN {words}").first()[0]
    assert float(re.search(r"\.\.([\d.]+) rows", first)[1]) < 1_000_000
