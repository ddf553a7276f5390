"""体检: what an administrator should know of the machine, each with what to do about it. Texts are never read out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from nlp import artifact
from nlp.errors import MinyiError
from service import audit, model_versions, people
from service.deadlines import local_day, working_days_left
from service.errors import CalendarUnknown
from service.knowledge import Knowledge
from service.machine import Finding, backup, disk, readers
from service.profile import LABELS, PROFILE, Profile
from service.serving import NETWORK_FILE_SYSTEMS, file_system_of
from service.settings import Settings
from service.store import dumping
from service.store.engine import Store, open_store

FIXED_SQLITE = (3, 51, 3)
"""The first SQLite in which two connections that checkpoint at once cannot lose pages of the log."""


def examine(settings: Settings, knowledge: Knowledge, now: datetime) -> list[Finding]:
    """Look at folder, disk, database, log, model, calendar, backup and accounts."""
    findings = [_folder(settings), disk(settings), _sqlite(settings), _model(settings, knowledge), _calendar(now)]
    findings += [_profile(knowledge.profile), backup(settings, now)]
    store = open_store(settings.database)
    try:
        findings += [_guarded(name, look, store) for name, look in _STORE]
    finally:
        store.close()
    return findings


def _guarded(name: str, look: Callable[[Store], Finding], store: Store) -> Finding:
    try:
        return look(store)
    except MinyiError as fault:
        return Finding(name=name, well=False, words=f"不能检查：{fault}。先运行 minyi migrate 或启动一次服务")


def _folder(settings: Settings) -> Finding:
    kind = file_system_of(str(settings.home))
    if not settings.home.is_dir():
        return Finding(name="数据文件夹", well=False, words=f"{settings.home} 还没有，启动一次服务即可建好")
    if settings.database.startswith("sqlite") and kind in NETWORK_FILE_SYSTEMS:
        return Finding(
            name="数据文件夹", well=False, words=f"{settings.home} 在网络文件系统（{kind}）上，请换到本机磁盘"
        )
    return Finding(name="数据文件夹", well=True, words=str(settings.home))


def _sqlite(settings: Settings) -> Finding:
    if not settings.database.startswith("sqlite"):
        return Finding(name="数据库程序", well=True, words="PostgreSQL")
    old = sqlite3.sqlite_version_info < FIXED_SQLITE
    words = f"SQLite {sqlite3.sqlite_version}"
    advice = "；此版本在多个进程同时整理日志时可能丢页，请只运行一个服务进程" if old else ""
    return Finding(name="数据库程序", well=True, words=words + advice, hint=old)


def _model(settings: Settings, knowledge: Knowledge) -> Finding:
    folder = model_versions.current_folder(settings.models_folder, knowledge)
    if not (folder / artifact.MANIFEST).is_file():
        return Finding(name="模型", well=True, words="还没有，启动服务时会建好默认模型", hint=True)
    try:
        return Finding(name="模型", well=True, words=f"{folder.name}（{artifact.read_manifest(folder)['version']}）")
    except MinyiError as fault:
        return Finding(name="模型", well=False, words=str(fault))


def _calendar(now: datetime) -> Finding:
    year = local_day(now).year
    try:
        working_days_left(now, now.replace(month=12, day=30))
    except CalendarUnknown as fault:
        return Finding(name="工作日历", well=False, words=str(fault))
    try:
        working_days_left(now, now.replace(year=year + 1, month=2, day=1))
    except CalendarUnknown:
        words = f"有 {year} 年；{year + 1} 年的放假安排公布后请升级程序，此前跨年的期限按天数显示"
        return Finding(name="工作日历", well=True, words=words, hint=True)
    return Finding(name="工作日历", well=True, words=f"有 {year}、{year + 1} 年")


def _profile(profile: Profile) -> Finding:
    if not profile.to_be_set:
        return Finding(name="单位信息", well=True, words=profile.name)
    unset = "、".join(LABELS[one] for one in profile.to_be_set)
    words = f"{PROFILE} 中还是占位示例、请按本单位实际填写的：{unset}。改好一项，从其中 to_be_set 删去一项"
    return Finding(name="单位信息", well=True, words=words, hint=True)


def _database(store: Store) -> Finding:
    return Finding(name="数据库", well=True, words=f"可以读取，共 {dumping.counts(store).get('submissions', 0)} 件")


def _log(store: Store) -> Finding:
    broken = audit.broken_at(store)
    if broken is None:
        return Finding(name="审计日志", well=True, words="完整")
    return Finding(name="审计日志", well=False, words=f"在第 {broken} 条处断开，请保留现场并与备份核对")


def _accounts(store: Store) -> Finding:
    everybody = [one for one in people.every(store) if one.disabled_at is None]
    if not everybody:
        return Finding(name="账号", well=True, words="还没有，首次启动服务时建立系统管理员", hint=True)
    waiting = [one.user_name for one in everybody if one.must_change]
    words = f"启用 {len(everybody)} 个" + (f"；未改初始密码：{'、'.join(waiting)}" if waiting else "")
    return Finding(name="账号", well=True, words=words, hint=bool(waiting))


_STORE: tuple[tuple[str, Callable[[Store], Finding]], ...] = (
    ("数据库", _database),
    ("审计日志", _log),
    ("账号", _accounts),
    ("限阅件", readers),
)
