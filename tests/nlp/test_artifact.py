import json
from pathlib import Path

import numpy as np
import pytest

from nlp import artifact
from nlp.accusation_training import train_accusation_model
from nlp.classifier import ThemeClassifier
from nlp.domain import Writing
from nlp.errors import ArtifactError

TEXTS = [Writing(title="暖气", text="供热管道漏水"), Writing(text="公交站牌坏了"), Writing(text="")]


@pytest.fixture
def saved(small_model: ThemeClassifier, tmp_path: Path) -> Path:
    cases = [Writing(text=f"王主任收了第{n}家的钱") for n in range(10)] + [
        Writing(text=f"路灯{n}坏了") for n in range(10)
    ]
    detector = train_accusation_model(cases, [True] * 10 + [False] * 10)
    artifact.save(small_model, detector, tmp_path / "v1", {"taxonomy": None})
    return tmp_path / "v1"


def test_what_is_loaded_predicts_the_same(small_model: ThemeClassifier, saved: Path) -> None:
    model, detector = artifact.load(saved)
    assert detector is not None
    expected = small_model.predict(TEXTS)
    found = model.predict(TEXTS)
    assert [one.ranked for one in found] == [one.ranked for one in expected]
    assert [one.evidence for one in found] == [one.evidence for one in expected]
    assert found[0].model_version == artifact.read_manifest(saved)["version"]


def test_only_numbers_are_kept(saved: Path) -> None:
    with np.load(saved / artifact.WEIGHTS, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fu" for name in arrays.files)
    assert sorted(path.name for path in saved.iterdir()) == [artifact.MANIFEST, artifact.WEIGHTS]


def test_altered_weights_are_refused_before_they_are_read(saved: Path) -> None:
    path = saved / artifact.WEIGHTS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ArtifactError, match="校验值不符"):
        artifact.load(saved)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "已损坏"), ('{"schema": 99}', "格式版本"), ('{"schema": 6, "files": {}}', "不完整"), ("[]", "格式版本")],
)
def test_broken_manifests_are_refused(saved: Path, content: str, message: str) -> None:
    (saved / artifact.MANIFEST).write_text(content, "utf-8")
    with pytest.raises(ArtifactError, match=message):
        artifact.load(saved)


def test_missing_parts_are_named(saved: Path, tmp_path: Path) -> None:
    (saved / artifact.WEIGHTS).unlink()
    with pytest.raises(ArtifactError, match=artifact.WEIGHTS):
        artifact.load(saved)
    with pytest.raises(ArtifactError, match=artifact.MANIFEST):
        artifact.load(tmp_path / "nowhere")


def test_a_folder_with_other_content_is_never_overwritten(small_model: ThemeClassifier, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(ArtifactError, match="已有其他内容"):
        artifact.save(small_model, None, tmp_path, {"taxonomy": None})
    assert (tmp_path / "mine.txt").read_text("utf-8") == "keep"


def test_an_earlier_version_is_replaced_whole(small_model: ThemeClassifier, saved: Path) -> None:
    artifact.save(small_model, None, saved, {"taxonomy": None, "note": "second"})
    assert json.loads((saved / artifact.MANIFEST).read_text("utf-8"))["note"] == "second"
    assert [path.name for path in saved.parent.iterdir()] == ["v1"]
