"""Labelled files that disagree, and versions in and out of use."""

from pathlib import Path

import pytest

from nlp import artifact
from nlp.domain import Writing
from nlp.errors import ArtifactError
from service.knowledge import load_knowledge
from service.model_versions import current_folder, list_versions, read_labelled, train_version, use_version

DATA = Path(__file__).resolve().parents[2] / "data"


def write(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["title,text,theme", *rows]) + "\n", "utf-8")
    return path


def test_a_later_file_corrects_an_earlier_one(tmp_path: Path) -> None:
    old = write(tmp_path / "old.csv", ["路灯,不亮,供电", "暖气,不热,供热"])
    new = write(tmp_path / "new.csv", ["路灯,不亮,市政"])
    labelled = read_labelled([old, new], {}, None)
    assert [(one.title, theme) for one, theme in zip(labelled.writings, labelled.themes, strict=True)] == [
        ("暖气", "供热"),
        ("路灯", "市政"),
    ]
    (left,) = labelled.left_out
    assert (left.file, left.number) == ("old.csv", 1)
    assert "new.csv 第 1 行" in left.reason


def test_a_file_that_contradicts_itself_loses_both_rows_and_names_them(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ["路灯,不亮,供电", "暖气,不热,供热", "路灯,不亮,市政", "暖气,不热,供热"])
    labelled = read_labelled([path], {}, None)
    assert labelled.themes == ["供热", "供热"]
    assert [one.number for one in labelled.left_out] == [1, 3]
    assert "第 1、3 行" in labelled.left_out[0].reason


@pytest.fixture
def models(tmp_path: Path) -> Path:
    path = write(tmp_path / "a.csv", [f"暖气,第{n}户不热,供热\n公交,第{n}路太少,公交" for n in range(10)])
    labelled = read_labelled([path], {}, None)
    for name, seed in (("one", 1), ("two", 2)):
        train_version(
            labelled,
            (),
            load_knowledge(DATA),
            own_taxonomy=None,
            out=tmp_path / "models" / name,
            seed=seed,
            report=lambda stage, done, total: None,
        )
    return tmp_path / "models"


def test_versions_are_listed_and_put_in_use_by_name_or_number(models: Path) -> None:
    knowledge = load_knowledge(DATA)
    one, two = list_versions(models, knowledge)
    assert (one.name, two.name, one.rows) == ("one", "two", 20)
    assert not one.in_use
    use_version(models, knowledge, "one")
    assert current_folder(models, knowledge) == models / "one"
    use_version(models, knowledge, two.version)
    assert [each.in_use for each in list_versions(models, knowledge)] == [False, True]
    assert artifact.load(current_folder(models, knowledge))[0].predict([Writing(text="暖气不热")])[0].theme == "供热"


def test_an_unknown_or_damaged_version_leaves_the_present_one(models: Path) -> None:
    knowledge = load_knowledge(DATA)
    use_version(models, knowledge, "one")
    with pytest.raises(ArtifactError, match="minyi model list"):
        use_version(models, knowledge, "three")
    (models / "two" / artifact.WEIGHTS).write_bytes(b"broken")
    with pytest.raises(ArtifactError):
        use_version(models, knowledge, "two")
    assert current_folder(models, knowledge) == models / "one"


def test_a_version_of_the_program_before_is_in_nobodys_way(models: Path) -> None:
    knowledge = load_knowledge(DATA)
    manifest = models / "one" / artifact.MANIFEST
    manifest.write_text(manifest.read_text("utf-8").replace(f'"schema": {artifact.SCHEMA}', '"schema": 0'), "utf-8")
    assert [one.name for one in list_versions(models, knowledge)] == ["two"]
    use_version(models, knowledge, "two")
    assert current_folder(models, knowledge) == models / "two"
    with pytest.raises(ArtifactError, match="格式版本不是"):
        use_version(models, knowledge, "one")
