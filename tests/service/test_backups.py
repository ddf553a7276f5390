import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from service import attachments, audit, backup_manifest, backups, restoring
from service import settings as settings_module
from service.attachments import Upload
from service.audit import Kind
from service.backup_manifest import BackupError
from service.own_files import own_files
from service.settings import Settings
from service.store.engine import Store, open_store
from service.store.people_tables import audit_log, sessions
from service.store.schema import metadata

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ROUNDS = int(os.environ.get("MINYI_BACKUPS_UNDER_LOAD", "4"))
CHANGED = {sessions.name, audit_log.name, "alembic_version"}
"""What restoring itself changes: everybody is signed out, and it is written down."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    (tmp_path / "home").mkdir()
    return Settings(home=tmp_path / "home", database_url=database_url)


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Settings:
    """Give another, empty place for the same kind of database."""
    home = tmp_path / "elsewhere"
    if database_url.startswith("sqlite"):
        return Settings(home=home, database_url=f"sqlite:///{home / 'minyi.db'}")
    import psycopg

    server = request.getfixturevalue("postgres_server")
    name = f"r{os.urandom(6).hex()}"
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return Settings(home=home, database_url=f"{server}/{name}")


def keep(store: Store, settings: Settings, submission_id: str, content: bytes) -> None:
    upload = Upload(name="原稿.txt", media_type="text/plain", content=content)
    attachments.keep(store, settings.home, submission_id, upload, 1_000, "clerk", NOW)


def everything(address: str) -> dict[str, list[tuple[object, ...]]]:
    store = open_store(address)
    with store.read() as connection:
        found = {
            table.name: sorted(map(repr, map(tuple, connection.execute(select(table)))))
            for table in metadata.sorted_tables
            if table.name not in CHANGED
        }
    store.close()
    return found


def files_of(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "attachments").rglob("*") if path.is_file()}


def test_what_is_restored_equals_what_was_there(store: Store, settings: Settings, elsewhere: Settings, receive) -> None:
    for number in range(3):
        keep(store, settings, receive(f"转办{number}").id, f"附件{number}".encode())
    folder = backups.backup(settings, NOW)
    assert restoring.verify_backup(folder, settings.database) == []
    assert restoring.restore(folder, elsewhere, NOW) is None
    assert everything(elsewhere.database) == everything(settings.database)
    assert files_of(elsewhere.home) == files_of(settings.home)
    assert restoring.verify(elsewhere) == []


def test_a_copy_made_under_load_restores_whole(
    store: Store, settings: Settings, tmp_path: Path, receive: Callable[..., object], request: pytest.FixtureRequest
) -> None:
    if not settings.database.startswith("sqlite"):
        pytest.skip("the same is tried on PostgreSQL without load: each restore needs a database of its own")
    with writing(store, settings, receive):
        for number in range(ROUNDS):
            folder = backups.backup(settings, NOW + timedelta(minutes=number))
            home = tmp_path / f"round{number}"
            other = Settings(home=home, database_url=f"sqlite:///{home / 'minyi.db'}")
            restoring.restore(folder, other, NOW)
            copied = shutil.copy(folder / backup_manifest.read(folder).database, tmp_path / f"copy{number}.db")
            assert everything(other.database) == everything(f"sqlite:///{copied}")
            assert set(files_of(other.home)) == set(files_of(folder))
            assert restoring.verify(other) == []


class writing:  # noqa: N801 - reads as a word in `with`
    """Write submissions and files from two threads as fast as they go."""

    def __init__(self, store: Store, settings: Settings, receive: Callable[..., object]) -> None:
        self.stop = threading.Event()
        self.written = 0

        def write(number: int) -> None:
            while not self.stop.is_set():
                receipt = receive(f"转办{number}")
                keep(store, settings, receipt.id, os.urandom(8))  # type: ignore[attr-defined]
                self.written += 1

        self.threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]

    def __enter__(self) -> Iterator[None]:
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()
        assert self.written > ROUNDS


@pytest.mark.parametrize("harm", ["database", "attachment", "missing", "manifest"])
def test_a_harmed_backup_is_told_and_not_restored(
    store: Store, settings: Settings, elsewhere: Settings, receive, harm: str
) -> None:
    keep(store, settings, receive("转办").id, b"x")
    folder = backups.backup(settings, NOW)
    manifest = backup_manifest.read(folder)
    attachment = next(folder / name for name in manifest.files if name.startswith("attachments/"))
    if harm == "database":
        with (folder / manifest.database).open("r+b") as stream:
            stream.seek(-100, os.SEEK_END)
            stream.write(b"harm")
    elif harm == "attachment":
        attachment.write_bytes(b"y")
    elif harm == "missing":
        attachment.unlink()
    else:
        (folder / backup_manifest.MANIFEST).write_text("{}", "utf-8")
    with pytest.raises(BackupError):
        restoring.restore(folder, elsewhere, NOW)
    assert not elsewhere.home.exists()


def test_what_was_there_is_put_aside(store: Store, settings: Settings, receive) -> None:
    if not settings.database.startswith("sqlite"):
        with pytest.raises(BackupError, match="不是空的"):
            restoring.restore(backups.backup(settings, NOW), settings, NOW)
        return
    keep(store, settings, receive("转办一").id, b"1")
    folder = backups.backup(settings, NOW)
    keep(store, settings, receive("转办二").id, b"2")
    store.close()
    aside = restoring.restore(folder, settings, NOW)
    assert aside is not None
    assert len(files_of(aside)) == 2
    assert len(files_of(settings.home)) == 1
    assert len(everything(settings.database)["submissions"]) == 1


def test_nothing_is_restored_under_a_running_service(store: Store, settings: Settings, elsewhere: Settings) -> None:
    folder = backups.backup(settings, NOW)
    elsewhere.home.mkdir()
    with restoring.not_serving(elsewhere.home), pytest.raises(BackupError, match="正在运行"):
        restoring.restore(folder, elsewhere, NOW)


def test_its_age_is_known(store: Store, settings: Settings) -> None:
    assert backups.last_backup(settings) is None
    folder = backups.backup(settings, NOW)
    last = backups.last_backup(settings)
    assert last is not None
    assert (last.made_at, last.folder, last.present) == (NOW, folder, True)
    assert [entry.kind for entry in audit.page(store, None, 5)] == ["backed_up"]


def test_only_new_files_take_room(store: Store, settings: Settings, receive) -> None:
    keep(store, settings, receive("转办").id, b"x")
    first = backups.backup(settings, NOW)
    second = backups.backup(settings, NOW + timedelta(days=1))
    (one,), (two,) = (
        [path for path in (each / "attachments").rglob("*") if path.is_file()] for each in (first, second)
    )
    assert one.samefile(two)


def test_a_rewritten_log_is_noticed_by_the_last_backup(store: Store, settings: Settings) -> None:
    for number in range(3):
        audit.note(store, Kind.EXPORTED, str(number), NOW)
    backups.backup(settings, NOW)
    assert restoring.verify(settings) == []
    with store.write() as connection:
        connection.execute(audit_log.delete())
    for number in range(5):
        audit.note(store, Kind.EXPORTED, f"other{number}", NOW)
    assert audit.broken_at(store) is None
    assert "不符" in restoring.verify(settings)[0]
    with store.write() as connection:
        connection.execute(update(audit_log).values(actor="x"))
    assert "断开" in restoring.verify(settings)[0]


def test_a_backup_that_fails_leaves_nothing(store: Store, settings: Settings, receive) -> None:
    keep(store, settings, receive("转办").id, b"x")
    for path in (settings.home / "attachments").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(BackupError, match="备份没有做成"):
        backups.backup(settings, NOW)
    assert list(settings.backups_folder.iterdir()) == []
    assert backups.last_backup(settings) is None


def office_files(settings: Settings) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in own_files(settings).items()}


def make_own(settings: Settings) -> None:
    """Give an office a changed department list, two trained versions, one of them in use, and a paper template."""
    data, models = settings.data_folder, settings.models_folder
    (data / "corpus").mkdir(parents=True)
    (data / "departments.toml").write_text("# 本单位的", "utf-8")
    (data / "corpus" / "train-own.csv").write_text("title\n", "utf-8")
    (data / "备忘.docx").write_bytes(b"none of ours")
    for version in ("default-5-abc", "2026", "winter"):
        (models / version).mkdir(parents=True)
        (models / version / "weights.npz").write_bytes(version.encode())
        (models / version / "manifest.json").write_text(version)
    (models / "current").write_text("winter")
    settings.templates_folder.mkdir()
    (settings.templates_folder / "slip.docx").write_bytes(b"own slip")


def test_what_is_the_offices_own_comes_back_too(store: Store, settings: Settings, elsewhere: Settings) -> None:
    office = settings.model_copy(update={"data": settings.home / "data"})
    make_own(office)
    folder = backups.backup(office, NOW)
    assert set(office_files(office)) == {
        "data/departments.toml",
        "data/corpus/train-own.csv",
        "models/2026/weights.npz",
        "models/2026/manifest.json",
        "models/winter/weights.npz",
        "models/winter/manifest.json",
        "models/current",
        "templates/slip.docx",
    }
    fresh = elsewhere.model_copy(update={"data": elsewhere.home / "data"})
    (fresh.data_folder / "corpus").mkdir(parents=True)
    (fresh.data_folder / "departments.toml").write_text("# 随程序的", "utf-8")
    (fresh.data_folder / "corpus" / "train-own.csv").write_text("title\n", "utf-8")
    aside = restoring.restore(folder, fresh, NOW)
    assert office_files(fresh) == office_files(office)
    assert aside is not None
    assert [path.name for path in aside.rglob("*") if path.is_file()] == ["departments.toml"]
    assert (aside / "data" / "departments.toml").read_text("utf-8") == "# 随程序的"


def test_a_harmed_file_of_the_office_is_told_and_unchanged_ones_take_no_room(store: Store, settings: Settings) -> None:
    office = settings.model_copy(update={"data": settings.home / "data"})
    make_own(office)
    first = backups.backup(office, NOW)
    (office.templates_folder / "slip.docx").write_bytes(b"new slip")
    second = backups.backup(office, NOW + timedelta(days=1))
    for name in ("models/winter/weights.npz", "data/departments.toml"):
        assert (first / name).samefile(second / name)
    assert (first / "templates" / "slip.docx").read_bytes() == b"own slip"
    assert (second / "templates" / "slip.docx").read_bytes() == b"new slip"
    (second / "templates" / "slip.docx").write_bytes(b"old slip")
    assert restoring.verify_backup(second, office.database) == ["templates/slip.docx 的内容与记录的摘要不符"]


def test_knowledge_is_not_restored_into_an_installed_program(
    store: Store, settings: Settings, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = settings.model_copy(update={"data": settings.home / "data"})
    make_own(office)
    folder = backups.backup(office, NOW)
    monkeypatch.setattr(settings_module, "in_checkout", lambda: False)
    with pytest.raises(BackupError, match="MINYI_DATA"):
        restoring.restore(folder, elsewhere, NOW)
    assert not elsewhere.home.exists()


def test_a_manifest_that_leads_out_of_its_folder_is_none(store: Store, settings: Settings) -> None:
    folder = backups.backup(settings, NOW)
    path = folder / backup_manifest.MANIFEST
    path.write_text(path.read_text("utf-8").replace('"data/office.toml"', '"data/../../x"'), "utf-8")
    with pytest.raises(BackupError, match="损坏"):
        backup_manifest.read(folder)
