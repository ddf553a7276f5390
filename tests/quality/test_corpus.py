"""What `data/README.md` says of the written corpus holds."""

import csv
import importlib.util
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECTED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="module")
def checker():
    place = importlib.util.spec_from_file_location("check_corpus", ROOT / "scripts" / "check_corpus.py")
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    sys.modules["check_corpus"] = module
    place.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def themes() -> set[str]:
    with (ROOT / "data" / "taxonomy.toml").open("rb") as stream:
        return {theme["id"] for theme in tomllib.load(stream)["themes"]}


def test_counts_values_and_variety(checker, themes: set[str]) -> None:
    pieces = checker.read(checker.CORPUS)
    assert list(checker.faults(pieces, themes)) == []


def test_faults_are_found(checker, themes: set[str]) -> None:
    def piece(place: str, text: str, **fields: object):
        values = {"theme": "commerce", "secondary": (), "register": "wechat", "hard": False, "held_out": False}
        return checker.Piece(place=place, text=text, **{**values, **fields})

    same = "菜市场顶棚漏雨摊位空了一半附近居民买菜要跑很远"
    pieces = [piece(f"x:{number}", f"{same}{'一二三四五六'[number]}") for number in range(6)]
    pieces += [piece("x:0", "短"), piece("x:9", same, theme="nothing"), piece("x:8", same, register="poem")]
    found = "\n".join(checker.faults(pieces, themes))
    for said in (
        "too alike",
        "stands in",
        "unknown theme",
        "unknown register",
        "1 characters",
        "id stands 2 times",
        "at least 50",
    ):
        assert said in found


def test_nothing_is_copied(checker) -> None:
    if not COLLECTED.is_dir():
        pytest.skip("the collected texts are not here")
    assert list(checker.copied(checker.read(checker.CORPUS), COLLECTED)) == []


def test_no_held_out_text_is_trained_on() -> None:
    for folder in ("corpus", "accusations"):
        texts: dict[bool, set[str]] = {True: set(), False: set()}
        for path in (ROOT / "data" / folder).glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream))
            texts[path.name.startswith("heldout")] |= {row["title"] + row["text"] for row in rows}
        assert texts[True]
        assert not texts[True] & texts[False]
