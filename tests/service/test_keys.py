from datetime import UTC, datetime, timedelta

import pytest

from service import audit, keys
from service.access import Right
from service.errors import Invalid, NotFound
from service.keys import KeyDraft
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DRAFT = KeyDraft(name="12345 平台推送", scopes=frozenset({Right.REGISTER}), days=30)


def test_a_key_does_what_it_is_for_until_it_ends(store: Store, taxonomy) -> None:
    key, secret = keys.make(store, taxonomy, DRAFT, "admin", NOW)
    caller = keys.caller_of_key(store, secret, NOW)
    assert caller is not None
    assert (caller.id, caller.name, caller.rights) == (key.id, "12345 平台推送", {Right.REGISTER})
    assert keys.caller_of_key(store, secret + "x", NOW) is None
    assert keys.caller_of_key(store, secret, NOW + timedelta(days=30)) is None
    assert keys.every(store)[0].used_at == NOW


def test_a_revoked_key_is_none(store: Store, taxonomy) -> None:
    key, secret = keys.make(store, taxonomy, DRAFT, "admin", NOW)
    keys.revoke(store, key.id, "admin", NOW)
    assert keys.caller_of_key(store, secret, NOW) is None
    with pytest.raises(NotFound):
        keys.revoke(store, key.id, "admin", NOW)


def test_the_secret_is_kept_nowhere(store: Store, taxonomy) -> None:
    key, secret = keys.make(store, taxonomy, DRAFT, "admin", NOW)
    kept = repr(keys.every(store)) + repr(audit.page(store, None, 10))
    assert secret not in kept
    assert secret.startswith(key.hint)
    assert len(secret) - len(key.hint) > 30


@pytest.mark.parametrize(
    "draft",
    [
        KeyDraft(name=" ", scopes=frozenset({Right.READ})),
        KeyDraft(name="无权限", scopes=frozenset()),
        KeyDraft(name="限阅", scopes=frozenset({Right.RESTRICTED})),
        KeyDraft(name="人员", scopes=frozenset({Right.READ, Right.PEOPLE})),
        KeyDraft(name="审计", scopes=frozenset({Right.AUDIT})),
        KeyDraft(name="单位读全部", scopes=frozenset({Right.READ, Right.UNIT}), department="education"),
        KeyDraft(name="没有的单位", scopes=frozenset({Right.UNIT}), department="nowhere"),
        KeyDraft(name="永久", scopes=frozenset({Right.READ}), days=367),
        KeyDraft(name="无期", scopes=frozenset({Right.READ}), days=0),
    ],
    ids=lambda one: one.name,
)
def test_keys_that_cannot_be(store: Store, taxonomy, draft: KeyDraft) -> None:
    with pytest.raises(Invalid):
        keys.make(store, taxonomy, draft, "admin", NOW)
    assert keys.every(store) == []
