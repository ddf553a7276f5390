"""Killing the service under load at random moments: what was acknowledged is there, once, and whole.

`MINYI_KILLS` sets how often (300 for the full proof); a few under CI.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import httpx2
from sqlalchemy import func, select

from service.store.engine import open_store
from service.store.tables import decisions, events, items, predictions, review_tasks, submissions

KILLS = int(os.environ.get("MINYI_KILLS", "5"))
CLIENTS = 6
TEXTS = [
    "路口红绿灯坏了三天没人修",
    "早茶店油烟太大熏得睡不着",
    "村卫生室总缺药",
    "社区健身器材坏了",
    "书记收了施工队的钱",
]


class Clients:
    """Threads that send submissions and keep what was acknowledged; a key without an answer is sent again."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.acknowledged: dict[str, tuple[str, str]] = {}
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(number,)) for number in range(CLIENTS)]

    def _send(self, number: int) -> None:
        chance = random.Random(number)
        pending: tuple[str, str] | None = None
        with httpx2.Client(timeout=10) as client:
            while not self.stopping.is_set():
                key, text = pending or (uuid4().hex, chance.choice(TEXTS))
                pending = (key, text)
                try:
                    body, headers = {"text": text}, {"Idempotency-Key": key}
                    answer = client.post(f"{self.address}/api/v1/submissions", json=body, headers=headers)
                except httpx2.TransportError:
                    time.sleep(0.05)
                    continue
                if answer.status_code == 201:
                    told = answer.json()
                    self.acknowledged[key] = (told["id"], told["receipt"])
                    pending = None


def test_nothing_acknowledged_is_lost_or_doubled(make_server: Callable[..., object], tmp_path) -> None:
    server = make_server(MINYI_HOME=str(tmp_path))
    server.start()
    clients = Clients(server.address)
    for thread in clients.threads:
        thread.start()
    chance = random.Random(7)
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.6))
            server.stop(signal.SIGKILL)
            server.start()
        time.sleep(0.5)
    finally:
        clients.stopping.set()
        for thread in clients.threads:
            thread.join()
    assert server.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert len(clients.acknowledged) >= KILLS
    check_whole(f"sqlite:///{tmp_path / 'minyi.db'}", clients.acknowledged)


def check_whole(address: str, acknowledged: dict[str, tuple[str, str]]) -> None:
    store = open_store(address)
    with store.read() as connection:
        kept = {row.id: row for row in connection.execute(select(submissions))}
        receipts = Counter(row.receipt for row in kept.values())
        per_table = {
            table.name: Counter(row[0] for row in connection.execute(select(table.c.submission_id)))
            for table in (predictions, decisions, events, review_tasks, items)
        }
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        waiting = connection.execute(select(func.count()).select_from(review_tasks)).scalar_one()
    store.close()
    assert len({submission for submission, _ in acknowledged.values()}) == len(acknowledged)
    for submission, receipt in acknowledged.values():
        assert kept[submission].receipt == receipt
    assert max(receipts.values()) == 1
    assert waiting <= len(kept) <= len(acknowledged) + CLIENTS
    for submission, row in kept.items():
        assert per_table["predictions"][submission] == per_table["decisions"][submission] == 1
        assert per_table["events"][submission] == 1
        handled = per_table["review_tasks"][submission] + (per_table["items"][submission] > 0)
        assert handled == (0 if row.restricted else 1)
