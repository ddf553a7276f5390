"""Imports measured: hostile files beside other requests, and how fast 50,000 rows come in.

`python scripts/bench.py import [FOLDER]`; FOLDER keeps what is made (a temporary one otherwise). MINYI_BENCH_ROWS says
how many rows (50,000). Two proofs are tests: `MINYI_IMPORT_KILLS=100 pytest tests/acceptance/test_import_crashes.py`
kills an import at random moments, `MINYI_HOSTILE_EVERY=1 pytest tests/acceptance/test_hostile_uploads.py` reads every file.
"""

from __future__ import annotations

import csv
import json
import os
import random
import statistics as figures
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from starlette.testclient import TestClient

from nlp.errors import InputFileError
from service import classifying, indexing, warming
from service.app import create_app
from service.files.reading import read_file
from service.imports import offline, running
from service.office import Office
from service.serving import prepare
from service.settings import Settings
from tests.badinputs.hostile import hostile_files

ROOT = Path(__file__).resolve().parent.parent.parent
LENGTH = 360
ADDRESS = "/api/v1/submissions?limit=20"
AT_ONCE = 10
CLAUSES = (
    "供热管网老化，冬季室温不达标", "小区停车位紧张，夜间占用消防通道", "村道破损严重，雨天积水难行",
    "农田灌溉用水不足，渠道淤积",
    "社区卫生室药品种类少", "学校周边交通拥堵，存在安全隐患", "垃圾清运不及时，异味扰民", "加装电梯意见难统一",
    "早市占道经营影响出行",
    "奶牛养殖饲料成本高", "高龄老人就餐困难", "公交线路覆盖不足", "路灯长期不亮", "自来水水压不足", "物业服务不到位",
)  # fmt: skip
TURNS = ("建议有关部门尽快核实", "希望安排专人负责", "群众多次反映", "请研究解决", "附近居民意见较大")


def run(folder: Path | None) -> None:
    """Measure, and print what came of it."""
    home = folder or Path(tempfile.mkdtemp(prefix="minyi-bench-"))
    office = prepare(Settings(home=home / f"import-{os.getpid()}"), lambda stage, done, total: None)
    hostile(office, home)
    throughput(office, home)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What reading files cost: how many were refused, the slowest in seconds, megabytes that this process grew by.

    `alone` and `meanwhile` are the median milliseconds of another request between the files and beside them.
    """

    files: int
    refused: int
    slowest: float
    slowest_name: str
    grown: int
    alone: float
    meanwhile: float


def hostile(office: Office, home: Path) -> None:
    """Read every hostile file while another request is asked for again and again."""
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        found = beside(client, made_elsewhere(home / "hostile"))
    print(f"hostile files: {found.files} answers, {found.refused} refusals, {found.files - found.refused} read")
    print(f"slowest answer {found.slowest:.1f} s ({found.slowest_name}); memory of this process +{found.grown} MB")
    print(f"another request: median {found.alone:.2f} ms between the files, {found.meanwhile:.2f} ms beside them")


def beside(client: TestClient, files: Sequence[tuple[Path, str]]) -> Beside:
    """Read files, some at a time, and ask for a page between and beside them, so that both see the same machine."""
    ask(client, ADDRESS, 50)
    before, taken, refused = resident(), [], 0
    alone: list[float] = []
    meanwhile: list[float] = []
    for start in range(0, len(files), AT_ONCE):
        alone += ask(client, ADDRESS, 30)
        stop = threading.Event()
        asking = threading.Thread(
            target=lambda over: meanwhile.extend(ask_until(client, ADDRESS, over)), args=[stop.is_set]
        )
        asking.start()
        for path, name in files[start : start + AT_ONCE]:
            begun = perf_counter()
            refused += answered(path, name)
            taken.append((perf_counter() - begun, name))
        stop.set()
        asking.join()
    slowest, name = max(taken)
    return Beside(
        files=len(files), refused=refused, slowest=slowest, slowest_name=name, grown=resident() - before,
        alone=median(alone), meanwhile=median(meanwhile),
    )  # fmt: skip


def made_elsewhere(folder: Path, every: int = 1) -> list[tuple[Path, str]]:
    """Let another process make the hostile files (or every so manyth), and give them with their names.

    Making them takes memory of its own, which must not count.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from scripts.benches import importing; importing.make_hostile()"
    )
    subprocess.run([sys.executable, "-c", program, str(ROOT), str(folder), str(every)], check=True)
    names = json.loads((folder / "names.json").read_text("utf-8"))
    return [(folder / str(number), name) for number, name in enumerate(names)]


def make_hostile() -> None:
    """Write every hostile file under its number into a folder, and their names beside them."""
    folder, files = Path(sys.argv[2]), hostile_files()[:: int(sys.argv[3])]
    for number, one in enumerate(files):
        (folder / str(number)).write_bytes(one.make())
    (folder / "names.json").write_text(json.dumps([one.name for one in files]), "utf-8")


def answered(path: Path, name: str) -> bool:
    """Read a file as an upload is read, and tell whether it was refused."""
    try:
        for _ in read_file(path, name):
            pass
    except InputFileError:
        return True
    return False


def ask(client: TestClient, address: str, times: int) -> list[float]:
    """Ask for a page some times, and give the milliseconds of each."""
    left = iter(range(times))
    return ask_until(client, address, lambda: next(left, None) is None)


def ask_until(client: TestClient, address: str, over: Callable[[], bool]) -> list[float]:
    """Ask for a page until it is enough, and give the milliseconds of each."""
    taken = []
    while not over():
        begun = perf_counter()
        client.get(address)
        taken.append(1000 * (perf_counter() - begun))
    return taken


def median(values: Sequence[float]) -> float:
    """Give the median, 0 of nothing."""
    return figures.median(values) if values else 0.0


def resident() -> int:
    """Give the megabytes that this process holds now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def throughput(office: Office, home: Path) -> None:
    """Classify a file and import it, one after the other in one process, with compiled loops as the commands do."""
    rows = int(os.environ.get("MINYI_BENCH_ROWS", "50000"))
    source = home / "rows.csv"
    write_rows(source, rows)
    warming.load_for_file(office.judge, source, office.settings.home)
    quiet: Callable[..., None] = lambda *told: None  # noqa: E731
    classified = timed(lambda: classifying.classify_file(office.judge, source, home / "out.csv", {}, quiet))
    peaks: list[int] = []
    taken = timed(lambda: import_all(office, source, peaks))
    for name, (wall, processor) in (("classify", classified), ("import", taken)):
        print(f"{name:9}{rows} rows: {wall:6.1f} s, {rows / wall:7.0f} rows/s; processor {processor:6.1f} s")
    print(
        f"import / classify: {classified[0] / taken[0]:.2f} by the clock, {classified[1] / taken[1]:.2f} by processor time"
    )
    print(f"memory while importing: {peaks[len(peaks) // 10]} MB after a tenth, {max(peaks)} MB at most")


def import_all(office: Office, source: Path, peaks: list[int]) -> None:
    """Import a file as `minyi import --all` does, search index included, and note the memory after every batch."""
    wishes = offline.Wishes(scope=running.ALL)
    done = offline.import_files(office, [source], wishes, "system", lambda *told: peaks.append(resident())).made
    indexing.index_all(office.store)
    if done.left_out or done.same:
        print(f"left out {done.left_out}, same {done.same}", file=sys.stderr)


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds by the clock and of the processor that something takes, its child processes included."""
    wall, before = perf_counter(), os.times()
    act()
    return perf_counter() - wall, sum(os.times()[:4]) - sum(before[:4])


def write_rows(path: Path, rows: int) -> None:
    """Write rows of running text, each of 360 characters and none like another, of the last hundred days."""
    today = datetime.now(UTC).date()
    chance = random.Random(1)  # noqa: S311 - the same rows every time
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["编号", "标题", "正文", "反映人", "时间"])
        for number in range(rows):
            text = ""
            while len(text) < LENGTH:
                text += f"{chance.choice(CLAUSES)}，{chance.choice(TURNS)}，涉及{chance.randrange(999)}户。"
            day = (today - timedelta(days=number % 100)).isoformat()
            title = f"{chance.choice(CLAUSES)}（{number}）"
            writer.writerow([f"第〔{number}〕号", title, text[:LENGTH], f"张{number % 500}", day])
