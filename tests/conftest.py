"""What tests run on: a SQLite file, a throw-away PostgreSQL cluster (Debian's package), a running service on loopback."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from service import people, signing_in
from service.access import Post
from service.knowledge import load_knowledge
from service.office import Office
from service.people import Draft
from service.signing_in import Attempt, Lifetime
from service.similar_cases import SimilarCases
from service.store.engine import Store, open_store

DATA = Path(__file__).resolve().parent.parent / "data"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def light_hashes() -> Iterator[None]:
    """Let hashing a password in the process of the tests cost next to nothing; services that they start hash in full."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    from service import passwords

    patch = pytest.MonkeyPatch()
    light = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    patch.setattr(passwords, "_hasher", lambda: light)
    yield
    patch.undo()


def absent(what: str) -> None:
    """Skip on a user's machine, fail under CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is absent, and CI needs it")
    pytest.skip(f"{what} is absent")


def postgres_program(name: str) -> str | None:
    found = shutil.which(name) or next(
        iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    return str(found) if found else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    initdb, pg_ctl = postgres_program("initdb"), postgres_program("pg_ctl")
    if initdb is None or pg_ctl is None:
        absent("PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="minyi-pg-"))
    prefix: list[str] = []
    if os.name == "posix" and os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    options = f"-F -c fsync=off -c listen_addresses=127.0.0.1 -p {port} -k {folder} -c max_connections=200"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [*prefix, initdb, "-D", str(data), "-U", "minyi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], **quiet
    )
    subprocess.run([*prefix, pg_ctl, "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start"], **quiet)
    try:
        yield f"postgresql+psycopg://minyi@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [*prefix, pg_ctl, "-D", str(data), "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL
        )
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a new, empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    import psycopg

    server = request.getfixturevalue("postgres_server")
    name = f"t{os.urandom(6).hex()}"
    plain = server.replace("+psycopg", "")
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def knowledge():
    return load_knowledge(DATA)


@pytest.fixture(scope="session")
def default_models(tmp_path_factory: pytest.TempPathFactory, knowledge) -> Path:
    """Build the default model once for all tests, from the shipped corpus."""
    from service.model_versions import ensure_current

    models = tmp_path_factory.mktemp("models")
    ensure_current(models, knowledge, lambda stage, done, total: None)
    return models


@pytest.fixture(scope="session")
def default_judge(default_models: Path, knowledge):
    from service.model_versions import current_judge

    return current_judge(default_models, knowledge, lambda stage, done, total: None)


@pytest.fixture
def default_home(default_models: Path, tmp_path: Path) -> dict[str, str]:
    """Give an environment for the command line: a home of its own, the default model at hand."""
    return {**os.environ, "MINYI_HOME": str(tmp_path / "home"), "MINYI_MODELS": str(default_models)}


@pytest.fixture
def office(store: Store, default_judge, knowledge, tmp_path: Path) -> Office:
    from service.settings import Settings

    settings = Settings(home=tmp_path / "home")
    return Office(
        settings=settings,
        taxonomy=knowledge.taxonomy,
        policy=knowledge.policy,
        profile=knowledge.profile,
        ledgers=knowledge.ledgers,
        store=store,
        judge=default_judge,
        similar=SimilarCases(store, knowledge.words),
        now=lambda: NOW,
    )


class Server:
    """A `minyi serve` process."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {**environment, "MINYI_PORT": str(self.port)}
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._signed_in: dict[tuple[frozenset[Post], str | None, bool], dict[str, str]] = {}

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service.cli", "serve"], env=self._environment, stdout=log, stderr=log
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(httpx2.TransportError):
                if httpx2.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(self._log.read_text("utf-8"))

    def log(self) -> str:
        """Give what the service has printed."""
        return self._log.read_text("utf-8")

    def store(self) -> Store:
        """Open the database of the service, to look into it or to prepare something; close it."""
        home = self._environment["MINYI_HOME"]
        return open_store(self._environment.get("MINYI_DATABASE_URL") or f"sqlite:///{home}/minyi.db")

    def sign_in(self, *posts: Post, department: str | None = None, restricted: bool = False) -> dict[str, str]:
        """Make somebody with these posts, sign them in, and give the cookies. The same posts are the same person.

        `httpx2.get(..., cookies=server.sign_in(Post.REGISTRAR))` is then what that person sees; without cookies a
        page leads to the sign-in page, and `/api/v1` answers as to a program on this machine.
        """
        wanted = (frozenset(posts), department, restricted)
        if wanted not in self._signed_in:
            self._signed_in[wanted] = self._open_session(*wanted)
        return self._signed_in[wanted]

    def _open_session(self, posts: frozenset[Post], department: str | None, restricted: bool) -> dict[str, str]:
        store, now = self.store(), datetime.now(UTC)
        user_name = f"p{len(self._signed_in)}-{'-'.join(sorted(posts))}"[:40]
        name = "".join(post.label for post in Post if post in posts)
        draft = Draft(user_name=user_name, name=name, posts=posts, department=department, restricted=restricted)
        account = people.create(store, draft, people.SYSTEM, now, password="a good one 1").account
        attempt = Attempt(user_name=user_name, password="", source="127.0.0.1")
        lifetime = Lifetime(idle=timedelta(hours=5), longest=timedelta(hours=5))
        opened = signing_in.open_session(store, account, attempt, lifetime, now)
        store.close()
        return {"minyi_session": opened.token}

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture(scope="session")
def make_server(default_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Make servers that are stopped at the end, whatever happens."""
    made: list[Server] = []

    def make(**environment: str) -> Server:
        home = tmp_path_factory.mktemp("home")
        given = {"MINYI_HOME": str(home), "MINYI_MODELS": str(default_models)}
        server = Server({**os.environ, **given, **environment}, home / "log.txt")
        made.append(server)
        return server

    yield make
    for server in made:
        if server.process is not None and server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.fixture(scope="session")
def server(make_server: Callable[..., Server]) -> Server:
    """Give one running service for the whole session."""
    started = make_server()
    started.start()
    return started
