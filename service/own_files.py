"""What is the office's own besides database and attachments, and goes with a backup: knowledge, models, paper templates.

Model versions that the program builds by itself are left out: the same knowledge gives the same bytes again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from service.backup_manifest import BackupError, hash_file
from service.knowledge import ACCUSATIONS, CORPUS
from service.model_versions import CURRENT, DEFAULT, version_folders
from service.settings import Settings

DATA, MODELS, TEMPLATES = "data", "models", "templates"


def own_files(settings: Settings) -> dict[str, Path]:
    """Name what a backup takes along: the path within it, and the file."""
    found = [(TEMPLATES, settings.templates_folder, path) for path in _files(settings.templates_folder)]
    if settings.own_data is not None:
        found += [(DATA, settings.own_data, path) for path in _knowledge(settings.own_data)]
    models = settings.models_folder
    own = [one for one in version_folders(models) if not one.name.startswith((".", DEFAULT))]
    found += [(MODELS, models, path) for folder in own for path in _files(folder)]
    if (models / CURRENT).is_file():
        found.append((MODELS, models, models / CURRENT))
    return {f"{kind}/{path.relative_to(place).as_posix()}": path for kind, place, path in found}


def check_place(files: Mapping[str, str], settings: Settings) -> None:
    """Check that there is a place for the knowledge that a backup holds, if it holds any.

    Raises:
        BackupError: the program uses the knowledge that came with it, which nobody may write to.
    """
    if settings.own_data is None and any(name.startswith(f"{DATA}/") for name in files):
        raise BackupError("备份中有本单位的 data 文件夹，没有恢复：请先设 MINYI_DATA 指明它放在哪里（可以是空文件夹）")


def put_back(folder: Path, files: Mapping[str, str], settings: Settings, aside: Path) -> None:
    """Put back what differs from what is there, file by file; the files that were there go to `aside`.

    Args:
        folder: the backup.
        files: its files by path, with their SHA-256; those of other kinds are passed over.
        settings: where they belong.
        aside: a folder, made when it is needed.
    """
    places = {DATA: settings.own_data, MODELS: settings.models_folder, TEMPLATES: settings.templates_folder}
    for name in sorted(files, reverse=True):  # the manifest of a model version after its weights
        kind, _, rest = name.partition("/")
        place = places.get(kind)
        if place is None or ((place / rest).is_file() and hash_file(place / rest) == files[name]):
            continue
        target = place / rest
        if target.exists():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(target, aside / name)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.new")
        shutil.copyfile(folder / name, fresh)
        os.replace(fresh, target)


def _knowledge(place: Path) -> Iterator[Path]:
    """Give the files that the program reads there; whatever else an office keeps beside them is not ours."""
    for pattern in ("*.toml", "*.txt"):
        yield from sorted(place.glob(pattern))
    for folder in (CORPUS, ACCUSATIONS, TEMPLATES):
        yield from _files(place / folder)


def _files(place: Path) -> Iterator[Path]:
    for path in sorted(place.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(place).parts):
            yield path
