"""Making a service ready and running it."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from filelock import FileLock, Timeout

from nlp.errors import ArtifactError, MinyiError, TrainingDataError
from nlp.judging import Judge
from service import model_versions, people
from service.knowledge import load_knowledge
from service.office import Office
from service.restoring import LOCK
from service.settings import Settings
from service.similar_cases import SimilarCases
from service.store.engine import open_store
from service.warming import warm_up_in_background

Report = Callable[[str, int, int], None]

NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "glusterfs", "ceph"}


class NotStartable(MinyiError):
    """The service must not start like this; the message says what to change."""


def prepare(settings: Settings, report: Report) -> Office:
    """Check the place, read the knowledge, migrate the database, load or build the model.

    When no model can be had the office still opens: what is sent in is kept and goes to review.

    Raises:
        NotStartable: the folder cannot hold a database safely.
        KnowledgeError: the knowledge is faulty.
        Unavailable: the database cannot be opened.
    """
    knowledge = load_knowledge(settings.data_folder)
    _prepare_folder(settings)
    store = open_store(settings.database)
    store.migrate()
    fault = ""
    try:
        judge = model_versions.current_judge(settings.models_folder, knowledge, report)
    except (ArtifactError, TrainingDataError, OSError) as error:
        fault = str(error)
        judge = Judge(taxonomy=knowledge.taxonomy, policy=knowledge.policy)
    return Office(
        settings=settings,
        taxonomy=knowledge.taxonomy,
        policy=knowledge.policy,
        profile=knowledge.profile,
        ledgers=knowledge.ledgers,
        store=store,
        judge=judge,
        similar=SimilarCases(store, knowledge.words),
        model_fault=fault,
    )


def check_port(settings: Settings) -> None:
    """Make sure that the service can listen, before anything is changed that one which runs already still works on.

    Raises:
        NotStartable: the port is taken or not allowed, or the address is none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # as the server does: what another left behind in passing is no hindrance there
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise NotStartable(
                f"端口 {settings.port} 已被占用，可能民意分办已经在运行：请先用浏览器打开 {settings.address} 看看；"
                "若是别的程序在用，请以 --port 换一个端口。"
            ) from error
        raise NotStartable(
            f"不能在 {settings.host} 的端口 {settings.port} 上监听：{error.strerror}。请检查地址，或以 --port 换一个端口。"
        ) from error


def _prepare_folder(settings: Settings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotStartable(f"无法建立数据文件夹 {settings.home}：{error.strerror}。请检查磁盘和权限。") from error
    if not os.access(settings.home, os.W_OK):
        raise NotStartable(f"数据文件夹 {settings.home} 不能写入，请检查权限或磁盘。")
    kind = file_system_of(str(settings.home))
    if settings.database.startswith("sqlite") and kind in NETWORK_FILE_SYSTEMS:
        raise NotStartable(f"数据文件夹 {settings.home} 在网络文件系统（{kind}）上，数据库可能损坏，请换到本机磁盘。")


def file_system_of(path: str) -> str:
    """Name the kind of file system that holds a path, by the longest mount point; empty where it cannot be told."""
    try:
        with open("/proc/mounts", encoding="utf-8", errors="replace") as stream:
            mounts = [line.split()[1:3] for line in stream]
    except OSError:
        return ""
    real = os.path.realpath(path)
    holding = [(place, kind) for place, kind in mounts if real == place or real.startswith(place.rstrip("/") + "/")]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else ""


def run(office: Office) -> None:
    """Serve until a signal says stop; what has been accepted is finished first."""
    import uvicorn

    from service.app import create_app
    from service.web.one_write import OneWrite

    settings = office.settings
    lock = FileLock(settings.home / LOCK)  # held as long as it is named: restoring looks for it
    with suppress(Timeout):
        lock.acquire(timeout=0)
    first = people.ensure_administrator(office.store, office.now())
    if first is not None:
        print(f"首次启动：已建立系统管理员账号 {first.account.user_name}，初始密码 {first.password}", flush=True)
        print("密码只显示这一次，首次登录须修改。请用它登录，在“人员”中为每位工作人员建立账号。", flush=True)
    reach = "仅本机可访问" if settings.loopback else "本网其他电脑可访问，接口须用密钥"
    print(f"民意分办已启动：{settings.address}    （{reach}，按 Ctrl+C 停止）", flush=True)
    if not settings.loopback and settings.certificate is None:
        print(
            "注意：没有设 MINYI_CERTIFICATE，密码在网上以明文传送，只宜在可信的办公内网中使用。",
            file=sys.stderr,
            flush=True,
        )
    if office.model_fault:
        print(f"注意：没有可用的模型，来稿一律转人工拟办。原因：{office.model_fault}", file=sys.stderr, flush=True)
    warm_up_in_background(office.judge, settings.home)
    uvicorn.run(
        create_app(office),
        http=OneWrite,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.certificate_key,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=65_536,
    )
    lock.release()
