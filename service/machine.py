"""机器状况: what can be told at a glance, the room on the disk and the age of the backup."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import people, restricted
from service.backups import last_backup
from service.deadlines import BEIJING
from service.settings import Settings
from service.store import imports as stored_imports
from service.store.engine import Store

LEAST_FREE = 2 * 1024**3
OLDEST_BACKUP = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: whether it is well, and in Chinese what is and what to do. A hint alone is no fault.

    `address` is the page on which it is dealt with, where there is one.
    """

    name: str
    well: bool
    words: str
    hint: bool = False
    address: str = ""


def disk(settings: Settings) -> Finding:
    """Tell how much room there is where the data lies."""
    place = settings.home if settings.home.is_dir() else settings.home.parent
    free = shutil.disk_usage(place).free if place.is_dir() else 0
    words = f"剩余 {free / 1024**3:.1f} GB"
    if free < LEAST_FREE:
        return Finding(name="磁盘", well=False, words=f"{words}，不足 2 GB，请清理或换盘")
    return Finding(name="磁盘", well=True, words=words)


def imports(store: Store) -> Finding:
    """Tell whether everything that was to come in has come in: an import may have stopped in the middle."""
    with store.read() as connection:
        stopped = stored_imports.stopped_count(connection)
    if stopped:
        words = f"{stopped} 次导入停在半路，请登记经办打开后继续导入或撤销"
        return Finding(name="导入", well=False, words=words, address="/imports?stopped=1")
    return Finding(name="导入", well=True, words="没有停在半路的")


def readers(store: Store) -> Finding:
    """Tell whether every accusation has somebody who may read it; of how many there are nothing is told."""
    named = sum(one.restricted and one.disabled_at is None for one in people.every(store))
    if named < people.READERS:
        return Finding(name="限阅件", well=False, words=f"限阅件阅件人应有两人，现有 {named} 人，请在“人员”中指定")
    if restricted.unread(store):
        words = "有限阅件提到了两位阅件人，现无人可阅，请另行指定一人"
        return Finding(name="限阅件", well=False, words=words)
    return Finding(name="限阅件", well=True, words="已指定两人")


def backup(settings: Settings, now: datetime) -> Finding:
    """Tell how old the last backup is, and whether it is still there."""
    last = last_backup(settings)
    if last is None:
        return Finding(name="备份", well=False, words="还没有备份，请系统管理员在装有本系统的电脑上运行 minyi backup")
    when = f"{last.made_at.astimezone(BEIJING):%Y-%m-%d %H:%M}，{last.folder}"
    if not last.present:
        return Finding(name="备份", well=False, words=f"上次备份（{when}）已不在原处，请核对")
    if now - last.made_at > OLDEST_BACKUP:
        return Finding(name="备份", well=False, words=f"上次备份已超过 7 天（{when}），请系统管理员运行 minyi backup")
    return Finding(name="备份", well=True, words=when)
