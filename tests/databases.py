"""Databases of tests: a throw-away PostgreSQL cluster from Debian's package, and copies of what has been migrated once."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.store.engine import open_store

TEMPLATE = "migrated"


def postgres_program(name: str) -> str | None:
    found = shutil.which(name) or next(
        iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    return str(found) if found else None


@contextmanager
def running_cluster() -> Iterator[str]:
    """Run a cluster that need not outlive its machine; give its address, to which the name of a database is added."""
    initdb, pg_ctl = postgres_program("initdb"), postgres_program("pg_ctl")
    assert initdb is not None
    assert pg_ctl is not None
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
    new = [*prefix, initdb, "-D", str(data), "-U", "minyi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(new, **quiet)
    subprocess.run([*prefix, pg_ctl, "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start"], **quiet)
    try:
        yield f"postgresql+psycopg://minyi@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [*prefix, pg_ctl, "-D", str(data), "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL
        )
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(cluster: str, template: str = "template1") -> Iterator[str]:
    """Make a database, give its address, and drop it at the end."""
    name = f"t{os.urandom(6).hex()}"
    command(cluster, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield f"{cluster}/{name}"
    command(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def command(cluster: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{cluster.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def migrate(url: str) -> None:
    """Bring a new database to the schema of today by running every migration."""
    store = open_store(url)
    store.migrate()
    store.close()
