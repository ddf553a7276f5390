"""Hostile files beside other requests: each is answered in time, this process hardly grows, nobody else waits.

`MINYI_HOSTILE_EVERY` says which of the two hundred: 1 for the full proof, which also compares the other requests' times;
every twentieth under CI, where times tell nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from scripts.benches.importing import beside, made_elsewhere, resident
from service.app import create_app
from service.office import Office
from service.store.engine import Store, open_store

EVERY = int(os.environ.get("MINYI_HOSTILE_EVERY", "20"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Reading files does not depend on the database."""
    opened = open_store(f"sqlite:///{tmp_path / 'minyi.db'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.mark.skipif(not resident(), reason="this system does not tell the memory of a process")
def test_hostile_files_cost_this_process_and_its_requests_nothing(office: Office, tmp_path: Path) -> None:
    files = made_elsewhere(tmp_path / "hostile", EVERY)
    assert len(files) >= 200 // EVERY
    with TestClient(create_app(office), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        found = beside(client, files)
    print(found)
    assert found.slowest <= 30, found.slowest_name
    assert found.grown <= 50
    if EVERY == 1:
        assert found.meanwhile <= 1.2 * found.alone
