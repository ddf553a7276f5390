"""How the classifier's numbers come about: features, folds, calibration, thresholds. Imports scikit-learn lazily."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.calibration import Calibrator, expected_calibration_error, fit_calibrator
from nlp.classifier import ThemeClassifier
from nlp.counting import Reading, Report, candidates, count, silent
from nlp.domain import OTHER_THEME, Writing
from nlp.errors import TrainingDataError
from nlp.features import Linear
from nlp.fitting import Examples, Fitted, Task, fit, fit_once, stack
from nlp.folds import deal, near_duplicates
from nlp.gloss_ridge import FEW_EACH, MOST_ROWS, Lesson, Meanings, add_glosses
from nlp.glosses import Glossary, glossary
from nlp.hashing import Hashes
from nlp.policy import Policy
from nlp.segment import UserWord, default_engine
from nlp.selection import Thresholds, choose_thresholds
from nlp.self_training import MOST_TEXTS, Space, embed, guess
from nlp.taxonomy import Taxonomy
from nlp.vocabulary import Vocabulary

FOLDS = 10
"""With fewer, the models that thresholds are chosen on know less than the one that serves: fewer answers are automatic."""
PARALLEL_ROWS = 3_000
HINT_BELIEF = 0.5
TRUST_IN_GUESSES = 0.4
"""What the themes' own words and the guessed themes count beside a labelled row; chosen by cross-validation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a training run is made with besides the rows."""

    words: tuple[UserWord, ...] = ()
    engine: str = ""
    seed: int = 0
    report: Report = silent


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidated:
    """Out-of-fold figures of labelled rows: every row judged by a model that has not seen it or a near duplicate.

    `confidences` has shape (n, themes), `truth` (n,) holds indices into `classes`.
    """

    classes: tuple[str, ...]
    truth: NDArray[np.intp]
    confidences: NDArray[np.float64]
    calibrator: Calibrator


def cross_validate(
    writings: Sequence[Writing],
    themes: Sequence[str],
    *,
    taxonomy: Taxonomy | None = None,
    unlabelled: Sequence[Writing] = (),
    recipe: Recipe | None = None,
) -> CrossValidated:
    """Judge each labelled row by a model that was trained without it; arguments and errors as for `train`."""
    return _cross_validated(_prepare(writings, themes, taxonomy, unlabelled, recipe or Recipe()))


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

    The themes' descriptions and terms count as examples too, so that a theme without rows can be found.

    Args:
        writings: labelled rows; `themes` are their theme ids, in the same order.
        taxonomy: its assignable themes are the classes; without it they are the themes that occur.
        unlabelled: more texts, for document frequencies and to learn from by self-training.
        unspoken: words not to be shown as reasons.
        policy: error target and limits of automatic answers.
        recipe: user dictionary, segmenter, seed, progress.

    Raises:
        TrainingDataError: fewer than two themes have rows, or no text is left after normalisation.
    """
    recipe = recipe or Recipe()
    data = _prepare(writings, themes, taxonomy, unlabelled, recipe)
    found = _cross_validated(data)
    examples = {theme: int((found.truth == index).sum()) for index, theme in enumerate(found.classes)}
    recipe.report("训练最终模型", 0, 1)
    final = _fit(data, np.arange(len(found.truth)))
    recipe.report("训练最终模型", 1, 1)
    return ThemeClassifier(
        classes=found.classes,
        linear=Linear(
            vocabulary=Vocabulary(data.hashes[final.chosen]), idf=final.idf, weights=final.weights, bias=final.bias
        ),
        calibrator=found.calibrator,
        thresholds=_thresholds(found, examples, taxonomy, policy or Policy()),
        examples=examples,
        engine=recipe.engine or default_engine(),
        words=recipe.words,
        unspoken=frozenset(unspoken),
        metrics=_metrics(found),
    )


def _prepare(
    writings: Sequence[Writing],
    themes: Sequence[str],
    taxonomy: Taxonomy | None,
    unlabelled: Sequence[Writing],
    recipe: Recipe,
) -> _Data:
    """Turn everything that is learnt from into counts over the same columns."""
    reading = Reading(words=recipe.words, engine=recipe.engine or default_engine(), report=recipe.report)
    if len(set(themes)) < 2:
        raise TrainingDataError(
            f"标注数据中只有 {len(set(themes))} 个主题，至少需要两个。请补充其他主题的样本后再训练。"
        )
    hints = _hints(taxonomy, themes)
    classes = tuple(sorted(set(themes) | {theme for theme, _ in hints}))
    own_words = [hint for _, hint in hints]
    columns = candidates([*writings, *unlabelled], own_words, reading)
    if not len(columns):
        raise TrainingDataError("标注数据清洗后没有可用的文字，请检查标题列和正文列是否对应正确。")
    few = len(themes) + len(hints) <= min(FEW_EACH * len(classes), MOST_ROWS)
    dictionary = _looked_up(recipe.report) if few else None
    if dictionary:
        columns = np.union1d(columns, dictionary.hashes)
    vocabulary = Vocabulary(columns)
    counts = count(writings, vocabulary, reading, "提取特征")
    hint_counts = count(own_words, vocabulary, reading, "提取主题说明")
    hint_themes = [classes.index(theme) for theme, _ in hints]
    random = np.random.default_rng(recipe.seed)
    guessable = [unlabelled[row] for row in sorted(random.permutation(len(unlabelled))[:MOST_TEXTS])]
    background = count(guessable, vocabulary, reading, "提取未标注文本")
    space = None
    if guessable:
        recipe.report("归纳词语间的联系", 0, 1)
        space = embed(counts, hint_counts, background, recipe.seed)
        recipe.report("归纳词语间的联系", 1, 1)
    truth = np.array([classes.index(theme) for theme in themes])
    groups = near_duplicates([(one.title, one.text) for one in writings], counts, random)
    return _Data(
        labelled=_certain(counts, truth),
        hints=_certain(hint_counts, hint_themes),
        unlabelled=background,
        hashes=columns,
        space=space,
        dictionary=_consulted(dictionary, own_words, hint_themes, vocabulary, reading) if dictionary else None,
        classes=classes,
        folds=deal(groups, truth, FOLDS, random),
        recipe=recipe,
    )


def _hints(taxonomy: Taxonomy | None, themes: Sequence[str]) -> list[tuple[str, Writing]]:
    """Give each theme's own words as pseudo-examples: its description, and each of its terms.

    Without a taxonomy the id speaks; `other` is described by its terms alone.
    """
    if taxonomy is None:
        return [(theme, Writing(title=theme)) for theme in sorted(set(themes)) if theme != OTHER_THEME]
    described = [
        (theme.id, Writing(title="，".join((theme.name, *theme.aliases)), text=theme.scope))
        for theme in taxonomy.assignable
        if theme.id != OTHER_THEME
    ]
    return described + [(theme.id, Writing(text=term)) for theme in taxonomy.assignable for term in theme.terms]


def _looked_up(report: Report) -> Glossary:
    report("查词典", 0, 1)
    found = glossary()
    report("查词典", 1, 1)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Consulted:
    """What a dictionary knows: `meanings` of columns; `hints`, the themes' own words with the Chinese for English ones."""

    meanings: Sequence[Meanings]
    hints: Examples


def _consulted(
    dictionary: Glossary, hints: Sequence[Writing], themes: Sequence[int], vocabulary: Vocabulary, reading: Reading
) -> _Consulted:
    translated = [replace(hint, text=f"{hint.text}{dictionary.translate(hint.title)}") for hint in hints]
    kinds = (dictionary.letters, dictionary.words)
    return _Consulted(
        meanings=[Meanings(columns=vocabulary.lookup(kind.hashes).astype(np.intp), entries=kind) for kind in kinds],
        hints=_certain(count(translated, vocabulary, reading, "提取主题说明"), themes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """Counts over all candidate columns: labelled rows, the themes' own words, unlabelled rows; `space` holds them all.

    Where examples are few, `dictionary` is what one knows of the columns.
    """

    labelled: Examples
    hints: Examples
    unlabelled: sparse.csr_array
    hashes: Hashes
    space: Space | None
    dictionary: _Consulted | None
    classes: tuple[str, ...]
    folds: NDArray[np.intp]
    recipe: Recipe

    @property
    def n_themes(self) -> int:
        """Count the themes."""
        return len(self.classes)


def _certain(counts: sparse.csr_array, truth: Sequence[int] | NDArray[np.intp]) -> Examples:
    return Examples(counts=counts, truth=np.asarray(truth, np.intp), trust=np.ones(len(truth)))


def _fit(data: _Data, rows: NDArray[np.intp]) -> Fitted:
    """Fit on labelled `rows`, the themes' own words, and the unlabelled texts whose theme can be guessed from them.

    What a dictionary knows is added where examples are few.
    """
    labelled = Examples(
        counts=data.labelled.counts[rows], truth=data.labelled.truth[rows], trust=data.labelled.trust[rows]
    )
    task = Task(
        examples=stack([labelled, data.hints]),
        background=data.unlabelled,
        n_themes=data.n_themes,
        seed=data.recipe.seed,
    )
    whole = task if data.space is None else _with_guesses(task, rows, data.space)
    fitted = fit(whole)
    if data.dictionary is None:
        return fitted
    lesson = Lesson(
        examples=stack([labelled, data.dictionary.hints]),
        labelled=len(rows),
        others=data.unlabelled if data.unlabelled.shape[0] else labelled.counts,
        seen=float(task.examples.trust.sum() / whole.examples.trust.sum()),
        meanings=data.dictionary.meanings,
    )
    return add_glosses(fitted, lesson)


def _with_guesses(task: Task, rows: NDArray[np.intp], space: Space) -> Task:
    """Make examples of the background texts whose theme can be guessed."""
    examples, unlabelled = task.examples, task.background
    beliefs = np.zeros((len(examples.truth), task.n_themes))
    beliefs[np.arange(len(examples.truth)), examples.truth] = 1.0
    beliefs[len(rows) :] *= HINT_BELIEF
    present = np.flatnonzero(beliefs.any(axis=0))
    seeds = np.vstack([space.labelled[rows], space.hints])
    scores = fit_once(task).scores(unlabelled)[:, present]
    found, themes = guess(seeds, beliefs[:, present], space.unlabelled, scores)
    guessed = Examples(counts=unlabelled[found], truth=present[themes], trust=np.full(len(found), TRUST_IN_GUESSES))
    rest = np.setdiff1d(np.arange(unlabelled.shape[0]), found)
    return replace(task, examples=stack([examples, guessed]), background=unlabelled[rest])


def _cross_validated(data: _Data) -> CrossValidated:
    """Score each row with a model that has not seen it, and calibrate on these scores.

    Large runs use one process for each core: the solver holds the interpreter's lock, and draws random numbers from a
    generator that threads would share.
    """
    from joblib import Parallel, delayed

    folds, truth = data.folds, data.labelled.truth
    used = [int(fold) for fold in np.unique(folds)]
    jobs = -1 if len(folds) + data.unlabelled.shape[0] >= PARALLEL_ROWS else 1
    quiet = replace(data, recipe=replace(data.recipe, report=silent))
    results = Parallel(n_jobs=jobs, return_as="generator")(delayed(_score_fold)(quiet, fold) for fold in used)
    scores = np.zeros((len(folds), data.n_themes))
    for done, (fold, part) in enumerate(zip(used, results, strict=True), start=1):
        scores[folds == fold] = part
        data.recipe.report("交叉验证", done, len(used))
    calibrator = fit_calibrator(scores, truth)
    return CrossValidated(
        classes=data.classes, truth=truth, confidences=calibrator.confidences(scores), calibrator=calibrator
    )


def _score_fold(data: _Data, fold: int) -> NDArray[np.float64]:
    return _fit(data, np.flatnonzero(data.folds != fold)).scores(data.labelled.counts[data.folds == fold])


def _thresholds(
    found: CrossValidated, examples: dict[str, int], taxonomy: Taxonomy | None, policy: Policy
) -> Thresholds:
    """Choose thresholds on the rows that no doubt about their theme holds back."""
    held = {theme.id for theme in taxonomy.themes if theme.never_automatic} if taxonomy else set()
    free = np.array(
        [
            theme not in held and theme != OTHER_THEME and examples[theme] >= policy.few_examples
            for theme in found.classes
        ]
    )
    first = found.confidences.argmax(axis=1)
    ordered = np.sort(found.confidences, axis=1)
    rows = free[first] & (ordered[:, -1] - ordered[:, -2] >= policy.narrow_margin)
    return choose_thresholds(
        ordered[rows, -1], [found.classes[index] for index in first[rows]], (first != found.truth)[rows], policy
    )


def _metrics(found: CrossValidated) -> dict[str, float]:
    """Sum up the out-of-fold predictions: accuracy, top-3 share, expected calibration error."""
    order = np.argsort(-found.confidences, axis=1, kind="stable")
    right = order[:, 0] == found.truth
    top3 = (order[:, :3] == found.truth[:, None]).any(axis=1)
    error = expected_calibration_error(found.confidences.max(axis=1), right)
    return {
        "n": float(len(right)),
        "accuracy": round(float(right.mean()), 4),
        "top3": round(float(top3.mean()), 4),
        "ece": round(error, 4),
    }
