from datetime import UTC, datetime, timedelta

import pytest

from service import drafts
from service.errors import Invalid, SecretText
from service.store.drafts import Draft
from service.store.engine import Store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def draft(key: str, text: str, person: str = "甲", minutes: int = 0) -> Draft:
    saved_at = NOW + timedelta(minutes=minutes)
    return Draft(person=person, form="register", key=key, content={"title": "", "text": text}, saved_at=saved_at)


def test_a_draft_is_kept_as_typed_for_its_person_alone(store: Store) -> None:
    odd = " 两端空格\t\n\x00 𰻝\u200b"
    drafts.keep(store, draft("a", "初稿"))
    drafts.keep(store, draft("a", odd, minutes=1))
    drafts.keep(store, draft("b", "另一件", minutes=2))
    drafts.keep(store, draft("a", "别人的", person="乙"))
    assert [one.key for one in drafts.kept(store, "甲", "register")] == ["b", "a"]
    assert drafts.kept(store, "甲", "register")[1].content["text"] == odd
    assert drafts.kept(store, "甲", "import") == []
    drafts.discard(store, "甲", "register", "a")
    drafts.discard(store, "甲", "register", "a")
    assert [one.key for one in drafts.kept(store, "甲", "register")] == ["b"]
    assert len(drafts.kept(store, "乙", "register")) == 1


def test_nothing_secret_is_kept_nor_what_was_kept_before(store: Store) -> None:
    drafts.keep(store, draft("a", "开头"))
    with pytest.raises(SecretText):
        drafts.keep(store, draft("a", "开头\n机密★5年"))
    assert drafts.kept(store, "甲", "register") == []


def test_what_cannot_be_stored_is_refused(store: Store) -> None:
    with pytest.raises(Invalid):
        drafts.keep(store, draft("a", "字" * (drafts.MOST_CHARACTERS + 1)))
    with pytest.raises(Invalid):
        drafts.keep(store, draft("a", "\ud800"))


def test_the_oldest_give_way(store: Store) -> None:
    for number in range(drafts.MOST_DRAFTS + 2):
        drafts.keep(store, draft(f"k{number:02d}", "稿", minutes=number))
    kept = [one.key for one in drafts.kept(store, "甲", "register")]
    assert len(kept) == drafts.MOST_DRAFTS
    assert "k00" not in kept


def test_an_untouched_form_is_no_draft() -> None:
    assert not drafts.changed({"title": " ", "source": "微信"}, {"title": "", "source": "微信"})
    assert drafts.changed({"title": "路灯"}, {})


def test_a_substitute_goes_on_with_the_drafts_of_the_absent(store: Store) -> None:
    drafts.keep(store, draft("a", "不在的人写的", person="甲"))
    drafts.keep(store, draft("b", "自己写的", person="乙", minutes=1))
    assert [one.key for one in drafts.kept(store, "乙", "register", ["甲"])] == ["b", "a"]
    drafts.keep(store, draft("a", "接着写", person="乙", minutes=2), ["甲"])
    assert [one.content["text"] for one in drafts.kept(store, "甲", "register")] == ["接着写"]
    assert [one.key for one in drafts.kept(store, "乙", "register")] == ["b"]
    drafts.discard(store, "乙", "register", "a", ["甲"])
    assert drafts.kept(store, "甲", "register") == []
