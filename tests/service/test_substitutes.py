from datetime import UTC, date, datetime, timedelta

import pytest

from service import audit, people, signing_in, substitutes
from service.access import Caller, Post, Right
from service.errors import Conflict, Invalid
from service.people import Draft
from service.signing_in import Attempt, Lifetime
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)
LIFETIME = Lifetime(idle=timedelta(days=30), longest=timedelta(days=30))


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.people.hash_password", lambda password: "hashed")


def make(store: Store, user_name: str, *posts: Post, department: str | None = None, restricted: bool = False):
    draft = Draft(
        user_name=user_name, name=user_name, posts=frozenset(posts), department=department, restricted=restricted
    )
    return people.create(store, draft, "admin", NOW, password="long enough 1").account


def caller(store: Store, account, now: datetime) -> Caller:
    attempt = Attempt(user_name=account.user_name, password="", source="test")
    token = signing_in.open_session(store, account, attempt, LIFETIME, now).token
    found = signing_in.caller_of_session(store, token, LIFETIME, now)
    assert found is not None
    return found


def test_a_substitute_has_the_posts_of_both_until_the_last_day(store: Store) -> None:
    away = make(store, "away", Post.SIGNER, restricted=True)
    clerk = make(store, "clerk", Post.REGISTRAR)
    assert not caller(store, clerk, NOW).may(Right.SIGN)
    substitutes.appoint(store, away.id, clerk.id, (TODAY, FRIDAY), "admin", NOW)
    standing_in = caller(store, clerk, NOW)
    assert standing_in.may(Right.SIGN)
    assert standing_in.may(Right.REGISTER)
    assert standing_in.stands_for == (away.id,)
    assert not standing_in.may(Right.RESTRICTED)
    late = datetime(2026, 11, 27, 15, 59, tzinfo=UTC)
    assert caller(store, clerk, late).may(Right.SIGN)
    assert not caller(store, clerk, late + timedelta(minutes=1)).may(Right.SIGN)
    assert caller(store, away, NOW).may(Right.SIGN)


def test_one_person_may_stand_in_for_two(store: Store) -> None:
    first, second = make(store, "first", Post.SIGNER), make(store, "second", Post.LEADER)
    clerk = make(store, "clerk", Post.REGISTRAR)
    for one in (first, second):
        substitutes.appoint(store, one.id, clerk.id, (TODAY, FRIDAY), "admin", NOW)
    assert set(caller(store, clerk, NOW).stands_for) == {first.id, second.id}


def test_ending_early(store: Store) -> None:
    away, clerk = make(store, "away", Post.SIGNER), make(store, "clerk", Post.REGISTRAR)
    made = substitutes.appoint(store, away.id, clerk.id, (TODAY, FRIDAY), "admin", NOW)
    assert substitutes.holding(store, NOW) == [made]
    substitutes.end(store, made.id, "admin", NOW)
    (ended,) = audit.page(store, None, 1)
    assert (ended.kind, ended.subject) == ("substitute_ended", made.absent_id)
    assert not caller(store, clerk, NOW).may(Right.SIGN)
    assert substitutes.holding(store, NOW) == []
    with pytest.raises(Conflict):
        substitutes.end(store, made.id, "admin", NOW)


def test_what_is_open_for_review_is_let_go(store: Store, receive) -> None:
    from service import review

    away, clerk = make(store, "away", Post.REGISTRAR), make(store, "clerk", Post.REGISTRAR)
    receipt = receive("疑难")
    assert review.open_for_review(store, receipt.id, away.id, NOW).person == away.id
    assert review.open_for_review(store, receipt.id, clerk.id, NOW).person == away.id
    substitutes.appoint(store, away.id, clerk.id, (TODAY, FRIDAY), "admin", NOW)
    assert review.open_for_review(store, receipt.id, clerk.id, NOW).person == clerk.id


def test_posts_that_do_not_go_together(store: Store) -> None:
    clerk, chief = make(store, "clerk", Post.REGISTRAR), make(store, "chief", Post.ADMINISTRATOR)
    auditor = make(store, "auditor", Post.AUDITOR)
    school = make(store, "school", Post.LIAISON, department="education")
    clinic = make(store, "clinic", Post.LIAISON, department="health")
    for absent, substitute in ((chief, auditor), (chief, clerk), (clerk, auditor), (school, clerk), (school, clinic)):
        with pytest.raises(Invalid):
            substitutes.appoint(store, absent.id, substitute.id, (TODAY, FRIDAY), "admin", NOW)
    colleague = make(store, "colleague", Post.LIAISON, department="education")
    substitutes.appoint(store, school.id, colleague.id, (TODAY, FRIDAY), "admin", NOW)
    assert caller(store, colleague, NOW).department == "education"


def test_days_and_people_that_cannot_be(store: Store) -> None:
    away, clerk, third = (make(store, name, Post.REGISTRAR) for name in ("away", "clerk", "third"))
    for days in ((FRIDAY, TODAY), (date(2026, 11, 1), date(2026, 11, 2)), (TODAY, date(2028, 1, 1))):
        with pytest.raises(Invalid):
            substitutes.appoint(store, away.id, clerk.id, days, "admin", NOW)
    with pytest.raises(Invalid):
        substitutes.appoint(store, away.id, away.id, (TODAY, FRIDAY), "admin", NOW)
    substitutes.appoint(store, away.id, clerk.id, (TODAY, FRIDAY), "admin", NOW)
    for absent, substitute in ((away, third), (third, away), (clerk, third)):
        with pytest.raises(Conflict):
            substitutes.appoint(store, absent.id, substitute.id, (FRIDAY, FRIDAY), "admin", NOW)
