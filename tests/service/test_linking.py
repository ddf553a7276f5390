from datetime import UTC, datetime

import pytest

from service import linking, statistics
from service.errors import Conflict, Invalid, NotFound
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def linked(store: Store, submission_id: str) -> list[str]:
    return [one.submission.title for one in linking.linked(store, submission_id)]


def test_what_is_linked_is_linked_with_all_the_others(store: Store, receive) -> None:
    one, two, three, four = (receive(f"转{number}") for number in range(4))
    linking.link(store, two.id, one.receipt, "desk", NOW)
    linking.link(store, four.id, three.receipt, "desk", NOW)
    assert linked(store, one.id) == ["转1"]
    linking.link(store, four.id, one.receipt, "desk", NOW)
    assert linked(store, three.id) == ["转0", "转1", "转3"]
    with pytest.raises(Conflict):
        linking.link(store, one.id, four.receipt, "desk", NOW)
    events = statistics.story(store, two.id).events
    assert [event.kind for event in events if event.kind == "linked"] == ["linked"]


def test_one_is_taken_out_and_a_pair_falls_apart(store: Store, receive) -> None:
    one, two, three = (receive(f"转{number}") for number in range(3))
    linking.link(store, one.id, two.receipt, "desk", NOW)
    linking.link(store, one.id, three.receipt, "desk", NOW)
    linking.unlink(store, one.id, "desk", NOW)
    assert (linked(store, one.id), linked(store, two.id)) == ([], ["转2"])
    linking.unlink(store, two.id, "desk", NOW)
    assert linked(store, three.id) == []
    with pytest.raises(Conflict):
        linking.unlink(store, three.id, "desk", NOW)
    assert statistics.story(store, three.id).events[-1].kind == "unlinked"


def test_nothing_is_linked_with_itself_or_with_what_must_not_be_seen(store: Store, receive) -> None:
    one, accused = receive("转一"), receive("告某")
    for receipt in (one.receipt, "没有", accused.receipt):
        with pytest.raises(Invalid):
            linking.link(store, one.id, receipt, "desk", NOW)
    with pytest.raises(NotFound):
        linking.link(store, accused.id, one.receipt, "desk", NOW)
