"""Model versions on disk: training from files, the default model, and which version is in use."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp import artifact
from nlp.domain import Writing
from nlp.errors import ArtifactError, TrainingDataError
from nlp.judging import Judge
from nlp.taxonomy import Taxonomy, load_taxonomy, taxonomy_from_texts, taxonomy_of_labels
from service.files.rows import Columns, Row, read_rows
from service.knowledge import (
    ACCUSATIONS,
    DEPARTMENTS,
    TAXONOMY,
    Knowledge,
    training_files,
    training_hash,
)

CURRENT = "current"
BUILD_LOCK = ".build.lock"
DEFAULT = "default-"
"""How the folders of the versions that the program builds by itself begin."""

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A labelled row that was not used, and why (Chinese)."""

    file: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRow:
    """A labelled row and where it stood: place of its file among the files and 1-based number in it."""

    order: tuple[int, int]
    file: str
    number: int
    id: str
    writing: Writing
    theme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Labelled rows ready for training or evaluation; `themes` are ids in the order of `writings` and `rows`."""

    writings: list[Writing]
    themes: list[str]
    left_out: list[LeftOut]
    rows: list[LabelledRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """One training run: where the version lies, its name, its figures, the rows left out."""

    folder: Path
    version: str
    metrics: dict[str, float]
    left_out: list[LeftOut]


def writing_of(row: Row) -> Writing:
    """Give the title and text of a row."""
    return Writing(title=row.title, text=row.text)


def read_labelled(files: Sequence[Path], columns: Columns, taxonomy: Taxonomy | None) -> Labelled:
    """Read labelled files; rows that cannot be used are left out and named.

    Of a text that several files label differently, the label of the later file holds (a correction); where one file
    contradicts itself, neither row is used.

    Raises:
        InputFileError: a file cannot be read.
        TrainingDataError: a file has no theme column, or no row is left.
    """
    left_out: list[LeftOut] = []
    used: dict[tuple[str, str], list[LabelledRow]] = {}
    for place, path in enumerate(files):
        for row in read_rows(path, columns):
            label = row.theme.strip()
            theme = label if taxonomy is None else taxonomy.theme_id(label)
            reason = _unusable(row, label, theme)
            if reason:
                left_out.append(LeftOut(file=path.name, number=row.number, reason=reason))
            else:
                one = LabelledRow(
                    order=(place, row.number),
                    file=path.name,
                    number=row.number,
                    id=row.id,
                    writing=writing_of(row),
                    theme=str(theme),
                )
                _take(one, used.setdefault((row.title, row.text), []), left_out)
    rows = sorted((one for same in used.values() for one in _agreeing(same, left_out)), key=lambda one: one.order)
    if not rows:
        reasons = "；".join(sorted({one.reason for one in left_out})[:3])
        raise TrainingDataError(f"标注文件中没有可用的行（{reasons}）。请检查类别列和正文列，或用 --columns 指明。")
    return Labelled(
        writings=[one.writing for one in rows], themes=[one.theme for one in rows], left_out=left_out, rows=rows
    )


def _take(one: LabelledRow, same: list[LabelledRow], left_out: list[LeftOut]) -> None:
    """Add a row to those of the same text; a later file outdoes earlier ones that say otherwise."""
    for earlier in [other for other in same if other.order[0] != one.order[0] and other.theme != one.theme]:
        same.remove(earlier)
        reason = f"同一内容在 {one.file} 第 {one.number} 行另有类别，以后者为准"
        left_out.append(LeftOut(file=earlier.file, number=earlier.number, reason=reason))
    same.append(one)


def _agreeing(same: list[LabelledRow], left_out: list[LeftOut]) -> list[LabelledRow]:
    """Give the rows of one text if they agree, and none if they contradict each other."""
    if len({one.theme for one in same}) == 1:
        return same
    numbers = "、".join(str(one.number) for one in same)
    reason = f"同一内容的类别互相矛盾（第 {numbers} 行），请核对后只留正确的"
    left_out += [LeftOut(file=one.file, number=one.number, reason=reason) for one in same]
    return []


def _unusable(row: Row, label: str, theme: str | None) -> str:
    if not label:
        return "没有类别"
    if theme is None:
        return f"类别“{label[:40]}”不在主题分类中"
    return "" if (row.title + row.text).strip() else "标题和正文都为空"


def read_accusations(folder: Path) -> tuple[list[Writing], list[bool]]:
    """Read the written accusation cases and look-alikes that the detector is trained on; both empty without files."""
    writings, accuses = [], []
    for path in sorted((folder / ACCUSATIONS).glob("train*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                writings.append(Writing(title=row["title"], text=row["text"]))
                accuses.append(row["accusation"] == "1")
    return writings, accuses


def train_version(
    labelled: Labelled,
    unlabelled: Sequence[Writing],
    knowledge: Knowledge,
    *,
    own_taxonomy: Path | None,
    out: Path,
    seed: int,
    report: Report,
) -> Trained:
    """Train on labelled rows and save the version to `out`.

    `own_taxonomy` is the file that the themes come from; None means that the themes are the labels themselves.

    Raises:
        TrainingDataError, KnowledgeError, ArtifactError: see the functions that do the work.
    """
    from nlp.accusation_training import train_accusation_model
    from nlp.training import Recipe, train

    taxonomy = None if own_taxonomy is None else load_own_taxonomy(own_taxonomy)
    recipe = Recipe(words=knowledge.words, seed=seed, report=report)
    model = train(
        labelled.writings,
        labelled.themes,
        taxonomy=taxonomy,
        unlabelled=unlabelled,
        unspoken=knowledge.unspoken,
        policy=knowledge.policy,
        recipe=recipe,
    )
    cases, accuses = read_accusations(knowledge.folder)
    report("训练检举控告识别", 0, 1)
    ordinary = [writing_of(row) for path in training_files(knowledge.folder) for row in read_rows(path)]
    accusation = (
        train_accusation_model(cases, accuses, ordinary, words=knowledge.words, engine=model.engine, seed=seed)
        if cases
        else None
    )
    report("训练检举控告识别", 1, 1)
    about = {
        "seed": seed,
        "taxonomy": None if own_taxonomy is None else taxonomy_texts(own_taxonomy),
        "taxonomy_version": taxonomy.version if taxonomy else "",
        "training_data": _data_hash(labelled),
        "training_rows": len(labelled.writings),
    }
    version = artifact.save(model, accusation, out, about)
    return Trained(folder=out, version=version, metrics=model.metrics, left_out=labelled.left_out)


def _data_hash(labelled: Labelled) -> str:
    digest = hashlib.sha256()
    for writing, theme in zip(labelled.writings, labelled.themes, strict=True):
        digest.update(json.dumps([writing.title, writing.text, theme]).encode())
    return digest.hexdigest()


def load_own_taxonomy(path: Path) -> Taxonomy:
    """Load a taxonomy file, with the `departments.toml` that lies beside it, if one does.

    Raises:
        KnowledgeError: one of them is missing or faulty.
    """
    beside = path.with_name(DEPARTMENTS)
    return load_taxonomy(path, beside if beside.is_file() else None)


def taxonomy_texts(path: Path) -> dict[str, str]:
    """Read a taxonomy file and the departments beside it, as a model version keeps them; they have been checked before."""
    beside = path.with_name(DEPARTMENTS)
    texts = {TAXONOMY: path.read_text("utf-8")}
    return texts | ({DEPARTMENTS: beside.read_text("utf-8")} if beside.is_file() else {})


def judge_of_version(folder: Path, knowledge: Knowledge) -> Judge:
    """Load a version with the taxonomy that it was trained for.

    Raises:
        ArtifactError: the version is missing, incomplete or altered.
    """
    model, accusation = artifact.load(folder)
    texts = artifact.read_manifest(folder)["taxonomy"]
    taxonomy = (
        taxonomy_from_texts(texts[TAXONOMY], texts.get(DEPARTMENTS)) if texts else taxonomy_of_labels(model.classes)
    )
    return Judge(taxonomy=taxonomy, policy=knowledge.policy, model=model, accusation=accusation)


def current_folder(models: Path, knowledge: Knowledge) -> Path:
    """Name the folder of the version in use: the one chosen by a person, else the default of this knowledge."""
    pointer = models / CURRENT
    if pointer.is_file():
        return models / pointer.read_text("utf-8").strip()
    return models / f"{DEFAULT}{artifact.SCHEMA}-{training_hash(knowledge.folder)}"


def ensure_current(models: Path, knowledge: Knowledge, report: Report) -> Path:
    """Give the version in use; the default one is built from the corpus first when there is none.

    Two processes that start at once build it once: the second waits for the lock and finds it.

    Raises:
        TrainingDataError, ArtifactError: it cannot be built or written.
    """
    from filelock import FileLock

    folder = current_folder(models, knowledge)
    if (folder / artifact.MANIFEST).is_file():
        return folder
    models.mkdir(parents=True, exist_ok=True)
    with FileLock(models / BUILD_LOCK):
        if not (folder / artifact.MANIFEST).is_file():
            taxonomy_file = knowledge.folder / TAXONOMY
            labelled = read_labelled(training_files(knowledge.folder), {}, knowledge.taxonomy)
            train_version(labelled, (), knowledge, own_taxonomy=taxonomy_file, out=folder, seed=0, report=report)
    return folder


def current_judge(models: Path, knowledge: Knowledge, report: Report) -> Judge:
    """Load the version in use with today's taxonomy, so that an edited duty holds without training again."""
    model, accusation = artifact.load(ensure_current(models, knowledge, report))
    return Judge(taxonomy=knowledge.taxonomy, policy=knowledge.policy, model=model, accusation=accusation)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A model version as the list shows it: its folder's name, its figures, whether it is in use."""

    name: str
    version: str
    rows: int
    metrics: dict[str, float]
    in_use: bool


def list_versions(models: Path, knowledge: Knowledge) -> list[ModelVersion]:
    """List the versions in the models folder by name.

    What is none is left out: a folder without a manifest, or with one that this program does not read, as an upgrade
    leaves the default version of the program before.
    """
    current = current_folder(models, knowledge)
    return [
        ModelVersion(
            name=folder.name,
            version=str(manifest["version"]),
            rows=int(manifest["training_rows"]),
            metrics=dict(manifest["metrics"]),
            in_use=folder == current,
        )
        for folder, manifest in _manifests(models)
    ]


def version_folders(models: Path) -> list[Path]:
    """List the folders of the versions in a models folder, readable or not."""
    return sorted(path.parent for path in models.glob(f"*/{artifact.MANIFEST}"))


def _manifests(models: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in version_folders(models):
        with suppress(ArtifactError):
            yield folder, artifact.read_manifest(folder)


def use_version(models: Path, knowledge: Knowledge, name: str) -> None:
    """Put a version in use, by its folder's name or its version; decisions made before keep theirs.

    The version is loaded whole first, and the pointer is replaced in one step.

    Raises:
        ArtifactError: there is no such version, or it is incomplete or altered.
    """
    named = [folder.name for folder in version_folders(models) if folder.name == name]
    matching = named or [one.name for one in list_versions(models, knowledge) if one.version == name]
    if not matching:
        raise ArtifactError(f"没有模型版本“{name[:80]}”。用 minyi model list 查看现有版本。")
    artifact.load(models / matching[0])
    fresh = models / f".{CURRENT}.new"
    fresh.write_text(matching[0], "utf-8")
    os.replace(fresh, models / CURRENT)
