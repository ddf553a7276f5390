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

from nlp import explain, kernels
from nlp.classifier import ThemeClassifier
from nlp.domain import Writing
from nlp.features import count_known, known, occurrences, rows_of
from nlp.judging import Judge
from nlp.policy import Policy
from nlp.taxonomy import taxonomy_of_labels
from nlp.vocabulary import Vocabulary

TEXT = st.text(alphabet=st.sampled_from("暖气不热公交车少供热管道漏水，a1 。\n"), max_size=40)
ROWS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6)

pytestmark = pytest.mark.usefixtures("compiled_loops")


def both(asked: Sequence[tuple[str, str]], model: ThemeClassifier) -> Iterator[list[np.ndarray]]:
    """Encode, score and explain rows with the compiled loops, then with their twins."""
    for unloaded in (False, True):
        if unloaded:
            kernels.unload()
        else:
            assert kernels.load()
        batch = rows_of([title for title, _ in asked], [text for _, text in asked], (), "rjieba")
        encoded = model.linear.encode(batch)
        found, rows = encoded.known, encoded.rows
        scores = model.linear.scores(rows)
        weights = explain.word_weights(encoded, model.linear, scores.argmax(axis=1))
        unspoken = np.unique(batch.words)[::3].copy()
        picked = explain._picked(np.round(weights, 12), batch.words, unspoken, batch.edges[::2].copy())
        yield [
            batch.words, found.rows, found.starts, found.ends, found.columns,
            encoded.counts.indptr, encoded.counts.indices, encoded.counts.data, encoded.entries, rows.data, picked,
            scores, weights,
        ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_loop_equals_its_twin(small_model: ThemeClassifier, asked: list[tuple[str, str]]) -> None:
    compiled, twin = both(asked, small_model)
    for number, (one, other) in enumerate(zip(compiled, twin, strict=True)):
        if number < len(compiled) - 2:
            assert one.tolist() == other.tolist(), number
        else:
            np.testing.assert_allclose(one, other, rtol=2e-6, atol=1e-7)


def test_whole_judgements_are_equal(small_model: ThemeClassifier) -> None:
    judge = Judge(taxonomy=taxonomy_of_labels(small_model.classes), policy=Policy(), model=small_model)
    asked = [Writing(title=f"{number}号楼暖气不热", text="锅炉房停了；另外公交车少，等车太久") for number in range(70)]
    asked += [Writing(text=shape) for shape in ("", "举" * 3_000, "😀" * 3_000, " ", "a1" * 900)]
    day = date(2026, 11, 24)
    compiled = judge.judge(asked, day)
    kernels.unload()
    assert judge.judge(asked, day) == compiled


def test_a_crowded_vocabulary_is_searched_to_the_same_end() -> None:
    batch = rows_of(["暖气不热"], ["供热管道漏水，公交车少"], (), "rjieba")
    hashes = np.unique(occurrences(batch).hashes)
    crowded = np.unique(np.concatenate([hashes[::2], hashes[::2] + np.uint64(8), hashes[::2] + np.uint64(16)]))
    vocabulary = Vocabulary(crowded)
    compiled = known(batch, vocabulary)
    counted = count_known(compiled, 1, len(vocabulary))[0]
    kernels.unload()
    assert known(batch, vocabulary).columns.tolist() == compiled.columns.tolist()
    assert count_known(compiled, 1, len(vocabulary))[0].data.tolist() == counted.data.tolist()


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


def test_what_is_compiled_is_kept_in_the_folder_given(tmp_path: Path) -> None:
    program = "import sys, pathlib; from nlp import kernels; print(kernels.load(pathlib.Path(sys.argv[1])))"
    subprocess.run([sys.executable, "-c", program, tmp_path], check=True, stdout=subprocess.DEVNULL)
    assert {path.name.split("-")[0] for path in tmp_path.rglob("*.nbc")} >= {
        f"compiled.{name}" for name in ("score", "_find")
    }
