from datetime import timedelta

from service import dispatch, statistics
from service.holding import LASTS, colleagues, open_item
from service.steps import Act, Desk


def test_the_second_is_told_who_has_it_until_it_is_done_or_left(desk: Desk, receive, act: Act) -> None:
    store = desk.store
    item = dispatch.sign(desk, statistics.story(store, receive("转办").id).items[0].id, act)
    assert open_item(store, item, "education", "wang", act.now) is None
    held = open_item(store, item, "education", "ma", act.now)
    assert held is not None
    assert held.person == "wang"
    assert open_item(store, item, "education", "wang", act.now) is None
    assert set(colleagues(store, [item], "education", "ma", act.now)) == {item.id}
    assert colleagues(store, [item], "education", "wang", act.now) == {}
    assert colleagues(store, [item], "", "ma", act.now) == {}
    assert colleagues(store, [item], "education", "ma", act.now + LASTS) == {}
    assert open_item(store, item, "education", "ma", act.now + LASTS + timedelta(seconds=1)) is None
    done = dispatch.accept(desk, item.id, act)
    assert open_item(store, done, "education", "wang", act.now + LASTS) is None
