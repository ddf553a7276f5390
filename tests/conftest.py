"""What tests run on: a SQLite file, a throw-away PostgreSQL cluster (Debian's package), a running service on loopback."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from filelock import FileLock

from nlp import kernels
from service import people, signing_in, warming
from service.access import Post
from service.knowledge import load_knowledge
from service.office import Office
from service.people import Draft
from service.signing_in import Attempt, Lifetime
from service.similar_cases import SimilarCases
from service.store.engine import Store, open_store
from tests import databases

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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if databases.postgres_program("initdb") is None:
        absent("PostgreSQL")
    with databases.running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the migrations once on SQLite for all the tests that want a store."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    databases.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres_server: str) -> str:
    """Run the migrations once on PostgreSQL for all the tests that want a store; give the name of the database."""
    databases.command(postgres_server, f"CREATE DATABASE {databases.TEMPLATE}")
    databases.migrate(f"{postgres_server}/{databases.TEMPLATE}")
    return databases.TEMPLATE


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a new database: empty, or as the migrations leave it where the test has a store."""
    with_schema = "store" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        if with_schema:
            shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    cluster = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("migrated_database") if with_schema else "template1"
    with databases.postgres_database(cluster, template) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def knowledge():
    return load_knowledge(DATA)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that all processes of one run of the tests share (`pytest -n`)."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def default_models(shared_folder: Path, knowledge) -> Path:
    """Build the default model once for all tests, from the shipped corpus."""
    from service.model_versions import ensure_current

    models = shared_folder / "models"
    ensure_current(models, knowledge, lambda stage, done, total: None)
    return models


@pytest.fixture(scope="session")
def compiled_folder(shared_folder: Path) -> Path:
    """Compile the loops once for all tests and the services that they start; numpy serves on in this process."""
    folder = shared_folder / "compiled"
    served = kernels.loaded() is not None
    with FileLock(shared_folder / "compiled.lock"):
        if not folder.is_dir():
            program = "import pathlib, sys; from nlp import kernels; assert kernels.load(pathlib.Path(sys.argv[1]))"
            subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=DATA.parent)
        assert kernels.load(folder)
    if not served:
        kernels.unload()
    return folder


@pytest.fixture(scope="session")
def default_judge(default_models: Path, knowledge):
    from service.model_versions import current_judge

    return current_judge(default_models, knowledge, lambda stage, done, total: None)


@pytest.fixture
def default_home(default_models: Path, tmp_path: Path) -> dict[str, str]:
    """Give an environment for the command line: a home of its own, the default model at hand."""
    return {**os.environ, "MINYI_HOME": str(tmp_path / "home"), "MINYI_MODELS": str(default_models)}


@pytest.fixture
def make_office(knowledge, tmp_path: Path) -> Callable[..., Office]:
    """Put an office of the shipped knowledge together, at NOW, around a store and a judge."""
    from service.settings import Settings

    def make(store: Store, judge) -> Office:
        return Office(
            settings=Settings(home=tmp_path / "home"),
            taxonomy=knowledge.taxonomy,
            policy=knowledge.policy,
            profile=knowledge.profile,
            ledgers=knowledge.ledgers,
            store=store,
            judge=judge,
            similar=SimilarCases(store, knowledge.words),
            now=lambda: NOW,
        )

    return make


@pytest.fixture
def office(make_office: Callable[..., Office], store: Store, default_judge) -> Office:
    return make_office(store, default_judge)


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
        self.user_names: dict[tuple[frozenset[Post], str | None, bool], str] = {}

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service.cli", "serve"], env=self._environment, stdout=log, stderr=log
            )
        end = time.monotonic() + 120
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
        self.user_names[posts, department, restricted] = user_name
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
def make_server(
    default_models: Path, compiled_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """Make servers that are stopped at the end, whatever happens."""
    made: list[Server] = []

    def make(**environment: str) -> Server:
        log = tmp_path_factory.mktemp("home") / "log.txt"
        given = {"MINYI_HOME": str(log.parent), "MINYI_MODELS": str(default_models), **environment}
        shutil.copytree(compiled_folder, warming.compiled_folder(Path(given["MINYI_HOME"])), dirs_exist_ok=True)
        server = Server({**os.environ, **given}, log)
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
