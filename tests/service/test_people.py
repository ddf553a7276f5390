import secrets
from datetime import UTC, datetime, timedelta

import pytest

from service import audit, people, signing_in
from service.access import Post, Right
from service.errors import Conflict, Invalid
from service.people import Draft
from service.signing_in import Attempt, Lifetime
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LIFETIME = Lifetime(idle=timedelta(hours=2), longest=timedelta(hours=12))
CLERK = Draft(user_name="wang", name="王经办", posts=frozenset({Post.REGISTRAR}))


def draft(user_name: str, *posts: Post, department: str | None = None, restricted: bool = False) -> Draft:
    return Draft(
        user_name=user_name, name=user_name, posts=frozenset(posts), department=department, restricted=restricted
    )


def signed_in(store: Store, account) -> str:
    attempt = Attempt(user_name=account.user_name, password="", source="test")
    return signing_in.open_session(store, account, attempt, LIFETIME, NOW).token


def test_the_first_start_makes_an_administrator_once(store: Store) -> None:
    first = people.ensure_administrator(store, NOW)
    assert first is not None
    assert first.account.must_change
    assert first.password not in first.account.password
    assert first.account.password.startswith("$argon2id$")
    assert people.ensure_administrator(store, NOW) is None
    assert [one.user_name for one in people.every(store)] == ["admin"]


@pytest.mark.parametrize(
    "wanted",
    [
        draft("王", Post.REGISTRAR),
        draft("a b", Post.REGISTRAR),
        draft("nobody"),
        draft("both", Post.ADMINISTRATOR, Post.AUDITOR),
        draft("reads", Post.ADMINISTRATOR, Post.LEADER),
        draft("audits", Post.AUDITOR, Post.REGISTRAR),
        draft("unit", Post.LIAISON),
        draft("bound", Post.REGISTRAR, department="education"),
        draft("mixed", Post.LIAISON, Post.REGISTRAR, department="education"),
        draft("named", Post.ADMINISTRATOR, restricted=True),
        draft("outside", Post.LIAISON, department="education", restricted=True),
    ],
    ids=lambda one: one.user_name,
)
def test_what_does_not_go_together_is_refused(store: Store, wanted: Draft) -> None:
    with pytest.raises(Invalid):
        people.create(store, wanted, "admin", NOW)
    assert people.every(store) == []


def test_one_person_may_register_and_sign(store: Store) -> None:
    made = people.create(store, draft("both", Post.REGISTRAR, Post.SIGNER), "admin", NOW, password="long enough 1")
    caller = signing_in.caller_of_account(made.account)
    assert caller.may(Right.REVIEW)
    assert caller.may(Right.SIGN)
    assert not caller.may(Right.RESTRICTED, Right.PEOPLE, Right.AUDIT, Right.SETTINGS)


@pytest.mark.parametrize("weak", ["short1", "onlyletters", "12345678", "xx-wang-2026", "a" * 129 + "1"])
def test_weak_passwords_are_refused(store: Store, weak: str) -> None:
    with pytest.raises(Invalid):
        people.create(store, CLERK, "admin", NOW, password=weak)


def test_a_user_name_is_taken_once(store: Store) -> None:
    people.create(store, CLERK, "admin", NOW)
    with pytest.raises(Conflict, match="用户名"):
        people.create(store, draft("WANG", Post.LEADER), "admin", NOW)


def test_two_people_read_what_is_restricted(store: Store) -> None:
    made = [people.create(store, draft(f"r{n}", Post.SIGNER, restricted=True), "admin", NOW) for n in range(2)]
    with pytest.raises(Conflict, match="两人"):
        people.create(store, draft("r3", Post.SIGNER, restricted=True), "admin", NOW)
    people.create(store, draft("chief", Post.ADMINISTRATOR), "admin", NOW)
    people.disable(store, made[0].account.id, "admin", NOW)
    people.create(store, draft("r4", Post.SIGNER, restricted=True), "admin", NOW)
    with pytest.raises(Conflict, match="两人"):
        people.enable(store, made[0].account.id, "admin", NOW)


def test_a_random_password_has_no_user_name_in_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("ab" * 30 + "cd" * 30)
    monkeypatch.setattr(secrets, "choice", lambda _: next(letters))
    made = people.create(store, draft("ba", Post.ADMINISTRATOR), "admin", NOW)
    assert made.password == "cdcdc-dcdcd-cdcdc"


def test_disabling_ends_sessions_at_once(store: Store) -> None:
    people.create(store, draft("chief", Post.ADMINISTRATOR), "system", NOW)
    clerk = people.create(store, CLERK, "admin", NOW, password="long enough 1").account
    token = signed_in(store, clerk)
    assert signing_in.caller_of_session(store, token, LIFETIME, NOW) is not None
    people.disable(store, clerk.id, "admin", NOW)
    assert signing_in.caller_of_session(store, token, LIFETIME, NOW) is None
    people.enable(store, clerk.id, "admin", NOW)
    assert signing_in.caller_of_session(store, token, LIFETIME, NOW) is None


def test_somebody_stays_who_manages_accounts(store: Store) -> None:
    chief = people.create(store, draft("chief", Post.ADMINISTRATOR), "system", NOW).account
    with pytest.raises(Conflict, match="自己"):
        people.disable(store, chief.id, chief.id, NOW)
    with pytest.raises(Conflict, match="至少"):
        people.disable(store, chief.id, "other", NOW)
    with pytest.raises(Conflict, match="至少"):
        people.change(store, chief.id, draft("chief", Post.LEADER), "other", NOW)


def test_a_changed_password_ends_the_other_sessions(store: Store) -> None:
    from service.passwords import hash_token

    clerk = people.create(store, CLERK, "admin", NOW, password="long enough 1").account
    here, elsewhere = signed_in(store, clerk), signed_in(store, clerk)
    with pytest.raises(Invalid, match="原密码"):
        people.change_password(store, clerk.id, "wrong", "another one 2", hash_token(here), NOW)
    people.change_password(store, clerk.id, "long enough 1", "another one 2", hash_token(here), NOW)
    assert signing_in.caller_of_session(store, here, LIFETIME, NOW) is not None
    assert signing_in.caller_of_session(store, elsewhere, LIFETIME, NOW) is None


def test_a_first_password_allows_nothing_until_it_is_changed(store: Store) -> None:
    people.create(store, draft("chief", Post.ADMINISTRATOR), "system", NOW)
    made = people.create(store, CLERK, "admin", NOW)
    caller = signing_in.caller_of_account(made.account)
    assert caller.must_change
    assert caller.rights == frozenset()
    people.change_password(store, made.account.id, made.password, "my own words 1", "", NOW)
    assert signing_in.caller_of_account(people.get(store, made.account.id)).may(Right.REGISTER)
    again = people.reset_password(store, made.account.id, "admin", NOW)
    assert again.account.must_change
    assert again.password != made.password


def test_every_change_is_in_the_log_without_the_password(store: Store) -> None:
    people.create(store, draft("chief", Post.ADMINISTRATOR), "system", NOW)
    made = people.create(store, CLERK, "admin", NOW)
    people.change(store, made.account.id, draft("wang", Post.LEADER), "admin", NOW)
    people.reset_password(store, made.account.id, "admin", NOW)
    people.disable(store, made.account.id, "admin", NOW)
    entries = audit.page(store, None, 10)
    kinds = [entry.kind for entry in reversed(entries)]
    assert kinds == ["account_made", "account_made", "account_changed", "password_reset", "account_disabled"]
    assert not any(made.password in entry.details for entry in entries)
    assert audit.broken_at(store) is None
