"""Killing an import at random moments and starting it again: every row is there, once.

`MINYI_IMPORT_KILLS` sets how often (100 for the full proof); a few under CI.
"""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from service.store.engine import open_store
from service.store.import_tables import import_rows, imports
from service.store.tables import decisions, events, predictions, review_tasks, submissions

KILLS = int(os.environ.get("MINYI_IMPORT_KILLS", "6"))
ROWS = 400 * KILLS
PROGRAM = """
import sys
from pathlib import Path
from nlp.judging import Judge
from service.imports import offline, running
from service.knowledge import load_knowledge
from service.office import Office
from service.settings import Settings
from service.similar_cases import SimilarCases
from service.store.engine import open_store
settings = Settings()
store = open_store(settings.database)
store.migrate()
known = load_knowledge(settings.data_folder)
judge = Judge(taxonomy=known.taxonomy, policy=known.policy)
office = Office(settings=settings, taxonomy=known.taxonomy, policy=known.policy, store=store, judge=judge,
                similar=SimilarCases(store))
running.BATCH = 20
running.STALE = running.STALE * 0
done = offline.import_files(office, [Path(sys.argv[1])], offline.Wishes(scope="all"), "system",
                            lambda stage, now, total: print(now, flush=True))
print("done", done.made.imported, done.repeated, flush=True)
"""


def start(path: Path, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)],
        env={**os.environ, "MINYI_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="kills by SIGKILL")
def test_a_killed_import_goes_on_with_no_row_twice_and_none_lost(tmp_path: Path) -> None:
    path, home = tmp_path / "台账.csv", tmp_path / "home"
    home.mkdir()
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["编号", "标题", "正文"])
        writer.writerows([f"第〔{n}〕号", f"关于第{n}条路的建议", f"第{n}条路坑洼不平，请修。"] for n in range(ROWS))
    chance, killed = random.Random(11), 0
    while killed < KILLS:
        process = start(path, home)
        assert process.stdout is not None
        if process.stdout.readline().startswith("done"):
            break
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()
        killed += 1
    last = start(path, home).communicate()[0].splitlines()[-1]
    assert last == f"done {ROWS} False"
    assert killed == KILLS
    check(f"sqlite:///{home / 'minyi.db'}")


def check(address: str) -> None:
    store = open_store(address)
    with store.read() as connection:
        titles = Counter(row[0] for row in connection.execute(select(submissions.c.title)))
        places = [row.place for row in connection.execute(select(import_rows).order_by(import_rows.c.place))]
        told = {row.submission_id for row in connection.execute(select(import_rows))}
        kept = {row[0] for row in connection.execute(select(submissions.c.id))}
        (record,) = connection.execute(select(imports)).all()
        per_table = [
            Counter(row[0] for row in connection.execute(select(table.c.submission_id)))
            for table in (predictions, decisions, events, review_tasks)
        ]
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    store.close()
    assert len(titles) == ROWS
    assert set(titles.values()) == {1}
    assert places == list(range(1, ROWS + 1))
    assert told == kept
    assert (record.state, record.cursor, record.imported, record.left_out) == ("done", ROWS, ROWS, 0)
    for counts in per_table:
        assert set(counts) == kept
        assert set(counts.values()) == {1}
