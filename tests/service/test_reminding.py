from datetime import UTC, datetime, timedelta

from service import dispatch, statistics
from service.dispatch import Act, Desk
from service.profile import Profile
from service.reminding import reminder_text

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_a_reminder_says_what_by_when_and_nothing_of_the_submitter(desk: Desk, receive) -> None:
    receipt = receive("转路灯坏了，请打 13812345678 联系我", text="张三")
    item = statistics.story(desk.store, receipt.id).items[0]
    item = dispatch.sign(desk, item.id, Act(actor="desk", now=NOW))
    submission = statistics.story(desk.store, receipt.id).registered.submission
    profile = Profile(name="某区政协办公室", contact="王科长", phone="0953-1")
    text = reminder_text(profile, submission, item, NOW)
    assert text.startswith(f"【某区政协办公室】贵单位承办的{receipt.receipt}《转路灯坏了")
    assert "13812345678" not in text
    assert "2026年11月24日转办" in text
    assert "2027年2月24日" in text
    assert text.endswith("联系人：王科长，0953-1。")
    assert "现已超期" in reminder_text(profile, submission, item, NOW + timedelta(days=200))
