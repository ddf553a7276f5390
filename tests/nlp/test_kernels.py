"""The compiled loops and their numpy twins give the same numbers."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import kernels, lexicon
from nlp.characters import characters_of
from nlp.classifier import RANKED, ThemeClassifier
from nlp.domain import Writing
from nlp.encoding import Encoded, Joint, join
from nlp.explain import explain
from nlp.features import Linear, occurrences
from nlp.judging import Judge
from nlp.passage_scores import score_passages
from nlp.passages import cuts_of
from nlp.policy import Policy
from nlp.segment import segment_arrays
from nlp.taxonomy import taxonomy_of_labels
from nlp.text import normalise
from nlp.turns import read_passages, turns_of
from nlp.vocabulary import Vocabulary

TEXT = st.text(alphabet=st.sampled_from("暖气不热公交车少供热管道漏水，a1 。\n"), max_size=40)
ROWS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6)

pytestmark = pytest.mark.usefixtures("compiled_loops")


def found_in(encoded: Encoded, joint: Joint, compiled: bool) -> list[tuple]:
    """List the n-grams of a batch: row, range, hash, share."""
    known, hashes = encoded.known, (joint if compiled else joint.linear).vocabulary.hashes
    columns = zip(known.rows, known.starts, known.ends, hashes[known.columns], encoded.shares, strict=True)
    return sorted((*map(float, one[:4]), round(float(one[4]), 5)) for one in columns)


def both(asked: Sequence[tuple[str, str]], model: ThemeClassifier, folder: Path) -> Iterator[dict]:
    """Read, rank and explain rows with the compiled loops, then with their twins; both rank what the loops scored."""
    joint = join(model.linear, other_of(model.linear))
    fields = normalise([part for row in asked for part in row])
    lexicon.prepare((), folder)
    scored = None
    for compiled in (True, False):
        if compiled:
            assert kernels.load(folder)
        else:
            kernels.unload()
        batch = segment_arrays(characters_of([part.text for part in fields]))
        encoded = joint.encode(batch)
        scored = encoded.scores if compiled else scored
        best, sure = model.calibrator.rank(scored, RANKED)
        starts, ends = batch.bounds[:-1:2].copy(), batch.bounds[:-1:2] + (np.diff(batch.bounds)[::2] + 1) // 2
        each = np.arange(len(starts))
        scores = score_passages(model, encoded, starts, ends, np.array([0, len(starts)]))
        yield {
            "words": batch.words.tolist(),
            "edges": batch.edges.tolist(),
            "features": encoded.features.tolist(),
            "found": found_in(encoded, joint, compiled),
            "best": best.tolist(),
            "evidence": explain(encoded, best, fields, np.unique(batch.words)[::3].copy()),
            "figures": [
                encoded.scores,
                encoded.others,
                sure,
                model.calibrator.confidences(scored),
                scores.confidences(each, each + 1),
                scores.again,
            ],
        }


def other_of(linear: Linear) -> Linear:
    """Make a second model that knows other n-grams than a first, and some of the same."""
    hashes = np.concatenate([linear.vocabulary.hashes[::2], linear.vocabulary.hashes[1::2] ^ np.uint64(1 << 40)])
    weights = np.linspace(-1, 1, len(hashes), dtype=np.float32)[:, None]
    idf = np.linspace(1, 3, len(hashes), dtype=np.float32)
    return Linear(vocabulary=Vocabulary(hashes), idf=idf, weights=weights, bias=np.array([0.5], np.float32))


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_loop_equals_its_twin(
    small_model: ThemeClassifier, compiled_folder: Path, asked: list[tuple[str, str]]
) -> None:
    compiled, twin = both(asked, small_model, compiled_folder)
    for one, other in zip(compiled.pop("figures"), twin.pop("figures"), strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-6, atol=2e-6)
    for name, one in compiled.items():
        assert one == twin[name], name


def test_whole_judgements_are_equal(small_model: ThemeClassifier) -> None:
    judge = Judge(taxonomy=taxonomy_of_labels(small_model.classes), policy=Policy(), model=small_model)
    asked = [Writing(title=f"{number}号楼暖气不热", text="锅炉房停了；另外公交车少，等车太久") for number in range(70)]
    asked += [Writing(text=shape) for shape in ("", "举" * 3_000, "😀" * 3_000, " ", "a1" * 900)]
    day = date(2026, 11, 24)
    compiled = judge.judge(asked, day)
    kernels.unload()
    assert judge.judge(asked, day) == compiled


def test_turns_are_the_same(small_model: ThemeClassifier, compiled_folder: Path) -> None:
    pieces = ["暖气不热，锅炉房停了。", "另外公交车少，等车太久；", "供热管道漏水。", "二是牧场饲草贵。", "q。"]
    texts = ["".join(pieces[step % 5] for step in range(number, 3 * number, 1 + number % 3)) for number in range(1, 9)]
    fields = normalise([part for text in texts for part in ("", text)])
    found = []
    for compiled in (True, False):
        assert kernels.load(compiled_folder) if compiled else kernels.unload() is None
        reading = read_passages(
            small_model, small_model.read(fields), cuts_of([field.text for field in fields], range(len(texts)))
        )
        found.append({number: turns for least in (-np.inf, -4.0) for number, turns in turns_of(reading, least).items()})
    for number, turns in found[0].items():
        for one, other in zip(turns, found[1][number], strict=True):
            assert one[:3] == other[:3]
            np.testing.assert_allclose(one.signs, other.signs, rtol=2e-6, atol=2e-6)
    assert found[0].keys() == found[1].keys() != set()


def test_a_crowded_vocabulary_is_searched_to_the_same_end(compiled_folder: Path) -> None:
    lexicon.prepare((), compiled_folder)
    batch = segment_arrays(characters_of(["暖气不热", "供热管道漏水，公交车少"]))
    hashes = np.unique(occurrences(batch).hashes)
    crowded = np.unique(np.concatenate([hashes[::2], hashes[::2] + np.uint64(8), hashes[::2] + np.uint64(16)]))
    ones = np.ones((len(crowded), 1), np.float32)
    linear = Linear(vocabulary=Vocabulary(crowded), idf=ones[:, 0], weights=ones, bias=np.zeros(1, np.float32))
    joint = join(linear)
    compiled = found_in(joint.encode(batch), joint, True)
    kernels.unload()
    assert found_in(joint.encode(batch), joint, False) == compiled
    assert compiled


def test_nothing_is_compiled_or_imported_before_it_is_asked_for() -> None:
    program = "import sys, nlp.judging, nlp.kernels; print('numba' in sys.modules, nlp.kernels.loaded())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "None"]


def test_without_numba_the_twins_serve(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('no wheel for this machine')")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from nlp import kernels; print(kernels.load(), kernels.loaded())"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "None"]


def test_whatever_source_changes_is_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kernels, "_HERE", tmp_path)
    (tmp_path / "loops.py").write_text("from constants import ONE")
    found = set()
    for constant in ("ONE = 1", "ONE = 2", "ONE = 1"):
        (tmp_path / "constants.py").write_text(constant)
        found.add(kernels._version())
    assert len(found) == 2


def test_what_is_compiled_is_kept_in_the_folder_given(compiled_folder: Path) -> None:
    kept = {path.name.split("-")[0] for path in compiled_folder.rglob("*.nbc")}
    assert kept >= {
        "compiled_cut._cut",
        "compiled_encode._encode",
        "compiled_rank.rank",
        "compiled_scan.look",
        "compiled_turns.find_turns",
    }
