"""催办短信: a short text for phone or WeChat, without anything of the submitter."""

from __future__ import annotations

from datetime import datetime

from nlp.domain import QueueItem, Submission
from nlp.privacy import mask
from service.deadlines import BEIJING
from service.due import left_words
from service.profile import Profile

_TITLE = 40


def reminder_text(profile: Profile, submission: Submission, item: QueueItem, now: datetime) -> str:
    """Write the text; it names the submission by its number and title, which is masked and cut short."""
    title = mask(" ".join(submission.title.split()))
    named = f"《{title[:_TITLE]}{'…' if len(title) > _TITLE else ''}》" if title else ""
    sent = f"（{_day(item.signed_at)}转办）" if item.signed_at else ""
    contact = "，".join(filter(None, (profile.contact, profile.phone)))
    parts = [
        f"【{profile.name}】贵单位承办的{submission.receipt}{named}{sent}{_due(item, now)}",
        "请抓紧办理，办理结果请及时报送。",
        f"联系人：{contact}。" if contact else "",
    ]
    return "".join(parts)


def _due(item: QueueItem, now: datetime) -> str:
    if item.due_at is None:
        return "，尚未报送办理结果。"
    when = f"，办理期限为{_day(item.due_at)}"
    if item.due_at < now:
        return f"{when}，现已超期。"
    return f"{when}，{left_words(item.due_at, now)}。"


def _day(moment: datetime) -> str:
    local = moment.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"
