"""Evaluating a model on labelled files, and the summary that the command line prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nlp.domain import Doubt
from nlp.evaluation import Evaluation, Findings, evaluate, findings
from nlp.judging import Judge
from nlp.taxonomy import Taxonomy
from nlp.text import normalise
from service.deadlines import BEIJING
from service.files.rows import Columns
from service.model_versions import LabelledRow, LeftOut, read_labelled

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """An evaluation, what to look at in it, the rows that were judged and those that were left out."""

    evaluation: Evaluation
    findings: Findings
    rows: list[LabelledRow]
    left_out: list[LeftOut]


def evaluate_files(judge: Judge, files: Sequence[Path], columns: Columns, report: Report) -> Evaluated:
    """Judge labelled files and compare.

    Raises:
        InputFileError, TrainingDataError: a file cannot be read, or no usable row is in it.
    """
    labelled = read_labelled(files, columns, judge.taxonomy)
    today = datetime.now(BEIJING).date()
    total = len(labelled.writings)
    judgements = judge.judge(labelled.writings, today, lambda done: report("检验", done, total))
    leads = None
    if judge.taxonomy.departments:
        texts = normalise([f"{one.title}\n{one.text}" for one in labelled.writings])
        duties = [
            judge.taxonomy.duty_for(theme, text.text, today) for theme, text in zip(labelled.themes, texts, strict=True)
        ]
        leads = [duty.lead if duty else None for duty in duties]
    examples = judge.model.examples if judge.model else {}
    figures = evaluate(judgements, labelled.themes, leads, examples, judge.policy.few_examples)
    found = findings(judgements, labelled.themes)
    return Evaluated(evaluation=figures, findings=found, rows=labelled.rows, left_out=labelled.left_out)


SHOWN = 10


def summary(found: Evaluated, taxonomy: Taxonomy) -> list[str]:
    """Say the figures in lines for a person."""
    figures, auto = found.evaluation, found.evaluation.auto
    low, high = found.findings.accuracy_ci
    precision = "—" if auto.precision is None else f"{auto.precision:.3f}"
    lines = [
        f"共 {figures.n} 行    首位准确率 {figures.accuracy:.3f}（{low:.3f}–{high:.3f}）",
        f"宏平均 F1 {figures.macro_f1:.3f}    前二命中 {figures.top2:.3f}    前三命中 {figures.top3:.3f}"
        f"    校准误差 {figures.ece:.3f}",
        f"建议直接转办 {auto.coverage:.1%}，其中主题正确 {precision}，错误率 95% 上界 {auto.upper_bound:.3f}",
    ]
    if figures.department_accuracy is not None:
        lines.append(f"主办单位正确 {figures.department_accuracy:.3f}")
    lines.append("主题\t行数\t精确率（95% 区间）\t召回率（95% 区间）\tF1")
    for theme, one in figures.per_theme.items():
        name = taxonomy.theme_name(theme)
        few = "" if one.enough else "  样本不足"
        lines.append(
            f"{name}\t{one.n}\t{one.precision:.3f}（{one.precision_ci[0]:.2f}–{one.precision_ci[1]:.2f}）"
            f"\t{one.recall:.3f}（{one.recall_ci[0]:.2f}–{one.recall_ci[1]:.2f}）\t{one.f1:.3f}{few}"
        )
    lines.append(
        "需人工看的原因：" + ("，".join(f"{Doubt(key).label} {n}" for key, n in figures.doubts.items()) or "无")
    )
    lines += _to_look_at(found, taxonomy)
    lines.append("辅助拟办，以人工审定为准。")
    return lines


def _to_look_at(found: Evaluated, taxonomy: Taxonomy) -> list[str]:
    lines = ["只办把握最高的一部分时：\t占比\t正确率\t错误率 95% 上界\t把握不低于"]
    lines += [
        f"\t{one.coverage:.0%}\t{one.precision:.3f}\t{one.upper_bound:.3f}\t{one.confidence:.2f}"
        for one in found.findings.curve[1::2]
    ]
    lines.append("代价最大的混淆（应为 → 判为，次数，其中未经人工）：")
    lines += [
        f"\t{taxonomy.theme_name(one.true)} → {taxonomy.theme_name(one.said)}\t{one.n}\t{one.automatic}"
        for one in found.findings.confusions[:SHOWN]
    ]
    lines.append("把握最高的错判：")
    for one in found.findings.misroutes[:SHOWN]:
        row = found.rows[one.row]
        start = f"{row.writing.title} {row.writing.text}".strip().replace("\n", " ")[:30]
        names = f"{taxonomy.theme_name(one.true)} → {taxonomy.theme_name(one.said)}"
        lines.append(f"\t{row.file} 第 {row.number} 行\t{names}\t{one.confidence:.2f}\t{start}")
    return lines
