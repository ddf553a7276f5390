"""What an office that has just begun is told to do first."""

from datetime import UTC, datetime

from service import dispatch, people, review
from service.access import Caller, Post, rights_of
from service.dispatch import Act, Desk
from service.first_steps import first_steps
from service.people import SYSTEM, Draft
from service.statistics import story
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def caller(*posts: Post) -> Caller:
    found = frozenset(posts)
    return Caller(id="x", name="x", rights=rights_of(found), posts=found)


def done(store: Store, *posts: Post) -> list[bool]:
    return [one.done for one in first_steps(store, caller(*posts))]


def test_the_desk_is_led_from_an_empty_database_to_the_first_signature(desk: Desk, receive) -> None:
    store = desk.store
    assert done(store, Post.REGISTRAR, Post.SIGNER) == [False] * 4
    assert done(store, Post.REGISTRAR) == [False] * 3
    received = receive("疑一")
    assert done(store, Post.REGISTRAR, Post.SIGNER) == [False, True, False, False]
    opinion = review.Opinion(theme="double-reduction", lead="education")
    review.decide(store, desk.directory, received.id, opinion, "x", NOW)
    assert done(store, Post.REGISTRAR, Post.SIGNER) == [False, True, True, False]
    for item in story(store, received.id).items:
        dispatch.sign(desk, item.id, Act(actor="x", now=NOW))
    assert done(store, Post.REGISTRAR, Post.SIGNER) == []


def test_who_only_looks_is_led_nowhere(desk: Desk) -> None:
    assert done(desk.store, Post.LEADER) == []
    assert done(desk.store, Post.AUDITOR) == []


def test_an_administrator_is_led_to_the_accounts_that_the_work_needs(store: Store) -> None:
    people.ensure_administrator(store, NOW)
    assert done(store, Post.ADMINISTRATOR) == [False, False]
    both = Draft(user_name="wang", name="王", posts=frozenset({Post.REGISTRAR, Post.SIGNER}), restricted=True)
    people.create(store, both, SYSTEM, NOW)
    assert done(store, Post.ADMINISTRATOR) == [True, False]
    people.create(store, Draft(user_name="li", name="李", posts=frozenset({Post.SIGNER}), restricted=True), SYSTEM, NOW)
    assert done(store, Post.ADMINISTRATOR) == []
