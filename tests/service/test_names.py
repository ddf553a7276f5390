"""Who acted, in words."""

from datetime import UTC, datetime

from service import keys, people
from service.access import Post, Right
from service.keys import KeyDraft
from service.names import said
from service.people import SYSTEM, Draft
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_people_keys_and_programs_are_called_by_name(store: Store, knowledge) -> None:
    draft = Draft(user_name="yang", name="杨老师", posts=frozenset({Post.LIAISON}), department="education")
    person = people.create(store, draft, SYSTEM, NOW).account.id
    key = keys.make(store, knowledge.taxonomy, KeyDraft(name="热线平台", scopes=frozenset({Right.READ})), SYSTEM, NOW)[
        0
    ].id
    with store.read() as connection:
        told = [said(connection, one) for one in (person, f"{person}:education", key, "api", "nobody")]
    assert told == ["杨老师", "杨老师", "热线平台", "接口", "nobody"]
