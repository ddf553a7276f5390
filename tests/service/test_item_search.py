"""Looking for words among items finds the same whether they are rare or frequent."""

from dataclasses import replace

import pytest

from nlp.domain import ItemState
from service import dispatch, statistics
from service.store import search
from service.store.listing import ItemFilter


@pytest.mark.parametrize("few", [0, 20_000])
def test_rare_and_frequent_words_find_the_same_items(desk, receive, act, monkeypatch, few: int) -> None:
    monkeypatch.setattr(search, "FEW", few)
    receive("转办", text="夜间路灯不亮")
    receive("转办", text="水渠漫水")
    wanted = ItemFilter(states=(ItemState.AWAITING_SIGNATURE,), text="路灯")
    rows = statistics.items_page(desk.store, wanted, None, 50).rows
    assert {row.registered.submission.text for row in rows} == {"夜间路灯不亮"}
    counted = statistics.items_counted(desk.store, wanted)
    assert (counted.number, counted.more) == (len(rows), False)
    assert statistics.items_counted(desk.store, replace(wanted, text="没有这样的字句")).number == 0
    dispatch.sign(desk, rows[0].item.id, act)
    assert statistics.items_counted(desk.store, wanted).number == len(rows) - 1
