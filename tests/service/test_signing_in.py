from datetime import UTC, datetime, timedelta

import pytest

from service import people, signing_in
from service.access import Post
from service.people import Draft
from service.signing_in import Attempt, Lifetime, TooManyAttempts, WrongPassword
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LIFETIME = Lifetime(idle=timedelta(hours=2), longest=timedelta(hours=12))
PASSWORD = "quite good 1"


@pytest.fixture
def account(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("service.signing_in.is_right", lambda password, hashed: bool(hashed) and password == PASSWORD)
    monkeypatch.setattr("service.people.hash_password", lambda password: "hashed")
    draft = Draft(user_name="wang", name="王经办", posts=frozenset({Post.REGISTRAR}))
    return people.create(store, draft, "admin", NOW, password=PASSWORD).account


def attempt(password: str = PASSWORD, source: str = "10.0.0.1", device: str = "", user_name: str = "wang") -> Attempt:
    return Attempt(user_name=user_name, password=password, source=source, device=device)


def fail(store: Store, times: int, now: datetime = NOW, **who: str) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            signing_in.sign_in(store, attempt("wrong", **who), LIFETIME, now)


def test_a_session_is_its_persons(store: Store, account) -> None:
    opened = signing_in.sign_in(store, attempt(user_name=" WANG "), LIFETIME, NOW)
    caller = signing_in.caller_of_session(store, opened.token, LIFETIME, NOW)
    assert caller is not None
    assert (caller.id, caller.name, caller.title) == (account.id, "王经办", "登记经办")
    assert signing_in.caller_of_session(store, opened.token + "x", LIFETIME, NOW) is None
    signing_in.sign_out(store, opened.token, NOW)
    assert signing_in.caller_of_session(store, opened.token, LIFETIME, NOW) is None


def test_a_session_ends_when_it_idles_and_in_any_case(store: Store, account) -> None:
    token = signing_in.sign_in(store, attempt(), LIFETIME, NOW).token

    def holds(minutes: int) -> bool:
        return signing_in.caller_of_session(store, token, LIFETIME, NOW + timedelta(minutes=minutes)) is not None

    assert holds(119)
    assert holds(237)
    assert not holds(237 + 120)
    token = signing_in.sign_in(store, attempt(), LIFETIME, NOW).token
    assert all(holds(minutes) for minutes in range(60, 720, 60))
    assert not holds(720)


def test_which_of_the_two_is_wrong_is_not_told(store: Store, account) -> None:
    told = []
    for one in (attempt("wrong"), attempt(user_name="nobody"), attempt(user_name="")):
        with pytest.raises(WrongPassword) as error:
            signing_in.sign_in(store, one, LIFETIME, NOW)
        told.append(str(error.value))
    assert len(set(told)) == 1


def test_failures_make_the_next_attempt_wait_longer_each_time(store: Store, account) -> None:
    fail(store, 5)
    with pytest.raises(TooManyAttempts, match="15 秒"):
        signing_in.sign_in(store, attempt(), LIFETIME, NOW)
    fail(store, 1, NOW + timedelta(seconds=15))
    with pytest.raises(TooManyAttempts, match="30 秒"):
        signing_in.sign_in(store, attempt(), LIFETIME, NOW + timedelta(seconds=15))
    signing_in.sign_in(store, attempt(), LIFETIME, NOW + timedelta(seconds=45))
    fail(store, 5, NOW + timedelta(seconds=46))


def test_a_stranger_locks_nobody_out(store: Store, account) -> None:
    device = signing_in.sign_in(store, attempt(), LIFETIME, NOW).device
    fail(store, 5, source="10.6.6.6")
    with pytest.raises(TooManyAttempts):
        signing_in.sign_in(store, attempt(source="10.6.6.6"), LIFETIME, NOW)
    assert signing_in.sign_in(store, attempt(source="10.0.0.9"), LIFETIME, NOW).token
    assert signing_in.sign_in(store, attempt(source="10.6.6.6", device=device), LIFETIME, NOW).token


def test_a_made_up_browser_is_no_way_around_the_wait(store: Store, account) -> None:
    for number in range(5):
        fail(store, 1, device=f"made-up-{number}")
    with pytest.raises(TooManyAttempts):
        signing_in.sign_in(store, attempt(device="made-up-6"), LIFETIME, NOW)


def test_the_browser_of_another_person_is_a_stranger(store: Store, account) -> None:
    other = Draft(user_name="zhao", name="赵", posts=frozenset({Post.LEADER}))
    people.create(store, other, "admin", NOW, password=PASSWORD)
    device = signing_in.sign_in(store, attempt(user_name="zhao"), LIFETIME, NOW).device
    fail(store, 5, device=device)
    with pytest.raises(TooManyAttempts):
        signing_in.sign_in(store, attempt(), LIFETIME, NOW)


def test_failures_are_forgotten_after_a_day(store: Store, account) -> None:
    fail(store, 5)
    fail(store, 4, NOW + timedelta(hours=25))


def test_a_disabled_account_is_no_account(store: Store, account) -> None:
    people.create(store, Draft(user_name="chief", name="长", posts=frozenset({Post.ADMINISTRATOR})), "admin", NOW)
    people.disable(store, account.id, "admin", NOW)
    with pytest.raises(WrongPassword):
        signing_in.sign_in(store, attempt(), LIFETIME, NOW)
