"""How the classifier's numbers come about: features, folds, calibration, thresholds. Imports scikit-learn lazily."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.calibration import expected_calibration_error, fit_calibrator
from nlp.classifier import Linear, ThemeClassifier
from nlp.domain import OTHER_THEME, Writing
from nlp.errors import TrainingDataError
from nlp.features import (
    CHUNK,
    Hashes,
    Vocabulary,
    count_rows,
    inverse_document_frequency,
    occurrences,
    weigh,
)
from nlp.policy import Policy
from nlp.segment import UserWord, default_engine, segment_arrays
from nlp.selection import Thresholds, choose_thresholds
from nlp.taxonomy import Taxonomy
from nlp.text import normalise

FOLDS = 5
MAX_FEATURES = 65_536
LEAST_OCCURRENCES = 2
PARALLEL_ROWS = 3_000
COST = 1.0
"""Penalty of the linear SVM's errors; chosen with the other figures here by cross-validation."""

Report = Callable[[str, int, int], None]
"""Progress: what is being done, how many steps are done, how many there are."""


def _silent(stage: str, done: int, total: int) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a training run is made with besides the rows."""

    words: tuple[UserWord, ...] = ()
    engine: str = ""
    seed: int = 0
    report: Report = _silent


def train(
    writings: Sequence[Writing],
    themes: Sequence[str],
    *,
    taxonomy: Taxonomy | None = None,
    unlabelled: Sequence[Writing] = (),
    unspoken: Collection[str] = (),
    policy: Policy | None = None,
    recipe: Recipe | None = None,
) -> ThemeClassifier:
    """Train a classifier with calibrated confidences and thresholds chosen on out-of-fold predictions.

    The themes' names, aliases and scopes count as one example each, so that a theme without rows can be found too.

    Args:
        writings: labelled rows; `themes` are their theme ids, in the same order.
        taxonomy: its assignable themes are the classes; without it they are the themes that occur.
        unlabelled: more texts, for document frequencies.
        unspoken: words not to be shown as reasons.
        policy: error target and limits of automatic answers.
        recipe: user dictionary, segmenter, seed, progress.

    Raises:
        TrainingDataError: fewer than two themes have rows, or no text is left after normalisation.
    """
    recipe = recipe or Recipe()
    recipe = Recipe(
        words=recipe.words, engine=recipe.engine or default_engine(), seed=recipe.seed, report=recipe.report
    )
    policy = policy or Policy()
    if len(set(themes)) < 2:
        raise TrainingDataError(
            f"标注数据中只有 {len(set(themes))} 个主题，至少需要两个。请补充其他主题的样本后再训练。"
        )
    hints = _hints(taxonomy)
    classes = tuple(sorted(set(themes) | set(hints)))
    candidates = _candidates([*writings, *unlabelled], list(hints.values()), recipe)
    if not len(candidates):
        raise TrainingDataError("标注数据清洗后没有可用的文字，请检查标题列和正文列是否对应正确。")
    vocabulary = Vocabulary(candidates)
    truth = np.array([classes.index(theme) for theme in themes])
    data = _Data(
        counts=_counts(writings, vocabulary, recipe, "提取特征"),
        truth=truth,
        hint_counts=_counts(list(hints.values()), vocabulary, recipe, "提取主题说明"),
        hint_truth=np.array([classes.index(theme) for theme in hints], int),
        background=_counts(unlabelled, vocabulary, recipe, "提取未标注文本"),
        n_classes=len(classes),
        seed=recipe.seed,
    )
    scores = _out_of_fold(data, _folds(writings, truth, recipe.seed), recipe.report)
    calibrator = fit_calibrator(scores, truth)
    examples = {theme: int((truth == index).sum()) for index, theme in enumerate(classes)}
    confidences = calibrator.confidences(scores)
    thresholds = _thresholds(confidences, truth, classes, examples, taxonomy, policy)
    recipe.report("训练最终模型", 0, 1)
    chosen, linear = _fit(data, np.arange(len(truth)))
    recipe.report("训练最终模型", 1, 1)
    return ThemeClassifier(
        classes=classes,
        linear=Linear(
            vocabulary=Vocabulary(candidates[chosen]), idf=linear.idf, weights=linear.weights, bias=linear.bias
        ),
        calibrator=calibrator,
        thresholds=thresholds,
        examples=examples,
        engine=recipe.engine,
        words=recipe.words,
        unspoken=frozenset(unspoken),
        metrics=_metrics(confidences, truth),
    )


def _hints(taxonomy: Taxonomy | None) -> dict[str, Writing]:
    """Describe each theme in its own words, as a pseudo-example; `other` has none."""
    if taxonomy is None:
        return {}
    return {
        theme.id: Writing(title="，".join((theme.name, *theme.aliases)), text=theme.scope)
        for theme in taxonomy.assignable
        if theme.id != OTHER_THEME
    }


def _chunks(writings: Sequence[Writing]) -> list[Sequence[Writing]]:
    return [writings[begin : begin + CHUNK] for begin in range(0, len(writings), CHUNK)]


def _fields(chunk: Sequence[Writing]) -> list[str]:
    return [part.text for part in normalise([part for writing in chunk for part in (writing.title, writing.text)])]


def _candidates(writings: Sequence[Writing], hints: Sequence[Writing], recipe: Recipe) -> Hashes:
    """List the hashes that occur at least LEAST_OCCURRENCES times, or in a theme's own words; sorted."""
    found: list[Hashes] = []
    times: list[NDArray[np.int64]] = []
    chunks = _chunks(writings)
    for done, chunk in enumerate(chunks, start=1):
        hashes, counts = np.unique(_hashes(chunk, recipe), return_counts=True)
        found.append(hashes)
        times.append(counts)
        recipe.report("统计词语", done, len(chunks))
    hashes, place = np.unique(np.concatenate(found), return_inverse=True)
    frequent = hashes[np.bincount(place, np.concatenate(times)) >= LEAST_OCCURRENCES]
    if not len(frequent):
        return frequent
    kept = np.union1d(frequent, _hashes(hints, recipe)) if hints else frequent
    return np.asarray(kept[kept != 0], np.uint64)


def _hashes(writings: Sequence[Writing], recipe: Recipe) -> Hashes:
    return occurrences(segment_arrays(_fields(writings), recipe.words, recipe.engine)).hashes


def _counts(writings: Sequence[Writing], vocabulary: Vocabulary, recipe: Recipe, stage: str) -> sparse.csr_array:
    parts: list[Any] = [sparse.csr_array((0, len(vocabulary)), dtype=np.float32)]
    chunks = _chunks(writings)
    for done, chunk in enumerate(chunks, start=1):
        tokens = segment_arrays(_fields(chunk), recipe.words, recipe.engine)
        parts.append(count_rows(occurrences(tokens), vocabulary))
        recipe.report(stage, done, len(chunks))
    return sparse.csr_array(sparse.vstack(parts, format="csr"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """Counts over all candidate columns: labelled rows, the themes' own words, unlabelled rows."""

    counts: sparse.csr_array
    truth: NDArray[np.intp]
    hint_counts: sparse.csr_array
    hint_truth: NDArray[np.intp]
    background: sparse.csr_array
    n_classes: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def _fit(data: _Data, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], _Weights]:
    """Choose columns and fit on `rows` and the themes' own words; return the chosen columns and the numbers."""
    from sklearn.svm import LinearSVC

    counts = sparse.csr_array(sparse.vstack([data.counts[rows], data.hint_counts], format="csr"))
    truth = np.concatenate([data.truth[rows], data.hint_truth])
    chosen = select_columns(counts, truth, data.n_classes)
    counts = counts[:, chosen]
    idf = inverse_document_frequency(
        sparse.csr_array(sparse.vstack([counts, data.background[:, chosen]], format="csr"))
    )
    machine = LinearSVC(C=COST, random_state=data.seed)
    machine.fit(weigh(counts, idf), truth)
    weights = np.zeros((len(chosen), data.n_classes), np.float32)
    bias = np.full(data.n_classes, -1.0, np.float32)
    coefficients, intercept = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        coefficients, intercept = np.vstack([-coefficients, coefficients]), np.concatenate([-intercept, intercept])
    weights[:, machine.classes_], bias[machine.classes_] = coefficients.T, intercept
    return chosen, _Weights(idf=idf, weights=weights, bias=bias)


def select_columns(counts: sparse.csr_array, truth: NDArray[np.intp], n_classes: int) -> NDArray[np.intp]:
    """Choose at most MAX_FEATURES columns by their largest chi-square term over the classes; sorted."""
    present = counts.copy()
    present.data = np.ones_like(present.data)
    member = np.zeros((len(truth), n_classes), np.float32)
    member[np.arange(len(truth)), truth] = 1.0
    observed = np.asarray(present.T @ member)
    expected = observed.sum(axis=1, keepdims=True) * member.mean(axis=0)
    worth = ((observed - expected) ** 2 / np.maximum(expected, 1e-9)).max(axis=1)
    worth[observed.sum(axis=1) == 0] = -1.0
    order = np.argsort(-worth, kind="stable")[:MAX_FEATURES]
    return np.sort(order[worth[order] > 0])


def _folds(writings: Sequence[Writing], truth: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """Deal rows to folds theme by theme; rows with the same text share a fold. Shape (n,), values 0 … FOLDS - 1."""
    random = np.random.default_rng(seed)
    fold_of: dict[tuple[str, str], int] = {}
    folds = np.zeros(len(truth), int)
    next_fold = 0
    shuffled = random.permutation(len(truth))
    for index in shuffled[np.argsort(truth[shuffled], kind="stable")]:
        key = (writings[index].title, writings[index].text)
        if key not in fold_of:
            fold_of[key] = next_fold
            next_fold = (next_fold + 1) % FOLDS
        folds[index] = fold_of[key]
    return folds


def _out_of_fold(data: _Data, folds: NDArray[np.intp], report: Report) -> NDArray[np.float64]:
    """Score each row with a model that has not seen it: shape (n, classes).

    Large runs use one process for each core: the solver holds the interpreter's lock, and draws random numbers from a
    generator that threads would share.
    """
    from joblib import Parallel, delayed

    used = [int(fold) for fold in np.unique(folds)]
    jobs = -1 if len(folds) >= PARALLEL_ROWS else 1
    results = Parallel(n_jobs=jobs, return_as="generator")(delayed(_score_fold)(data, folds, fold) for fold in used)
    scores = np.zeros((len(folds), data.n_classes))
    for done, (fold, part) in enumerate(zip(used, results, strict=True), start=1):
        scores[folds == fold] = part
        report("交叉验证", done, len(used))
    return scores


def _score_fold(data: _Data, folds: NDArray[np.intp], fold: int) -> NDArray[np.float64]:
    chosen, fitted = _fit(data, np.flatnonzero(folds != fold))
    rows = weigh(data.counts[folds == fold][:, chosen], fitted.idf)
    return np.asarray(rows @ fitted.weights + fitted.bias, np.float64)


def _thresholds(
    confidences: NDArray[np.float64],
    truth: NDArray[np.intp],
    classes: tuple[str, ...],
    examples: dict[str, int],
    taxonomy: Taxonomy | None,
    policy: Policy,
) -> Thresholds:
    """Choose thresholds on the rows that no doubt about their theme holds back."""
    held = {theme.id for theme in taxonomy.themes if theme.never_automatic} if taxonomy else set()
    free = np.array(
        [theme not in held and theme != OTHER_THEME and examples[theme] >= policy.few_examples for theme in classes]
    )
    first = confidences.argmax(axis=1)
    ordered = np.sort(confidences, axis=1)
    rows = free[first] & (ordered[:, -1] - ordered[:, -2] >= policy.narrow_margin)
    return choose_thresholds(
        ordered[rows, -1], [classes[index] for index in first[rows]], (first != truth)[rows], policy
    )


def _metrics(confidences: NDArray[np.float64], truth: NDArray[np.intp]) -> dict[str, float]:
    """Sum up the out-of-fold predictions: accuracy, top-3 share, expected calibration error."""
    order = np.argsort(-confidences, axis=1, kind="stable")
    right = order[:, 0] == truth
    top3 = (order[:, :3] == truth[:, None]).any(axis=1)
    error = expected_calibration_error(confidences.max(axis=1), right)
    return {
        "n": float(len(truth)),
        "accuracy": round(float(right.mean()), 4),
        "top3": round(float(top3.mean()), 4),
        "ece": round(error, 4),
    }
