from datetime import UTC, datetime

import pytest

from service import views
from service.errors import Conflict, Invalid, NotFound
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_columns_are_each_persons_own(store: Store) -> None:
    assert views.columns_of(store, "a") is None
    views.choose_columns(store, "a", ["theme", "due"])
    views.choose_columns(store, "a", ["due"])
    assert views.columns_of(store, "a") == ["due"]
    assert views.columns_of(store, "b") is None


def test_a_view_is_ones_own_until_it_is_shared(store: Store) -> None:
    own = views.save_view(store, "a", "上桥镇", "place=%E4%B8%8A", False, NOW)
    assert [one.name for one in views.views_of(store, "b")] == []
    views.save_view(store, "a", "上桥镇", "place=x", True, NOW)
    (seen,) = views.views_of(store, "b")
    assert (seen.id, seen.query) == (own.id, "place=x")
    with pytest.raises(Conflict):
        views.drop_view(store, own.id, "b")
    views.drop_view(store, own.id, "a")
    assert views.views_of(store, "a") == []
    with pytest.raises(NotFound):
        views.drop_view(store, own.id, "a")


@pytest.mark.parametrize("name", ["", "  ", "长" * 31, "a\nb"])
def test_a_name_that_cannot_be_shown_is_refused(store: Store, name: str) -> None:
    with pytest.raises(Invalid):
        views.save_view(store, "a", name, "", False, NOW)
